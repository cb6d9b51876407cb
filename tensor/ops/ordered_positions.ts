/**
 * Where elements of a line are that have given places in its order.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { vectorMode } from "../kernel_choice.ts";
import { argsortKernel, pairsGathered } from "../kernels/simd/argsort.ts";
import { mergeKernel, SEGMENT, sortPartsKernel } from "../kernels/simd/merge_sort.ts";
import { orderStatisticsKernel } from "../kernels/simd/order_statistics.ts";
import { type Order, wordsOf } from "../kernels/simd/ordered_word.ts";
import { SCRATCH_LENGTH } from "../kernels/simd/radix_sort.ts";
import type { Machine, Operand } from "../machine.ts";
import { threads } from "../runtime/threads.ts";
import { contiguousOperand } from "../operand.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { batchInFront } from "../rules.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { takeAlongAxis } from "./along_axis.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { INSIDE } from "./index_mode.ts";
import { sequence } from "./positions.ts";

/** Work of a chunk, in elements. */
const CHUNK = 4096;

type Ordering = Omit<Order, "dtype">;

interface Argsort extends Ordering {
  /** How many positions are wanted: the first ones. */
  readonly count: number;
}

const argsortPrimitive: Primitive<Argsort> = definePrimitive<Argsort>({
  name: "argsort",
  infer: ([x], { count }) => [{ dtype: "int32", shape: [...x.shape.slice(0, -1), count] }],
  execute([x], [positions], { descending, signedZeros, count }, machine) {
    const length = x.shape[x.shape.length - 1];
    const lines = count === 0 ? 0 : sizeOf(x.shape.slice(0, -1));
    // There is one order, which may be found in another way where more threads than lines take part.
    if (count === length && length > SCRATCH_LENGTH && lines < threads() && wordsOf(x.dtype) === 1) {
      return launchParts(x, positions, { dtype: x.dtype, descending, signedZeros }, machine);
    }
    const gathered = pairsGathered(length, count);
    machine.launch(
      argsortKernel({ dtype: x.dtype, descending, signedZeros }, vectorMode() !== null),
      [contiguousOperand(x, machine), positions, ...pairAreas(lines, gathered, machine)],
      [length, count, gathered],
      lines,
      Math.max(1, Math.round(CHUNK / Math.max(1, length))),
    );
  },
  pullback: null,
  batch: batchInFront,
});

/** The most parts of a line that are sorted apart. */
const PARTS = 8;

/** Sorts parts of long lines, one for each thread, and merges them. */
function launchParts(x: Operand, positions: Operand, order: Order, machine: Machine): void {
  const length = x.shape[x.shape.length - 1];
  const lines = sizeOf(x.shape.slice(0, -1));
  let parts = 2;
  while (parts < PARTS && lines * parts < threads()) parts *= 2;
  const size = Math.ceil(length / parts);
  let [pairs, room] = [0, 1].map(() => machine.temporary("float64", [lines, length]));
  const given = contiguousOperand(x, machine);
  machine.launch(sortPartsKernel(order), [given, pairs, room], [length, size, parts], lines * parts, 1);
  for (let run = size; run < length; run *= 2) {
    const last = 2 * run >= length;
    const segments = Math.ceil(2 * run / SEGMENT);
    machine.launch(
      mergeKernel(last),
      [pairs, last ? positions : room],
      [length, run, segments],
      lines * Math.ceil(length / (2 * run)) * segments,
      1,
    );
    [pairs, room] = [room, pairs];
  }
}

/** The two areas of pairs that a kernel asks for, `most` of them for each of `lines`. */
function pairAreas(lines: number, most: number, machine: Machine): readonly Operand[] {
  const shape = most <= SCRATCH_LENGTH ? [0] : [lines, most];
  return [machine.temporary("float64", shape), machine.temporary("float64", shape)];
}

const orderStatisticsPrimitive: Primitive<Ordering> = definePrimitive<Ordering>({
  name: "orderStatistics",
  infer: ([_, ranks]) => [{ dtype: "int32", shape: ranks.shape }],
  execute([x, ranks], [positions], { descending, signedZeros }, machine) {
    const length = x.shape[x.shape.length - 1];
    const each = ranks.shape[ranks.shape.length - 1];
    const lines = each === 0 ? 0 : sizeOf(x.shape.slice(0, -1));
    machine.launch(
      orderStatisticsKernel({ dtype: x.dtype, descending, signedZeros }),
      [
        contiguousOperand(x, machine),
        contiguousOperand(ranks, machine),
        positions,
        ...pairAreas(lines, length, machine),
      ],
      [length, each],
      lines,
      Math.max(1, Math.round(CHUNK / Math.max(1, length))),
    );
  },
  pullback: null,
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** Up to what share of a line it is looked through for the first positions, instead of narrowing where they are. */
const FEW = 1 / 64;

/** Lines up to this length would be sorted where they are narrowed. */
const SHORT = 64;

/**
 * The first `count` positions of the order along the last axis, as `argsort` gives them; with `signedZeros` 0 is greater
 * than -0.
 */
export function firstPositions(x: Tensor, count: number, descending: boolean, signedZeros: boolean): Tensor {
  const length = x.shape[x.rank - 1];
  const attributes = { descending, signedZeros: signedZeros && isFloating(x.dtype) };
  if (length <= SHORT || count === length || count <= FEW * length) {
    return apply(argsortPrimitive, [x], { ...attributes, count });
  }
  const ranks = broadcastTo(sequence(count, 0, 1, 1, 0), [...x.shape.slice(0, -1), count]);
  return apply(orderStatisticsPrimitive, [x, ranks], attributes);
}

/** So many ranks, a quantile's two, are near each other; what lies between more of them is a great part of the line. */
const NEAR = 2;

/** The positions along the last axis of the elements of some ranks (int32), [..., ranks], in their ascending order. */
export function positionsOfRanks(x: Tensor, ranks: Tensor): Tensor {
  const last = x.rank - 1;
  if (ranks.shape[last] > NEAR) {
    return takeAlongAxis(firstPositions(x, x.shape[last], false, false), ranks, last, INSIDE);
  }
  return apply(orderStatisticsPrimitive, [x, ranks], { descending: false, signedZeros: false });
}
