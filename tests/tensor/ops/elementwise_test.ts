import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { assertPlain, mapAll, type NumberDType, operand, operands, whole } from "./reference.ts";
import { lib } from "../../../tensor/kernels/scalar.ts";
import { RUNS } from "../../runs.ts";

type Unary = readonly [f: (x: Tensor) => Tensor, reference: (x: number) => number];
type Binary = readonly [f: (x: Tensor, y: Tensor) => Tensor, reference: (x: number, y: number) => number];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const relu6 = (x: number): number => Math.min(Math.max(x, 0), 6);
const gelu = (x: number): number => 0.5 * x * (1 + lib.erf(x * Math.SQRT1_2));
const geluTanh = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const FLOATING: Readonly<Record<string, Unary>> = {
  reciprocal: [t.reciprocal, (x) => 1 / x],
  floor: [t.floor, Math.floor],
  ceil: [t.ceil, Math.ceil],
  round: [t.round, lib.roundHalfEven],
  trunc: [t.trunc, Math.trunc],
  exp: [t.exp, Math.exp],
  expm1: [t.expm1, Math.expm1],
  log: [t.log, Math.log],
  log1p: [t.log1p, Math.log1p],
  sqrt: [t.sqrt, Math.sqrt],
  rsqrt: [t.rsqrt, (x) => 1 / Math.sqrt(x)],
  cbrt: [t.cbrt, Math.cbrt],
  tanh: [t.tanh, Math.tanh],
  sigmoid: [t.sigmoid, sigmoid],
  erf: [t.erf, lib.erf],
  erfc: [t.erfc, lib.erfc],
  erfinv: [t.erfinv, lib.erfinv],
  sin: [t.sin, Math.sin],
  cos: [t.cos, Math.cos],
  tan: [t.tan, Math.tan],
  asin: [t.asin, Math.asin],
  acos: [t.acos, Math.acos],
  atan: [t.atan, Math.atan],
  sinh: [t.sinh, Math.sinh],
  cosh: [t.cosh, Math.cosh],
  asinh: [t.asinh, Math.asinh],
  acosh: [t.acosh, Math.acosh],
  atanh: [t.atanh, Math.atanh],
  relu6: [t.relu6, relu6],
  leakyRelu: [t.leakyRelu, (x) => x >= 0 ? x : 0.01 * x],
  elu: [t.elu, (x) => x > 0 ? x : Math.expm1(x)],
  gelu: [t.gelu, gelu],
  "gelu of tanh": [(x) => t.gelu(x, { approximate: "tanh" }), geluTanh],
  silu: [t.silu, (x) => x * sigmoid(x)],
  softplus: [t.softplus, softplus],
  logSigmoid: [t.logSigmoid, (x) => -softplus(-x)],
  softSign: [t.softSign, (x) => x / (1 + Math.abs(x))],
  mish: [t.mish, (x) => x * Math.tanh(softplus(x))],
  hardTanh: [t.hardTanh, (x) => Math.min(Math.max(x, -1), 1)],
  hardSigmoid: [t.hardSigmoid, (x) => relu6(x + 3) / 6],
  hardSilu: [t.hardSilu, (x) => x * relu6(x + 3) / 6],
  "power of 3": [(x) => t.power(x, 3), (x) => x * x * x],
  "power of -0.5": [(x) => t.power(x, -0.5), (x) => x ** -0.5],
  stopGradient: [t.stopGradient, (x) => x],
};

const NUMBERS: Readonly<Record<string, Unary>> = {
  abs: [t.abs, Math.abs],
  sign: [t.sign, Math.sign],
  square: [t.square, (x) => x * x],
  relu: [t.relu, (x) => Math.max(x, 0)],
  clip: [(x) => t.clip(x, { min: 1, max: 3 }), (x) => Math.min(Math.max(x, 1), 3)],
};

const BINARY: Readonly<Record<string, Binary>> = {
  add: [t.add, (x, y) => x + y],
  subtract: [t.subtract, (x, y) => x - y],
  multiply: [t.multiply, (x, y) => x * y],
  maximum: [t.maximum, Math.max],
  minimum: [t.minimum, Math.min],
};

const COMPARISONS: Readonly<Record<string, Binary>> = {
  equal: [t.equal, (x, y) => Number(x === y)],
  notEqual: [t.notEqual, (x, y) => Number(x !== y)],
  less: [t.less, (x, y) => Number(x < y)],
  lessEqual: [t.lessEqual, (x, y) => Number(x <= y)],
  greater: [t.greater, (x, y) => Number(x > y)],
  greaterEqual: [t.greaterEqual, (x, y) => Number(x >= y)],
  logicalAnd: [t.logicalAnd, (x, y) => Number(x !== 0 && y !== 0)],
  logicalOr: [t.logicalOr, (x, y) => Number(x !== 0 || y !== 0)],
  logicalXor: [t.logicalXor, (x, y) => Number((x !== 0) !== (y !== 0))],
};

const DTYPES: readonly NumberDType[] = ["float32", "float64", "int32", "uint32", "uint8", "bool"];
const FLOATS: readonly NumberDType[] = ["float32", "float64"];

/** A whole number as the dtype holds it after wrapping around. */
function wrapped(dtype: NumberDType, exact: bigint): number {
  if (dtype === "int32") return Number(BigInt.asIntN(32, exact));
  return Number(BigInt.asUintN(dtype === "uint8" ? 8 : 32, exact));
}

