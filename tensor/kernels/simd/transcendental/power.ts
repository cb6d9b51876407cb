/**
 * Powers and the cube root of four float32, in double precision.
 *
 * @module
 */
import type { Arithmetic } from "../arithmetic.ts";
import { constant, type Expression } from "../expression.ts";
import { bits, double2, doubleConstant, float4, type Helper, long2, type Node, repaired } from "../nodes.ts";
import { f32, i32 } from "../scalar.ts";
import { doubleExp, doubleLog2, viaDouble } from "./double.ts";

const { add, mul, div, pmin, pmax } = double2;

/** The power of any two numbers, given `|x|^y` for what is positive and finite. */
const anyPower: Helper = {
  type: "f32",
  define: (module) =>
    module.define(null, ["f32", "f32", "f32"], "f32", (f, x, y, magnitude) => {
      const result = f.local("f32", magnitude);
      const size = f.local("f32", f32.abs(x));
      const positive = f32.gt(y, 0);
      const whole = f32.eq(f32.trunc(y), y);
      const half = f32.mul(y, 0.5);
      const odd = i32.and(whole, f32.ne(f32.trunc(half), half));
      const zeroOrInfinity = (infinite: Expression<"i32">): void =>
        f.if(infinite, () => f.set(result, Infinity), () => f.set(result, 0));
      f.if(i32.or(f32.eq(y, 0), f32.eq(x, 1)), () => f.return(constant("f32", 1)));
      f.if(i32.or(f32.ne(x, x), f32.ne(y, y)), () => f.return(constant("f32", NaN)));
      f.if(f32.eq(f32.abs(y), Infinity), () => {
        f.if(f32.eq(size, 1), () => f.return(constant("f32", 1)));
        zeroOrInfinity(i32.eq(f32.gt(size, 1), positive));
        f.return(result);
      });
      f.if(
        i32.or(f32.eq(size, 0), f32.eq(size, Infinity)),
        () => zeroOrInfinity(i32.eq(f32.gt(size, 1), positive)),
        () => f.if(i32.and(f32.lt(x, 0), i32.eqz(whole)), () => f.return(constant("f32", NaN))),
      );
      f.if(odd, () => f.set(result, f32.copysign(result, x)));
      return result;
    }),
};

/** `x^y` as IEEE 754 has it. Error: 1 unit in the last place. */
export function power(m: Arithmetic, x: Node, y: Node): Node {
  const size = float4.abs(x);
  const magnitude = viaDouble(
    (base, exponent) => {
      const doublings = pmin(pmax(mul(exponent, doubleLog2(m, base)), -300), 300);
      return doubleExp(m, mul(doublings, Math.LN2));
    },
    size,
    y,
  );
  const usual = bits.and(
    bits.and(float4.gt(x, 0), float4.lt(x, Infinity)),
    float4.lt(float4.abs(y), Infinity),
  );
  return repaired(magnitude, bits.not(usual), anyPower, x, y, magnitude);
}

/** The real cube root. Error: 1 unit in the last place. */
export function cbrt(m: Arithmetic, x: Node): Node {
  const size = float4.abs(x);
  const value = viaDouble((y) => {
    // A third of the upper word of the double approximates the root to 5 %.
    const upper = bits.or(long2.shrU(y, 32), doubleConstant(2 ** 52));
    const third = add(mul(double2.sub(upper, 2 ** 52), 1 / 3), 2 ** 52 + 715094163);
    let root = long2.shl(third, 32);
    // Each step of Halley's rule triples the digits.
    for (let step = 0; step < 2; step++) {
      const cube = mul(mul(root, root), root);
      root = div(mul(root, add(cube, add(y, y))), add(add(cube, cube), y));
    }
    return root;
  }, size);
  const signed = bits.or(value, bits.and(x, 0x8000_0000));
  return m.choose(bits.and(float4.gt(size, 0), float4.lt(size, Infinity)), signed, x);
}
