import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import type { DType } from "../../../../tensor/dtype.ts";
import { elementwiseKernel } from "../../../../tensor/kernels/elementwise.ts";
import { stepsOf } from "../../../../tensor/kernels/elementwise_form.ts";
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
import { simdElementwiseKernel } from "../../../../tensor/kernels/simd/elementwise.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, firstDifference, layouts, makePlacer } from "./memory.ts";

/** Types that are computed with, and those that are only cast. */
const COMPUTED: readonly DType[] = ["float32", "int32", "uint32", "uint8", "bool"];
const TYPES: readonly DType[] = [...COMPUTED, "float16", "bfloat16"];

const FLOAT_UNARY: readonly UnaryOperator[] = ["negative", "abs", "sqrt", "floor", "ceil", "round", "trunc"];
// deno-fmt-ignore
const FLOAT_BINARY: readonly BinaryOperator[] = ["add", "subtract", "multiply", "divide", "maximum", "minimum",
  "remainder"];
// deno-fmt-ignore
const DOUBLE_BINARY: readonly BinaryOperator[] = ["add", "subtract", "multiply", "divide", "maximum", "minimum"];
/** Types whose values are computed with as float64 on the way to float32. */
const WIDENED: readonly DType[] = ["float32", "int32", "uint32"];
// deno-fmt-ignore
const INTEGER_BINARY: readonly BinaryOperator[] = ["add", "subtract", "multiply", "divide", "maximum", "minimum",
  "remainder", "and", "or", "xor", "shiftLeft", "shiftRight"];
const BOOL_BINARY: readonly BinaryOperator[] = ["and", "or", "xor", "maximum", "minimum"];
const COMPARISONS: readonly BinaryOperator[] = ["equal", "less", "lessEqual"];

/** A source of choices. */
type Pick = (below: number) => number;

function picker(seed: number): Pick {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state ^ (state >>> 13)) >>> 0) % below;
  };
}

function constant(pick: Pick, dtype: DType): Expression {
  const values = dtype === "float32"
    ? [0, -0, 1, -1, 0.5, 3, 0.1, 1e30, Infinity, 8]
    : dtype === "int32"
    ? [0, 1, -1, 7, 31, 40]
    : dtype === "bool"
    ? [0, 1]
    : [0, 1, 7, 31, 40];
  return { op: "constant", value: values[pick(values.length)], dtype };
}

/** Builds expressions out of inputs and of what was built before, so that parts are shared. */
function randomExpressions(pick: Pick, inputs: readonly DType[], outputs: readonly DType[]): Expression[] {
  const pools = new Map<DType, Expression[]>(TYPES.map((dtype) => [dtype, []]));
  inputs.forEach((dtype, i) => pools.get(dtype)!.push(input(i)));
  const any = (dtype: DType): Expression => {
    const pool = pools.get(dtype)!;
    if (pool.length > 0) return pool[Math.max(pick(pool.length), pick(pool.length))];
    const from = inputs[pick(inputs.length)];
    return from === dtype ? input(0) : cast(input(inputs.indexOf(from)), dtype);
  };
  const operand = (dtype: DType): Expression => pick(4) === 0 ? constant(pick, dtype) : any(dtype);
  const double = (depth: number): Expression => {
    if (pick(8) === 0) return { op: "constant", value: [0.1, -3, 1e300, 0][pick(4)], dtype: "float64" };
    if (depth === 0 || pick(3) === 0) return cast(any(WIDENED[pick(WIDENED.length)]), "float64");
    return pick(3) === 0
      ? unary(FLOAT_UNARY[pick(FLOAT_UNARY.length)], double(depth - 1))
      : binary(DOUBLE_BINARY[pick(DOUBLE_BINARY.length)], double(depth - 1), double(depth - 1));
  };
  const make = (dtype: DType): Expression => {
    const kind = pick(8);
    if (dtype === "float32" && pick(6) === 0) return cast(double(3), "float32");
    if (kind === 0) return select(any("bool"), any(dtype), operand(dtype));
    if (kind === 1) {
      const from = TYPES[pick(TYPES.length)];
      return cast(any(from), dtype);
    }
    switch (dtype) {
      case "float16":
      case "bfloat16":
        return cast(any("float32"), dtype);
      case "float32":
        return kind < 4
          ? unary(FLOAT_UNARY[pick(FLOAT_UNARY.length)], any(dtype))
          : binary(FLOAT_BINARY[pick(FLOAT_BINARY.length)], any(dtype), operand(dtype));
      case "bool": {
        if (kind < 3) return unary("not", any(COMPUTED[pick(COMPUTED.length)]));
        if (kind < 5) return binary(BOOL_BINARY[pick(BOOL_BINARY.length)], any("bool"), any("bool"));
        const of = COMPUTED[pick(COMPUTED.length)];
        return binary(COMPARISONS[pick(COMPARISONS.length)], any(of), operand(of));
      }
      default:
        return kind < 3
          ? unary((["negative", "abs", "bitwiseNot"] as const)[pick(3)], any(dtype))
          : binary(INTEGER_BINARY[pick(INTEGER_BINARY.length)], any(dtype), operand(dtype));
    }
  };
  for (let count = 1 + pick(12); count > 0; count--) {
    const dtype = TYPES[pick(TYPES.length)];
    pools.get(dtype)!.push(make(dtype));
  }
  return outputs.map((dtype) => make(dtype));
}

