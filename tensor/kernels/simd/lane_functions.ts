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
function wordFunction(value: (x: Word, y: Word) => Word): Helper {
  return {
    type: "i32",
    define: (module) => module.define(null, ["i32", "i32"], "i32", (_, x, y) => value(x, y)),
  };
}

type Shift = "shl" | "shrS" | "shrU";

const SHIFTS: Readonly<Record<Shift, Helper>> = {
  shl: wordFunction((x, y) => select(i32.gtU(y, 31), constant("i32", 0), i32.shl(x, y))),
  shrS: wordFunction((x, y) => i32.shrS(x, select(i32.gtU(y, 31), i32.or(y, 31), y))),
  shrU: wordFunction((x, y) => select(i32.gtU(y, 31), constant("i32", 0), i32.shrU(x, y))),
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
