/**
 * Tapes over batches: what a program does to one example, done to all of them at once.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { broadcastTo, reshape } from "./ops/structure.ts";
import type { BatchContext, BatchedOutputs, Primitive } from "./primitive.ts";
import type { Entry, Tape } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The values of some slots of a tape for a batch of inputs, of which those in `batched` have the batch axis first and
 * the others are shared. What depends on shared values alone is computed once.
 */
export function runBatched(
  tape: Tape,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  outputs: readonly number[],
): BatchedOutputs {
  const values = new Array<Tensor | null>(tape.slots.length).fill(null);
  const mapped = new Array<boolean>(tape.slots.length).fill(false);
  for (const { slot, tensor } of tape.constants) values[slot] = tensor;
  tape.inputs.forEach((slot, i) => {
    values[slot] = inputs[i];
    mapped[slot] = batched[i];
  });
  for (const entry of tape.entries) {
    const given = entry.inputs.map((slot) => values[slot]!);
    const result = entry.inputs.some((slot) => mapped[slot])
      ? applyBatched(entry, given, entry.inputs.map((slot) => mapped[slot]), size)
      : {
        outputs: applyAll(entry.primitive as unknown as Primitive<object>, given, entry.attributes),
        batched: entry.outputs.map(() => false),
      };
    entry.outputs.forEach((slot, i) => {
      values[slot] = result.outputs[i];
      mapped[slot] = result.batched[i];
    });
  }
  return { outputs: outputs.map((slot) => values[slot]!), batched: outputs.map((slot) => mapped[slot]) };
}

function applyBatched(
  entry: Entry,
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
): BatchedOutputs {
  const primitive = entry.primitive as unknown as Primitive<object>;
  if (primitive.batch === undefined) {
    throw new TypeError(
      `vmap expects every primitive to have a batching rule but ${primitive.name} has none`,
    );
  }
  const context: BatchContext<object> = {
    inputs,
    batched,
    size,
    attributes: entry.attributes,
    apply: (given, attributes) => applyAll(primitive, given, attributes),
    all: () => inputs.map((x, i) => batched[i] ? x : broadcastTo(x, [size, ...x.shape])),
    aligned: () => aligned(inputs, batched),
  };
  const result = primitive.batch.rule(context);
  return "batched" in result ? result : { outputs: result, batched: result.map(() => true) };
}

/** Inputs whose examples are all given the greatest rank, by axes of extent 1 behind the batch axis. */
function aligned(inputs: readonly Tensor[], batched: readonly boolean[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map((x, i) => batched[i] ? x.rank - 1 : x.rank));
  return inputs.map((x, i) => {
    const missing = rank + 1 - x.rank;
    if (!batched[i] || missing === 0) return x;
    return reshape(x, [x.shape[0], ...new Array<number>(missing).fill(1), ...x.shape.slice(1)]);
  });
}
