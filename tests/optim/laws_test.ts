/**
 * The laws of combinators, tried on transforms of every kind.
 *
 * @module
 */

import fc from "fast-check";
import {
  adam,
  adamW,
  adaptiveGradClip,
  addDecayedWeights,
  addNoise,
  type AnyTransform,
  applyEvery,
  centralize,
  chain,
  clip,
  clipByGlobalNorm,
  identity,
  keepParamsNonnegative,
  lbfgs,
  masked,
  noisySgd,
  normalizeByUpdateNorm,
  polyakSgd,
  projected,
  projectionBox,
  proximalL1,
  proximalL2,
  scale,
  scaleByAdam,
  scaleByBacktrackingLineSearch,
  scaleByDistanceOverGradients,
  scaleByLbfgs,
  scaleByPolyak,
  scaleByZoomLineSearch,
  setToZero,
  sgd,
  trace,
  zeroNans,
} from "../../optim/mod.ts";
import { add, random, square, sum, type Tensor, tensor, tree } from "../../tensor/mod.ts";
import {
  chainHasIdentity,
  chainIsAssociative,
  disjointGroupsCommute,
  groupsAreSeparate,
  maskedByAllIsTheTransform,
  maskedByNoneIsZero,
  maskedByNonePasses,
} from "../laws/mod.ts";
import { ADAPTIVE_TRANSFORMS } from "./adaptive_transforms.ts";
import { contrib } from "./contrib_table.ts";

/** A transform that is given the sum of the squares of its params as the objective that it needs. */
function withValue<T extends AnyTransform>(transform: T): T {
  const extra = (params: never): never => ({ value: squares(params), valueFn: squares }) as never;
  return {
    ...transform,
    update: (state: never, grads: never, params: never) =>
      transform.update(state, grads, params, extra(params)),
    step: (state: never, grads: never, params: never) => transform.step(state, grads, params, extra(params)),
  };
}

function squares(params: unknown): Tensor {
  return tree.leaves(params).reduce<Tensor>(
    (total, leaf) => add(total, sum(square(leaf as Tensor))),
    tensor(0),
  );
}

const transforms: Readonly<Record<string, AnyTransform>> = {
  identity: identity(),
  setToZero: setToZero(),
  scale: scale((step) => 1 / (step + 1)),
  trace: trace({ decay: 0.9, nesterov: true, dampening: 0.5 }),
  addDecayedWeights: addDecayedWeights({ weightDecay: 0.1, mask: (_, leaf) => leaf.rank > 1 }),
  clipByGlobalNorm: clipByGlobalNorm(1),
  sgd: sgd({ learningRate: 0.1, momentum: 0.9 }),
  adam: adam({ learningRate: (step) => 0.1 * 0.5 ** step, nesterov: true }),
  adamW: adamW({ learningRate: 0.1, weightDecay: (step) => step / 10 }),
  chain: chain(clipByGlobalNorm(2), adamW({ learningRate: 0.1 }), scale(0.5)),
  masked: masked(scaleByAdam(), (_, leaf) => leaf.rank < 2, { rest: "zero" }),
};

const noise = { eta: 0.1, gamma: 0.5, key: random.key(0) };
const proximal = { strength: 0.5, learningRate: 0.5 };

/** Updates that are bounded, noisy or sized by something else than moments. */
const updates: Readonly<Record<string, AnyTransform>> = {
  adaptiveGradClip: adaptiveGradClip({ clipping: 0.1 }),
  cautiousDecay: addDecayedWeights({ weightDecay: 0.1, cautious: true }),
  addNoise: addNoise(noise),
  applyEvery: applyEvery(2),
  centralize: centralize(),
  clip: clip(0.5),
  keepParamsNonnegative: keepParamsNonnegative(),
  lbfgs: withValue(lbfgs({ memorySize: 2 })),
  noisySgd: noisySgd({ learningRate: 0.1, ...noise }),
  normalizeByUpdateNorm: normalizeByUpdateNorm(),
  polyakSgd: withValue(polyakSgd()),
  projected: projected((params) => projectionBox(params, { lower: -0.5, upper: 0.5 })),
  proximalL1: proximalL1(proximal),
  proximalL2: proximalL2(proximal),
  scaleByDistanceOverGradients: scaleByDistanceOverGradients(),
  scaleByBacktrackingLineSearch: withValue(
    chain(sgd({ learningRate: 1 }), scaleByBacktrackingLineSearch({ maxSteps: 3 })),
  ),
  scaleByLbfgs: scaleByLbfgs({ memorySize: 2 }),
  scaleByPolyak: withValue(scaleByPolyak()),
  scaleByZoomLineSearch: withValue(chain(sgd({ learningRate: 1 }), scaleByZoomLineSearch({ maxSteps: 3 }))),
  zeroNans: zeroNans(),
};

const few = { numRuns: 15 };

for (
  const [name, transform] of Object.entries({ ...transforms, ...updates, ...ADAPTIVE_TRANSFORMS, ...contrib })
) {
  // There are many of them, made alike.
  const runs = Object.hasOwn(ADAPTIVE_TRANSFORMS, name) || Object.hasOwn(contrib, name)
    ? { numRuns: 4 }
    : few;
  Deno.test(`chain() has an identity beside ${name}`, () => fc.assert(chainHasIdentity(transform), runs));
  Deno.test(`masked() by all is ${name}`, () => fc.assert(maskedByAllIsTheTransform(transform), runs));
  Deno.test(`masked() ${name} by none is the rest`, () => {
    fc.assert(maskedByNonePasses(transform), runs);
    fc.assert(maskedByNoneIsZero(transform), runs);
  });
  Deno.test(`groups() with ${name} are separate optimizers`, () => {
    fc.assert(groupsAreSeparate(transform, sgd({ learningRate: 0.1, momentum: 0.9 })), runs);
  });
  Deno.test(`groups() with ${name} commute`, () => {
    fc.assert(disjointGroupsCommute(transform, adam({ learningRate: 0.1 })), runs);
  });
}

Deno.test("chain() is associative", () => {
  const { trace, clipByGlobalNorm, adamW, scale, masked } = transforms;
  fc.assert(chainIsAssociative(clipByGlobalNorm, adamW, scale), few);
  fc.assert(chainIsAssociative(trace, masked, adamW), few);
});
