/**
 * The laws of combinators, tried on transforms of every kind.
 *
 * @module
 */

import fc from "fast-check";
import {
  adam,
  adamW,
  addDecayedWeights,
  type AnyTransform,
  chain,
  clipByGlobalNorm,
  identity,
  masked,
  scale,
  scaleByAdam,
  setToZero,
  sgd,
  trace,
} from "../../optim/mod.ts";
import {
  chainHasIdentity,
  chainIsAssociative,
  disjointGroupsCommute,
  groupsAreSeparate,
  maskedByAllIsTheTransform,
  maskedByNoneIsZero,
  maskedByNonePasses,
} from "../laws/mod.ts";

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

const few = { numRuns: 15 };

for (const [name, transform] of Object.entries(transforms)) {
  Deno.test(`chain() has an identity beside ${name}`, () => fc.assert(chainHasIdentity(transform), few));
  Deno.test(`masked() by all is ${name}`, () => fc.assert(maskedByAllIsTheTransform(transform), few));
  Deno.test(`masked() ${name} by none is the rest`, () => {
    fc.assert(maskedByNonePasses(transform), few);
    fc.assert(maskedByNoneIsZero(transform), few);
  });
  Deno.test(`groups() with ${name} are separate optimizers`, () => {
    fc.assert(groupsAreSeparate(transform, sgd({ learningRate: 0.1, momentum: 0.9 })), few);
  });
  Deno.test(`groups() with ${name} commute`, () => {
    fc.assert(disjointGroupsCommute(transform, adam({ learningRate: 0.1 })), few);
  });
}

Deno.test("chain() is associative", () => {
  const { trace, clipByGlobalNorm, adamW, scale, masked } = transforms;
  fc.assert(chainIsAssociative(clipByGlobalNorm, adamW, scale), few);
  fc.assert(chainIsAssociative(trace, masked, adamW), few);
});
