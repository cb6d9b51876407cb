/**
 * Tapes: a program as a value. `record` runs a function on tracers; everything else is a function of the tape.
 *
 * @module
 */
import { checkFunction } from "./check_function.ts";
import { checkOptionNames } from "./check_option_names.ts";
import type { Tape } from "./primitive.ts";
import { TapeRecorder } from "./tape_recorder.ts";
import { Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** What `record` returns. */
export interface Recorded<T> {
  /** What the function returned: values where the arguments had them. */
  readonly result: T;
  /** The program. */
  readonly tape: Tape;
  /** The slot of each tensor leaf of the result; null for a tensor that does not stand on the tape. */
  readonly outputs: readonly (number | null)[];
}

/** A function of trees of tensors. */
// deno-lint-ignore no-explicit-any -- a parameter list that accepts every function has no other spelling
export type TreeFunction<R> = (...args: any[]) => R;

const RECORD_OPTIONS = { name: true } as const;

/**
 * Runs `f` on tracers of its arguments' tensors and returns the result with the tape of what happened. The
 * arguments are trees; their tensors become inputs of the tape, everything else passes as it is. The values are
 * computed along the way, so control flow may depend on them.
 *
 * @example The tape of a product
 * ```ts
 * import { format, multiply, record, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { result, tape } = record((x) => multiply(x, x))(tensor([1, 2, 3]));
 * assertEquals(result.toArray(), [1, 4, 9]);
 * assertEquals(tape.entries.length, 1);
 * console.log(format(tape));
 * ```
 */
export function record<R>(
  f: TreeFunction<R>,
  options: { readonly name?: string } = {},
): (...args: unknown[]) => Recorded<R> {
  checkOptionNames("record", options, RECORD_OPTIONS);
  checkFunction("record", f);
  return (...args) => recordWith(new TapeRecorder(options.name ?? (f.name || "record"), false), f, args);
}

/** Runs `f` on tracers of a recorder that computes along. */
export function recordWith<R>(
  recorder: TapeRecorder,
  f: TreeFunction<R>,
  args: readonly unknown[],
): Recorded<R> {
  const traced = args.map((arg) =>
    tree.map(arg, (leaf) => leaf instanceof Tensor ? recorder.input(leaf) : leaf)
  );
  return finish(recorder, f(...traced));
}

/** Closes a recording and takes its tracers out of what the function returned. */
export function finish<R>(recorder: TapeRecorder, returned: R): Recorded<R> {
  if (returned instanceof Promise) {
    throw new TypeError(`${recorder.name} expects a synchronous function but got one that returns a promise`);
  }
  const outputs: (number | null)[] = [];
  const result = tree.map(returned, (leaf) => {
    if (!(leaf instanceof Tensor)) return leaf;
    outputs.push(recorder.owns(leaf) ? leaf.node!.slot : null);
    return recorder.owns(leaf) ? leaf.node!.value ?? leaf : leaf;
  });
  return { result, tape: recorder.finish(), outputs };
}