const dtypeLists = (most: number) => fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: most });

const shapes = fc.integer({ min: 1, max: 4 }).chain((rank) =>
  fc.array(
    fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: rank < 3 ? 70 : 12 })),
    { minLength: rank, maxLength: rank },
  )
);

Deno.test("simdElementwiseKernel() has the bits of the plain loops in strict mode, for any layout", () => {
  let covered = 0;
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(),
        inputs: dtypeLists(4),
        outputs: dtypeLists(2),
        flat: fc.boolean(),
        copies: fc.nat({ max: 3 }).map((n) => n === 0),
        shape: fc.oneof(
          {
            weight: 1,
            arbitrary: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 500, max: 700 })),
          },
          {
            weight: 1,
            arbitrary: fc.tuple(
              fc.integer({ min: 1, max: 3 }),
              fc.integer({ min: 1, max: 4 }),
              fc.integer({ min: 60, max: 140 }),
            ),
          },
          { weight: 4, arbitrary: shapes },
        ),
        layout: fc.array(layouts(4), { minLength: 6, maxLength: 6 }),
        cut: cuts,
        other: cuts,
      }),
      ({ seed, copies, flat, shape, layout, cut, other, ...given }) => {
        fillArea(seed);
        const pick = picker(seed);
        const inputs = copies ? given.inputs.slice(0, 1) : given.inputs;
        const outputs = copies ? (seed % 2 === 0 ? inputs : given.outputs.slice(0, 1)) : given.outputs;
        const expressions = copies
          ? [inputs[0] === outputs[0] ? input(0) : cast(input(0), outputs[0])]
          : randomExpressions(pick, inputs, outputs);
        const total = shape.reduce((a, b) => a * b, 1);
        const extents = flat ? [total] : shape;
        const dtypes = [...inputs, ...outputs];
        const place = makePlacer();
        const plain = { order: [0], flipped: [false], gap: 1 };
        const placed = dtypes.map((dtype, i) => {
          const output = i >= inputs.length;
          return flat
            ? place(
              dtype,
              extents,
              { ...plain, repeated: [layout[i].repeated[0]], gap: output ? 1 : layout[i].gap },
              output,
            )
            : place(dtype, extents, layout[i], output);
        });
        const steps = stepsOf(
          placed.map(({ strides }) => strides.at(-1)!),
          dtypes,
          inputs.length,
          seed % 3 > 0,
        );
        const form = {
          name: formatExpressions(expressions) + dtypes,
          expressions,
          inputs,
          outputs,
          rank: extents.length,
          steps,
        };
        const parameters = [
          ...placed.map(({ address }) => address),
          ...extents,
          ...placed.flatMap(({ strides }) => strides),
        ];
        const kernel = simdElementwiseKernel(form, "strict");
        if (kernel === null) return;
        covered++;
        const expected = areaAfter(elementwiseKernel(form), parameters, total, cut);
        const actual = areaAfter(kernel, parameters, total, other);
        const at = firstDifference(actual, expected);
        assertEquals(at, -1, `${form.name}: ${actual[at]} where ${expected[at]} was expected`);
      },
    ),
    { numRuns: 300 },
  );
  assertEquals(covered > 250, true);
});

