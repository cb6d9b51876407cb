/**
 * Scalar functions for what vectors cannot do, with the meaning that they have in JavaScript.
 *
 * @module
 */
import { constant, type Expression, select } from "./expression.ts";
import type { Helper } from "./nodes.ts";
import { f32, f64, i32, i64 } from "./scalar.ts";

type Word = Expression<"i32">;

/** A function of two int32. */
function wordFunction(value: (x: Word, y: Word) => Word, zero: boolean): Helper {
  return {
    type: "i32",
    define: (module) =>
      module.define(null, ["i32", "i32"], "i32", (f, x, y) => {
        const result = f.local("i32");
        // Dividing by 0 gives 0, as NaN and infinities do when they become integers.
        if (zero) f.if(y, () => f.set(result, value(x, y)));
        else f.set(result, value(x, y));
        return result;
      }),
  };
}

const minusOne = (y: Word): Word => i32.eq(y, -1);

// The least integer divided by -1 does not fit, and traps.
const SIGNED_QUOTIENT = wordFunction((x, y) => {
  const safe = select(minusOne(y), i32.sub(0, y), y);
  const quotient = i32.divS(x, safe);
  return select(minusOne(y), i32.sub(0, quotient), quotient);
}, true);
const UNSIGNED_QUOTIENT = wordFunction((x, y) => i32.divU(x, y), true);
const SIGNED_REMAINDER = wordFunction((x, y) => i32.remS(x, y), true);
const UNSIGNED_REMAINDER = wordFunction((x, y) => i32.remU(x, y), true);

/** The quotient of integers, rounded towards 0; 0 when dividing by 0. */
export function divideInteger(signed: boolean): Helper {
  return signed ? SIGNED_QUOTIENT : UNSIGNED_QUOTIENT;
}

/** The remainder of integers with the sign of the dividend; 0 when dividing by 0. */
export function remainderInteger(signed: boolean): Helper {
  return signed ? SIGNED_REMAINDER : UNSIGNED_REMAINDER;
}

type Shift = "shl" | "shrS" | "shrU";

const SHIFTS: Readonly<Record<Shift, Helper>> = {
  shl: wordFunction((x, y) => select(i32.gtU(y, 31), constant("i32", 0), i32.shl(x, y)), false),
  shrS: wordFunction((x, y) => i32.shrS(x, select(i32.gtU(y, 31), i32.or(y, 31), y)), false),
  shrU: wordFunction((x, y) => select(i32.gtU(y, 31), constant("i32", 0), i32.shrU(x, y)), false),
};

/** A shift by a number of bits that is taken as unsigned; everything is shifted out by more than 31. */
export function shiftHelper(kind: Shift): Helper {
  return SHIFTS[kind];
}

/** The remainder of float32 with the sign of the dividend, which is exact. */
export const remainderFloat: Helper = {
  type: "f32",
  define: (module) =>
    module.define(null, ["f32", "f32"], "f32", (f, x, y) => {
      const rest = f.local("f64", f64.promoteF32(f32.abs(x)));
      const divisor = f.local("f64", f64.promoteF32(f32.abs(y)));
      const quotient = f.local("f64");
      const meaningless = i32.or(i32.eqz(f64.lt(rest, Infinity)), i32.eqz(f64.gt(divisor, 0)));
      f.if(meaningless, () => f.set(rest, NaN), () =>
        f.while(f64.ge(rest, divisor), () => {
          // With at most 24 digits of the quotient, its product with the divisor and the difference are exact.
          f.set(quotient, f64.trunc(f64.div(rest, divisor)));
          f.set(quotient, f64.reinterpretI64(i64.and(i64.reinterpretF64(quotient), -(2n ** 29n))));
          f.set(rest, f64.sub(rest, f64.mul(quotient, divisor)));
          f.if(f64.lt(rest, 0), () => f.set(rest, f64.add(rest, divisor)));
        }));
      return f32.copysign(f32.demoteF64(rest), x);
    }),
};
