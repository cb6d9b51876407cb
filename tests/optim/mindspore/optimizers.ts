/**
 * MindSpore's optimizers with options other than the defaults, for tests that all of them pass.
 *
 * @module
 */

import { mindspore } from "../../../optim/mod.ts";

const learningRate = 0.1;
const weightDecay = 0.1;
const falling = (step: number): number => 0.1 / (step + 1);

/** One or more of each, by name. */
export const OPTIMIZERS: Readonly<Record<string, mindspore.Optimizer>> = {
  Adadelta: mindspore.Adadelta({ rho: 0.5, weightDecay }),
  Adagrad: mindspore.Adagrad({ learningRate: falling }),
  AdagradFixed: mindspore.Adagrad({ learningRate, updateSlots: false }),
  Adam: mindspore.Adam({ learningRate, weightDecay, useNesterov: true }),
  AdamAmsgrad: mindspore.Adam({ learningRate: falling, useAmsgrad: true, beta2: 0.5 }),
  AdaFactor: mindspore.AdaFactor({ weightDecay, warmupInit: true }),
  AdaFactorFixed: mindspore.AdaFactor({ learningRate, relativeStep: false, weightDecay, beta1: 0 }),
  AdaMax: mindspore.AdaMax({ learningRate, eps: 1e-3 }),
  AdamOffload: mindspore.AdamOffload({ learningRate }),
  AdamWeightDecay: mindspore.AdamWeightDecay({ learningRate, weightDecay: falling }),
  ASGD: mindspore.ASGD({ learningRate, lambd: 0.1, t0: 1, weightDecay }),
  FTRL: mindspore.FTRL({ learningRate, l1: 0.1, l2: 0.1, weightDecay }),
  Lamb: mindspore.Lamb({ learningRate: falling, weightDecay }),
  LARS: mindspore.LARS(mindspore.Momentum({ learningRate, momentum: 0.9, weightDecay }), {
    coefficient: 0.1,
  }),
  LazyAdam: mindspore.LazyAdam({ learningRate, weightDecay }),
  Momentum: mindspore.Momentum({ learningRate, momentum: 0.9, useNesterov: true, weightDecay: falling }),
  ProximalAdagrad: mindspore.ProximalAdagrad({ learningRate, l1: 0.1, l2: 0.1 }),
  RMSProp: mindspore.RMSProp({ learningRate, momentum: 0.5, weightDecay }),
  RMSPropCentered: mindspore.RMSProp({ learningRate, centered: true, epsilon: 1e-3 }),
  Rprop: mindspore.Rprop({ learningRate, weightDecay }),
  SGD: mindspore.SGD({ weightDecay }),
  SGDMomentum: mindspore.SGD({ learningRate: falling, momentum: 0.9, dampening: 0.5 }),
};
