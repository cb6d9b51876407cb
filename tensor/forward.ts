/**
 * Forward mode: tangents along a tape. A primitive without a rule of its own is pushed forward by the transpose of its
 * pullback, which is linear in the cotangent.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { isFloating } from "./dtype.ts";
import { independentOutputs } from "./independent.ts";
import { add } from "./ops/arithmetic.ts";
import { cast } from "./ops/cast.ts";
import { sumTo } from "./ops/sum_to.ts";
import { broadcastTo } from "./ops/broadcast_to.ts";
import type { Body, Entry, Primitive, Tape } from "./primitive.ts";
import { pullTape } from "./reverse.ts";
import type { Pushed } from "./rules.ts";
import { equalShapes } from "./shape.ts";
import { TapeRecorder } from "./tape_recorder.ts";
import type { Abstract, Tensor } from "./tensor.ts";

/** Values and tangents of some slots of a tape. */
export interface Pushing {
  /** Values of the slots. */
  readonly values: readonly Tensor[];
  /** Their tangents; null for zeros. */
  readonly tangents: readonly (Tensor | null)[];
}

/**
 * Tangents of some slots of a tape with values from those of its inputs.
 *
 * @param operation The transformation that errors name.
 */
export function pushTape(
  tape: Tape,
  tangents: readonly (Tensor | null)[],
  outputs: readonly number[],
  operation: string,
): Pushing {
  const values = [...tape.values];
  const along = new Array<Tensor | null>(tape.slots.length).fill(null);
  tape.inputs.forEach((slot, i) => along[slot] = tangents[i]);
  for (const entry of tape.entries) {
    const primitive = entry.primitive as unknown as Primitive<object>;
    const inputs = entry.inputs.map((slot) => values[slot]!);
    const compute = (): void => {
      if (values[entry.outputs[0]] !== null) return;
      const made = applyAll(primitive, inputs, entry.attributes);
      entry.outputs.forEach((slot, i) => values[slot] = made[i]);
    };
    const given = entry.inputs.map((slot) => along[slot]);
    if (given.some((tangent) => tangent !== null)) {
      const pushed = pushEntry(primitive, given, {
        inputs,
        attributes: entry.attributes,
        operation,
        // A rule that computes the outputs with their tangents does not ask for them.
        get outputs(): readonly Tensor[] {
          compute();
          return entry.outputs.map((slot) => values[slot]!);
        },
      });
      const made = "tangents" in pushed ? pushed.tangents : pushed;
      entry.outputs.forEach((slot, i) => {
        if ("outputs" in pushed) values[slot] = pushed.outputs[i];
        along[slot] = isFloating(tape.slots[slot].dtype) ? made[i] ?? null : null;
      });
    }
    compute();
  }
  return {
    values: outputs.map((slot) => values[slot]!),
    tangents: outputs.map((slot) => along[slot]),
  };
}

/** Values and tangents of a body's outputs. */
export function pushBody(
  body: Body,
  inputs: readonly Tensor[],
  tangents: readonly (Tensor | null)[],
  operation: string,
): Pushing {
  const values = new Array<Tensor | null>(body.tape.slots.length).fill(null);
  for (const { slot, tensor } of body.tape.constants) values[slot] = tensor;
  body.tape.inputs.forEach((slot, i) => values[slot] = inputs[i]);
  return pushTape({ ...body.tape, values }, tangents, body.outputs, operation);
}

interface Application {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: object;
  readonly operation: string;
}

function pushEntry(
  primitive: Primitive<object>,
  tangents: readonly (Tensor | null)[],
  application: Application,
): readonly (Tensor | null)[] | Pushed {
  if (primitive.pushforward !== undefined) return primitive.pushforward.rule(tangents, application);
  if (primitive.pullback === null) return application.outputs.map(() => null);
  if (primitive.pullback === undefined) {
    throw new TypeError(
      `${application.operation} expects every primitive to have a pushforward or a pullback rule but ${primitive.name} has none`,
    );
  }
  return primitive.expression === undefined
    ? pushByTransposition(primitive, tangents, application)
    : [pushElementwise(primitive, tangents, application)];
}

