import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { elementwiseKernel } from "../../../../tensor/kernels/elementwise.ts";
import {
  binary,
  type BinaryOperator,
  cast,
  type Expression,
  formatExpressions,
  input,
  select,
  unary,
  type UnaryOperator,
} from "../../../../tensor/kernels/expression.ts";
import type { KernelReference } from "../../../../tensor/kernels/kernel.ts";
import { simdElementwiseKernel } from "../../../../tensor/kernels/simd/elementwise.ts";
import { AREA_START, areaAfter, fillArea, firstDifference, makePlacer, views } from "./memory.ts";

const UNARY: readonly UnaryOperator[] = ["negative", "abs", "sqrt", "floor", "ceil", "round", "trunc"];
// deno-fmt-ignore
const BINARY: readonly BinaryOperator[] = ["add", "subtract", "multiply", "divide", "maximum", "minimum"];
const COMPARE: readonly BinaryOperator[] = ["equal", "less", "lessEqual"];
const EDGES = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  NaN,
  Infinity,
  -Infinity,
  5e-324,
  1e308,
  -1e308,
  2 ** 53,
];

/** An expression of two inputs, each step of three numbers that choose what is done with what. */
function expressionOf(steps: readonly (readonly number[])[]): Expression {
  const made: Expression[] = [input(0), input(1), { op: "constant", value: 0.3, dtype: "float64" }];
  for (const [kind, a, b] of steps) {
    const [x, y] = [made[a % made.length], made[b % made.length]];
    const compared = binary(COMPARE[kind % 3], x, y);
    made.push(
      kind % 4 === 0
        ? unary(UNARY[kind % UNARY.length], x)
        : kind % 4 === 1
        ? select(kind % 8 === 1 ? compared : unary("not", compared), y, x)
        : binary(BINARY[kind % BINARY.length], x, y),
    );
  }
  return made[made.length - 1];
}

const float64 = views.float64;
const START = AREA_START / 8 + 1;
const ROOM = 4096;

function resultsOf({ run }: KernelReference, length: number, cut: number): Float64Array {
  float64.fill(7, START + 2 * ROOM, START + 3 * ROOM);
  float64.set([START, START + ROOM, START + 2 * ROOM], 64);
  run(views, 64, cut, length);
  run(views, 64, 0, cut);
  return float64.slice(START + 2 * ROOM, START + 3 * ROOM);
}

Deno.test("loops over float64 in vectors give the bits of the loops over typed arrays, for any cut", () => {
  const cases = fc.record({
    steps: fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 12 }),
    length: fc.integer({ min: 1, max: 70 }),
    cut: fc.nat(70),
    scalar: fc.boolean(),
    seed: fc.nat(999),
  });
  fc.assert(
    fc.property(cases, ({ steps, length, cut, scalar, seed }) => {
      for (let i = 0; i < 2 * ROOM; i++) {
        const place = (i * 7919 + seed * 104729) % 1000;
        float64[START + i] = place < 300 ? EDGES[place % EDGES.length] : Math.tan(place) * 3;
      }
      const expression = expressionOf(steps);
      const form = {
        name: formatExpressions([expression]),
        expressions: [expression],
        inputs: ["float64", "float64"] as const,
        outputs: ["float64"] as const,
        rank: 1,
        steps: ["1", scalar ? "0" : "1", "1"] as const,
      };
      const expected = resultsOf(elementwiseKernel(form), length, Math.min(cut, length));
      for (const mode of ["strict", "relaxed"] as const) {
        const kernel = simdElementwiseKernel(form, mode);
        assertEquals(kernel === null, false, form.name);
        const actual = resultsOf(kernel!, length, Math.min(cut, length));
        const different = actual.findIndex((value, i) => !Object.is(value, expected[i]));
        assertEquals(different, -1, `${form.name}: ${actual[different]} for ${expected[different]}`);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("loops over float64 are left to typed arrays for functions, other types and strides", () => {
  const form = { name: "x", rank: 1, steps: ["1", "1"] as const, outputs: ["float64"] as const };
  const kernelOf = (
    expression: Expression,
    dtype: "float64" | "float32" | "uint32",
    steps = form.steps as readonly ("1" | "s")[],
  ) =>
    simdElementwiseKernel({
      ...form,
      name: formatExpressions([expression]),
      expressions: [expression],
      inputs: [dtype],
      steps,
    }, "strict");
  assertEquals(kernelOf(unary("exp", input(0)), "float64"), null);
  assertEquals(kernelOf(cast(input(0), "float64"), "uint32"), null);
  assertEquals(kernelOf(cast(unary("abs", input(0)), "float64"), "float32"), null);
  assertEquals(kernelOf(unary("abs", input(0)), "float64", ["s", "1"]), null);
  assertEquals(kernelOf(unary("abs", input(0)), "float64") === null, false);
});

Deno.test("loops over float64 go along rows that lie anywhere, and cast what they read and write", () => {
  const [x, y, z, n, flag] = [input(0), input(1), input(2), input(3), input(4)];
  const inner = binary(
    "add",
    binary("multiply", x, cast(y, "float64")),
    binary("subtract", z, cast(n, "float64")),
  );
  const form = {
    name: "mixed",
    expressions: [
      select(flag, inner, cast(flag, "float64")),
      cast(unary("abs", inner), "float32"),
      binary("less", z, inner),
    ],
    inputs: ["float64", "float32", "float64", "int32", "bool"] as const,
    outputs: ["float64", "float32", "bool"] as const,
    rank: 3,
    steps: ["1", "1", "0", "1", "1", "1", "1", "1"] as const,
  };
  const dtypes = [...form.inputs, ...form.outputs];
  const plain = { order: [0, 0, 0], flipped: [false, false, false], gap: 1 };
  const across = [
    { ...plain, repeated: [] },
    { ...plain, repeated: [true, true, false] },
    { ...plain, repeated: [false, false, true] },
    { ...plain, repeated: [true, false, false], flipped: [false, true, false] },
    { ...plain, repeated: [] },
    { ...plain, repeated: [] },
    { ...plain, repeated: [] },
    { ...plain, repeated: [] },
  ];
  for (const length of [1, 2, 3, 7, 8, 9, 21]) {
    fillArea(length);
    const shape = [3, 5, length];
    const place = makePlacer();
    const placed = dtypes.map((dtype, i) => place(dtype, shape, across[i], i >= form.inputs.length));
    const parameters = [
      ...placed.map(({ address }) => address),
      ...shape,
      ...placed.flatMap(({ strides }) => strides),
    ];
    const expected = areaAfter(elementwiseKernel(form), parameters, 15 * length, []);
    for (const cut of [[], [0.01, 0.4], [0.37, 0.7, 0.701]]) {
      const found = areaAfter(simdElementwiseKernel(form, "relaxed")!, parameters, 15 * length, cut);
      assertEquals(firstDifference(found, expected), -1, `rows of ${length}, cut at ${cut}`);
    }
  }
});
