/**
 * Vectorizing: a function of one example as a function of a batch.
 *
 * @module
 */
import { runBatched } from "./batch.ts";
import { BodyRecorder } from "./body_recorder.ts";
import { checkOptionNames } from "./check_option_names.ts";
import { isTracedNumber, type TracedNumber } from "./host.ts";
import { hostValue } from "./host_value.ts";
import { broadcastTo } from "./ops/broadcast_to.ts";
import { transpose } from "./ops/transpose.ts";
import { normalizeAxis } from "./shape.ts";
import type { TreeFunction } from "./tape.ts";
import { describe, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** Options of `vmap`. */
export interface VmapOptions {
  /**
   * The axis of each argument that is mapped: one number for all tensors of all arguments, or a list with an entry for
   * each argument. An entry is a number, null where the argument is shared by all examples, or a tree like the
   * argument in which one number or null may stand for a subtree. Negative axes count from the end.
   *
   * @default {0}
   */
  readonly inAxes?: unknown;
  /**
   * Where the new axis stands in the result: a number, null for a result that is the same for all examples, or a tree
   * of them like the result, in which one may stand for a subtree.
   *
   * @default {0}
   */
  readonly outAxes?: unknown;
  /** The extent of the mapped axis; only needed where nothing is mapped. */
  readonly axisSize?: number;
}

const VMAP_OPTIONS = { inAxes: true, outAxes: true, axisSize: true } as const;

/**
 * A function of a batch out of a function of one example: `f` is recorded once, on the shapes of one example, and each
 * primitive on the tape is applied to the whole batch by its batching rule, so no loop is left. Numbers and everything
 * else that is no tensor pass as they are, shared by all examples. It nests, and goes with gradients and compilation
 * in any order: `vmap(grad(f))` gives the gradient of each example.
 *
 * As in `jax.vmap`, the values of an example are not known while `f` runs: control flow that depends on them goes
 * through `where` or `cond`.
 *
 * @throws {RangeError} If the mapped axes differ in extent, a tensor lacks its axis, or nothing is mapped and
 * `axisSize` is missing.
 * @throws {TypeError} If `inAxes` or `outAxes` does not fit the arguments or the result, or a primitive on the way has
 * no batching rule.
 *
 * @example Dot products of rows
 * ```ts
 * import { matmul, tensor, vmap } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const rows = tensor([[1, 2], [3, 4]]);
 * assertEquals(vmap(matmul)(rows, rows).toArray(), [5, 25]);
 * assertEquals(vmap(matmul, { inAxes: [0, null] })(rows, tensor([1, 1])).toArray(), [3, 7]);
 * ```
 *
 * @example The gradient of each example
 * ```ts
 * import { grad, multiply, sum, tensor, type Tensor, vmap } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const loss = (w: Tensor, x: Tensor) => sum(multiply(multiply(w, w), x));
 * const each = vmap(grad(loss), { inAxes: [null, 0] });
 * assertEquals(each(tensor([1, 2]), tensor([[1, 1], [0, 3]])).toArray(), [[2, 4], [0, 12]]);
 * ```
 */
export function vmap<A extends unknown[] = Tensor[], R = Tensor>(
  f: (...args: A) => R,
  options: VmapOptions = {},
): (...args: A) => R {
  checkOptionNames("vmap", options, VMAP_OPTIONS);
  if (typeof f !== "function") throw new TypeError(`vmap expects a function but got ${tree.describe(f)}`);
  const { inAxes = 0, outAxes = 0, axisSize } = options;
  if (axisSize !== undefined && (!Number.isInteger(axisSize) || axisSize < 0)) {
    throw new RangeError(`vmap expects axisSize to be a non-negative integer but got ${String(axisSize)}`);
  }
  return (...args) => {
    if (Array.isArray(inAxes) && inAxes.length !== args.length) {
      throw new RangeError(
        `vmap expects inAxes for each of its ${args.length} arguments but got ${inAxes.length}`,
      );
    }
    const recorder = new BodyRecorder(f.name || "vmap");
    const inputs: Tensor[] = [];
    const batched: boolean[] = [];
    let size = axisSize;
    const traced = args.map((arg, i) =>
      mapWithAxes("inAxes", arg, Array.isArray(inAxes) ? inAxes[i] : inAxes, (leaf, axis, path) => {
        if (!(leaf instanceof Tensor)) return leaf;
        if (axis === null) {
          inputs.push(leaf);
          batched.push(false);
          return recorder.input(leaf);
        }
        const at = axisOf(leaf, axis, args.length > 1 ? `argument ${i}${path && ` at ${path}`}` : path);
        if (size !== undefined && leaf.shape[at] !== size) {
          throw new RangeError(
            `vmap expects mapped axes of one extent but got ${size} and ${leaf.shape[at]} of ${
              describe(leaf)
            }`,
          );
        }
        size = leaf.shape[at];
        inputs.push(toFront(leaf, at));
        batched.push(true);
        return recorder.input({ dtype: leaf.dtype, shape: leaf.shape.filter((_, j) => j !== at) });
      })
    );
    if (size === undefined) {
      throw new RangeError("vmap expects at least one tensor that is mapped, or axisSize, but got neither");
    }
    const returned = (f as TreeFunction<R>)(...traced);
    if (returned instanceof Promise) {
      throw new TypeError("vmap expects a synchronous function but got one that returns a promise");
    }
    const isNumber = (leaf: unknown): leaf is TracedNumber =>
      isTracedNumber(leaf) && leaf.recorder === recorder;
    const slots = tree.leaves(returned).flatMap((leaf) =>
      leaf instanceof Tensor
        ? [recorder.slotOf(leaf)]
        : isNumber(leaf)
        ? [recorder.slotOf(recorder.recordScalar(leaf, "float64"))]
        : []
    );
    const tape = recorder.finish();
    const extent = size;
    const results = runBatched(tape, inputs, batched, extent, slots);
    let next = 0;
    return mapWithAxes("outAxes", returned, outAxes, (leaf, axis) => {
      if (!(leaf instanceof Tensor) && !isNumber(leaf)) return leaf;
      const [value, mapped] = [results.outputs[next], results.batched[next]];
      next++;
      if (!(leaf instanceof Tensor)) {
        if (!mapped) return hostValue(value);
        throw new TypeError(
          "vmap expects plain numbers that are the same for all examples but got one that depends on a mapped " +
            "argument: return a tensor in its place",
        );
      }
      if (axis === null) {
        if (!mapped) return value;
        throw new TypeError(
          `vmap expects results that are the same for all examples where outAxes is null but got ${
            describe(leaf)
          } that depends on a mapped argument`,
        );
      }
      const all = mapped ? value : broadcastTo(value, [extent, ...value.shape]);
      return fromFront(all, normalizeAxis("vmap", axis, all.rank));
    }) as R;
  };
}

/** The mapped axis of a tensor. */
function axisOf(x: Tensor, axis: number, place: string): number {
  if (x.rank === 0) {
    throw new RangeError(
      `vmap expects tensors with an axis to map but got the scalar ${describe(x)}${
        place && ` as ${place}`
      }: give null in inAxes for what all examples share`,
    );
  }
  return normalizeAxis("vmap", axis, x.rank);
}

function toFront(x: Tensor, axis: number): Tensor {
  return transpose(x, [axis, ...x.shape.flatMap((_, i) => i === axis ? [] : [i])]);
}

function fromFront(x: Tensor, axis: number): Tensor {
  const order = Array.from({ length: x.rank - 1 }, (_, i) => i + 1);
  order.splice(axis, 0, 0);
  return transpose(x, order);
}

/** Maps the leaves of a tree together with their axes, of which one may stand for a whole subtree. */
function mapWithAxes(
  option: "inAxes" | "outAxes",
  value: unknown,
  axes: unknown,
  f: (leaf: unknown, axis: number | null, path: string) => unknown,
  path = "",
): unknown {
  if (axes === null || typeof axes === "number") {
    if (axes !== null && !Number.isInteger(axes)) {
      throw new TypeError(`vmap expects integers or null in ${option} but got ${axes}`);
    }
    return tree.map(
      value,
      (leaf, below) => f(leaf, axes, [path, below].filter((one) => one !== "").join("/")),
    );
  }
  if (value === null || value === undefined) return value;
  const same = tree.isNode(axes) && tree.isNode(value) && Array.isArray(axes) === Array.isArray(value) &&
    Object.keys(axes).length === Object.keys(value).length &&
    Object.keys(value).every((key) => Object.hasOwn(axes, key));
  if (!same) {
    throw new TypeError(
      `vmap expects ${option} to be numbers, null, or a tree of them like the ${
        option === "inAxes" ? "arguments" : "result"
      } but got ${tree.describe(axes)} for ${tree.describe(value)} at ${path || "the root"}`,
    );
  }
  const below = (key: string): unknown =>
    mapWithAxes(
      option,
      (value as Readonly<Record<string, unknown>>)[key],
      (axes as Readonly<Record<string, unknown>>)[key],
      f,
      path === "" ? key : `${path}/${key}`,
    );
  if (Array.isArray(value)) return value.map((_, i) => below(String(i)));
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) tree.setOwn(result, key, below(key));
  return result;
}
