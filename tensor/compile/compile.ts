/**
 * Compiling a function of trees of tensors into a planned program.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { vectorMode } from "../kernel_choice.ts";
import type { SimdMode } from "../kernels/simd/arithmetic.ts";
import type { TreeFunction } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { collect, keys, matchesAll, type Pattern, patternOf } from "./pattern.ts";
import type { Program } from "./program.ts";
import { resultOf, trace, type Traced } from "./traced.ts";

/** Options of `compile`. */
export interface CompileOptions {
  /** Positions of arguments whose tensors the program may overwrite with its results; none by default. */
  readonly donate?: readonly number[];
  /** Positions of arguments that are compiled in: a new value compiles anew; none by default. */
  readonly static?: readonly number[];
  /** The name in listings and errors; the function's own by default. */
  readonly name?: string;
}

const COMPILE_OPTIONS = { donate: true, static: true, name: true } as const;

/** A compiled function. */
export interface Compiled<A extends unknown[], R> {
  /** Runs the program for these arguments, making it first where there is none for their structure. */
  (...args: A): R;
  /** The program for arguments of this structure, made but not run, for `format`. */
  readonly program: (...args: A) => Program;
}

interface Made extends Traced {
  readonly pattern: readonly Pattern[];
}

/**
 * A function that records `f` once for each structure, shapes and dtypes of its arguments, plans the program's
 * memory, and from then on runs the program. Numbers among the arguments are traced: a new value does not
 * compile anew, and arithmetic on them goes through `host` or tensor operations. Booleans and strings are
 * compiled in. Keys of objects in another order are the same structure, and the program keeps to the order in which it
 * first saw them. The tensors of donated arguments may not be used afterwards: results take their memory, so that a
 * training step allocates nothing.
 *
 * With `configure({ simd: "strict" })` a program has the bits of the same operations run at once, on any number of
 * threads, but for the order of sums: where a sum takes in the arithmetic before it, or where what it sums would be a
 * view that lies in memory in another order, n terms are added in another order. Both sums are within
 * `n eps sum(|x|)` of the exact one, with eps 2^-24 in float32 and 2^-53 in float64. Other modes also fuse
 * multiplications with additions, with one rounding less.
 *
 * Inside of another recording, the function runs as it is, so compiled functions can be differentiated and
 * compiled into larger ones.
 *
 * @throws {TypeError} If the function uses a value that is not known while it records.
 * @throws {RangeError} If `donate` or `static` name no position of an argument.
 *
 * @example A step with a counter
 * ```ts
 * import { add, compile, host, multiply, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const step = compile((state: { x: Tensor; count: number }) => ({
 *   x: add(state.x, multiply(state.x, state.count)),
 *   count: host((count) => count + 1, state.count),
 * }), { donate: [0] });
 *
 * let state = { x: tensor([1, 2]), count: 1 };
 * for (let i = 0; i < 2; i++) state = step(state);
 * assertEquals(state.x.toArray(), [6, 12]);
 * assertEquals(state.count, 3);
 * ```
 */
export function compile<A extends unknown[], R>(
  f: (...args: A) => R,
  options: CompileOptions = {},
): Compiled<A, R> {
  checkOptionNames("compile", options, COMPILE_OPTIONS);
  if (typeof f !== "function") throw new TypeError(`compile expects a function but got ${tree.describe(f)}`);
  const name = options.name ?? (f.name || "compiled");
  const { donate = [], static: fixed = [] } = options;
  for (const position of [...donate, ...fixed]) {
    if (!Number.isInteger(position) || position < 0) {
      throw new RangeError(`compile expects positions of arguments in donate and static but got ${position}`);
    }
  }
  const cache = new Map<string, Made>();
  const keyOf = keys(fixed);
  let latest: Made | null = null;
  let latestMode: SimdMode | null = null;

  /** The program for the arguments, whose leaves it adds to the lists; null where they are traced themselves. */
  const find = (args: readonly unknown[], tensors: Tensor[], numbers: number[]): Made | null => {
    // Calls come in runs of one structure: looking along the last one is quicker than making a key.
    const mode = vectorMode();
    if (latest !== null && mode === latestMode && matchesAll(latest.pattern, args, tensors, numbers)) {
      return latest;
    }
    tensors.length = 0;
    numbers.length = 0;
    const key = keyOf(args);
    if (key === null) return null;
    // A program has the kernels of the arithmetic that was configured when it was made.
    const cached = `${mode} ${key}`;
    let made = cache.get(cached);
    if (made === undefined) {
      for (const position of donate) {
        if (position >= args.length) {
          throw new RangeError(
            `${name} expects to donate one of its ${args.length} arguments but got ${position}`,
          );
        }
      }
      const donated = args.flatMap((arg, i) =>
        fixed.includes(i)
          ? []
          : tree.leaves(arg).flatMap((leaf) => leaf instanceof Tensor ? [donate.includes(i)] : [])
      );
      const traced = trace(f as TreeFunction<R>, args, fixed, donated, name);
      if (traced === null) return null;
      made = { ...traced, pattern: args.map((arg, i) => patternOf(arg, fixed.includes(i))) };
      cache.set(cached, made);
    }
    made.pattern.forEach((pattern, i) => collect(pattern, args[i], tensors, numbers));
    latest = made;
    latestMode = mode;
    return made;
  };

  const call = (...args: A): R => {
    const tensors: Tensor[] = [];
    const numbers: number[] = [];
    const made = find(args, tensors, numbers);
    if (made === null) return f(...args);
    return resultOf(made, made.program.run(tensors, numbers)) as R;
  };
  return Object.assign(call, {
    program: (...args: A): Program => {
      const made = find(args, [], []);
      if (made === null) {
        throw new TypeError(`${name} expects concrete arguments for its program but got a tracer`);
      }
      return made.program;
    },
  });
}
