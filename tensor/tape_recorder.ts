/**
 * Tapes under construction.
 *
 * @module
 */
import { evaluate, type PrimitiveRecorder } from "./apply.ts";
import { type DType, isFloating } from "./dtype.ts";
import { type HostRecorder, isTracedNumber, TracedNumber } from "./host.ts";
import { callOf, hostFunction } from "./host_function.ts";
import { constantTensor } from "./make_tensor.ts";
import { cast } from "./ops/cast.ts";
import {
  definePrimitive,
  type Entry,
  type HostEntry,
  type Primitive,
  type Tape,
  type ValueEntry,
} from "./primitive.ts";
import { currentScope, retain, type Scope } from "./runtime/storage.ts";
import { type Abstract, Tensor } from "./tensor.ts";

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
