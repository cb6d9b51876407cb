/**
 * The transpose of linear functions.
 *
 * @module
 */
import { checkFloating } from "./check_tensor.ts";
import { transposeLinear } from "./forward.ts";
import { scope } from "./scope.ts";
import type { TreeFunction } from "./tape.ts";
import { type Abstract, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/**
 * The transpose of a linear function: from a tree of cotangents like its result to one tree of cotangents for each
 * argument, so that `sum(f(x) y) = sum(x transpose(y))`. The function is recorded on shapes alone; of a function that
 * adds a constant it is the transpose of the linear part.
 *
 * @param likes The arguments, or trees of `{ shape, dtype }` in their place.
 * @throws {TypeError} If the function is not linear, or an argument is not floating point.
 *
 * @example
 * ```ts
 * import { linearTranspose, multiply, type Tensor, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const transposed = linearTranspose((x: Tensor) => multiply(x, tensor([2, 3])), tensor([0, 0]));
 * const [x] = transposed(tensor([1, 1]));
 * assertEquals((x as Tensor).toArray(), [2, 3]);
 * ```
 */
export function linearTranspose<R>(
  f: TreeFunction<R>,
  ...likes: readonly unknown[]
): (cotangents: R) => readonly unknown[] {
  if (typeof f !== "function") {
    throw new TypeError(`linearTranspose expects a function but got ${tree.describe(f)}`);
  }
  const abstracts: Abstract[] = [];
  const structures = likes.map((like) =>
    mapAbstract(like, (one) => {
      checkFloating(one, "linearTranspose", "arguments");
      abstracts.push(one);
      return abstracts.length - 1;
    })
  );
  const build = (leaves: readonly unknown[]): unknown[] =>
    structures.map((structure) => tree.map(structure, (i) => leaves[i as number]));
  return (cotangents) =>
    scope(() => {
      const given = tree.leaves(cotangents);
      for (const one of given) {
        if (one instanceof Tensor) continue;
        throw new TypeError(`linearTranspose expects cotangents as tensors but got ${tree.describe(one)}`);
      }
      const pulled = transposeLinear(
        abstracts,
        (inputs) => {
          const returned = f(...build(inputs));
          // The structures have to agree, or cotangents would go astray.
          const results: Tensor[] = [];
          tree.zip("linearTranspose", [returned, cotangents], ([leaf]) => {
            if (!(leaf instanceof Tensor)) {
              throw new TypeError(
                `linearTranspose expects a function that returns tensors but got ${tree.describe(leaf)}`,
              );
            }
            results.push(leaf);
            return null;
          });
          return results;
        },
        given as Tensor[],
        "linearTranspose",
      );
      return build(pulled);
    }, { name: "linearTranspose" });
}

/** Maps the tensors of a tree, for which `{ shape, dtype }` may stand. */
function mapAbstract(like: unknown, f: (one: Abstract) => unknown): unknown {
  if (like === null || like === undefined) return like;
  if (like instanceof Tensor) return f(like);
  if (Array.isArray(like)) return like.map((child) => mapAbstract(child, f));
  if (tree.isNode(like)) {
    const node = like as Readonly<Record<string, unknown>>;
    if (Array.isArray(node.shape) && typeof node.dtype === "string") return f(node as unknown as Abstract);
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(node)) tree.setOwn(result, key, mapAbstract(node[key], f));
    return result;
  }
  throw new TypeError(`linearTranspose expects arguments as tensors but got ${tree.describe(like)}`);
}
