/**
 * Compiling a function of trees of tensors into a planned program.
 *
 * @module
 */
import { isTracedNumber } from "../host.ts";
import { vectorMode } from "../kernel_choice.ts";
import type { SimdMode } from "../kernels/simd/arithmetic.ts";
import { detach, enter, free, leave, type Storage } from "../runtime/storage.ts";
import { runEpilogue, TapeRecorder, type TreeFunction } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { keys, matchesAll, type Pattern, patternOf } from "./pattern.ts";
import { makeProgram, type Program, type RunResult } from "./program.ts";

/** Options of `compile`. */
export interface CompileOptions {
  /** Positions of arguments whose tensors the program may overwrite with its results; none by default. */
  readonly donate?: readonly number[];
  /** Positions of arguments that are compiled in: a new value compiles anew; none by default. */
  readonly static?: readonly number[];
  /** The name in listings and errors; the function's own by default. */
  readonly name?: string;
}

/** How one leaf of the result is made. */
type Leaf =
  | { readonly kind: "tensor"; readonly index: number }
  | { readonly kind: "number"; readonly index: number }
  | { readonly kind: "value"; readonly value: unknown };

/** A compiled function. */
export interface Compiled<A extends unknown[], R> {
  /** Runs the program for these arguments, making it first where there is none for their structure. */
  (...args: A): R;
  /** The program for arguments of this structure, made but not run, for `format`. */
  readonly program: (...args: A) => Program;
}

interface Made {
  readonly pattern: readonly Pattern[];
  readonly program: Program;
  readonly structure: tree.Structure;
  readonly leaves: readonly Leaf[];
  /** How many of the last outputs are scalars whose values are wanted, not they themselves. */
  readonly values: number;
}

const collected: FinalizationRegistry<readonly Storage[]> = new FinalizationRegistry((storages) => {
  for (const storage of storages) free(storage, "the end of the compiled function that held it");
});

/**
 * A function that records `f` once for each structure, shapes and dtypes of its arguments, plans the program's
 * memory, and from then on runs the program. Numbers among the arguments are traced: a new value does not
 * compile anew, and arithmetic on them goes through `host` or tensor operations. Booleans and strings are
 * compiled in. The tensors of donated arguments may not be used afterwards: results take their memory, so that a
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
    const key = keyOf(args, tensors, numbers);
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
    latest = made;
    latestMode = mode;
    return made;
  };

  const call = (...args: A): R => {
    const tensors: Tensor[] = [];
    const numbers: number[] = [];
    const made = find(args, tensors, numbers);
    if (made === null) return f(...args);
    const result = made.program.run(tensors, numbers);
    return build(made.structure, made.leaves, made.values === 0 ? result : readValues(made, result)) as R;
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

/** The result with the numbers that the program has computed, and without the scalars that they are the values of. */
function readValues({ program, values }: Made, { tensors, numbers }: RunResult): RunResult {
  const wanted = tensors.length - values;
  const read = tensors.slice(wanted).map((scalar) => scalar.item());
  return { tensors: tensors.slice(0, wanted), numbers: runEpilogue(program.tape, numbers, read) };
}

/** The tree of a result. */
function build(structure: tree.Structure, leaves: readonly Leaf[], result: RunResult): unknown {
  switch (structure.kind) {
    case "leaf": {
      const leaf = leaves[structure.index];
      if (leaf.kind === "value") return leaf.value;
      return leaf.kind === "tensor" ? result.tensors[leaf.index] : result.numbers[leaf.index];
    }
    case "hole":
      return structure.value;
    case "array":
      return structure.children.map((child) => build(child, leaves, result));
    case "object": {
      const { keys, children } = structure;
      const node: Record<string, unknown> = {};
      for (let i = 0; i < keys.length; i++) tree.setOwn(node, keys[i], build(children[i], leaves, result));
      return node;
    }
  }
}

/**
 * Records the function on tracers without values and makes the program; null where the function reads what a
 * recording around it traces, whose value differs from call to call.
 */
function trace<R>(
  f: TreeFunction<R>,
  args: readonly unknown[],
  fixed: readonly number[],
  donated: readonly boolean[],
  name: string,
): Omit<Made, "pattern"> | null {
  const opened = enter(`compiling ${name}`);
  const recorder = new TapeRecorder(name, true);
  const kept: Storage[] = [];
  try {
    // All numbers of the arguments come before the numbers that host makes of them.
    const traced = args.map((arg, i) =>
      fixed.includes(i) ? arg : tree.map(arg, (leaf) => {
        if (leaf instanceof Tensor) return recorder.input(leaf);
        return typeof leaf === "number" ? recorder.hostInput() : leaf;
      })
    );
    const returned = f(...traced);
    if (returned instanceof Promise) {
      throw new TypeError(
        `${name} expects a synchronous function to compile but got one that returns a promise`,
      );
    }
    const flat = tree.flatten(returned);
    const outputs: number[] = [];
    const leaves = flat.leaves.map((leaf): Leaf => {
      if (isTracedNumber(leaf)) return { kind: "number", index: leaf.index };
      if (!(leaf instanceof Tensor)) return { kind: "value", value: leaf };
      outputs.push(recorder.slotOf(leaf));
      return { kind: "tensor", index: outputs.length - 1 };
    });
    const tape = recorder.finish();
    for (const { slot } of tape.hostValues) outputs.push(slot);
    const foreign = flat.leaves.some((leaf) => isTracedNumber(leaf) && leaf.recorder !== recorder);
    if (foreign || tape.constants.some(({ tensor }) => tensor.node !== null)) return null;
    const program = makeProgram(tape, outputs, donated);
    for (const { tensor } of tape.constants) {
      const { storage } = tensor;
      if (storage === null || storage.owner !== opened) continue;
      // What the function made while it recorded lives as long as the program.
      detach(storage);
      kept.push(storage);
    }
    collected.register(program, kept);
    return { program, structure: flat.structure, leaves, values: tape.hostValues.length };
  } finally {
    leave(opened, new Set());
  }
}
