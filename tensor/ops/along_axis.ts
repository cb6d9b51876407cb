/**
 * Reading and writing along an axis where every line has positions of its own.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { mergeAxes } from "../merge_axes.ts";
import { alongAxisLoopOf, gatheringLoopOf } from "../kernel_choice.ts";
import type { Outside } from "../kernels/gather.ts";
import { contiguousOperand } from "../operand.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { Machine, Operand } from "../machine.ts";
import { broadcastShapes, contiguousStrides, normalizeAxis, type Shape, sizeOf } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { asTensor } from "./convert.ts";
import { checkMode, fromStart, type IndexMode, indicesOf, placed } from "./index_mode.ts";
import { sequence, strided } from "./positions.ts";
import { scatterFlat } from "./scatter.ts";
import { broadcastTo } from "./broadcast_to.ts";

/** Work of a chunk, in elements that are read or added. */
const CHUNK = 32768;

interface Take {
  readonly axis: number;
  readonly outside: Outside;
}

interface ScatterAdd {
  readonly axis: number;
  readonly extent: number;
}

/** Launches the loop along one axis in which every line has positions of its own. */
function launchAlongAxis(
  add: boolean,
  operands: readonly [Operand, Operand, Operand],
  { axis, outside, extent }: { readonly axis: number; readonly outside: Outside; readonly extent: number },
  machine: Machine,
): void {
  const [, indices] = operands;
  const others = (list: readonly number[]): number[] => list.filter((_, i) => i !== axis);
  const { shape, strides } = mergeAxes(others(indices.shape), operands.map((x) => others(x.strides)));
  const count = indices.shape[axis];
  const lines = count === 0 && !add ? 0 : sizeOf(shape);
  const along = operands.map((x) => x.strides[axis]);
  const { kernel, together } = alongAxisLoopOf(
    { add, dtype: operands[0].dtype, indices: indices.dtype, rank: shape.length, outside },
    along,
    strides.map((list) => list.at(-1)),
    shape.at(-1) ?? 1,
  );
  const units = Math.ceil((shape.at(-1) ?? 1) / together);
  machine.launch(
    kernel,
    operands,
    [count, extent, ...along, ...shape, ...strides.flat()],
    together === 1 || lines === 0 ? lines : units * sizeOf(shape.slice(0, -1)),
    Math.max(1, Math.round(CHUNK / (together * (count + (add ? extent : 0) + 1)))),
  );
}

const takeAlongAxisPrimitive: Primitive<Take> = definePrimitive<Take>({
  name: "takeAlongAxis",
  infer: ([x, indices]) => [{ dtype: x.dtype, shape: indices.shape }],
  execute([x, indices], [output], { axis, outside }, machine) {
    if (sizeOf(indices.shape) === indices.shape[axis]) {
      // One line is read like parts of one element, which threads share.
      const form = { dtype: x.dtype, indices: indices.dtype, outer: 0, inner: 0, outside };
      const [count, extent] = [indices.shape[axis], x.shape[axis]];
      machine.launch(
        gatheringLoopOf(form, 1, true),
        [x, contiguousOperand(indices, machine), output],
        [count, extent, x.strides[axis], 1],
        count,
        CHUNK,
      );
      return;
    }
    launchAlongAxis(false, [x, indices, output], { axis, outside, extent: x.shape[axis] }, machine);
  },
  pullback: {
    rule: ([g], { inputs: [x, indices], attributes: { axis } }) => [
      apply(scatterAddAlongAxisPrimitive, [g, indices], { axis, extent: x.shape[axis] }),
      null,
    ],
  },
  batch: {
    rule: ({ all, attributes: { axis, outside }, apply }) => apply(all(), { axis: axis + 1, outside }),
  },
});

const scatterAddAlongAxisPrimitive: Primitive<ScatterAdd> = definePrimitive<ScatterAdd>({
  name: "scatterAddAlongAxis",
  flops: ([updates]) => sizeOf(updates.shape),
  infer: ([x], { axis, extent }) => [{ dtype: x.dtype, shape: withExtent(x.shape, axis, extent) }],
  execute([x, indices], [output], { axis, extent }, machine) {
    launchAlongAxis(true, [x, indices, output], { axis, outside: "zero", extent }, machine);
  },
  pullback: {
    rule: ([g], { inputs: [_, indices], attributes: { axis } }) => [
      apply(takeAlongAxisPrimitive, [g, indices], { axis, outside: "zero" }),
      null,
    ],
  },
  batch: { rule: ({ all, attributes: { axis, extent }, apply }) => apply(all(), { axis: axis + 1, extent }) },
});

function withExtent(shape: Shape, axis: number, extent: number): number[] {
  return shape.map((old, i) => i === axis ? extent : old);
}

