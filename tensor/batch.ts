/**
 * Tapes over batches: what a program does to one example, done to all of them at once.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { broadcastTo } from "./ops/broadcast_to.ts";
import { reshape } from "./ops/reshape.ts";
import { close, type Closed, inputsOf } from "./body.ts";
import type { BatchContext, BatchedOutputs } from "./rules.ts";
import type { Body, Entry, Primitive, Tape } from "./primitive.ts";
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

/**
 * A body over batches, and which of its outputs are mapped where the inputs in `batched` are. Those in `wanted` are
 * mapped in any case.
 */
export function batchBody(
  body: Body,
  batched: readonly boolean[],
  size: number,
  wanted: readonly boolean[] = [],
): { readonly closed: Closed; readonly batched: readonly boolean[] } {
  let mapped: readonly boolean[] = [];
  const likes = inputsOf(body).map((x, i) => batched[i] ? { dtype: x.dtype, shape: [size, ...x.shape] } : x);
  const closed = close(body.tape.name, likes, (given) => {
    const run = runBatched(body.tape, given, batched, size, body.outputs);
    mapped = run.batched.map((is, i) => is || wanted[i] === true);
    return run.outputs.map((x, i) => mapped[i] && !run.batched[i] ? broadcastTo(x, [size, ...x.shape]) : x);
  });
  return { closed, batched: mapped };
}

/**
 * A function of tensors of one example, some of whose results may be null, at once for a batch of them. Results come
 * with the batch axis first, whether they depend on the example or not.
 */
export function mapBatch(
  name: string,
  f: (inputs: readonly Tensor[]) => readonly (Tensor | null)[],
  inputs: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
): readonly (Tensor | null)[] {
  let present: readonly boolean[] = [];
  const likes = inputs.map((x, i) => batched[i] ? { dtype: x.dtype, shape: x.shape.slice(1) } : x);
  const { body, captured } = close(name, likes, (given) => {
    const results = f(given);
    present = results.map((x) => x !== null);
    return results.filter((x) => x !== null);
  });
  const all = [...captured, ...inputs];
  const run = runBatched(body.tape, all, [...captured.map(() => false), ...batched], size, body.outputs);
  let next = 0;
  return present.map((is) => {
    if (!is) return null;
    const [x, mapped] = [run.outputs[next], run.batched[next]];
    next++;
    return mapped ? x : broadcastTo(x, [size, ...x.shape]);
  });
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
