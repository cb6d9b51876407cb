import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import type { DType } from "../../../../tensor/dtype.ts";
import { isStrideOfWords, type Step, stepOf } from "../../../../tensor/kernels/elementwise_form.ts";
import {
  binary,
  cast,
  type Expression,
  input,
  typeOf,
  unary,
} from "../../../../tensor/kernels/expression.ts";
import { reduceKernel } from "../../../../tensor/kernels/reduce.ts";
import type { ReduceForm, Reduction } from "../../../../tensor/kernels/reduce_form.ts";
import { simdReduceKernel } from "../../../../tensor/kernels/simd/reduce.ts";
import { cuts } from "../launch.ts";
import {
  AREA,
  AREA_START,
  areaAfter,
  fillArea,
  firstDifference,
  layouts,
  makePlacer,
  views,
} from "./memory.ts";

interface Case {
  readonly name: string;
  readonly reductions: readonly Reduction[];
  readonly inputs: readonly DType[];
  readonly output: DType;
  readonly expression: Expression;
}

const [x, y] = [input(0), input(1)];
const ORDER: readonly Reduction[] = ["sum", "prod", "max", "min"];

const CASES: readonly Case[] = [
  { name: "x", reductions: ORDER, inputs: ["float32"], output: "float32", expression: x },
  { name: "wide", reductions: ["sum", "prod"], inputs: ["float32"], output: "float64", expression: x },
  {
    name: "product",
    reductions: ORDER,
    inputs: ["float32", "float32"],
    output: "float32",
    expression: binary("multiply", x, y),
  },
  { name: "int", reductions: ORDER, inputs: ["int32"], output: "int32", expression: x },
  { name: "uint", reductions: ORDER, inputs: ["uint32"], output: "uint32", expression: x },
  { name: "bool", reductions: ["all", "any"], inputs: ["bool"], output: "bool", expression: x },
  {
    name: "less",
    reductions: ["all", "any"],
    inputs: ["float32", "float32"],
    output: "bool",
    expression: binary("less", x, y),
  },
  {
    name: "count",
    reductions: ["sum"],
    inputs: ["uint8", "bool"],
    output: "int32",
    expression: binary("add", cast(x, "int32"), cast(y, "int32")),
  },
];

/** Moderate numbers in the area, so that sums do not overflow. */
function moderate(): void {
  const floats = views.float32.subarray(AREA_START / 4, (AREA_START + AREA) / 4);
  floats.forEach((value, i) => {
    if (!(Math.abs(value) < 4)) floats[i] = 0.25 + (i % 7) / 8;
  });
}

const arguments_ = fc.record({
  seed: fc.nat(),
  kind: fc.constantFrom(...CASES).chain((kind) =>
    fc.record({ kind: fc.constant(kind), reduction: fc.constantFrom(...kind.reductions) })
  ),
  kept: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
  wide: fc.integer({ min: 1, max: 80 }),
  reduced: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 1 }),
  long: fc.integer({ min: 1, max: 130 }),
  columns: fc.boolean(),
  narrow: fc.boolean(),
  across: fc.boolean(),
  chunk: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(130)),
  layout: fc.array(layouts(5), { minLength: 2, maxLength: 2 }),
  cut: cuts,
  other: cuts,
});

