/**
 * The value of a function together with its pullback.
 *
 * @module
 */
import { checkFunction } from "./check_function.ts";
import { pullTape } from "./reverse.ts";
import { record, type TreeFunction } from "./tape.ts";
import { Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** What `vjp` returns. */
export interface Vjp<R> {
  /** What the function returned. */
  readonly value: R;
  /** From a tree of cotangents like the value to one tree of gradients for each argument. */
  readonly pullback: (cotangents: R) => readonly unknown[];
}

/**
 * The value of a function at some arguments, and the function that pulls cotangents of its value back to
 * cotangents of the arguments.
 *
 * @example
 * ```ts
 * import { exp, tensor, vjp } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { value, pullback } = vjp((x) => exp(x), tensor([0, 0]));
 * assertEquals(value.toArray(), [1, 1]);
 * const [gradient] = pullback(tensor([3, 4]));
 * assertEquals((gradient as typeof value).toArray(), [3, 4]);
 * ```
 */
export function vjp<R>(f: TreeFunction<R>, ...args: readonly unknown[]): Vjp<R> {
  checkFunction("vjp", f);
  const recorded = record(f, { name: f.name || "vjp" })(...args);
  const pull = pullTape(recorded, "vjp");
  return {
    value: recorded.result,
    pullback: (cotangents) => {
      const given = tree.leaves(cotangents).filter((leaf) => leaf instanceof Tensor);
      if (given.length !== recorded.outputs.length) {
        throw new RangeError(`vjp expects ${recorded.outputs.length} cotangents but got ${given.length}`);
      }
      const gradients = pull(given);
      let next = 0;
      return args.map((arg) => tree.map(arg, (leaf) => leaf instanceof Tensor ? gradients[next++] : null));
    },
  };
}
