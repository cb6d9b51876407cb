import { assertEquals } from "@std/assert/equals";
import {
  binary,
  type BinaryOperator,
  type Expression,
  input,
  unary,
  type UnaryOperator,
} from "../../../../tensor/kernels/expression.ts";
import type { SimdMode } from "../../../../tensor/kernels/simd/arithmetic.ts";
import { lib } from "../../../../tensor/kernels/scalar.ts";
import { runElementwise } from "./run_elementwise.ts";

const COUNT = 40000;
const MODES: readonly SimdMode[] = ["relaxed", "strict"];

// deno-fmt-ignore
const EDGES: readonly number[] = [0, -0, 1, -1, 0.5, -0.5, NaN, Infinity, -Infinity, 2, -2, 3, -3, 4, 1e-45, -1e-45,
  1e-40, -1e-40, 2 ** -126, 3.4028234663852886e38, -3.4028234663852886e38, 88.72283, 88.72284, -87.33655, -103.97,
  -104, 0.99999994, -0.99999994, 1.0000001, 0.55, 1048575.94, 1048576, 1e10, -1e22, 1.5707964, 3.1415927,
  16367173 * 2 ** 72, 33554432, 33554431, -33554433, 1 / 3, -1 / 3, 9.1, 10.05, 3.92, 1e5, -1e5];

/** The distance of a float32 from an exact value in units in the last place of that value. */
function unitsBetween(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(actual, rounded)) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(rounded) || (rounded === 0 && actual === 0)) {
    return Infinity;
  }
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

function worst(
  name: string,
  expression: Expression,
  operands: readonly Float32Array[],
  exact: (...xs: number[]) => number,
  mode: SimdMode,
): number {
  const results = runElementwise(name, expression, operands, mode);
  let most = 0;
  for (let i = 0; i < results.length; i++) {
    const units = unitsBetween(results[i], exact(...operands.map((values) => values[i])));
    if (units > most) most = units;
    if (units > 2) throw new RangeError(`${name}(${operands.map((v) => v[i])}) is off by ${units} units`);
  }
  return most;
}

/** float32 of every kind: edge cases, all exponents, and moderate sizes. */
function numbersOf(seed: number): Float32Array {
  const floats = new Float32Array(COUNT);
  const words = new Uint32Array(floats.buffer);
  let state = seed;
  for (let i = 0; i < COUNT; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = (state ^ (state >>> 15)) >>> 0;
    if (i % 2 === 0) words[i] = mixed;
    else floats[i] = (mixed / 2 ** 31 - 1) * [1, 4, 20, 100][(i >> 1) % 4];
  }
  floats.set(EDGES);
  return floats;
}

const FUNCTIONS: Readonly<Partial<Record<Expression["op"], (x: number) => number>>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  sqrt: Math.sqrt,
  erf: lib.erf,
  erfc: lib.erfc,
  erfinv: lib.erfinv,
  sigmoid: lib.sigmoid,
  lgamma: lib.lgamma,
  digamma: lib.digamma,
  gammaFunction: lib.gammaFunction,
  ndtr: lib.ndtr,
};

Deno.test("Vector functions are right to 2 units in the last place, with the edge cases of Math", () => {
  const numbers = numbersOf(1);
  for (const [name, exact] of Object.entries(FUNCTIONS)) {
    for (const mode of MODES) {
      assertEquals(worst(name, unary(name as UnaryOperator, input(0)), [numbers], exact, mode) <= 2, true);
    }
  }
});

Deno.test("Vectors of powers of 2, of exp(-|x|) and of softplus are right to 2 units in the last place", () => {
  const numbers = numbersOf(4);
  const share = unary("exp", unary("negative", unary("abs", input(0))));
  const functions: Readonly<Record<string, readonly [Expression, (x: number) => number]>> = {
    exp2: [binary("power", 2, input(0)), (x) => 2 ** x],
    share: [share, (x) => Math.exp(-Math.abs(x))],
    scaledShare: [
      unary("exp", binary("multiply", unary("negative", unary("abs", input(0))), 0.5)),
      (x) => Math.exp(-Math.abs(x) / 2),
    ],
    softplusTail: [unary("log1p", share), (x) => Math.log1p(Math.exp(-Math.abs(x)))],
  };
  for (const [name, [expression, exact]] of Object.entries(functions)) {
    for (const mode of MODES) {
      assertEquals(worst(`of ${name}`, expression, [numbers], exact, mode) <= 2, true);
    }
  }
});

Deno.test("Vector power and atan2 are right to 2 units in the last place, with their edge cases", () => {
  const pairs = [numbersOf(2), numbersOf(3)];
  // Every edge case with every other; and positive bases with moderate exponents.
  EDGES.forEach((a, i) =>
    EDGES.forEach((b, j) => {
      pairs[0][4000 + i * EDGES.length + j] = a;
      pairs[1][4000 + i * EDGES.length + j] = b;
    })
  );
  for (let i = 20000; i < COUNT; i++) {
    pairs[0][i] = Math.abs(pairs[0][i]);
    pairs[1][i] = i % 3 === 0 ? Math.round(pairs[1][i] / 10) : pairs[1][i];
  }
  const functions = { power: lib.power, atan2: Math.atan2 };
  for (const [name, exact] of Object.entries(functions)) {
    for (const mode of MODES) {
      const expression = binary(name as BinaryOperator, input(0), input(1));
      assertEquals(worst(name, expression, pairs, exact, mode) <= 2, true);
    }
  }
});

Deno.test("Vector functions of many angles are right, near multiples of pi / 2 too", () => {
  const near = Float32Array.from(
    { length: COUNT },
    (_, i) => (i + 1) * Math.PI / 2 * (i % 5 === 0 ? 1e4 : 1),
  );
  for (const name of ["sin", "cos", "tan"] as const) {
    for (const mode of MODES) worst(`${name}|near`, unary(name, input(0)), [near], FUNCTIONS[name]!, mode);
  }
});
