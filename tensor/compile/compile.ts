/**
 * Compiling a function of trees of tensors into a planned program.
 *
 * @module
 */
import { isTracedNumber } from "../host.ts";
import { detach, enter, free, leave, type Storage } from "../runtime/storage.ts";
import { TapeRecorder, type TreeFunction } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { makeProgram, type Program } from "./program.ts";

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

interface Compiled {
  readonly program: Program;
  readonly structure: tree.Structure;
  readonly leaves: readonly Leaf[];
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
): (...args: A) => R {
  if (typeof f !== "function") throw new TypeError(`compile expects a function but got ${tree.describe(f)}`);
  const name = options.name ?? (f.name || "compiled");
  const { donate = [], static: fixed = [] } = options;
  for (const position of [...donate, ...fixed]) {
    if (!Number.isInteger(position) || position < 0) {
      throw new RangeError(`compile expects positions of arguments in donate and static but got ${position}`);
    }
  }
  const cache = new Map<string, Compiled>();
  const identities = new WeakMap<object, number>();
  let identified = 0;
  const identify = (value: unknown): string => {
    if (typeof value === "string") return JSON.stringify(value);
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      return `${typeof value}:${String(value)}`;
    }
    // A literal such as { training: true } is a new object at each call, so plain trees count by their leaves.
    if (Array.isArray(value)) return `(${value.map(identify)})`;
    if (tree.isNode(value)) {
      return `{${Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}:${identify(child)}`)}}`;
    }
    let id = identities.get(value);
    if (id === undefined) identities.set(value, id = identified++);
    return `#${id}`;
  };
  return (...args) => {
    const tensors: Tensor[] = [];
    const numbers: number[] = [];
    const donated: boolean[] = [];
    let traced = false;
    let key = "";
    const visit = (value: unknown, donates: boolean): void => {
      if (value instanceof Tensor) {
        if (value.node !== null) traced = true;
        tensors.push(value);
        donated.push(donates);
        key += `${value.dtype}[${value.shape}]`;
      } else if (typeof value === "number") {
        numbers.push(value);
        key += "n";
      } else if (value === null || value === undefined) key += String(value);
      else if (isTracedNumber(value)) traced = true;
      else if (Array.isArray(value)) {
        key += "(";
        for (const child of value) visit(child, donates);
        key += ")";
      } else if (tree.isNode(value)) {
        key += "{";
        for (const property of Object.keys(value)) {
          key += `${JSON.stringify(property)}:`;
          visit((value as Record<string, unknown>)[property], donates);
        }
        key += "}";
      } else key += identify(value);
      key += ",";
    };
    args.forEach((arg, i) => {
      if (fixed.includes(i)) key += `static ${identify(arg)};`;
      else visit(arg, donate.includes(i));
    });
    if (traced) return f(...args);
    let compiled = cache.get(key);
    if (compiled === undefined) {
      for (const position of donate) {
        if (position >= args.length) {
          throw new RangeError(
            `${name} expects to donate one of its ${args.length} arguments but got ${position}`,
          );
        }
      }
      const made = trace(f as TreeFunction<R>, args, fixed, donated, name);
      if (made === null) return f(...args);
      compiled = made;
      cache.set(key, compiled);
    }
    const { program, structure, leaves } = compiled;
    const result = program.run(tensors, numbers);
    return tree.unflatten(
      structure,
      leaves.map((leaf) =>
        leaf.kind === "tensor"
          ? result.tensors[leaf.index]
          : leaf.kind === "number"
          ? result.numbers[leaf.index]
          : leaf.value
      ),
    ) as R;
  };
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
): Compiled | null {
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
    const foreign = flat.leaves.some((leaf) => isTracedNumber(leaf) && leaf.recorder !== recorder);
    if (foreign || tape.constants.some(({ tensor }) => tensor.node !== null)) return null;
    for (const { tensor } of tape.constants) {
      const { storage } = tensor;
      if (storage === null || storage.owner !== opened) continue;
      // What the function made while it recorded lives as long as the program.
      detach(storage);
      kept.push(storage);
    }
    const program = makeProgram(tape, outputs, donated);
    collected.register(program, kept);
    return { program, structure: flat.structure, leaves };
  } finally {
    leave(opened, new Set());
  }
}
