/**
 * Tapes: a program as a value. `record` runs a function on tracers; everything else is a function of the tape.
 *
 * @module
 */
import { checkOptionNames } from "./check_option_names.ts";
import * as tree from "./tree.ts";
import { evaluate, type PrimitiveRecorder } from "./apply.ts";
import { checkFunction } from "./check_function.ts";
import { type DType, isFloating } from "./dtype.ts";
import { callHost, type HostRecorder, isTracedNumber, TracedNumber } from "./host.ts";
import { callOf, hostFunction } from "./host_function.ts";
import { cast } from "./ops/cast.ts";
import {
  attributesKey,
  definePrimitive,
  type Entry,
  type HostEntry,
  type Primitive,
  type Tape,
  type ValueEntry,
} from "./primitive.ts";
import { currentScope, retain, type Scope } from "./runtime/storage.ts";
import { type Abstract, describe, Tensor } from "./tensor.ts";
import { constantTensor } from "./make_tensor.ts";

/** What `record` returns. */
export interface Recorded<T> {
  /** What the function returned: values where the arguments had them. */
  readonly result: T;
  /** The program. */
  readonly tape: Tape;
  /** The slot of each tensor leaf of the result; null for a tensor that does not stand on the tape. */
  readonly outputs: readonly (number | null)[];
}

// Order of birth tells which of two open recordings is further in.
let births = 0;

/** A tape under construction. */
export class TapeRecorder implements PrimitiveRecorder, HostRecorder {
  readonly order: number = ++births;
  readonly name: string;
  readonly #abstract: boolean;
  readonly #saves: boolean;
  readonly #home: Scope | null = currentScope();
  #open = true;
  readonly #slots: Abstract[] = [];
  readonly #inputs: number[] = [];
  readonly #constants: { slot: number; tensor: Tensor }[] = [];
  readonly #known = new Map<Tensor, number>();
  readonly #entries: Entry[] = [];
  readonly #host: HostEntry[] = [];
  readonly #hostValues: ValueEntry[] = [];
  readonly #epilogue: HostEntry[] = [];
  // How the program computes numbers that are known only when it has run.
  readonly #late = new Map<number, () => Tensor>();
  #hostInputs = 0;
  #hostCount = 0;
  readonly #values: (Tensor | null)[] = [];
  readonly #active: boolean[] = [];
  readonly #scalars = new Map<string, Tensor>();

  /**
   * With `abstract`, tracers have no values and nothing is computed. Otherwise primitives save what their pullbacks
   * read, unless `saves` is false.
   */
  constructor(name: string, abstract: boolean, saves = true) {
    this.name = name;
    this.#abstract = abstract;
    this.#saves = saves && !abstract;
  }