Deno.test("simdReduceKernel() agrees with the plain loops for any layout, and cuts do not matter", () => {
  let covered = 0;
  fc.assert(
    fc.property(arguments_, fc.constantFrom("strict" as const, "relaxed" as const), (given, mode) => {
      const { seed, kind: { kind, reduction }, columns, layout, cut, other } = given;
      const kept = given.kept.map((extent, i) => i === given.kept.length - 1 ? given.wide : extent);
      const reduced = [...(given.long > 50 ? [] : given.reduced), given.long];
      fillArea(seed);
      const sums = reduction === "sum" || reduction === "prod";
      if (sums && kind.output.startsWith("float")) moderate();
      const place = makePlacer();
      const shape = columns ? [...reduced, ...kept] : [...kept, ...reduced];
      const placed = kind.inputs.map((dtype, i) => place(dtype, shape, layout[i], false));
      const keptAxes = kept.map((_, i) => columns ? reduced.length + i : i);
      const reducedAxes = reduced.map((_, i) => columns ? i : kept.length + i);
      const stepsAlong = (axis: number | undefined, reduced: boolean): Step[] =>
        placed.map(({ strides, dtype }) => {
          const step = axis === undefined ? "0" : stepOf(strides[axis], dtype);
          return isStrideOfWords(step) && reduced === given.across ? "s" : step;
        });
      const form: ReduceForm = {
        name: kind.name,
        reduction,
        expression: kind.expression,
        inputs: kind.inputs,
        output: kind.output,
        kept: kept.length,
        reduced: reduced.length,
        keptSteps: stepsAlong(keptAxes.at(-1), false),
        reducedSteps: stepsAlong(reducedAxes.at(-1), true),
        ...(reduced.length === 1 && given.chunk >= given.long ? { extent: given.long } : {}),
        ...(given.narrow ? { narrow: true } : {}),
      };
      const outputs = kept.reduce((a, b) => a * b, 1);
      const chunks = Math.ceil(reduced[0] / given.chunk);
      const output = place(kind.output, [chunks, outputs], {
        order: [0, 0],
        flipped: [false, false],
        repeated: [],
        gap: 1,
      }, true);
      // float64 outputs start where float64 do.
      const address = Math.ceil(output.address);
      const strides = placed.flatMap((operand) => [
        ...keptAxes.map((axis) => operand.strides[axis]),
        ...reducedAxes.map((axis) => operand.strides[axis]),
      ]);
      const parameters = [
        ...placed.map((operand) => operand.address),
        address,
        outputs,
        given.chunk,
        ...kept,
        ...reduced,
        ...strides,
      ];
      const kernel = simdReduceKernel(form, mode);
      if (kernel === null) return;
      covered++;
      const total = outputs * chunks;
      const actual = areaAfter(kernel, parameters, total, cut);
      assertEquals(firstDifference(areaAfter(kernel, parameters, total, other), actual), -1);
      const expected = areaAfter(reduceKernel(form), parameters, total, []);
      if (!sums || typeOf(kind.expression, kind.inputs) !== "float32") {
        assertEquals(firstDifference(actual, expected), -1);
        return;
      }
      const magnitudes = reduction === "prod" ? expected : areaAfter(
        reduceKernel({ ...form, name: `${kind.name}|abs`, expression: unary("abs", kind.expression) }),
        parameters,
        total,
        [],
      );
      checkSums(kind.output, address, total, actual, expected, magnitudes, mode === "relaxed" ? 4 : 1);
    }),
    { numRuns: 200 },
  );
  assertEquals(covered > 170, true);
});

/** Sums to two roundings of the sum of magnitudes, or to some times as many; nothing else may differ. */
function checkSums(
  output: DType,
  address: number,
  total: number,
  actual: Uint32Array,
  expected: Uint32Array,
  magnitudes: Uint32Array,
  times: number,
): void {
  const wide = output === "float64";
  const start = address * (wide ? 8 : 4) - AREA_START;
  const read = (words: Uint32Array): Float32Array | Float64Array =>
    wide
      ? new Float64Array(words.slice(start / 4, start / 4 + 2 * total).buffer)
      : new Float32Array(words.slice(start / 4, start / 4 + total).buffer);
  const [a, b, size] = [actual, expected, magnitudes].map(read);
  for (let i = 0; i < total; i++) {
    const bound = times * 2 ** -23 * Math.abs(size[i]) + 2 ** -149;
    assertEquals(Object.is(a[i], b[i]) || Math.abs(a[i] - b[i]) <= bound, true, `${a[i]} and ${b[i]}`);
  }
  const length = total * (wide ? 2 : 1);
  for (const words of [actual, expected]) words.fill(0, start / 4, start / 4 + length);
  assertEquals(firstDifference(actual, expected), -1);
}

Deno.test("simdReduceKernel() has the bits of the plain loops along rows in strict mode", () => {
  const form: ReduceForm = {
    name: "x",
    reduction: "sum",
    expression: x,
    inputs: ["float32"],
    output: "float32",
    kept: 1,
    reduced: 1,
    keptSteps: ["s"],
    reducedSteps: ["1"],
  };
  fillArea(7);
  moderate();
  for (const length of [1, 2, 3, 4, 5, 63, 64, 65, 1000]) {
    for (const step of [length, length + 1]) {
      const parameters = [AREA_START / 4 + 7, AREA_START / 4 + 40000, 13, length, 13, length, step, 1];
      const expected = areaAfter(reduceKernel(form), parameters, 13, []);
      for (const made of [form, ...(length <= 64 ? [{ ...form, extent: length }] : [])]) {
        const actual = areaAfter(simdReduceKernel(made, "strict")!, parameters, 13, [0.5]);
        assertEquals(firstDifference(actual, expected), -1);
      }
    }
  }
});
