/**
 * Derivatives along a direction, and the transpose of linear functions.
 *
 * @module
 */
import { isFloating } from "./dtype.ts";
import { pushTape, transposeLinear } from "./forward.ts";
import { zerosOf } from "./ops/reduce.ts";
import { scope } from "./scope.ts";
import { equalShapes, formatShape } from "./shape.ts";
import { type Recorded, recordWith, TapeRecorder, type TreeFunction } from "./tape.ts";
import { type Abstract, describe, Tensor } from "./tensor.ts";
import { checkFloating } from "./check_tensor.ts";
import { constantTensor } from "./make_tensor.ts";
import * as tree from "./tree.ts";

/** What `jvp` returns. */
export interface Jvp<R> {
  /** What the function returned. */
  readonly value: R;
  /** Its derivative along the tangents: a tree like the value, integers as zeros of their dtype. */
  readonly tangent: R;
}

/** What `linearize` returns. */
export interface Linearized<R> {
  /** What the function returned. */
  readonly value: R;
  /** From one tangent for each argument to the tangent of the value, without running the function again. */
  readonly pushforward: (...tangents: readonly unknown[]) => R;
}

/**
 * The value of a function at some arguments and its derivative along a direction, in forward mode: `J(args) tangents`
 * with the Jacobian J. Its cost does not grow with the number of arguments, and loops need no memory of their past.
 *
 * @param args The arguments: a list of trees.
 * @param tangents A tree of tangents for each argument, with the shapes and dtypes of its tensors. A hole, an integer
 * tensor's tangent and whatever stands in place of no tensor count as zeros.
 * @throws {TypeError} If a tangent is missing or of another dtype, or a primitive on the way has no rule.
 * @throws {RangeError} If a tangent has another shape than its tensor.
 *
 * @example
 * ```ts
 * import { jvp, multiply, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { value, tangent } = jvp((x: Tensor, y: Tensor) => multiply(x, y), [tensor(2), tensor(5)], [tensor(1), tensor(0)]);
 * assertEquals([value.item(), tangent.item()], [10, 5]);
 * ```
 */
export function jvp<A extends unknown[], R>(
  f: (...args: A) => R,
  args: Readonly<A>,
  tangents: readonly unknown[],
): Jvp<R> {
  return scope(() => {
    const recorded = recordForward("jvp", f as TreeFunction<R>, args);
    const { values, tangents: along } = push("jvp", recorded, args, tangents);
    let [next, then] = [0, 0];
    return {
      value: tree.map(recorded.result, (leaf) => leaf instanceof Tensor ? values[next++] ?? leaf : leaf),
      tangent: tree.map(recorded.result, (leaf) => leaf instanceof Tensor ? along[then++] : leaf),
    };
  }, { name: "jvp" });
}

/**
 * The value of a function at some arguments, and the linear function that takes tangents of the arguments to that of
 * the value. What the function computed is kept, so several directions cost one run.
 *
 * @example
 * ```ts
 * import { linearize, square, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { value, pushforward } = linearize(square, tensor(3));
 * assertEquals([value.item(), pushforward(tensor(1)).item(), pushforward(tensor(2)).item()], [9, 6, 12]);
 * ```
 */
export function linearize<A extends unknown[], R>(f: (...args: A) => R, ...args: A): Linearized<R> {
  const recorded = recordForward("linearize", f as TreeFunction<R>, args);
  return {
    value: recorded.result,
    pushforward: (...tangents) => {
      let next = 0;
      return scope(() => {
        const { tangents: along } = push("linearize", recorded, args, tangents);
        return tree.map(recorded.result, (leaf) => leaf instanceof Tensor ? along[next++] : leaf);
      }, { name: "linearize" });
    },
  };
}

function recordForward<R>(operation: string, f: TreeFunction<R>, args: readonly unknown[]): Recorded<R> {
  if (typeof f !== "function") {
    throw new TypeError(`${operation} expects a function but got ${tree.describe(f)}`);
  }
  if (!Array.isArray(args)) {
    throw new TypeError(`${operation} expects a list of arguments but got ${tree.describe(args)}`);
  }
  return recordWith(new TapeRecorder(f.name || operation, false, false), f, args);
}

function push(
  operation: string,
  { tape, outputs, result }: Recorded<unknown>,
  args: readonly unknown[],
  tangents: readonly unknown[],
): { readonly values: readonly (Tensor | null)[]; readonly tangents: readonly Tensor[] } {
  const given = tangentsOf(operation, args, tangents);
  const slots = outputs.flatMap((slot) => slot === null ? [] : [slot]);
  const pushed = pushTape(tape, given, slots, operation);
  let next = 0;
  const values: (Tensor | null)[] = [];
  const along = tree.leaves(result).filter((leaf) => leaf instanceof Tensor).map((leaf, i) => {
    if (outputs[i] === null) {
      values.push(null);
      return zerosOf(leaf);
    }
    values.push(pushed.values[next]);
    return pushed.tangents[next++] ?? zerosOf(leaf);
  });
  return { values, tangents: along };
}

/** The tangents of the tensors of the arguments, checked; null for zeros. */
export function tangentsOf(
  operation: string,
  args: readonly unknown[],
  tangents: readonly unknown[],
): readonly (Tensor | null)[] {
  if (!Array.isArray(tangents) || tangents.length !== args.length) {
    throw new RangeError(
      `${operation} expects a tangent for each of the ${args.length} arguments but got ${
        tree.describe(tangents)
      }`,
    );
  }
  const found: (Tensor | null)[] = [];
  args.forEach((arg, i) => {
    const visit = (leaf: unknown, tangent: unknown, path: string): void => {
      if (leaf === null || leaf === undefined) return;
      if (tree.isNode(leaf)) {
        const node = leaf as Readonly<Record<string, unknown>>;
        const same = tree.isNode(tangent) && Array.isArray(tangent) === Array.isArray(leaf);
        if (!same && tangent !== null && tangent !== undefined) {
          throw new TypeError(
            `${operation} expects tangents of the structure of the arguments but got ${
              tree.describe(tangent)
            } for ${tree.describe(leaf)} at ${path}`,
          );
        }
        const below = (tangent ?? {}) as Readonly<Record<string, unknown>>;
        for (const key of Object.keys(node)) visit(node[key], below[key], `${path}/${key}`);
      } else if (leaf instanceof Tensor) found.push(checkTangent(operation, leaf, tangent, path));
    };
    visit(arg, tangents[i], `argument ${i}`);
  });
  return found;
}

function checkTangent(operation: string, x: Tensor, given: unknown, path: string): Tensor | null {
  if (given === null || given === undefined || !isFloating(x.dtype)) return null;
  const tangent = typeof given === "number" && x.rank === 0 ? constantTensor(x.dtype, [], given) : given;
  if (!(tangent instanceof Tensor)) {
    throw new TypeError(
      `${operation} expects the tangent of ${path} to be a tensor but got ${tree.describe(tangent)}`,
    );
  }
  if (tangent.dtype !== x.dtype) {
    throw new TypeError(
      `${operation} expects the tangent of ${path} to be ${describe(x)} but got ${describe(tangent)}`,
    );
  }
  if (!equalShapes(tangent.shape, x.shape)) {
    throw new RangeError(
      `${operation} expects the tangent of ${path} to have shape ${formatShape(x.shape)} but got ${
        formatShape(tangent.shape)
      }`,
    );
  }
  return tangent;
}

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
