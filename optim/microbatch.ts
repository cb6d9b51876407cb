/**
 * Functions of a batch, computed piece by piece.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, divide, multiply, scope, slice, Tensor, tree } from "../tensor/mod.ts";
import { checkNumber, WHOLE } from "./checks.ts";

/** Options of {@linkcode microbatch}. */
export interface MicrobatchOptions {
  /** The positions of the arguments that are cut, along axis 0; all but the first by default. */
  readonly argnums?: readonly number[];
  /** How the results are put together. @default {"mean"} */
  readonly reduction?: "mean" | "sum";
}

const MICROBATCH_OPTIONS = { argnums: true, reduction: true } as const;

/**
 * A function that cuts its batch into pieces of `size` examples, calls `f` for each, and returns the mean of the
 * results: one pass over a batch that would not fit as a whole, with one step of the optimizer after it. With a piece
 * that is smaller, the last one, the mean has weights. It suits gradients of a mean over examples, such as those of
 * `valueAndGrad`; what `f` returns is a tree of floating-point tensors. The intermediate results of each piece are
 * freed before the next. Inside of `compile` the pieces stand one after the other in the program.
 *
 * @param f The function, of params and batches with the examples along axis 0.
 * @param size How many examples a piece has.
 * @throws {TypeError} If `f` is no function, or in a call, if a batch or a result is not made of tensors.
 * @throws {RangeError} If `size` is no whole number above 0, or in a call, if batches differ in size or are empty.
 *
 * @example
 * ```ts
 * import { grad, mean, multiply, square, tensor, type Tensor } from "@weft/weft";
 * import { microbatch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const gradient = grad((w: Tensor, x: Tensor) => mean(square(multiply(w, x))));
 * const [w, x] = [tensor(1), tensor([1, 2, 3, 5, 6])];
 * assertEquals(microbatch(gradient, 2)(w, x).item(), gradient(w, x).item());
 * ```
 */
export function microbatch<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  size: number,
  options: MicrobatchOptions = {},
): (...args: A) => R {
  checkOptionNames("microbatch", options, MICROBATCH_OPTIONS);
  const { argnums, reduction = "mean" } = options;
  if (typeof f !== "function") throw new TypeError(`microbatch expects a function but got ${typeof f}`);
  checkNumber("microbatch", "size", size, WHOLE);
  if (reduction !== "mean" && reduction !== "sum") {
    throw new RangeError(`microbatch expects reduction to be "mean" or "sum" but got ${String(reduction)}`);
  }
  return (...args) => {
    const cut = argnums ?? args.map((_, i) => i).slice(1);
    const examples = batchSize(args, cut);
    let total: R | undefined;
    for (let start = 0; start < examples; start += size) {
      const stop = Math.min(start + size, examples);
      const before = total;
      total = scope(() => {
        const piece = args.map((arg, i) =>
          cut.includes(i) ? tree.map(arg, (leaf) => slice(leaf as Tensor, [[start, stop]])) : arg
        );
        const weight = reduction === "mean" ? stop - start : 1;
        const result = tree.map(f(...piece as unknown as A), (leaf, path) => {
          if (!(leaf instanceof Tensor)) {
            const got = tree.describe(leaf);
            throw new TypeError(
              `microbatch expects its function to return tensors but got ${got} at ${path || "the root"}`,
            );
          }
          return weight === 1 ? leaf : multiply(leaf, weight);
        });
        return before === undefined
          ? result
          : tree.zip("microbatch", [before, result], ([a, b]) => add(a as Tensor, b as Tensor));
      }, { name: "microbatch" });
    }
    return reduction === "sum" ? total! : tree.map(total!, (leaf) => divide(leaf as Tensor, examples));
  };
}

function batchSize(args: readonly unknown[], cut: readonly number[]): number {
  let found: number | undefined;
  for (const position of cut) {
    if (!(position in args)) {
      throw new RangeError(
        `microbatch expects argnums within its ${args.length} arguments but got ${position}`,
      );
    }
    for (const { path, value } of tree.entries(args[position])) {
      const at = [`argument ${position}`, path].filter((part) => part !== "").join(", ");
      if (!(value instanceof Tensor) || value.rank === 0) {
        const got = value instanceof Tensor ? "a scalar" : tree.describe(value);
        throw new TypeError(`microbatch expects batches of tensors but got ${got} at ${at}`);
      }
      found ??= value.shape[0];
      if (value.shape[0] !== found) {
        throw new RangeError(
          `microbatch expects batches of one size but got ${found} and ${value.shape[0]} at ${at}`,
        );
      }
    }
  }
  if (found === undefined || found === 0) {
    throw new RangeError(`microbatch expects a batch with examples but got ${found ?? "none"}`);
  }
  return found;
}
