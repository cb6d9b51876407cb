import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { type DType, itemSize } from "../../../../tensor/dtype.ts";
import { binary, type Expression, input, unary } from "../../../../tensor/kernels/expression.ts";
import { keptRows, type RowForm, type RowOutput } from "../../../../tensor/kernels/row_form.ts";
import { rowKernel } from "../../../../tensor/kernels/rows.ts";
import { type Step, stepOf } from "../../../../tensor/kernels/elementwise_form.ts";
import { simdRowKernel } from "../../../../tensor/kernels/simd/rows.ts";
import { goTogether } from "../../../../tensor/kernels/simd/rows_together.ts";
import { MOST_ELEMENTS } from "../../../../tensor/kernels/simd/rows_unrolled.ts";
import { cuts } from "../launch.ts";
import {
  AREA,
  AREA_START,
  areaAfter,
  fillArea,
  type Layout,
  makePlacer,
  type Placed,
  views,
} from "./memory.ts";

/** A form, and by how many units in the last place its kernels may differ. */
interface Case {
  readonly form: RowForm;
  readonly ulp: number;
  /** Numbers below this count as large as it, since what they are differences of is. */
  readonly floor: number;
  /** Whether inputs are moderate numbers; otherwise any, infinities and NaN among them. */
  readonly moderate: boolean;
}

const [x, g, y] = [input(0), input(1), input(2)];

function whole(value: Expression, dtype: DType = "float32"): RowOutput {
  return { value, dtype, whole: true };
}

function single(value: Expression, dtype: DType = "float32"): RowOutput {
  return { value, dtype, whole: false };
}

const floats = (count: number): readonly DType[] => new Array<DType>(count).fill("float32");
const gained = binary("add", binary("multiply", y, g), g);

const CASES: readonly Case[] = [
  {
    form: { name: "softmax", inputs: floats(1), steps: [{ op: "softmax", value: x }], outputs: [whole(g)] },
    ulp: 8,
    floor: 2 ** -126,
    moderate: false,
  },
  {
    form: {
      name: "softmax of a product",
      inputs: floats(2),
      steps: [{ op: "softmax", value: binary("multiply", x, g) }],
      outputs: [whole(binary("multiply", y, g)), whole(binary("less", y, g), "bool")],
    },
    // Products of up to 16, of which one form rounds what the other does not: 4 units here and 4 in the greatest.
    ulp: 20,
    floor: 1e-5,
    moderate: true,
  },
  {
    form: {
      name: "logSoftmax",
      inputs: floats(1),
      steps: [{ op: "logSoftmax", value: x }],
      outputs: [whole(g)],
    },
    ulp: 6,
    floor: 1,
    moderate: false,
  },
  {
    form: {
      name: "logSumExp",
      inputs: floats(1),
      steps: [{ op: "logSumExp", value: x }],
      outputs: [single(g)],
    },
    ulp: 4,
    floor: 1,
    moderate: false,
  },
  {
    form: {
      name: "normalize",
      inputs: floats(1),
      steps: [{ op: "normalize", value: x, eps: 1e-5 }],
      outputs: [whole(g), single(y)],
    },
    ulp: 12,
    floor: 1,
    moderate: true,
  },
  {
    form: {
      name: "gained",
      inputs: floats(2),
      steps: [{ op: "normalize", value: x, eps: 1e-5 }],
      outputs: [whole(gained), single(input(3))],
    },
    ulp: 12,
    floor: 4,
    moderate: true,
  },
  {
    form: {
      name: "sums",
      inputs: floats(2),
      steps: [
        { op: "reduce", reduction: "sum", value: binary("multiply", x, g) },
        { op: "reduce", reduction: "sum", value: x },
        { op: "reduce", reduction: "max", value: binary("subtract", g, input(3)) },
      ],
      outputs: [whole(binary("multiply", x, binary("subtract", g, y))), single(input(3)), single(input(4))],
    },
    ulp: 16,
    floor: 512,
    moderate: true,
  },
  {
    form: {
      name: "kept",
      inputs: floats(2),
      steps: [
        { op: "reduce", reduction: "max", value: x },
        { op: "keep", value: unary("exp", binary("subtract", x, y)) },
        { op: "reduce", reduction: "sum", value: input(3) },
        { op: "reduce", reduction: "any", value: binary("less", g, input(3)) },
      ],
      outputs: [
        whole(binary("divide", input(3), input(4))),
        whole(binary("equal", x, y), "bool"),
        single(input(5), "bool"),
        single(unary("sqrt", input(4))),
      ],
    },
    ulp: 8,
    floor: 1e-30,
    moderate: true,
  },
  {
    form: {
      name: "any",
      inputs: floats(2),
      steps: [
        { op: "reduce", reduction: "any", value: binary("less", x, g) },
        { op: "logSumExp", value: x },
      ],
      outputs: [single(y, "bool"), whole(binary("subtract", g, input(3))), single(unary("sqrt", input(3)))],
    },
    ulp: 8,
    floor: 16,
    moderate: true,
  },
  {
    form: {
      name: "two kept",
      inputs: floats(2),
      steps: [{ op: "softmax", value: x }, { op: "softmax", value: binary("multiply", g, y) }],
      outputs: [whole(binary("multiply", y, input(3)))],
    },
    ulp: 16,
    floor: 2 ** -100,
    moderate: true,
  },
];

const FLAT: Layout = { order: [0, 0, 0], flipped: [false, false, false], repeated: [], gap: 1 };

