import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { lib } from "../../../tensor/kernels/scalar.ts";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { assertPlain, mapAll, type NumberDType, operand, operands } from "./reference.ts";
import { RUNS } from "../../runs.ts";

type Unary = readonly [f: (x: Tensor) => Tensor, reference: (x: number) => number];

type Binary = readonly [f: (x: Tensor, y: Tensor) => Tensor, reference: (x: number, y: number) => number];

const FLOATS: readonly NumberDType[] = ["float32", "float64"];

const WORDS = ["int32", "uint32", "uint8"] as const;

const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0);

const sinc = (x: number): number =>
  x === 0 ? 1 : Number.isInteger(x) ? 0 : Math.sin(Math.PI * x) / (Math.PI * x);

const modulo = (x: number, y: number): number => x % y !== 0 && (x % y < 0) !== (y < 0) ? x % y + y : x % y;

const FLOATING: Readonly<Record<string, Unary>> = {
  exp2: [t.exp2, (x) => 2 ** x],
  log2: [t.log2, Math.log2],
  log10: [t.log10, Math.log10],
  log1mexp: [t.log1mexp, (x) => Math.log(-Math.expm1(-x))],
  logit: [t.logit, (x) => Math.log(x / (1 - x))],
  lgamma: [t.lgamma, lib.lgamma],
  digamma: [t.digamma, lib.digamma],
  trigamma: [(x) => t.polygamma(1, x), (x) => lib.polygamma(1, x)],
  sinc: [t.sinc, sinc],
  deg2rad: [t.deg2rad, (x) => x * Math.PI / 180],
  rad2deg: [t.rad2deg, (x) => x * 180 / Math.PI],
  celu: [(x) => t.celu(x, { alpha: 2 }), (x) => x > 0 ? x : 2 * Math.expm1(x / 2)],
  selu: [t.selu, (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
  hardShrink: [(x) => t.hardShrink(x, { lambda: 1 }), (x) => Math.abs(x) <= 1 ? 0 : x],
  softShrink: [t.softShrink, (x) => Math.abs(x) <= 0.5 ? 0 : x - 0.5 * Math.sign(x)],
  tanhShrink: [t.tanhShrink, (x) => x - Math.tanh(x)],
  threshold: [(x) => t.threshold(x, { threshold: 1, value: -2 }), (x) => x <= 1 ? -2 : x],
  sparsePlus: [t.sparsePlus, (x) => x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4],
  sparseSigmoid: [t.sparseSigmoid, (x) => Math.min(Math.max(x + 1, 0), 2) / 2],
  "softplus of beta and threshold": [
    (x) => t.softplus(x, { beta: 2, threshold: 3 }),
    (x) => 2 * x > 3 ? x : (Math.max(2 * x, 0) + Math.log1p(Math.exp(-Math.abs(2 * x)))) / 2,
  ],
  "hardTanh of bounds": [(x) => t.hardTanh(x, { min: -2, max: 3 }), (x) => Math.min(Math.max(x, -2), 3)],
  squareplus: [t.squareplus, (x) => (x + Math.sqrt(x * x + 4)) / 2],
  nanToNum: [
    (x) => t.nanToNum(x, { nan: 1, posInf: 2, negInf: 3 }),
    (x) => x !== x ? 1 : x === Infinity ? 2 : x === -Infinity ? 3 : x,
  ],
};

for (const [name, [f, reference]] of Object.entries(FLOATING)) {
  Deno.test(`${name} is that of each element, for any layout`, () => {
    for (const dtype of FLOATS) {
      fc.assert(
        fc.property(operand(dtype), ({ tensor, plain }) => {
          assertPlain(f(tensor), mapAll(reference, plain), dtype, dtype === "float32" ? 6e-6 : 2e-12);
        }),
        RUNS,
      );
    }
  });
}

const BINARY: Readonly<Record<string, Binary>> = {
  atan2: [t.atan2, Math.atan2],
  hypot: [
    t.hypot,
    (x, y) => Math.abs(x) === Infinity || Math.abs(y) === Infinity ? Infinity : Math.hypot(x, y),
  ],
  logAddExp: [
    t.logAddExp,
    (x, y) => x === y ? x + Math.LN2 : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))),
  ],
  logAddExp2: [
    t.logAddExp2,
    (x, y) => x === y ? x + 1 : Math.max(x, y) + Math.log1p(2 ** -Math.abs(x - y)) / Math.LN2,
  ],
  fmod: [t.fmod, (x, y) => x % y],
  remainder: [t.remainder, modulo],
  floorDivide: [
    t.floorDivide,
    (x, y) =>
      y === 0 ? x / y : lib.roundHalfEven((x - x % y) / y - Number(x % y !== 0 && (x % y < 0) !== (y < 0))),
  ],
  copySign: [t.copySign, (x, y) => isNegative(y) ? -Math.abs(x) : Math.abs(x)],
  heaviside: [t.heaviside, (x, y) => x < 0 ? 0 : x > 0 ? 1 : x === 0 ? y : NaN],
  xLogY: [t.xLogY, (x, y) => x === 0 ? 0 : x * Math.log(y)],
  xLog1pY: [t.xLog1pY, (x, y) => x === 0 ? 0 : x * Math.log1p(y)],
};

