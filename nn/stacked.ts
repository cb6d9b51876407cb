/**
 * Trees of tensors stacked along a first axis, of which only one is there at a time.
 *
 * @module
 */
import { scope, type Shape, stack, type Tensor, tree } from "../tensor/mod.ts";
import { type DType, itemSize } from "../tensor/dtype.ts";
import { contiguous } from "../tensor/ops/contiguous.ts";
import { bytesInPlace } from "../tensor/tensor_bytes.ts";
import { tensorFromBytes } from "../tensor/make_tensor.ts";
import type { Params } from "./layer.ts";

/**
 * `count` trees stacked along a first axis. Each is made when its turn comes, and freed when it is written to its place;
 * all have the structure, shapes and dtypes of the first.
 */
export function stackedTrees(count: number, make: (index: number) => Params): Params {
  const likes: { readonly dtype: DType; readonly shape: Shape; readonly plain: boolean }[] = [];
  // The places of the leaves in the tree of one.
  const places = scope(() =>
    tree.map(make(0), (leaf) => {
      const { dtype, shape, node } = leaf as Tensor;
      // Tracers have no bytes; bools and keys have none of their own.
      return likes.push({ dtype, shape, plain: node === null && dtype !== "bool" && dtype !== "key" }) - 1;
    })
  );
  if (!likes.every(({ plain }) => plain)) {
    const [first, ...rest] = Array.from({ length: count }, (_, i) => make(i));
    return tree.zip("stack", [first, ...rest], (all) => stack(all as readonly Tensor[])) as Params;
  }
  const results: Tensor[] = [];
  const fill = (targets: readonly Uint8Array[]): void => {
    for (let i = 0; i < count; i++) {
      scope(() => {
        (tree.leaves(make(i)) as readonly Tensor[]).forEach((leaf, l) =>
          targets[l].set(bytesInPlace(contiguous(leaf), "stack"), i * leaf.size * itemSize(leaf.dtype))
        );
      });
    }
  };
  const allocate = (targets: readonly Uint8Array[]): void => {
    if (targets.length === likes.length) return fill(targets);
    const { dtype, shape } = likes[targets.length];
    results.push(tensorFromBytes(dtype, [count, ...shape], (bytes) => allocate([...targets, bytes])));
  };
  allocate([]);
  // The last of them is there first.
  return tree.map(places, (place) => results[likes.length - 1 - (place as number)]) as Params;
}