/** Options of reading and writing along an axis. */
export interface AlongAxisOptions {
  /** What becomes of an index outside of the axis; "error" by default. */
  readonly mode?: IndexMode;
}

const ALONG_AXIS_OPTIONS = { mode: true } as const;

/**
 * For each line along `axis` the elements at the line's own indices: `result[i, j] = x[i, indices[i, j]]` for
 * axis 1. The other axes broadcast. Negative indices count from the end; what is read outside is as in `take`.
 *
 * @throws {TypeError} If the indices are not integers, or `x` holds random keys.
 * @throws {RangeError} If the ranks differ or the other axes do not broadcast, or with the mode "error" an index is
 * outside.
 *
 * @example The score of each label
 * ```ts
 * import { takeAlongAxis, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scores = tensor([[1, 2], [3, 4]]);
 * const labels = tensor([[1], [0]], { dtype: "int32" });
 * assertEquals(takeAlongAxis(scores, labels, 1).toArray(), [[2], [3]]);
 * ```
 */
export function takeAlongAxis(
  x: Tensor,
  indices: Tensor,
  axis: number,
  options: AlongAxisOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("takeAlongAxis", options, ALONG_AXIS_OPTIONS);
  const { mode = "error" } = options;
  const tensor = asTensor("takeAlongAxis", x);
  const list = indicesOf("takeAlongAxis", indices);
  checkMode("takeAlongAxis", mode);
  if (tensor.dtype === "key") {
    throw new TypeError(`takeAlongAxis expects numbers but got random keys ${describe(tensor)}`);
  }
  if (tensor.rank !== list.rank) {
    throw new RangeError(
      `takeAlongAxis expects indices of rank ${tensor.rank} for ${describe(tensor)} but got ${
        describe(list)
      }`,
    );
  }
  const at = normalizeAxis("takeAlongAxis", axis, tensor.rank);
  const shape = broadcastShapes(
    "takeAlongAxis",
    withExtent(tensor.shape, at, 1),
    withExtent(list.shape, at, 1),
  );
  return apply(
    takeAlongAxisPrimitive,
    [
      broadcastTo(tensor, withExtent(shape, at, tensor.shape[at])),
      broadcastTo(
        placed("takeAlongAxis", list, tensor.shape[at], mode),
        withExtent(shape, at, list.shape[at]),
      ),
    ],
    { axis: at, outside: "missing" },
  );
}

/**
 * `x` with elements along an axis replaced: `result[i, indices[i, j]] = values[i, j]` for axis 1. `indices` has the rank of
 * x, with the same extents elsewhere or 1, and the values broadcast to it. Of values at equal places the last one stays.
 *
 * @throws {TypeError} If the indices are not integers, or `x` holds random keys.
 * @throws {RangeError} If the ranks differ or the other axes do not broadcast, or with the mode "error" an index is
 * outside.
 *
 * @example
 * ```ts
 * import { putAlongAxis, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * assertEquals(putAlongAxis(x, tensor([[1], [0]], { dtype: "int32" }), 9, 1).toArray(), [[1, 9], [9, 4]]);
 * ```
 */
export function putAlongAxis(
  x: Tensor,
  indices: Tensor,
  values: TensorLike,
  axis: number,
  options: AlongAxisOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("putAlongAxis", options, ALONG_AXIS_OPTIONS);
  const { mode = "error" } = options;
  const tensor = asTensor("putAlongAxis", x);
  const list = indicesOf("putAlongAxis", indices);
  checkMode("putAlongAxis", mode);
  if (tensor.rank !== list.rank) {
    throw new RangeError(
      `putAlongAxis expects indices of rank ${tensor.rank} for ${describe(tensor)} but got ${describe(list)}`,
    );
  }
  const at = normalizeAxis("putAlongAxis", axis, tensor.rank);
  const extent = tensor.shape[at];
  if (list.shape.some((n, i) => i !== at && n !== 1 && n !== tensor.shape[i])) {
    throw new RangeError(
      `putAlongAxis expects indices that broadcast to ${describe(tensor)} but for axis ${at} but got ${
        describe(list)
      }`,
    );
  }
  const shape = withExtent(tensor.shape, at, list.shape[at]);
  const found = fromStart(placed("putAlongAxis", list, extent, mode), extent);
  const strides = contiguousStrides(tensor.shape);
  const along = tensor.shape.map((n, i) =>
    i === at ? strided(found, extent, strides[at], tensor.size) : sequence(n, 0, strides[i], tensor.rank, i)
  );
  const places = broadcastTo(along.reduce((sum, part) => add(sum, part)), shape);
  return scatterFlat("putAlongAxis", tensor, places, values, "set", false);
}
