/**
 * A transform of all leaves as one vector.
 *
 * @module
 */

import {
  cast,
  concatenate,
  type DType,
  promote,
  ravel,
  reshape,
  slice,
  type Tensor,
  tree,
} from "../tensor/mod.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, StateOf, Transform } from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** The state of {@linkcode flatten}. */
export interface FlattenState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "flatten";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** The state of the transform inside, whose trees are vectors. */
  readonly inner: S;
}

/**
 * Applies a transform to all leaves joined to one vector, as `optax.flatten`, so that what it does leaf by leaf, as
 * with a norm, it does to the whole. Leaves of several dtypes are joined in the one that holds them all. Holes of the
 * params have no part in it; gradients have none where the params have none.
 *
 * @throws {TypeError} If the argument is no transform, or in a step, if a gradient is a hole and its param is not.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adam, flatten } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = flatten(adam({ learningRate: 0.1 }));
 * const state = optimizer.init({ kernel: tensor([[1, 2], [3, 4]]), bias: tensor([5]) });
 * assertEquals((state.inner.scaleByAdam.firstMoment as unknown as { shape: number[] }).shape, [5]);
 * ```
 */
export function flatten<T extends AnyTransform>(
  transformInside: T,
): Transform<unknown, FlattenState<StateOf<T>>, ExtraOf<T>> {
  const { inner, seen } = wrap("flatten", transformInside);
  const made = transform<FlattenState<unknown>>({
    name: "flatten",
    hyperparameters: {},
    parts: (params) => seen.parts(join(params)),
    init: (params) => ({ inner: inner.init(join(params)) }),
    update: ({ state, grads, params, extra }) => {
      const before = tree.leaves(params) as Tensor[];
      const leaves = tree.leaves(grads) as Tensor[];
      if (leaves.length !== before.length) {
        throw new TypeError(
          `flatten expects a gradient for every leaf but got ${leaves.length} for ${before.length}`,
        );
      }
      const { state: next, updates } = inner.update(state.inner, join(grads), join(params), extra);
      let start = 0;
      return {
        state: { inner: next },
        updates: tree.map(grads, (leaf) => {
          const { shape, size, dtype } = leaf as Tensor;
          const part = slice(updates as Tensor, [[start, start + size]]);
          start += size;
          return cast(reshape(part, shape), dtype);
        }),
      };
    },
  });
  return made as unknown as Transform<unknown, FlattenState<StateOf<T>>, ExtraOf<T>>;
}

function join(values: unknown): Tensor | null {
  const leaves = tree.leaves(values) as Tensor[];
  if (leaves.length === 0) return null;
  const dtype = leaves.map((leaf): DType => leaf.dtype).reduce((a, b) => promote(a, b));
  return concatenate(leaves.map((leaf) => cast(ravel(leaf), dtype)));
}
