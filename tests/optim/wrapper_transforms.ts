/**
 * Wrappers of every kind, for tests that hold for all of them.
 *
 * @module
 */

import {
  adam,
  adamW,
  type AnyTransform,
  applyIfFinite,
  averaged,
  chain,
  clipByGlobalNorm,
  conditionallyMask,
  conditionallyTransform,
  dynamicLossScale,
  exponentialAverage,
  flatten,
  freeze,
  globalNorm,
  lookahead,
  lossScaled,
  measureWithEma,
  mechanize,
  monitor,
  multiSteps,
  partition,
  sam,
  selectiveTransform,
  setToZero,
  sgd,
  skipNotFinite,
  statelessLeaves,
  trace,
  uniformAverage,
  updateToWeightRatio,
} from "../../optim/mod.ts";
import { sign } from "../../tensor/mod.ts";

const inner = adamW({ learningRate: (step) => 0.1 * 0.5 ** step, weightDecay: 0.1 });

/** Transforms that work leaf by leaf, so that a part of the leaves changes nothing for the others. */
export const leafwise: Readonly<Record<string, AnyTransform>> = {
  averaged: averaged(inner, exponentialAverage({ decay: 0.9 })),
  "averaged from start": averaged(sgd({ learningRate: 0.1 }), uniformAverage({ start: 1, every: 2 })),
  conditionallyMask: conditionallyMask(inner, { step: (count) => count % 2 === 1 }),
  conditionallyTransform: conditionallyTransform(inner, { step: (count) => count > 0 }),
  lookahead: lookahead(inner, { syncPeriod: 2, slowStepSize: 0.5, resetState: true }),
  multiSteps: multiSteps(inner, { every: 2 }) as unknown as AnyTransform,
  sam: sam(inner, sgd({ learningRate: 0.1, momentum: 0.5 })),
  statelessLeaves: statelessLeaves((update) => sign(update)),
};

/** Transforms that look at all leaves together. */
export const whole: Readonly<Record<string, AnyTransform>> = {
  applyIfFinite: applyIfFinite(inner, { maxConsecutiveErrors: 1 }),
  flatten: flatten(clipByGlobalNorm(1)),
  freeze: chain(inner, freeze((_, leaf) => leaf.rank > 1)),
  lossScaled: lossScaled(inner, dynamicLossScale({ initialScale: 4, growthInterval: 2 })),
  mechanize: mechanize(sgd({ learningRate: 1 }), { initialScale: 0.1 }),
  monitor: chain(
    monitor({ before: globalNorm, smooth: measureWithEma(globalNorm, { decay: 0.5 }) }),
    clipByGlobalNorm(1),
    trace({ decay: 0.9 }),
    monitor({ ratio: updateToWeightRatio }),
  ),
  "multiSteps that skip": multiSteps(adam({ learningRate: 0.1 }), {
    every: (step) => step < 1 ? 1 : 2,
    skip: skipNotFinite(),
  }) as unknown as AnyTransform,
  partition: partition({ a: inner, b: setToZero(), none: sgd({ learningRate: 1 }) }, () => "a"),
  selectiveTransform: selectiveTransform(inner, { freeze: (_, leaf) => leaf.rank > 1 }),
};
