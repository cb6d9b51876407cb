/**
 * Scans over batches.
 *
 * @module
 */
import { runBatched } from "../../batch.ts";
import { close, type Closed, inputsOf } from "../../body.ts";
import { swapAxes } from "../../ops/transpose.ts";
import type { BatchContext, BatchedOutputs } from "../../rules.ts";
import type { Abstract } from "../../tensor.ts";
import { asBatch } from "../select.ts";
import type { Scan } from "./attributes.ts";

/** A batch of scans is one scan whose body takes a batch. */
export function batchScan({ inputs, batched, size, attributes, apply }: BatchContext<Scan>): BatchedOutputs {
  const { body, constants, carried, sums, saves } = attributes;
  const flags = [...batched];
  let results: readonly boolean[] = [];
  const likesOf = (): readonly Abstract[] =>
    inputsOf(body).map((x, i) => flags[i] ? { dtype: x.dtype, shape: [size, ...x.shape] } : x);
  let closed: Closed | null = null;
  while (closed === null) {
    const made = close(body.tape.name, likesOf(), (given) => {
      const run = runBatched(body.tape, given, flags, size, body.outputs);
      results = run.batched.slice(carried);
      return run.outputs.map((x, i) => {
        if (i >= carried) return x;
        const is = run.batched[i];
        if (is && !flags[constants + i]) flags[constants + i] = true;
        return flags[constants + i] ? asBatch(x, is, size) : x;
      });
    });
    // A carry that turned out to be mapped is so from the start.
    const likes = likesOf();
    const same = inputsOf(made.body).slice(made.captured.length).every((x, i) =>
      x.shape.length === likes[i].shape.length
    );
    if (same) closed = made;
  }
  const given = inputs.map((x, i) => {
    if (i < constants) return x;
    const whole = flags[i] ? asBatch(x, batched[i], size) : x;
    return i >= constants + carried && flags[i] ? swapAxes(whole, 0, 1) : whole;
  });
  const outputs = apply([...closed.captured, ...given], {
    ...attributes,
    body: closed.body,
    constants: closed.captured.length + constants,
  });
  const carryFlags = flags.slice(constants, constants + carried);
  const isMapped = [...carryFlags, ...results, ...(saves ? carryFlags.slice(0, carried - sums) : [])];
  return {
    outputs: outputs.map((x, i) => i >= carried && isMapped[i] ? swapAxes(x, 0, 1) : x),
    batched: isMapped,
  };
}
