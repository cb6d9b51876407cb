/**
 * Derivatives along a direction.
 *
 * @module
 */
import { pushTape } from "./forward.ts";
import { zerosOf } from "./ops/zeros_of.ts";
import { scope } from "./scope.ts";
import { tangentsOf } from "./tangents_of.ts";
import { type Recorded, recordWith, type TreeFunction } from "./tape.ts";
import { TapeRecorder } from "./tape_recorder.ts";
import { Tensor } from "./tensor.ts";
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
