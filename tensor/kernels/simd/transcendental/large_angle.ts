/**
 * Trigonometric functions of one float32 of any size, by Payne and Hanek's reduction.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../assembler.ts";
import { constant, type Expression, type Operand, select } from "../expression.ts";
import type { Helper } from "../nodes.ts";
import { f32, f64, i32, i64 } from "../scalar.ts";

/** The least angle for which these functions are meant. */
export const LEAST: number = 2 ** 20;

/** The bits of `2 / pi`, after eight that are 0. */
const TWO_OVER_PI: readonly bigint[] = [
  0x00a2f9836e4e4415n,
  0x29fc2757d1f534ddn,
  0xc0db6295993c4390n,
  0x41fe5163abdebbc5n,
];

/** `(sin(r) / r - 1) / r^2` in powers of `r^2` for |r| <= pi / 4. Minimax, error 2^-47. */
export const SINE: readonly number[] = [
  -0.16666666666630287,
  0.008333333325064378,
  -0.00019841263720325587,
  2.7555337721263907e-6,
  -2.4760304583011774e-8,
];

/** `(cos(r) - 1) / r^2` in powers of `r^2` for |r| <= pi / 4. Minimax, error 2^-43. */
export const COSINE: readonly number[] = [
  -0.4999999999948818,
  0.04166666655320684,
  -0.0013888880646955855,
  2.4798957999696263e-5,
  -2.717458637460998e-7,
];

function horner(coefficients: readonly number[], x: Local<"f64">): Operand<"f64"> {
  const [last, ...rest] = coefficients.toReversed();
  return rest.reduce<Operand<"f64">>((sum, coefficient) => f64.add(f64.mul(sum, x), coefficient), last);
}

/** 64 bits of the table from bit `at` on, which is below 192. */
function bitsFrom(at: Local<"i32">, shift: Local<"i64">): Expression<"i64"> {
  const index = i32.shrU(at, 6);
  const word = (first: number): Expression<"i64"> => {
    const [a, b, c] = TWO_OVER_PI.slice(first).map((value) => constant("i64", value));
    return select(i32.eqz(index), a, select(i32.eq(index, 1), b, c));
  };
  const [high, low] = [word(0), word(1)];
  // The shift by 64 bits in two steps gives 0.
  return i64.or(i64.shl(high, shift), i64.shrU(i64.shrU(low, 1), i64.sub(63, shift)));
}

/** `x = (4 k + quadrant) pi / 2 + r` for x of at least `LEAST`. */
function reduced(f: FunctionBuilder, x: Local<"f32">): { quadrant: Local<"i32">; r: Local<"f64"> } {
  const word = f.local("i32", i32.and(i32.reinterpretF32(x), 0x7fff_ffff));
  const mantissa = f.local("i64", i64.extendI32U(i32.or(i32.and(word, 0x007f_ffff), 0x0080_0000)));
  // The window starts where a bit of `2 / pi` times x has the weight 2, in units of quarter turns.
  const at = f.local("i32", i32.sub(i32.shrU(word, 23), 127 + 17));
  const shift = f.local("i64", i64.extendI32U(i32.and(at, 63)));
  const upper = f.local("i64", i64.mul(mantissa, bitsFrom(at, shift)));
  f.advance(at, 40);
  f.set(shift, i64.extendI32U(i32.and(at, 63)));
  // 24 bits more, below the 64 of the window.
  const next = i64.shrU(i64.shl(bitsFrom(at, shift), 24), 40);
  const turns = f.local("i64", i64.add(upper, i64.shrU(i64.mul(mantissa, next), 24)));
  const nearest = f.local("i64", i64.shrS(i64.add(turns, 2n ** 61n), 62));
  const rest = f.local("i64", i64.sub(turns, i64.shl(nearest, 62)));
  // A signed integer of 64 bits as a double, in two exact parts.
  const high = f64.mul(f64.convertI32S(i32.wrapI64(i64.shrS(rest, 32))), 2 ** 32);
  const low = f64.convertI32U(i32.wrapI64(rest));
  const r = f.local("f64", f64.mul(f64.add(high, low), Math.PI / 2 * 2 ** -62));
  return { quadrant: f.local("i32", i32.wrapI64(nearest)), r };
}

/** The sine (`quarters` 0), the cosine (1) or the tangent of one number; NaN of what is not finite. */
function angleFunction(quarters: 0 | 1 | "tangent"): Helper {
  return {
    type: "f32",
    define: (module) =>
      module.define(null, ["f32"], "f32", (f, x) => {
        const result = f.local("f32", f32.sub(x, x));
        const large = i32.and(f32.ge(f32.abs(x), LEAST), f32.lt(f32.abs(x), Infinity));
        f.if(large, () => {
          const { quadrant, r } = reduced(f, x);
          const square = f.local("f64", f64.mul(r, r));
          const sine = f.local("f64", f64.add(r, f64.mul(f64.mul(r, square), horner(SINE, square))));
          const cosine = f.local("f64", f64.add(1, f64.mul(square, horner(COSINE, square))));
          const odd = i32.and(quadrant, 1);
          if (quarters === "tangent") {
            const value = select(odd, f64.div(f64.neg(cosine), sine), f64.div(sine, cosine));
            f.set(result, f32.mul(f32.demoteF64(value), f32.copysign(1, x)));
            return;
          }
          if (quarters === 1) f.advance(quadrant, 1);
          const value = f.local("f64", select(odd, cosine, sine));
          f.if(i32.and(quadrant, 2), () => f.set(value, f64.neg(value)));
          f.set(result, f32.demoteF64(value));
          if (quarters === 0) f.set(result, f32.mul(result, f32.copysign(1, x)));
        });
        return result;
      }),
  };
}

/** The sine of one number of at least `LEAST`. */
export const largeSine: Helper = angleFunction(0);

/** The cosine of one number of at least `LEAST`. */
export const largeCosine: Helper = angleFunction(1);

/** The tangent of one number of at least `LEAST`. */
export const largeTangent: Helper = angleFunction("tangent");