  #slot(like: Abstract, value: Tensor | null, active: boolean): number {
    this.#slots.push({ shape: like.shape, dtype: like.dtype });
    this.#values.push(value);
    this.#active.push(active);
    return this.#slots.length - 1;
  }

  #tracer(slot: number): Tensor {
    const { dtype, shape } = this.#slots[slot];
    return new Tensor(dtype, shape, [], 0, null, 0, { recorder: this, slot, value: this.#values[slot] });
  }

  #checkOpen(): void {
    if (!this.#open) {
      throw new TypeError(
        `${this.name} expects its tracers to be used while it runs but got one after it returned: ` +
          "return the value from the function instead of keeping it aside",
      );
    }
  }

  /** A tracer for an argument. */
  input(like: Abstract): Tensor {
    const slot = this.#slot(like, this.#abstract ? null : like as Tensor, isFloating(like.dtype));
    this.#inputs.push(slot);
    return this.#tracer(slot);
  }

  /** A traced number for a number among the arguments. */
  hostInput(): TracedNumber {
    this.#hostInputs++;
    return new TracedNumber(this, this.#hostCount++);
  }

  recordHost(fn: (...numbers: number[]) => number, inputs: readonly (number | TracedNumber)[]): TracedNumber {
    this.#checkOpen();
    const references = inputs.map((input) => {
      if (!isTracedNumber(input)) return { value: input };
      if (input.recorder !== this) {
        throw new TypeError(
          `${this.name} expects numbers of one trace in host but got one of ${input.recorder.name}`,
        );
      }
      return { index: input.index };
    });
    const output = this.#hostCount++;
    const late = references.some((input) => "index" in input && this.#late.has(input.index));
    if (late) {
      this.#late.set(output, () => {
        const given = inputs.map((input) =>
          isTracedNumber(input) ? this.recordScalar(input, "float64") : constantTensor("float64", [], input)
        );
        return this.record(hostFunction as unknown as Primitive<never>, given, callOf(fn))[0];
      });
    }
    (late ? this.#epilogue : this.#host).push({ fn, inputs: references, output });
    return new TracedNumber(this, output);
  }

  recordValue(scalar: Tensor): TracedNumber {
    this.#checkOpen();
    const output = this.#hostCount++;
    this.#late.set(output, () => scalar);
    this.#hostValues.push({ slot: this.slotOf(scalar), output });
    return new TracedNumber(this, output);
  }

  recordScalar(number: TracedNumber, dtype: DType): Tensor {
    this.#checkOpen();
    const key = `${number.index}:${dtype}`;
    let scalar = this.#scalars.get(key);
    if (scalar === undefined) {
      const late = this.#late.get(number.index);
      scalar = late === undefined
        ? this.record(hostScalar as Primitive<never>, [], { index: number.index, dtype })[0]
        : cast(late(), dtype);
      this.#scalars.set(key, scalar);
    }
    return scalar;
  }

  /** The slot of a tensor: that of a tracer of this tape, else of a constant. */
  slotOf(x: Tensor): number {
    if (x.node !== null && x.node.recorder === this) return x.node.slot;
    let slot = this.#known.get(x);
    if (slot === undefined) {
      if (x.storage !== null) retain(x.storage, this.#home);
      slot = this.#slot(x, this.#abstract ? null : x, false);
      this.#constants.push({ slot, tensor: x });
      this.#known.set(x, slot);
    }
    return slot;
  }

  record(primitive: Primitive<never>, inputs: readonly Tensor[], given: object): readonly Tensor[] {
    this.#checkOpen();
    const slots = inputs.map((x) => this.slotOf(x));
    const varying = slots.map((slot) => this.#active[slot]);
    const active = primitive.pullback !== null && varying.includes(true);
    const saves = this.#saves && active && primitive.saving !== undefined;
    const attributes = saves ? primitive.saving!(given as never) : given;
    let outputs: readonly Abstract[];
    if (this.#abstract) {
      outputs = primitive.infer(slots.map((slot) => this.#slots[slot]), attributes as never);
    } else outputs = applyBelow(primitive, slots.map((slot) => this.#values[slot]!), attributes);
    if (!this.#abstract) {
      for (const { storage } of outputs as readonly Tensor[]) {
        if (storage !== null) retain(storage, this.#home);
      }
    }
    const depends = active ? primitive.depends?.(varying, attributes as never) : undefined;
    const made = outputs.map((output, i) => {
      const follows = active && isFloating(output.dtype) && (depends === undefined || depends[i]);
      return this.#slot(output, this.#abstract ? null : output as Tensor, follows);
    });
    this.#entries.push({ primitive, attributes, inputs: slots, outputs: made });
    return made.map((slot) => this.#tracer(slot));
  }

  /** Whether a tensor is a tracer of this tape. */
  owns(x: Tensor): boolean {
    return x.node !== null && x.node.recorder === this;
  }

  /** Ends the recording. */
  finish(): Tape {
    this.#open = false;
    return Object.freeze({
      name: this.name,
      slots: this.#slots,
      inputs: this.#inputs,
      constants: this.#constants,
      entries: this.#entries,
      host: this.#host,
      hostValues: this.#hostValues,
      epilogue: this.#epilogue,
      hostInputs: this.#hostInputs,
      values: this.#values,
      active: this.#active,
    });
  }
}

/** Applies a primitive to the values of a recording, which may be tracers of a recording around it. */
function applyBelow(
  primitive: Primitive<never>,
  values: readonly Tensor[],
  attributes: object,
): readonly Tensor[] {
  let recorder: PrimitiveRecorder | null = null;
  for (const value of values) {
    if (value.node !== null && (recorder === null || value.node.recorder.order > recorder.order)) {
      recorder = value.node.recorder as PrimitiveRecorder;
    }
  }
  return recorder === null
    ? evaluate(primitive as Primitive<object>, values, attributes)
    : recorder.record(primitive, values, attributes);
}

const hostScalar: Primitive<{ readonly index: number; readonly dtype: DType }> = definePrimitive<
  { readonly index: number; readonly dtype: DType }
>({
  name: "hostScalar",
  infer: (_, { dtype }) => [{ dtype, shape: [] }],
  execute() {
    throw new TypeError("hostScalar expects to run inside of a compiled program");
  },
  pullback: null,
});

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

/** A listing of a tape: one line an entry, with shapes and dtypes. */
export function formatTape(tape: Tape): string {
  const slot = (i: number): string => `%${i}`;
  const typed = (i: number): string => `${slot(i)} ${describe(tape.slots[i])}`;
  const lines = [`${tape.name}(${tape.inputs.map(typed).join(", ")})`];
  for (const constant of tape.constants) lines.push(`  ${typed(constant.slot)} = constant`);
  for (const entry of tape.entries) {
    const attributes = formatAttributes(entry.attributes);
    const inputs = entry.inputs.map((i) => ` ${slot(i)}`).join("");
    lines.push(`  ${entry.outputs.map(typed).join(", ")} = ${entry.primitive.name}${inputs}${attributes}`);
  }
  return lines.join("\n");
}

function formatAttributes(attributes: object): string {
  const parts = Object.entries(attributes).map(([key, value]) =>
    `${key}: ${attributesKey(value).replaceAll(",", ", ").replaceAll('"', "")}`
  );
  return parts.length === 0 ? "" : ` { ${parts.join(", ")} }`;
}

/** Runs a prologue: the numbers of the arguments first, then those that the host functions give. */
export function runPrologue(tape: Tape, inputs: readonly number[]): number[] {
  const numbers = [...inputs];
  runHost(tape.host, numbers);
  return numbers;
}

/** Runs an epilogue: the numbers of the prologue, the values of scalars, then what the host functions make of them. */
export function runEpilogue(tape: Tape, before: readonly number[], values: readonly number[]): number[] {
  const numbers = [...before];
  tape.hostValues.forEach(({ output }, i) => numbers[output] = values[i]);
  runHost(tape.epilogue, numbers);
  return numbers;
}

function runHost(entries: readonly HostEntry[], numbers: number[]): void {
  for (const { fn, inputs, output } of entries) {
    numbers[output] = callHost(
      fn,
      inputs.map((input) => "index" in input ? numbers[input.index] : input.value),
    );
  }
}
