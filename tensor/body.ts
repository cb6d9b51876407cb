/**
 * Bodies: programs without tensors from outside, which primitives such as loops hold as attributes.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { isFloating } from "./dtype.ts";
import { independentOutputs } from "./independent.ts";
import type { Body, Entry, Primitive, Tape } from "./primitive.ts";
import { BodyRecorder } from "./body_recorder.ts";
import type { Abstract, Tensor } from "./tensor.ts";

/** A body, and the tensors that its function took from outside, which are its first inputs. */
export interface Closed {
  /** The program. */
  readonly body: Body;
  /** The values of its first inputs. */
  readonly captured: readonly Tensor[];
}

// Two bodies never have one name, so that applications of them count as different.
let bodies = 0;

/** Records a function of tensors, without values. What it takes from outside becomes the first inputs. */
export function close(
  name: string,
  likes: readonly Abstract[],
  f: (inputs: readonly Tensor[], recorder: BodyRecorder) => readonly Tensor[],
): Closed {
  const recorder = new BodyRecorder(name);
  const returned = f(likes.map((like) => recorder.input(like)), recorder);
  const outputs = returned.map((x) => recorder.slotOf(x));
  return closeTape(recorder.finish(), outputs);
}

/** The body of an abstract tape. */
export function closeTape(tape: Tape, outputs: readonly number[]): Closed {
  const { entries, needed } = live(tape, outputs);
  const used = tape.constants.filter(({ slot }) => needed.has(slot));
  const captured = used.filter(({ tensor }) => tensor.node !== null || tensor.storage !== null);
  const constants = used.filter((constant) => !captured.includes(constant));
  const name = `${tape.name}#${++bodies}`;
  return {
    body: {
      tape: { ...tape, entries, inputs: [...captured.map(({ slot }) => slot), ...tape.inputs], constants },
      outputs,
      toJSON: () => name,
    },
    captured: captured.map(({ tensor }) => tensor),
  };
}

/** The entries that outputs are made by, and the slots that these read, the outputs among them. */
function live(
  { entries }: Tape,
  outputs: readonly number[],
): { readonly entries: readonly Entry[]; readonly needed: ReadonlySet<number> } {
  const needed = new Set(outputs);
  const kept: Entry[] = [];
  for (const entry of entries.toReversed()) {
    if (!entry.outputs.some((slot) => needed.has(slot))) continue;
    kept.push(entry);
    for (const slot of entry.inputs) needed.add(slot);
  }
  return { entries: kept.reverse(), needed };
}

/** Bodies that all take the same inputs: what any of them captured, then what they have in common. */
export function share(
  closed: readonly Closed[],
): { readonly bodies: readonly Body[]; readonly captured: readonly Tensor[] } {
  const captured = closed.flatMap((one) => one.captured);
  let before = 0;
  const bodies = closed.map(({ body, captured: own }): Body => {
    const slots = [...body.tape.slots];
    const inputs = captured.map((x, i) =>
      i >= before && i < before + own.length
        ? body.tape.inputs[i - before]
        : slots.push({ dtype: x.dtype, shape: x.shape }) - 1
    );
    before += own.length;
    return {
      ...body,
      tape: { ...body.tape, slots, inputs: [...inputs, ...body.tape.inputs.slice(own.length)] },
    };
  });
  return { bodies, captured };
}

/** Shapes and dtypes of a body's inputs. */
export function inputsOf({ tape }: Body): readonly Abstract[] {
  return tape.inputs.map((slot) => tape.slots[slot]);
}

/** Shapes and dtypes of a body's outputs. */
export function outputsOf({ tape, outputs }: Body): readonly Abstract[] {
  return outputs.map((slot) => tape.slots[slot]);
}

/** Applies every entry of a body. */
export function runBody(body: Body, inputs: readonly Tensor[]): readonly Tensor[] {
  const values = begin(body, inputs);
  for (const entry of body.tape.entries) {
    const made = applyAll(
      entry.primitive as unknown as Primitive<object>,
      entry.inputs.map((slot) => values[slot]!),
      entry.attributes,
    );
    entry.outputs.forEach((slot, i) => values[slot] = made[i]);
  }
  return body.outputs.map((slot) => values[slot]!);
}

function begin({ tape }: Body, inputs: readonly Tensor[]): (Tensor | null)[] {
  const values = new Array<Tensor | null>(tape.slots.length).fill(null);
  for (const { slot, tensor } of tape.constants) values[slot] = tensor;
  tape.inputs.forEach((slot, i) => values[slot] = inputs[i]);
  return values;
}

/** A body that reverse mode has taken; see `Primitive.pulled`. */
export function pulledBody(body: Body): Body {
  let changed = false;
  const entries = body.tape.entries.map((entry): Entry => {
    const attributes = entry.primitive.pulled?.(entry.attributes as never) ?? entry.attributes;
    changed ||= attributes !== entry.attributes;
    return attributes === entry.attributes ? entry : { ...entry, attributes };
  });
  return changed ? { ...body, tape: { ...body.tape, entries } } : body;
}