function checkUnary([f, reference]: Unary, dtype: NumberDType): void {
  fc.assert(
    fc.property(operand(dtype), ({ tensor, plain }) => {
      // Steep functions magnify the rounding of their float32 steps.
      assertPlain(f(tensor), mapAll(reference, plain), dtype, dtype === "float32" ? 4e-6 : 1e-12);
    }),
    RUNS,
  );
}

for (const [name, unary] of Object.entries(FLOATING)) {
  Deno.test(`${name} is that of each element, for any layout`, () => {
    for (const dtype of FLOATS) checkUnary(unary, dtype);
  });
}

for (const [name, unary] of Object.entries(NUMBERS)) {
  Deno.test(`${name} is that of each element, for any layout and dtype`, () => {
    for (const dtype of FLOATS) checkUnary(unary, dtype);
    for (const dtype of ["int32", "uint32", "uint8"] as const) {
      const exact = (x: number): number =>
        name === "square" ? wrapped(dtype, BigInt(x) ** 2n) : wrapped(dtype, BigInt(unary[1](x)));
      checkUnary([unary[0], exact], dtype);
    }
  });
}

Deno.test("negative wraps around", () => {
  for (const dtype of FLOATS) checkUnary([t.negative, (x) => -x], dtype);
  for (const dtype of ["int32", "uint32", "uint8"] as const) {
    checkUnary([t.negative, (x) => wrapped(dtype, -BigInt(x))], dtype);
  }
});

for (const [name, [f, reference]] of Object.entries(BINARY)) {
  Deno.test(`${name} broadcasts, for any layout and dtype`, () => {
    const exact: Readonly<Record<string, (x: bigint, y: bigint) => bigint>> = {
      add: (x, y) => x + y,
      subtract: (x, y) => x - y,
      multiply: (x, y) => x * y,
    };
    for (const dtype of ["float32", "float64", "int32", "uint32", "uint8"] as const) {
      const whole = FLOATS.includes(dtype) ? undefined : exact[name];
      const expected = whole === undefined
        ? reference
        : (x: number, y: number): number => wrapped(dtype, whole(BigInt(x), BigInt(y)));
      fc.assert(
        fc.property(operands(dtype), ([x, y]) => {
          assertPlain(f(x.tensor, y.tensor), mapAll(expected, x.plain, y.plain), dtype);
        }),
        RUNS,
      );
    }
  });
}

for (const [name, [f, reference]] of Object.entries(COMPARISONS)) {
  Deno.test(`${name} broadcasts, for any layout and dtype`, () => {
    for (const dtype of DTYPES) {
      fc.assert(
        fc.property(operands(dtype), ([x, y]) => {
          assertPlain(f(x.tensor, y.tensor), mapAll(reference, x.plain, y.plain), "bool");
        }),
        RUNS,
      );
    }
  });
}

for (
  const [name, f, reference] of [
    ["divide", t.divide, (x: number, y: number): number => x / y],
    ["power", t.power, lib.power],
  ] as const
) {
  Deno.test(`${name} broadcasts floats, and takes integers and bools as float32`, () => {
    for (const dtype of name === "power" ? [...FLOATS, "bool" as const] : DTYPES) {
      const result = dtype === "float64" ? "float64" : "float32";
      const close = result === "float64" ? 1e-12 : 1e-6;
      const single = result === "float64" ? (x: number): number => x : Math.fround;
      fc.assert(
        fc.property(operands(dtype), ([x, y]) => {
          const expected = mapAll((a, b) => reference(single(a), single(b)), x.plain, y.plain);
          assertPlain(f(x.tensor, y.tensor), expected, result, close);
        }),
        RUNS,
      );
    }
  });
}

Deno.test("isNaN(), isFinite() and logicalNot() tell of each element", () => {
  for (const dtype of DTYPES) {
    fc.assert(
      fc.property(operand(dtype), ({ tensor, plain }) => {
        assertPlain(t.isNaN(tensor), mapAll((x) => Number(Number.isNaN(x)), plain), "bool");
        assertPlain(t.isFinite(tensor), mapAll((x) => Number(Number.isFinite(x)), plain), "bool");
        assertPlain(t.logicalNot(tensor), mapAll((x) => Number(x === 0), plain), "bool");
      }),
      RUNS,
    );
  }
});

Deno.test("where() broadcasts all three, for any layout and dtype", () => {
  for (const dtype of DTYPES) {
    fc.assert(
      fc.property(
        operands(dtype).chain(([x, y]) =>
          fc.tuple(whole(x.plain.shape, "bool"), fc.constant(x), fc.constant(y))
        ),
        ([condition, x, y]) => {
          const expected = mapAll((c, a, b) => c === 0 ? b : a, condition.plain, x.plain, y.plain);
          assertPlain(t.where(condition.tensor, x.tensor, y.tensor), expected, dtype);
        },
      ),
      RUNS,
    );
  }
});

Deno.test("erfinv() of numbers in the tails and of others beside each other is that of each alone", () => {
  const values = Array.from(
    { length: 203 },
    (_, i) => i % 29 === 0 ? 1 - 2 ** -(i % 24) : i % 31 === 0 ? (i % 2) * 2 - 1 : ((i * 37) % 200) / 101 - 1,
  );
  const alone = values.map((value) => t.erfinv(t.tensor([value])).item());
  for (const f of [t.erfinv, t.compile(t.erfinv)]) assertEquals([...f(t.tensor(values)).data()], alone);
});
