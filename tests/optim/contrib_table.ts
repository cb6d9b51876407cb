/**
 * The optimizers of optax.contrib, Shampoo and SOAP, for tests that all of them pass.
 *
 * @module
 */

import {
  acprop,
  ademamix,
  adopt,
  adoptW,
  type AnyTransform,
  chain,
  cocob,
  dadaptAdamW,
  dog,
  dowg,
  galore,
  madgrad,
  momo,
  momoAdam,
  muon,
  prodigy,
  scaleByLearningRate,
  scheduleFree,
  scheduleFreeAdamW,
  scheduleFreeSgd,
  sgd,
  shampoo,
  simplifiedAdemamix,
  soap,
  sophia,
} from "../../optim/mod.ts";
import { add, square, sum, type Tensor, tensor, tree } from "../../tensor/mod.ts";

/** Half the sum of the squares of params: an objective whose gradients are the params. */
export function halfSquares(params: unknown): Tensor {
  return tree.leaves(params).reduce<Tensor>(
    (total, leaf) => add(total, sum(square(leaf as Tensor)).multiply(0.5)),
    tensor(0),
  );
}

/** A transform that is given half the sum of the squares of its params as the objective that it needs. */
function withObjective<T extends AnyTransform>(transform: T): T {
  const extra = (params: never): never => ({ value: halfSquares(params), objective: halfSquares }) as never;
  return {
    ...transform,
    update: (state: never, grads: never, params: never) =>
      transform.update(state, grads, params, extra(params)),
    step: (state: never, grads: never, params: never) => transform.step(state, grads, params, extra(params)),
  };
}

/** Reads any leaf as a matrix: its first axis and all others. */
export function anyMatrix(_: string, leaf: Tensor): { reductionAxes: number; outputAxes: number[] } | null {
  if (leaf.rank < 2) return null;
  return { reductionAxes: 0, outputAxes: leaf.shape.slice(1).map((_, axis) => axis + 1) };
}

const learningRate = 0.1;
const half = (step: number): number => learningRate * 0.5 ** step;

/** One of each, by name. */
export const contrib: Readonly<Record<string, AnyTransform>> = {
  acprop: acprop({ learningRate, weightDecay: 0.1 }),
  ademamix: ademamix({ learningRate, alpha: (step) => step, weightDecay: 0.1 }),
  simplifiedAdemamix: simplifiedAdemamix({ learningRate, alpha: 1 }),
  adopt: adopt({ learningRate: half, nesterov: true }),
  adoptW: adoptW({ learningRate, clipValue: Infinity }),
  cocob: cocob({ learningRate: 1, weightDecay: 0.1 }),
  dadaptAdamW: dadaptAdamW({ learningRate: 1, initialEstimate: 0.01, weightDecay: 0.1 }),
  dog: dog({ learningRate: 1, initialStep: { kind: "learningRate", value: 0.1 } }),
  dowg: dowg({ learningRate: half, initialSquaredDistance: 0.1 }),
  galore: galore({ learningRate, rank: 2, updateInterval: 2, dimensionNumbers: anyMatrix }),
  madgrad: madgrad({ learningRate, weightDecay: 0.1 }),
  momo: withObjective(momo({ learningRate: half, weightDecay: 0.1, adaptLowerBound: true })),
  momoAdam: withObjective(momoAdam({ learningRate: 0.1 })),
  muon: muon({ learningRate, weightDecay: 0.1, dimensionNumbers: anyMatrix }),
  muonDion: chain(
    muon({ learningRate: 1, coefficients: "dion", adaptive: true, preconditioning: "aol" }),
    scaleByLearningRate(0.5),
  ),
  prodigy: prodigy({ learningRate: 1, initialEstimate: 0.01, weightDecay: 0.1 }),
  scheduleFree: scheduleFree(sgd({ learningRate: half }), { learningRate: half, lookahead: 1 }),
  scheduleFreeSgd: scheduleFreeSgd({ learningRate, warmupSteps: 2 }),
  scheduleFreeAdamW: scheduleFreeAdamW({ learningRate, weightDecay: 0.1 }),
  shampoo: shampoo({ learningRate, ridge: 0.01, blockSize: 2, updateInterval: 2, weightDecay: 0.1 }),
  // A longer side would have eigenvalues of zero more than once, whose vectors rounding chooses.
  soap: soap({ learningRate, eps: 0.01, updateInterval: 2, maxExtent: 3 }),
  sophia: withObjective(sophia({ learningRate, updateInterval: 2 })),
};
