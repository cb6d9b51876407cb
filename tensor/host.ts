/**
 * Host scalars: plain numbers that a compiled program takes anew at every call.
 *
 * @module
 */
import { checkFunction } from "./check_function.ts";
import type { Recorder, Tensor } from "./tensor.ts";
import type { DType } from "./dtype.ts";
import * as tree from "./tree.ts";

/** A recorder that computes numbers in its program's prologue. */
export interface HostRecorder extends Recorder {
  /** Adds `fn(...inputs)` to the prologue and returns its traced value. */
  recordHost(fn: (...numbers: number[]) => number, inputs: readonly (number | TracedNumber)[]): TracedNumber;
  /** A scalar tracer of the traced number. */
  recordScalar(number: TracedNumber, dtype: DType): Tensor;
  /** The value that a scalar tracer of this recording will have, known once the program has run. */
  recordValue(scalar: Tensor): TracedNumber;
}

/** A number whose value is known only when the compiled program runs. */
export class TracedNumber {
  /** The recording it belongs to. */
  readonly recorder: HostRecorder;
  /** Its place among the host numbers of the program. */
  readonly index: number;

  /** Made by `compile` for the numbers among its arguments, and by `host`. */
  constructor(recorder: HostRecorder, index: number) {
    this.recorder = recorder;
    this.index = index;
  }

  /** Plain arithmetic would freeze today's value into the program. */
  [Symbol.toPrimitive](): never {
    throw this.#refusal("a JavaScript operator on a traced number");
  }

  /** There is no value to write yet. */
  toJSON(): never {
    throw this.#refusal("a traced number to write as JSON");
  }

  #refusal(found: string): TypeError {
    return new TypeError(
      `${this.recorder.name} expects arithmetic on its number arguments to go through host(fn, ...numbers) ` +
        `but got ${found}; use host, tensor operations, or name the argument in static`,
    );
  }
}

Object.defineProperty(TracedNumber.prototype, Symbol.for("Deno.customInspect"), {
  value(this: TracedNumber): string {
    return `number (traced by ${this.recorder.name}, no value yet)`;
  },
});

/** Whether a value that is typed as a number is a traced one. */
export function isTracedNumber(value: unknown): value is TracedNumber {
  return value instanceof TracedNumber;
}

/**
 * Applies a plain JavaScript function to numbers: at once when they are plain, and in the program's prologue,
 * at each call, when they are number arguments of a compiled function. Schedules and bias corrections run
 * through it. The function must be pure.
 *
 * @param fn The function of the numbers.
 * @param numbers Its arguments.
 * @returns The number, or inside of `compile` a stand-in for it that tensor operations and `host` accept.
 * @throws {TypeError} If an argument is no number, or the function does not return one.
 *
 * @example Eager
 * ```ts
 * import { host } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(host((count) => 1 - 0.9 ** count, 1), 1 - 0.9);
 * ```
 */
export function host(fn: (...numbers: number[]) => number, ...numbers: readonly number[]): number {
  checkFunction("host", fn);
  let recorder: HostRecorder | null = null;
  for (const number of numbers as readonly unknown[]) {
    if (isTracedNumber(number)) {
      if (recorder === null || number.recorder.order > recorder.order) recorder = number.recorder;
    } else if (typeof number !== "number") {
      throw new TypeError(
        `host expects numbers but got ${tree.describe(number)}: a tensor goes through hostValue first`,
      );
    }
  }
  // Inside of a recording a traced number takes the place of a number, which its operators enforce.
  if (recorder !== null) return recorder.recordHost(fn, numbers) as unknown as number;
  return callHost(fn, numbers);
}

/** Calls a host function and checks what it returns. */
export function callHost(fn: (...numbers: number[]) => number, numbers: readonly number[]): number {
  const value = fn(...numbers);
  if (typeof value !== "number") {
    throw new TypeError(`host expects its function to return a number but got ${typeof value}`);
  }
  return value;
}
