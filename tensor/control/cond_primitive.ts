/**
 * The primitive that runs one of several programs.
 *
 * @module
 */
import { applyAll } from "../apply.ts";
import { batchBody, runBatched } from "../batch.ts";
import { activeOutputs, changingOutputs, usedInputs } from "../body_slots.ts";
import { close, inputsOf, outputsOf, pulledBody, runBody, share, withInputs } from "../body.ts";
import { replay } from "../replay.ts";
import { makeRoutines } from "../compile/routine.ts";
import { flopsOfBody } from "../cost.ts";
import { isFloating } from "../dtype.ts";
import { pushBody } from "../forward.ts";
import { contiguousOperand } from "../operand.ts";
import { lessEqual } from "../ops/comparison.ts";
import { zerosOf } from "../ops/zeros_of.ts";
import type { BatchContext, BatchedOutputs, PullbackContext, Pushed, PushforwardContext } from "../rules.ts";
import { type Body, definePrimitive, type Primitive } from "../primitive.ts";
import type { Callee } from "../machine.ts";
import { pullTape } from "../reverse.ts";
import { views } from "../runtime/heap.ts";
import { scope } from "../scope.ts";
import type { Tensor } from "../tensor.ts";
import { keep, spread } from "./lists.ts";
import { asBatch, select } from "./select.ts";

/** What a choice is made of. The inputs of the application are an int32 scalar and the operands of the branches. */
export interface Cond {
  /** One program for each value of the scalar, all from the same operands to the same outputs. */
  readonly branches: readonly Body[];
}

export const condPrimitive: Primitive<Cond> = definePrimitive<Cond>({
  name: "cond",
  flops: (_, __, { branches }) => Math.max(...branches.map(flopsOfBody)),
  infer: (_, { branches }) => outputsOf(branches[0]),
  evaluate: ([index, ...operands], { branches }) =>
    scope(() => runBody(branches[clamp(index.item(), branches)], operands), { name: "cond" }),
  execute(inputs, outputs, attributes, machine) {
    const given = inputs.map((x) => contiguousOperand(x, machine));
    machine.call(() => choosing(attributes), [...given, ...outputs]);
  },
  depends: ([index, ...changing], { branches }) =>
    branches.map((body) => changingOutputs(body, changing)).reduce(
      (a, b) => a.map((is, i) => index || is || b[i]),
      outputsOf(branches[0]).map(() => index),
    ),
  saving: pulled,
  pulled,
  pullback: { rule: (cotangents, context) => pullCond(cotangents, context) },
  pushforward: { rule: (tangents, context) => pushCond(tangents, context) },
  batch: { rule: (context) => batchCond(context) },
});

function clamp(index: number, branches: readonly Body[]): number {
  return Math.max(0, Math.min(branches.length - 1, index));
}

function pulled(attributes: Cond): Cond {
  const branches = attributes.branches.map(pulledBody);
  return branches.every((body, i) => body === attributes.branches[i]) ? attributes : { branches };
}

/** Runs the routine of one branch. */
function choosing({ branches }: Cond): Callee {
  const routines = makeRoutines(branches);
  const operands = inputsOf(branches[0]).length;
  return {
    run([index, ...addresses]) {
      const chosen = clamp(views().int32[index / 4], branches);
      routines[chosen].run(addresses.slice(0, operands), addresses.slice(operands));
    },
    release() {
      for (const routine of routines) routine.release();
    },
  };
}

/** The pullback of the branch that was taken, which runs it again. */
function pullCond(
  cotangents: readonly Tensor[],
  { inputs: [index, ...operands], attributes: { branches }, wanted, hasCotangent, operation, linear }:
    PullbackContext<Cond>,
): readonly (Tensor | null)[] {
  const active = wanted.slice(1);
  const isActive = branches
    .map((body) => activeOutputs(body, active))
    .reduce((a, b) => a.map((is, i) => is || b[i]))
    .map((is, i) => is && hasCotangent[i]);
  const given = keep(cotangents, isActive);
  const { bodies, captured } = share(
    branches.map((body) =>
      close(`pullback of ${body.tape.name}`, [...operands, ...given], (values) => {
        const replayed = replay(body, values.slice(0, operands.length), active, { linear });
        const pulled = pullTape({ result: null, ...replayed }, operation, linear)(
          spread(isActive, values.slice(operands.length)),
        );
        return keep(pulled, active) as Tensor[];
      })
    ),
  );
  const all = [...captured, ...operands, ...given];
  const used = bodies.map(usedInputs).reduce((a, b) => a.map((is, i) => is || b[i]));
  const pulled = applyAll(condPrimitive, [index, ...keep(all, used)], {
    branches: bodies.map((body) => withInputs(body, used)),
  });
  return [null, ...spread(active, pulled)];
}

/** The same choice between branches that carry tangents along. */
function pushCond(
  [_, ...tangents]: readonly (Tensor | null)[],
  { inputs: [index, ...operands], outputs, attributes: { branches }, operation }: PushforwardContext<Cond>,
): Pushed | readonly null[] {
  const active = tangents.map((tangent, i) => tangent !== null && isFloating(operands[i].dtype));
  if (!active.includes(true)) return outputs.map(() => null);
  const along = keep(tangents, active) as Tensor[];
  const isActive = branches
    .map((body) => activeOutputs(body, active))
    .reduce((a, b) => a.map((is, i) => is || b[i]));
  const { bodies, captured } = share(
    branches.map((body) =>
      close(`pushforward of ${body.tape.name}`, [...operands, ...along], (values) => {
        const pushed = pushBody(
          body,
          values.slice(0, operands.length),
          spread(active, values.slice(operands.length)),
          operation,
        );
        const whole = pushed.values.map((value, i) => pushed.tangents[i] ?? zerosOf(value));
        return [...pushed.values, ...keep(whole, isActive)];
      })
    ),
  );
  const results = applyAll(condPrimitive, [index, ...captured, ...operands, ...along], { branches: bodies });
  const count = outputsOf(branches[0]).length;
  return { outputs: results.slice(0, count), tangents: spread(isActive, results.slice(count)) };
}

/** One choice for the whole batch; where examples choose apart, every branch runs and each example takes its own. */
function batchCond(
  { inputs: [index, ...operands], batched: [apart, ...batched], size, attributes: { branches }, apply }:
    BatchContext<Cond>,
): BatchedOutputs {
  if (apart) {
    const results = branches.map((body) => {
      const run = runBatched(body.tape, operands, batched, size, body.outputs);
      return run.outputs.map((x, i) => asBatch(x, run.batched[i], size));
    });
    const outputs = results.reduceRight((after, mine, k) => {
      const takes = lessEqual(index, k);
      return mine.map((x, i) => select(takes, x, after[i]));
    });
    return { outputs, batched: outputs.map(() => true) };
  }
  const mapped = branches
    .map((body) => batchBody(body, batched, size).batched)
    .reduce((a, b) => a.map((is, i) => is || b[i]));
  const { bodies, captured } = share(branches.map((body) => batchBody(body, batched, size, mapped).closed));
  return { outputs: apply([index, ...captured, ...operands], { branches: bodies }), batched: mapped };
}