/** Attributes with a body that reverse mode has taken. */
export function withPulledBody<A extends { readonly body: Body }>(attributes: A): A {
  const body = pulledBody(attributes.body);
  return body === attributes.body ? attributes : { ...attributes, body };
}

/** Which slots of a body depend on its active inputs through differentiable entries. */
export function activeSlots({ tape }: Body, active: readonly boolean[]): boolean[] {
  const slots = tape.slots.map(() => false);
  tape.inputs.forEach((slot, i) => slots[slot] = active[i] && isFloating(tape.slots[slot].dtype));
  for (const { primitive, attributes, inputs, outputs } of tape.entries) {
    const given = inputs.map((slot) => slots[slot]);
    if (primitive.pullback === null || !given.includes(true)) continue;
    const made = primitive.depends?.(given, attributes as never);
    outputs.forEach((slot, i) => {
      slots[slot] = isFloating(tape.slots[slot].dtype) && (made === undefined || made[i]);
    });
  }
  return slots;
}

/** Which slots of a body have values that depend on the inputs in `changing`. */
function changingSlots({ tape }: Body, changing: readonly boolean[]): boolean[] {
  const slots = tape.slots.map(() => false);
  tape.inputs.forEach((slot, i) => slots[slot] = changing[i]);
  for (const { primitive, attributes, inputs, outputs } of tape.entries) {
    const given = inputs.map((slot) => slots[slot]);
    if (!given.includes(true)) continue;
    const made = primitive.depends?.(given, attributes as never);
    outputs.forEach((slot, i) => slots[slot] = made === undefined || made[i]);
  }
  return slots;
}

/** Which outputs of a body have values that depend on the inputs in `changing`. */
export function changingOutputs(body: Body, changing: readonly boolean[]): readonly boolean[] {
  const slots = changingSlots(body, changing);
  return body.outputs.map((slot) => slots[slot]);
}

/** Which inputs of a body its outputs are made from. */
export function usedInputs({ tape, outputs }: Body): readonly boolean[] {
  const { needed } = live(tape, outputs);
  return tape.inputs.map((slot) => needed.has(slot));
}

/** A body without the inputs for which the mask is false, which it does not use. */
export function withInputs(body: Body, mask: readonly boolean[]): Body {
  return { ...body, tape: { ...body.tape, inputs: body.tape.inputs.filter((_, i) => mask[i]) } };
}

/** For each of the first outputs whether it is the input that is as far behind the first `before` ones, unchanged. */
export function passedOn({ tape, outputs }: Body, before: number, count: number): readonly boolean[] {
  return Array.from({ length: count }, (_, i) => outputs[i] === tape.inputs[before + i]);
}

/** A body with its inputs in another order, by their places before, and without some of its outputs. */
export function rearranged(
  body: Body,
  order: readonly number[],
  kept: (output: number) => boolean,
): Body {
  const inputs = order.map((i) => body.tape.inputs[i]);
  return { ...body, tape: { ...body.tape, inputs }, outputs: body.outputs.filter((_, i) => kept(i)) };
}

/** Which outputs of a body depend on its active inputs. */
export function activeOutputs(body: Body, active: readonly boolean[]): readonly boolean[] {
  const slots = activeSlots(body, active);
  return body.outputs.map((slot) => slots[slot]);
}

/** How a body is applied for a pullback. */
export interface ReplayOptions {
  /** Values that need not be computed again. */
  readonly known?: ReadonlyMap<number, Tensor>;
  /** Whether values that depend on active inputs are not known, so that the others have to be computed without them. */
  readonly linear?: boolean;
}

/** Applies every entry of a body and returns its tape with the values, for a pullback. */
export function replay(
  body: Body,
  inputs: readonly Tensor[],
  active: readonly boolean[],
  { known = new Map(), linear = false }: ReplayOptions = {},
): { readonly tape: Tape; readonly outputs: readonly number[] } {
  const values = begin(body, inputs);
  for (const [slot, tensor] of known) values[slot] = tensor;
  const flags = activeSlots(body, active);
  const slots: Abstract[] = [...body.tape.slots];
  const entries = body.tape.entries.map((entry): Entry => {
    const { primitive, inputs, outputs } = entry;
    if (outputs.every((slot) => values[slot] !== null)) return entry;
    const saves = primitive.saving !== undefined && outputs.some((slot) => flags[slot]);
    const attributes = saves ? primitive.saving!(entry.attributes as never) : entry.attributes;
    const given = inputs.map((slot) => values[slot]!);
    const made = applyAll(primitive as unknown as Primitive<object>, given, attributes);
    const apart = linear
      ? independentOutputs(
        primitive as unknown as Primitive<object>,
        attributes,
        inputs.map((slot) => slots[slot]),
        given,
        inputs.map((slot) => flags[slot]),
      )
      : null;
    const all = made.map((x, i) => {
      if (i < outputs.length) return outputs[i];
      flags.push(false);
      values.push(null);
      return slots.push({ dtype: x.dtype, shape: x.shape }) - 1;
    });
    all.forEach((slot, i) => values[slot] = apart?.[i] ?? made[i]);
    return { ...entry, attributes, outputs: all };
  });
  return { tape: { ...body.tape, slots, entries, values, active: flags }, outputs: body.outputs };
}