Deno.test("simdElementwiseKernel() takes rows that repeat, and numbers of rows, at any place", () => {
  const [x, y, z, half] = [input(0), input(1), input(2), input(3)];
  const value = binary("add", binary("multiply", x, y), binary("subtract", z, cast(half, "float32")));
  const form = {
    name: "rows",
    expressions: [value],
    inputs: ["float32", "float32", "float32", "bfloat16"] as const,
    outputs: ["float32"] as const,
    rank: 2,
    steps: ["1", "1", "0", "1", "1"] as const,
  };
  for (const length of [1, 2, 3, 4, 7, 16, 33, 64, 121, 257, 1023, 1024, 1025]) {
    fillArea(length);
    const rows = Math.ceil(2500 / length);
    const place = makePlacer();
    const plain = { order: [0, 0], flipped: [false, false], gap: 1 };
    const across = [[false, false], [true, false], [false, true], [true, false], [false, false]];
    const dtypes = [...form.inputs, ...form.outputs];
    const placed = dtypes.map((dtype, i) =>
      place(dtype, [rows, length], { ...plain, repeated: across[i] }, i === 4)
    );
    const parameters = [
      ...placed.map(({ address }) => address),
      ...[rows, length],
      ...placed.flatMap(({ strides }) => strides),
    ];
    const expected = areaAfter(elementwiseKernel(form), parameters, rows * length, []);
    for (const cut of [[], [0.001], [0.37, 0.7, 0.701]]) {
      const found = areaAfter(simdElementwiseKernel(form, "strict")!, parameters, rows * length, cut);
      assertEquals(firstDifference(found, expected), -1, `rows of ${length}, cut at ${cut}`);
    }
  }
});

Deno.test("simdElementwiseKernel() reads words with strides along rows of any length", () => {
  const [x, y, z] = [input(0), input(1), input(2)];
  for (
    const [rank, step] of [1, 2].flatMap((n) => (["2", "3", "4", "-1"] as const).map((s) => [n, s] as const))
  ) {
    const form = {
      name: "strides of words",
      expressions: [binary("subtract", binary("multiply", x, y), cast(z, "float32"))],
      inputs: ["float32", "float32", "int32"] as const,
      outputs: ["float32"] as const,
      rank,
      steps: [step, "1", "2", "1"] as const,
    };
    for (let length = 1; length < 140; length += length < 24 ? 1 : 9) {
      fillArea(length);
      const shape = rank === 1 ? [length] : [Math.ceil(300 / length), length];
      const total = shape.reduce((a, b) => a * b, 1);
      const place = makePlacer();
      const layout = { order: [0, 0], repeated: [] };
      const placed = [...form.inputs, ...form.outputs].map((dtype, i) =>
        place(dtype, shape, {
          ...layout,
          flipped: [rank === 1, true].map((innermost) => innermost && form.steps[i] === "-1"),
          gap: Math.abs(Number(form.steps[i])),
        }, i === 3)
      );
      const parameters = [
        ...placed.map(({ address }) => address),
        ...shape,
        ...placed.flatMap(({ strides }) => strides),
      ];
      const expected = areaAfter(elementwiseKernel(form), parameters, total, []);
      for (const cut of [[], [0.001], [0.37, 0.7, 0.701]]) {
        const found = areaAfter(simdElementwiseKernel(form, "strict")!, parameters, total, cut);
        assertEquals(firstDifference(found, expected), -1, `rows of ${length}, cut at ${cut}`);
      }
    }
  }
});

