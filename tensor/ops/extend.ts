/**
 * New elements around axes that repeat or mirror those inside, and its transpose, which adds them to those that they
 * came from. Both work on the sides alone but for a copy of what is inside.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { copyInto, launchElementwise } from "../launch_elementwise.ts";
import { binary, input } from "../kernels/expression.ts";
import type { Operand } from "../machine.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { BatchRule } from "../rules.ts";
import type { Tensor } from "../tensor.ts";
import { pick } from "./define_view.ts";

/** What the new elements are: the outermost one, what is mirrored at it or with it, or what comes from the other side. */
export type ExtendMode = "edge" | "reflect" | "symmetric" | "wrap";

/** How much axes are extended. */
export interface Extension {
  /** New elements before those of each axis. */
  readonly low: readonly number[];
  /** New elements behind them. */
  readonly high: readonly number[];
  /** What they are. */
  readonly mode: ExtendMode;
}

/** Copies of the outermost element whose cotangents are added one by one. */
const FEW_EDGES = 16;

/** Whether new elements come from those inside directly, along every axis. */
export function isExtension(shape: readonly number[], { low, high, mode }: Extension): boolean {
  return shape.every((extent, axis) => {
    const most = Math.max(low[axis], high[axis]);
    if (Math.min(low[axis], high[axis]) < 0) return false;
    if (mode === "edge") return most === 0 || (extent > 0 && most <= FEW_EDGES);
    return most <= (mode === "reflect" ? Math.max(0, extent - 1) : extent);
  });
}

/** New elements of an axis: `count` from `to` on, those from `from` on in steps of `step`. */
interface Side {
  readonly to: number;
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

function sidesOf(extent: number, low: number, high: number, mode: ExtendMode): readonly Side[] {
  const [last, behind] = [low + extent - 1, low + extent];
  const [before, after] = {
    edge: [[low, 0], [last, 0]],
    reflect: [[2 * low, -1], [last - 1, -1]],
    symmetric: [[2 * low - 1, -1], [last, -1]],
    wrap: [[extent, 1], [low, 1]],
  }[mode];
  return [
    { to: 0, from: before[0], step: before[1], count: low },
    { to: behind, from: after[0], step: after[1], count: high },
  ].filter(({ count }) => count > 0);
}

/** A part of what is extended: along `axis` as given, along those before all of it, along those behind what is inside. */
function partOf(
  whole: Operand,
  inside: readonly number[],
  low: readonly number[],
  axis: number,
  [start, step, count]: readonly [number, number, number],
): Operand {
  let { offset } = whole;
  whole.strides.forEach((stride, i) => {
    if (i === axis) offset += start * stride;
    else if (i > axis) offset += low[i] * stride;
  });
  return {
    ...pick(whole),
    offset,
    shape: whole.shape.map((extent, i) => i < axis ? extent : i === axis ? count : inside[i]),
    strides: whole.strides.with(axis, (whole.strides[axis] ?? 0) * step),
  };
}

/** What is inside of something that is extended. */
function insideOf(whole: Operand, inside: readonly number[], low: readonly number[]): Operand {
  const offset = whole.strides.reduce((sum, stride, i) => sum + low[i] * stride, whole.offset);
  return { ...pick(whole), shape: inside, offset };
}

const BATCH: BatchRule<Extension> = {
  rule: ({ inputs, attributes: { low, high, mode }, apply }) =>
    apply(inputs, { low: [0, ...low], high: [0, ...high], mode }),
};

const extendPrimitive: Primitive<Extension> = definePrimitive<Extension>({
  name: "extend",
  infer: ([x], { low, high }) => [{
    dtype: x.dtype,
    shape: x.shape.map((extent, axis) => low[axis] + extent + high[axis]),
  }],
  execute([x], [output], { low, high, mode }, machine) {
    copyInto(x, insideOf(output, x.shape, low), machine);
    x.shape.forEach((extent, axis) => {
      for (const { to, from, step, count } of sidesOf(extent, low[axis], high[axis], mode)) {
        const source = partOf(output, x.shape, low, axis, [from, step, count]);
        copyInto(source, partOf(output, x.shape, low, axis, [to, 1, count]), machine);
      }
    });
  },
  pullback: { rule: ([g], { attributes }) => [apply(foldExtensionPrimitive, [g], attributes)] },
  batch: BATCH,
});

const ADDED = [binary("add", input(0), input(1))];

const foldExtensionPrimitive: Primitive<Extension> = definePrimitive<Extension>({
  name: "foldExtension",
  infer: ([x], { low, high }) => [{
    dtype: x.dtype,
    shape: x.shape.map((extent, axis) => extent - low[axis] - high[axis]),
  }],
  execute([x], [output], { low, high, mode }, machine) {
    const { shape } = output;
    const sums = machine.temporary(x.dtype, x.shape);
    copyInto(x, sums, machine);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      for (const { to, from, step, count } of sidesOf(shape[axis], low[axis], high[axis], mode)) {
        // The edge gets all of its copies, one after the other.
        const rounds = step === 0 ? count : 1;
        for (let round = 0; round < rounds; round++) {
          const length = step === 0 ? 1 : count;
          const target = partOf(sums, shape, low, axis, [from, step === 0 ? 1 : step, length]);
          const source = partOf(sums, shape, low, axis, [to + round, 1, length]);
          launchElementwise("add", ADDED, [target, source], [target], machine);
        }
      }
    }
    copyInto(insideOf(sums, shape, low), output, machine);
  },
  pullback: { rule: ([g], { attributes }) => [extend(g, attributes)] },
  batch: BATCH,
});

/** The tensor with new elements around it, axis by axis; see `isExtension` for how many there may be. */
export function extend(x: Tensor, extension: Extension): Tensor {
  return apply(extendPrimitive, [x], extension);
}
