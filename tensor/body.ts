/**
 * Bodies: programs without tensors from outside, which primitives such as loops hold as attributes.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { BodyRecorder } from "./body_recorder.ts";
import type { Body, Entry, Primitive, Tape } from "./primitive.ts";
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
function closeTape(tape: Tape, outputs: readonly number[]): Closed {
  const { entries, needed } = liveEntries(tape, outputs);
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
export function liveEntries(
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
  const values = startValues(body, inputs);
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

/** The values of the slots of a body before it runs: its constants and inputs, and null for all others. */
export function startValues({ tape }: Body, inputs: readonly Tensor[]): (Tensor | null)[] {
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

/** A body without the inputs for which the mask is false, which it does not use. */
export function withInputs(body: Body, mask: readonly boolean[]): Body {
  return { ...body, tape: { ...body.tape, inputs: body.tape.inputs.filter((_, i) => mask[i]) } };
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