Deno.test("simdElementwiseKernel() goes along lines of any length beside numbers for each, also in place", () => {
  const [x, y, z] = [input(0), input(1), input(2)];
  const form = {
    name: "lines",
    expressions: [binary("subtract", binary("multiply", x, y), z), binary("less", x, z)],
    inputs: ["float32", "float32", "float32"] as const,
    outputs: ["float32", "bool"] as const,
    rank: 3,
    steps: ["1", "0", "0", "1", "1"] as const,
  };
  const plain = { order: [0, 0, 0], flipped: [false, false, false], gap: 1 };
  const along = { ...plain, repeated: [true, false, true] };
  for (let length = 1; length < 140; length += length < 24 ? 1 : 9) {
    fillArea(length);
    const shape = [Math.ceil(700 / length), 3, length];
    const place = makePlacer();
    const whole = place("float32", shape, { ...plain, repeated: [] }, true);
    const numbers = [0, 1].map(() => place("float32", shape, along, false));
    const bools = place("bool", shape, { ...plain, repeated: [] }, true);
    for (const target of [whole, place("float32", shape, { ...plain, repeated: [] }, true)]) {
      const placed = [whole, ...numbers, target, bools];
      const parameters = [
        ...placed.map(({ address }) => address),
        ...shape,
        ...placed.flatMap(({ strides }) => strides),
      ];
      const total = 3 * length * shape[0];
      const expected = areaAfter(elementwiseKernel(form), parameters, total, []);
      for (const cut of [[], [0.001], [0.37, 0.7, 0.701]]) {
        const found = areaAfter(simdElementwiseKernel(form, "strict")!, parameters, total, cut);
        assertEquals(firstDifference(found, expected), -1, `lines of ${length}, cut at ${cut}`);
      }
    }
  }
});

Deno.test("simdElementwiseKernel() widens strided bytes, which is no copy", () => {
  for (const dtype of ["int32", "uint32", "float32"] as const) {
    fillArea(3);
    const form = {
      name: `widen ${dtype}`,
      expressions: [cast(input(0), dtype)],
      inputs: ["uint8" as const],
      outputs: [dtype],
      rank: 2,
      steps: ["s", "1"] as const,
    };
    const start = AREA_START / 4;
    const parameters = [4 * start + 1, start + 1000, 7, 9, 1, 7, 9, 1];
    const expected = areaAfter(elementwiseKernel(form), parameters, 63, []);
    const actual = areaAfter(simdElementwiseKernel(form, "strict")!, parameters, 63, []);
    assertEquals(firstDifference(actual, expected), -1);
  }
});

Deno.test("simdElementwiseKernel() works in place, and with nothing to do", () => {
  fillArea(1);
  const [x, y] = [input(0), input(1)];
  const form = {
    name: "inPlace",
    expressions: [binary("add", x, y), binary("multiply", x, y)],
    inputs: ["float32", "float32"] as const,
    outputs: ["float32", "float32"] as const,
    rank: 1,
    steps: ["1", "1", "1", "1"] as const,
  };
  const place = makePlacer();
  const layout = { order: [0], flipped: [false], repeated: [false], gap: 1 };
  for (const total of [0, 1, 3, 4, 15, 16, 17, 1000]) {
    const [a, b] = [0, 1].map(() => place("float32", [1000], layout, true).address);
    const kernel = simdElementwiseKernel(form, "strict")!;
    const expected = areaAfter(elementwiseKernel(form), [a, b, a, b], total, [0.3]);
    assertEquals(firstDifference(areaAfter(kernel, [a, b, a, b], total, [0.7, 0.8]), expected), -1);
  }
});

Deno.test("simdElementwiseKernel() fuses a product with a sum in relaxed mode alone", () => {
  const [x, y, z] = [input(0), input(1), input(2)];
  const product = binary("multiply", x, y);
  const form = {
    name: "fused",
    expressions: [binary("add", product, z)],
    inputs: ["float32", "float32", "float32"] as const,
    outputs: ["float32"] as const,
    rank: 1,
    steps: ["1", "1", "1", "1"] as const,
  };
  const shared = {
    ...form,
    name: "shared",
    expressions: [binary("add", product, binary("subtract", z, product))],
  };
  assertEquals(
    simdElementwiseKernel(form, "relaxed")!.source !== simdElementwiseKernel(form, "strict")!.source,
    true,
  );
  assertEquals(
    simdElementwiseKernel(shared, "relaxed")!.source === simdElementwiseKernel(shared, "strict")!.source,
    true,
  );
});

Deno.test("simdElementwiseKernel() leaves float64 and rare functions to the plain loops", () => {
  const form = {
    name: "rare",
    expressions: [binary("gcd", input(0), input(0))],
    inputs: ["float32"] as const,
    outputs: ["float32"] as const,
    rank: 1,
    steps: ["1", "1"] as const,
  };
  assertEquals(simdElementwiseKernel(form, "strict"), null);
  const wide = { ...form, name: "wide", expressions: [input(0)], inputs: ["float64"] as const };
  assertEquals(simdElementwiseKernel(wide, "strict"), null);
});