for (const [name, [f, reference]] of Object.entries(BINARY)) {
  Deno.test(`${name} broadcasts floats, for any layout`, () => {
    for (const dtype of FLOATS) {
      fc.assert(
        fc.property(operands(dtype), ([x, y]) => {
          const round = dtype === "float32" ? Math.fround : (value: number): number => value;
          const expected = mapAll((a, b) => round(reference(a, b)), x.plain, y.plain);
          assertPlain(f(x.tensor, y.tensor), expected, dtype, dtype === "float32" ? 2e-6 : 1e-12);
        }),
        RUNS,
      );
    }
  });
}

/** The greatest common divisor by trying. */
const gcd = (x: bigint, y: bigint): bigint => y === 0n ? (x < 0n ? -x : x) : gcd(y, x % y);

const INTEGER: Readonly<Record<string, readonly [Binary[0], (x: bigint, y: bigint) => bigint]>> = {
  bitwiseAnd: [t.bitwiseAnd, (x, y) => x & y],
  bitwiseOr: [t.bitwiseOr, (x, y) => x | y],
  bitwiseXor: [t.bitwiseXor, (x, y) => x ^ y],
  leftShift: [t.leftShift, (x, y) => y < 0n || y > 31n ? 0n : x << y],
  rightShift: [t.rightShift, (x, y) => x >> (y < 0n || y > 31n ? 31n : y) >> (y < 0n || y > 31n ? 1n : 0n)],
  gcd: [t.gcd, gcd],
  lcm: [
    (x, y) => t.lcm(t.bitwiseAnd(x, 15), t.bitwiseAnd(y, 15)),
    (x, y) => (x & 15n) * (y & 15n) === 0n ? 0n : (x & 15n) * (y & 15n) / gcd(x & 15n, y & 15n),
  ],
  remainder: [t.remainder, (x, y) => y === 0n ? 0n : (x % y + y) % y],
  fmod: [t.fmod, (x, y) => y === 0n ? 0n : x % y],
  power: [(x, y) => t.power(x, t.bitwiseAnd(y, 7)), (x, y) => x ** (y & 7n)],
};

for (const [name, [f, reference]] of Object.entries(INTEGER)) {
  Deno.test(`${name} broadcasts integers, for any layout`, () => {
    for (const dtype of WORDS) {
      const wrapped = (exact: bigint): number =>
        Number(
          dtype === "int32" ? BigInt.asIntN(32, exact) : BigInt.asUintN(dtype === "uint8" ? 8 : 32, exact),
        );
      fc.assert(
        fc.property(operands(dtype), ([x, y]) => {
          const expected = mapAll((a, b) => wrapped(reference(BigInt(a), BigInt(b))), x.plain, y.plain);
          assertPlain(f(x.tensor, y.tensor), expected, dtype);
        }),
        RUNS,
      );
    }
  });
}

