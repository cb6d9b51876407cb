/**
 * Finding where numbers cease to be finite.
 *
 * @module
 */
import { checkOptionNames } from "./check_option_names.ts";
import { isFloating } from "./dtype.ts";
import type { Primitive } from "./primitive.ts";
import { scope } from "./scope.ts";
import { recordWith, type TreeFunction } from "./tape.ts";
import { TapeRecorder } from "./tape_recorder.ts";
import { describe, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** Options of `checkNumerics`. */
export interface CheckNumericsOptions {
  /** Whether infinities are as wrong as NaN; true by default. Masks of -Infinity, say, are not. */
  readonly infinities?: boolean;
}

const CHECK_NUMERICS_OPTIONS = { infinities: true } as const;

/**
 * A function that does as `f` and throws at the first operation that makes a NaN or an infinity out of finite numbers,
 * also in gradients that `f` takes. The error names the operation, counts what it made, tells the ranges of its inputs
 * and the line of the program that called it. Every result is looked at, so this is for finding faults. Compiled
 * functions run entry by entry inside.
 *
 * @throws {RangeError} If an argument, or the result of an operation, is not finite.
 *
 * @example
 * ```ts
 * import { checkNumerics, log, subtract, tensor, type Tensor } from "@weft/weft";
 * import { assertThrows } from "@std/assert/throws";
 *
 * const f = checkNumerics((x: Tensor) => log(subtract(x, 1)));
 * assertThrows(() => f(tensor([1, 2])), RangeError, "log expects finite results but made 1 infinity");
 * ```
 */
export function checkNumerics<A extends unknown[], R>(
  f: (...args: A) => R,
  options: CheckNumericsOptions = {},
): (...args: A) => R {
  checkOptionNames("checkNumerics", options, CHECK_NUMERICS_OPTIONS);
  if (typeof f !== "function") {
    throw new TypeError(`checkNumerics expects a function but got ${tree.describe(f)}`);
  }
  const { infinities = true } = options;
  return (...args) =>
    scope(() => {
      args.forEach((arg, i) =>
        tree.map(arg, (leaf, path) => {
          if (!(leaf instanceof Tensor) || leaf.node !== null) return leaf;
          const found = countBad(leaf, infinities);
          if (found !== "") {
            const place = path === "" ? `argument ${i}` : `${path} of argument ${i}`;
            throw new RangeError(`checkNumerics expects finite arguments but got ${found} in ${place}`);
          }
          return leaf;
        })
      );
      const recorder = new NumericsRecorder(f.name || "checkNumerics", infinities);
      return recordWith(recorder, f as TreeFunction<R>, args).result;
    }, { name: "checkNumerics" });
}

/** A recorder that looks at every value. */
class NumericsRecorder extends TapeRecorder {
  readonly #infinities: boolean;
  /** The line from which the check itself was called. */
  readonly #outer: string | null = callerLine();
  /** The user's line that made each value, or what it was made of. */
  readonly #lines = new Map<number, string>();

  constructor(name: string, infinities: boolean) {
    super(name, false);
    this.#infinities = infinities;
  }

  /** The line that an operation comes from: a rule that the library applies has none, but what it is given has. */
  #origin(inputs: readonly Tensor[]): { readonly line: string | null; readonly text: string } {
    const own = callerLine();
    if (own !== null && own !== this.#outer) return { line: own, text: ` at ${own}` };
    const slots = inputs.flatMap((x) => this.owns(x) ? [x.node!.slot] : []).sort((a, b) => b - a);
    const line = slots.map((slot) => this.#lines.get(slot)).find((found) => found !== undefined) ?? null;
    if (line !== null) return { line, text: `, which follows from ${line}` };
    return { line, text: this.#outer === null ? "" : ` in the call at ${this.#outer}` };
  }

  override record(
    primitive: Primitive<never>,
    inputs: readonly Tensor[],
    attributes: object,
  ): readonly Tensor[] {
    const made = super.record(primitive, inputs, attributes);
    const origin = this.#origin(inputs);
    for (const tracer of made) {
      if (origin.line !== null) this.#lines.set(tracer.node!.slot, origin.line);
      const value = valueOf(tracer);
      const found = value === null ? "" : countBad(value, this.#infinities);
      if (found === "") continue;
      const given = inputs.map((x) => valueOf(x));
      // What was wrong before is not this operation's.
      if (given.some((x) => x !== null && countBad(x, this.#infinities) !== "")) continue;
      const ranges = given.map((x, i) => `${describe(inputs[i])}${x === null ? "" : ` ${rangeOf(x)}`}`);
      throw new RangeError(
        `${primitive.name} expects finite results but made ${found} in ${describe(tracer)} out of ${
          ranges.length === 0 ? "nothing" : ranges.join(" and ")
        }${origin.text}`,
      );
    }
    return made;
  }
}

/** The number behind a tracer; null where a recording around it has none. */
function valueOf(x: Tensor): Tensor | null {
  const value = x.node === null ? x : x.node.value;
  return value === null || value.node !== null ? null : value;
}

/** How many elements are not finite, in words; empty where all are. */
function countBad(x: Tensor, infinities: boolean): string {
  if (!isFloating(x.dtype)) return "";
  let [none, infinite] = [0, 0];
  for (const value of x.data()) {
    if (value !== value) none++;
    else if (value === Infinity || value === -Infinity) infinite++;
  }
  const parts = [
    ...none > 0 ? [`${none} NaN`] : [],
    ...infinities && infinite > 0 ? [`${infinite} ${infinite === 1 ? "infinity" : "infinities"}`] : [],
  ];
  return parts.length === 0 ? "" : `${parts.join(" and ")} of ${x.size}`;
}

function rangeOf(x: Tensor): string {
  if (x.dtype === "key" || x.size === 0) return "";
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of x.data()) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return `from ${least} to ${greatest}`;
}

// The folders of the library, whose lines tell a user nothing.
const OWN = ["tensor/", "nn/", "optim/", "schedules/", "dist/"];

/** The first line of the stack that is not of the library, or null. */
function callerLine(): string | null {
  const root = new URL("../", import.meta.url).href;
  const limit = Error.stackTraceLimit;
  // Transformations within transformations are many calls deep.
  Error.stackTraceLimit = 200;
  const lines = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = limit;
  const line = lines.map((text) => /((?:file|https?|data|blob|jsr):[^\s()]+:\d+:\d+)\)?$/.exec(text)?.[1])
    .find((place) => place !== undefined && !OWN.some((folder) => place.startsWith(root + folder)));
  return line ?? null;
}