const arguments_ = fc.record({
  seed: fc.nat(),
  kind: fc.constantFrom(...CASES),
  outer: fc.integer({ min: 1, max: 3 }),
  inner: fc.integer({ min: 1, max: 40 }),
  length: fc.integer({ min: 1, max: 150 }),
  along: fc.boolean(),
  /** Whether rows may be turned or go along together where they are short. */
  turned: fc.boolean(),
  /** Whether those are very short. */
  few: fc.boolean(),
  /** Whether they are in runs, and not all along one axis. */
  runs: fc.boolean(),
  /** How each input repeats: over the outer axis of rows, over the inner one, along rows. */
  repeated: fc.array(fc.array(fc.nat({ max: 3 }).map((n) => n === 0), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 2,
  }),
  /** The stride of the first input along rows that lie along memory. */
  stride: fc.constantFrom(1, 1, 2, 3, 4, -1),
  cut: cuts,
  other: cuts,
});

/** Numbers between -4 and 4 in the area, with now and then a large common part. */
function moderate(seed: number): void {
  const floats = views.float32.subarray(AREA_START / 4, (AREA_START + AREA) / 4);
  const common = seed % 5 === 0 ? 100 : 0;
  floats.forEach((value, i) => {
    floats[i] = (Math.abs(value) < 4 ? value : (i * 7919 % 101) / 25 - 2) + common;
  });
}

Deno.test("simdRowKernel() agrees with the plain loops along rows and across them, and cuts do not matter", () => {
  fc.assert(
    fc.property(arguments_, fc.constantFrom("strict" as const, "relaxed" as const), (given, mode) => {
      const { seed, kind, along, turned, few } = given;
      const single = turned && !given.runs;
      const outer = single ? 1 : given.outer;
      const inner = single ? (few ? 3 : given.length > 60 ? 2 : 5) * given.inner : given.inner;
      const length = turned && few ? 1 + given.length % 16 : given.length;
      const axes = single ? 1 : 2;
      const { form } = kind;
      fillArea(seed);
      if (kind.moderate) moderate(form.name === "normalize" ? seed : 1);
      const place = makePlacer();
      const shape = along ? [outer, inner, length] : [outer, length, inner];
      const axis = along ? 2 : 1;
      const own = shape.filter((_, i) => i !== axis);
      const inputs = form.inputs.map((dtype, i) => {
        const stride = along && !turned && i === 0 && itemSize(dtype) === 4 ? given.stride : 1;
        const lie = { ...FLAT, gap: Math.abs(stride), flipped: [false, false, stride < 0] };
        return place(dtype, shape, { ...lie, repeated: along || i > 0 ? given.repeated[i] : [] }, false);
      });
      const outputs = form.outputs.map(({ dtype, whole }) => place(dtype, whole ? shape : own, FLAT, true));
      const kept = Array.from({ length: keptRows(form) }, () => place("float32", shape, FLAT, true));
      const strides = (operand: Placed): number[] => {
        const list = operand.strides.length === 3 ? operand.strides : operand.strides.toSpliced(axis, 0, 0);
        return [...list.filter((_, i) => i !== axis).slice(-axes), list[axis]];
      };
      const numbers = (operands: readonly Placed[]): number[] => [
        ...operands.map(({ address }) => address),
        length,
        ...own.slice(-axes),
        ...operands.flatMap(strides),
      ];
      const step = (operand: Placed): Step => {
        const stride = strides(operand).at(along ? -1 : -2);
        return along ? stepOf(stride!, operand.dtype) : stride === 0 ? "0" : "1";
      };
      const rows = outer * inner;
      const layout = {
        along,
        axes,
        steps: inputs.map(step),
        same: inputs.map((operand) => strides(operand).slice(0, -1).every((stride) => stride === 0)),
        apart: [...inputs, ...outputs, ...kept].map((operand) => strides(operand).at(-1)!)
          .every((step) => step === 0 || step >= 3),
        short: along && turned && length <= MOST_ELEMENTS ? length : null,
        together: along && turned && goTogether(length),
        kept: kept.map((_, i) => inputs.length + outputs.length + i),
      };
      const expected = areaAfter(
        rowKernel(form, along, axes),
        numbers([...inputs, ...outputs]),
        rows,
        given.cut,
      );
      const kernel = simdRowKernel(form, layout, mode)!;
      const found = areaAfter(kernel, numbers([...inputs, ...outputs, ...kept]), rows, given.cut);
      const again = areaAfter(kernel, numbers([...inputs, ...outputs, ...kept]), rows, given.other);
      assertEquals(again, found);
      const bytes = new Uint8Array(expected.buffer);
      const others = new Uint8Array(found.buffer);
      const written = new Uint8Array(bytes.length);
      outputs.forEach((output, i) => {
        const { dtype, whole } = form.outputs[i];
        const count = rows * (whole ? length : 1);
        const size = dtype === "bool" ? 1 : 4;
        const start = output.address * size - AREA_START;
        written.fill(1, start, start + count * size);
        for (let j = 0; j < count; j++) {
          if (dtype === "bool") continue;
          const at = start + 4 * j;
          const [a, b] = [expected, found].map(({ buffer }) => new Float32Array(buffer, at, 1)[0]);
          if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))) continue;
          const unit = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(a), kind.floor))) - 23);
          if (!(Math.abs(a - b) <= kind.ulp * unit)) {
            throw new RangeError(`Expected ${a} but got ${b} at ${j} of ${i}`);
          }
        }
      });
      for (const { address } of kept) {
        written.fill(1, 4 * address - AREA_START, 4 * (address + rows * length) - AREA_START);
      }
      assertEquals(bytes.findIndex((byte, i) => written[i] === 0 && byte !== others[i]), -1);
    }),
    { numRuns: 300 },
  );
});