Deno.test("bits are counted and turned", () => {
  for (const dtype of WORDS) {
    const width = dtype === "uint8" ? 8 : 32;
    const bitsOf = (x: number): string => (x >>> 0).toString(2).padStart(width, "0").slice(-width);
    fc.assert(
      fc.property(operand(dtype), ({ tensor, plain }) => {
        const ones = (x: number): number => bitsOf(x).replaceAll("0", "").length;
        assertPlain(t.populationCount(tensor), mapAll(ones, plain), dtype);
        assertPlain(t.countLeadingZeros(tensor), mapAll((x) => `${bitsOf(x)}1`.indexOf("1"), plain), dtype);
        const turned = (x: number): number => dtype === "int32" ? ~x : width === 8 ? 255 - x : 4294967295 - x;
        assertPlain(t.bitwiseNot(tensor), mapAll(turned, plain), dtype);
        const logical = (x: number): number => (x >>> 3) | 0;
        if (dtype === "int32") assertPlain(t.rightShiftLogical(tensor, 3), mapAll(logical, plain), dtype);
      }),
      RUNS,
    );
  }
});

Deno.test("nextAfter() steps to the neighbour", () => {
  const float64 = (x: number, y: number): number =>
    t.nextAfter(t.tensor(x, { dtype: "float64" }), t.tensor(y, { dtype: "float64" })).item();
  assertEquals(float64(1, 2), 1 + 2 ** -52);
  assertEquals(float64(0, -1), -Number.MIN_VALUE);
  assertEquals(float64(1, -Infinity), 1 - 2 ** -53);
  assertEquals(t.nextAfter(t.tensor([1, 1, 0, -1, 3]), t.tensor([2, 0, 1, 0, 3])).toArray(), [
    1 + 2 ** -23,
    1 - 2 ** -24,
    2 ** -149,
    -1 + 2 ** -24,
    3,
  ]);
});

Deno.test("the derivatives of sinc are right at 0 and near it", () => {
  const f = (order: number): (x: Tensor) => Tensor => {
    let g: (x: Tensor) => Tensor = t.sinc;
    for (let i = 0; i < order; i++) g = t.grad(g) as (x: Tensor) => Tensor;
    return g;
  };
  const at = (x: number, order: number): number => f(order)(t.tensor(x, { dtype: "float64" })).item();
  assertEquals(at(0, 1), 0);
  assertEquals(Math.abs(at(0, 2) + Math.PI ** 2 / 3) < 1e-12, true);
  assertEquals(Math.abs(at(0, 4) - Math.PI ** 4 / 5) < 1e-12, true);
  // Both sides of the radius of the power series.
  assertEquals(Math.abs(at(0.7499999, 2) - at(0.7500001, 2)) < 1e-5, true);
});

Deno.test("polygamma() satisfies its recurrence and its reflection", () => {
  for (const order of [1, 2, 3, 4]) {
    const factorial = [1, 1, 2, 6, 24][order];
    for (const x of [0.1, 0.5, 1.5, 7.3, 30, -0.3, -4.6]) {
      const step = lib.polygamma(order, x + 1) - lib.polygamma(order, x);
      const expected = (order % 2 === 0 ? 1 : -1) * factorial * x ** -(order + 1);
      assertEquals(Math.abs(step - expected) <= 1e-11 * Math.abs(lib.polygamma(order, x)), true);
    }
  }
});

Deno.test("round() rounds to decimals, and to tens", () => {
  assertEquals(t.round(t.tensor([1.005, 2.375, -0.125], { dtype: "float64" }), { decimals: 2 }).toArray(), [
    1,
    2.38,
    -0.12,
  ]);
  assertEquals(t.round(t.tensor([1249, 15, 25]), { decimals: -1 }).toArray(), [1250, 20, 20]);
});

Deno.test("squareplus() neither cancels nor overflows", () => {
  const x = [-1e4, -1e30, 1e30];
  const y = t.squareplus(t.tensor(x)).toArray();
  assertEquals(y, [Math.fround(1e-4), Math.fround(1 / Math.fround(1e30)), Math.fround(1e30)]);
  assertEquals(t.squareplus(-Infinity).item(), NaN);
});
