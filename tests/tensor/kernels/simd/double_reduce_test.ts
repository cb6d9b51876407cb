import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import type { Step } from "../../../../tensor/kernels/elementwise_form.ts";
import { binary, cast, input, unary } from "../../../../tensor/kernels/expression.ts";
import { reduceKernel } from "../../../../tensor/kernels/reduce.ts";
import type { ReduceForm, Reduction } from "../../../../tensor/kernels/reduce_form.ts";
import { simdReduceKernel } from "../../../../tensor/kernels/simd/reduce.ts";
import { cuts } from "../launch.ts";
import { AREA, AREA_START, areaAfter, layouts, makePlacer, views } from "./memory.ts";

const REDUCTIONS: readonly Reduction[] = ["sum", "prod", "max", "min"];
const SPECIAL = [0, -0, Infinity, -Infinity, NaN, 1e308, -1e308, 5e-324];

/** float64 in the whole area, some of them edge cases. */
function fillDoubles(seed: number): void {
  const doubles = views.float64.subarray(AREA_START / 8, (AREA_START + AREA) / 8);
  let state = seed >>> 0;
  for (let i = 0; i < doubles.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = (state ^ (state >>> 15)) >>> 0;
    doubles[i] = mixed % 97 === 0 ? SPECIAL[mixed % SPECIAL.length] : mixed / 2 ** 31 - 1;
  }
}

const stepOf = (stride: number): Step => stride === 1 ? "1" : stride === 0 ? "0" : "s";

const arguments_ = fc.record({
  seed: fc.nat(),
  reduction: fc.constantFrom(...REDUCTIONS),
  kept: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 25 })),
  reduced: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 50 })),
  columns: fc.boolean(),
  chunk: fc.integer({ min: 1, max: 4 }),
  layout: fc.array(layouts(4), { minLength: 2, maxLength: 2 }),
  plain: fc.boolean(),
  output: fc.constantFrom("float64" as const, "float32" as const),
  cut: cuts,
  other: cuts,
});

Deno.test("reductions of float64 in vectors have the bits of the plain loops", () => {
  const [x, y] = [input(0), input(1)];
  let covered = 0;
  fc.assert(
    fc.property(arguments_, fc.constantFrom("strict" as const, "relaxed" as const), (given, mode) => {
      const { seed, reduction, kept, reduced, columns, plain, cut, other } = given;
      fillDoubles(seed);
      const place = makePlacer();
      const shape = columns ? [...reduced, ...kept] : [...kept, ...reduced];
      const order = { order: [0, 0, 0, 0], flipped: [false, false, false, false], gap: 1 };
      const placed = given.layout.map((layout) =>
        place("float64", shape, plain ? { ...order, repeated: layout.repeated } : layout, false)
      );
      const [keptAxes, reducedAxes] = columns ? [[2, 3], [0, 1]] : [[0, 1], [2, 3]];
      const form: ReduceForm = {
        name: "double",
        reduction,
        expression: binary("add", binary("multiply", x, y), unary("abs", y)),
        inputs: ["float64", "float64"],
        output: given.output,
        kept: 2,
        reduced: 2,
        keptSteps: placed.map(({ strides }) => stepOf(strides[keptAxes[1]])),
        reducedSteps: placed.map(({ strides }) => stepOf(strides[reducedAxes[1]])),
      };
      const outputs = kept[0] * kept[1];
      const chunks = Math.ceil(reduced[0] / given.chunk);
      const output = place(given.output, [chunks, outputs], { ...order, repeated: [] }, true);
      const parameters = [
        ...placed.map(({ address }) => address),
        output.address,
        outputs,
        given.chunk,
        ...kept,
        ...reduced,
        ...placed.flatMap(({ strides }) => [...keptAxes, ...reducedAxes].map((axis) => strides[axis])),
      ];
      const kernel = simdReduceKernel(form, mode);
      if (kernel === null) return;
      covered++;
      const numbersAfter = (run: typeof kernel, cut: readonly number[]): Float64Array | Float32Array => {
        const { buffer } = areaAfter(run, parameters, chunks * outputs, cut);
        return given.output === "float64"
          ? new Float64Array(buffer, 0, AREA / 8)
          : new Float32Array(buffer, 0, AREA / 4);
      };
      const expected = numbersAfter(reduceKernel(form), cut);
      const found = numbersAfter(kernel, other);
      assertEquals(found.findIndex((value, i) => !Object.is(value, expected[i])), -1);
    }),
    { numRuns: 200 },
  );
  assertEquals(covered > 60, true);
});

Deno.test("reductions of float64 with other types are left to the plain loops", () => {
  const form: ReduceForm = {
    name: "cast",
    reduction: "sum",
    expression: cast(input(0), "float64"),
    inputs: ["float32"],
    output: "float64",
    kept: 0,
    reduced: 1,
    keptSteps: ["0"],
    reducedSteps: ["1"],
  };
  assertEquals(simdReduceKernel(form, "strict"), null);
});
