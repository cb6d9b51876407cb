/**
 * Loops with a condition over batches.
 *
 * @module
 */
import { batchBody, runBatched } from "../../batch.ts";
import { close, type Closed, inputsOf } from "../../body.ts";
import { add } from "../../ops/arithmetic.ts";
import { cast } from "../../ops/cast.ts";
import { any } from "../../ops/reduce.ts";
import { zerosOf } from "../../ops/zeros_of.ts";
import { swapAxes } from "../../ops/transpose.ts";
import type { BatchContext, BatchedOutputs } from "../../rules.ts";
import type { Body } from "../../primitive.ts";
import type { Abstract, Tensor } from "../../tensor.ts";
import { cut } from "../lists.ts";
import { asBatch, select } from "../select.ts";
import { carriedBy, type While } from "./attributes.ts";

/**
 * A batch of loops. Where the condition is the same for all examples it is one loop over the batch; otherwise it goes
 * on while any example does, and examples that are done stay as they are.
 */
export function batchWhile(context: BatchContext<While>): BatchedOutputs {
  const { inputs, batched, size, attributes, apply } = context;
  const { condition, body, tests, constants, sums, saves } = attributes;
  const carried = carriedBy(attributes);
  const [testing, fixed, initial] = cut(inputs, tests, constants);
  const [testingFlags, fixedFlags, initialFlags] = cut(batched, tests, constants);
  const { closed, flags } = batchedStep(body, fixedFlags, initialFlags, size);
  const test = batchBody(condition, [...testingFlags, ...flags], size);
  if (!test.batched[0]) {
    const outputs = apply([
      ...test.closed.captured,
      ...testing,
      ...closed.captured,
      ...fixed,
      ...initial.map((x, i) => flags[i] ? asBatch(x, initialFlags[i], size) : x),
    ], {
      ...attributes,
      condition: test.closed.body,
      body: closed.body,
      tests: test.closed.captured.length + tests,
      constants: closed.captured.length + constants,
    });
    const mapped = [...flags, ...(saves ? [false, ...flags.slice(0, carried - sums)] : [])];
    return {
      outputs: outputs.map((x, i) => i > carried && mapped[i] ? swapAxes(x, 0, 1) : x),
      batched: mapped,
    };
  }
  return batchApart(context);
}

/** The body over batches, with the carry mapped wherever it becomes so. */
function batchedStep(
  body: Body,
  fixedFlags: readonly boolean[],
  initialFlags: readonly boolean[],
  size: number,
): { readonly closed: Closed; readonly flags: readonly boolean[] } {
  const flags = [...initialFlags];
  while (true) {
    const all = [...fixedFlags, ...flags];
    const likes = inputsOf(body).map((x, i) => all[i] ? { dtype: x.dtype, shape: [size, ...x.shape] } : x);
    let changed = false;
    const closed = close(body.tape.name, likes, (given) => {
      const run = runBatched(body.tape, given, all, size, body.outputs);
      return run.outputs.map((x, i) => {
        if (run.batched[i] && !flags[i]) {
          flags[i] = true;
          changed = true;
        }
        return flags[i] ? asBatch(x, run.batched[i], size) : x;
      });
    });
    if (!changed) return { closed, flags };
  }
}

/** A loop whose examples end at different steps. It counts the steps of each. */
function batchApart({ inputs, batched, size, attributes, apply }: BatchContext<While>): BatchedOutputs {
  const { condition, body, tests, constants, sums, saves } = attributes;
  const carried = carriedBy(attributes);
  const own = carried - sums;
  const [testing, fixed, initial] = cut(inputs, tests, constants);
  const [testingFlags, fixedFlags, initialFlags] = cut(batched, tests, constants);
  const mapped = initial.map(() => true);
  const stretch = (x: Abstract): Abstract => ({ dtype: x.dtype, shape: [size, ...x.shape] });
  const wide = (list: readonly Abstract[], flags: readonly boolean[]): Abstract[] =>
    list.map((x, i) => flags[i] ? stretch(x) : x);
  const [fixedLikes, carryLikes] = cut(inputsOf(body), constants);
  const testLikes = wide(inputsOf(condition).slice(0, tests), testingFlags);
  const counter: Abstract = { dtype: "int32", shape: [size] };
  // The count stands before the sums, which are the last ones.
  const carryWide = [
    ...carryLikes.slice(0, own).map(stretch),
    counter,
    ...carryLikes.slice(own).map(stretch),
  ];
  const withoutCount = <T>(
    list: readonly T[],
  ): readonly T[] => [...list.slice(0, own), ...list.slice(own + 1)];
  const holds = (given: readonly Tensor[], carry: readonly Tensor[]): Tensor => {
    const flags = [...testingFlags, ...mapped];
    const run = runBatched(condition.tape, [...given, ...carry], flags, size, condition.outputs);
    return asBatch(run.outputs[0], run.batched[0], size);
  };
  const test = close(condition.tape.name, [...testLikes, ...carryWide], (given) => {
    const [testingNow, carry] = cut(given, tests);
    return [any(holds(testingNow, withoutCount(carry)))];
  });
  const likes = [testLikes, wide(fixedLikes, fixedFlags), carryWide];
  const step = close(body.tape.name, likes.flat(), (given) => {
    const [testingNow, fixedNow, carry] = cut(given, tests, constants);
    const before = withoutCount(carry);
    const goes = holds(testingNow, before);
    const run = runBatched(
      body.tape,
      [...fixedNow, ...before],
      [...fixedFlags, ...mapped],
      size,
      body.outputs,
    );
    const after = run.outputs.map((x, i) => select(goes, asBatch(x, run.batched[i], size), before[i]));
    return [...after.slice(0, own), add(carry[own], cast(goes, "int32")), ...after.slice(own)];
  });
  const wideInitial = initial.map((x, i) => asBatch(x, initialFlags[i], size));
  const outputs = apply([
    ...test.captured,
    ...testing,
    ...step.captured,
    ...testing,
    ...fixed,
    ...wideInitial.slice(0, own),
    zerosOf(counter),
    ...wideInitial.slice(own),
  ], {
    ...attributes,
    condition: test.body,
    body: step.body,
    tests: test.captured.length + tests,
    constants: step.captured.length + tests + constants,
  });
  const [carry, , stacks] = cut(outputs, carried + 1, saves ? 1 : 0);
  const results = saves
    ? [...withoutCount(carry), carry[own], ...stacks.slice(0, own).map((x) => swapAxes(x, 0, 1))]
    : withoutCount(carry);
  return { outputs: results, batched: results.map(() => true) };
}