/** An elementwise Jacobian is diagonal: its transpose, the pullback, is itself. */
function pushElementwise(
  primitive: Primitive<object>,
  tangents: readonly (Tensor | null)[],
  application: Application,
): Tensor | null {
  const { inputs, outputs, attributes, operation } = application;
  const [output] = outputs;
  let total: Tensor | null = null;
  tangents.forEach((tangent, i) => {
    if (tangent === null) return;
    const context = {
      inputs,
      outputs,
      attributes,
      wanted: tangents.map((_, j) => j === i),
      hasCotangent: [true],
      operation,
      linear: false,
    };
    const part = primitive.pullback!.rule([tangent], context)[i];
    if (part === null) return;
    const whole = broadcastTo(cast(part, output.dtype), output.shape);
    total = total === null ? whole : add(total, whole);
  });
  return total;
}

function pushByTransposition(
  primitive: Primitive<object>,
  tangents: readonly (Tensor | null)[],
  { inputs, outputs, attributes, operation }: Application,
): readonly (Tensor | null)[] {
  const wanted = tangents.map((tangent) => tangent !== null);
  return transposeLinear(
    outputs,
    (cotangents) =>
      primitive.pullback!.rule(cotangents, {
        inputs,
        outputs,
        attributes,
        wanted,
        hasCotangent: outputs.map(() => true),
        operation,
        linear: false,
      })
        .map(
          (pulled, i) => {
            if (pulled === null || !wanted[i]) return null;
            const like = inputs[i];
            const gradient = equalShapes(pulled.shape, like.shape) ? pulled : sumTo(pulled, like.shape);
            return cast(gradient, like.dtype);
          },
        ),
    tangents,
    `${operation} of ${primitive.name}`,
  );
}

/** A tape with the values that do not depend on its inputs; those that do are traced by `unknown`. */
function withKnown(tape: Tape, unknown: TapeRecorder): Tape {
  const slots: Abstract[] = [...tape.slots];
  const active = [...tape.active];
  const values = new Array<Tensor | null>(slots.length).fill(null);
  for (const { slot, tensor } of tape.constants) values[slot] = tensor;
  const entries = tape.entries.map((entry): Entry => {
    const primitive = entry.primitive as unknown as Primitive<object>;
    const inputs = entry.inputs.map((slot) => values[slot]);
    const attributes = primitive.saving?.(entry.attributes) ?? entry.attributes;
    const likes = entry.inputs.map((slot) => slots[slot]);
    const known = independentOutputs(primitive, attributes, likes, inputs, inputs.map((x) => x === null));
    if (known === null) return entry;
    const more = primitive.infer(likes, attributes).slice(entry.outputs.length).map((like) => {
      values.push(null);
      active.push(false);
      return slots.push(like) - 1;
    });
    const outputs = [...entry.outputs, ...more];
    outputs.forEach((slot, i) => values[slot] = known[i]);
    return { ...entry, attributes, outputs };
  });
  return { ...tape, slots, entries, active, values: values.map((x, i) => x ?? unknown.input(slots[i])) };
}

/**
 * The transpose of a linear function at some cotangents of its results, of which null stand for zeros.
 *
 * @param likes Shapes and dtypes of the arguments.
 * @param f The function; a null in its result stands for zeros.
 * @param operation What errors name.
 * @throws {TypeError} If the function is not linear.
 */
export function transposeLinear(
  likes: readonly Abstract[],
  f: (inputs: readonly Tensor[]) => readonly (Tensor | null)[],
  cotangents: readonly (Tensor | null)[],
  operation: string,
): readonly (Tensor | null)[] {
  const recorder = new TapeRecorder(operation, true);
  const returned = f(likes.map((like) => recorder.input(like)));
  const outputs = returned.map((x) => x !== null && recorder.owns(x) ? x.node!.slot : null);
  // Values of what depends on the arguments are never needed; where one is read all the same, this recorder has it.
  const unknown = new TapeRecorder(operation, true);
  const recorded = { result: null, tape: withKnown(recorder.finish(), unknown), outputs };
  const pulled = pullTape(recorded, operation, true)(cotangents);
  for (const x of pulled) {
    if (x !== null && unknown.owns(x)) {
      throw new TypeError(`${operation} expects a linear function but got one that multiplies its arguments`);
    }
  }
  return pulled;
}
