/**
 * Every optimizer with its default options, for a learning rate.
 *
 * @module
 */
import { random, type Tensor } from "@weft/weft";
import * as optim from "@weft/weft/optim";
import type { AnyTransform, Transform } from "@weft/weft/optim";
import type { Params } from "./problems.ts";

/** What a step may be given beside the gradients. */
export interface Extra {
  /** The loss. */
  readonly value: Tensor;
  /** The loss at other params. */
  readonly valueFn: (params: Params) => Tensor;
  /** The same, where its Hessian is meant. */
  readonly objective: (params: Params) => Tensor;
}

/** An optimizer to compare. */
export interface Contestant {
  /** Makes it. */
  readonly make: (learningRate: number) => Transform<unknown, unknown, Extra>;
  /** Whether it reads values in a step, so that it cannot be compiled. @default {false} */
  readonly eager?: boolean;
  /** Whether it finds its steps itself, so that one learning rate is enough. @default {false} */
  readonly free?: boolean;
  /** The params that count, where they are not those that the gradient is taken at. */
  readonly evaluate?: (state: never, params: Params) => Params;
}

type Make = (options: { readonly learningRate: number }) => unknown;

const plain = (make: Make): Contestant => ({
  make: (learningRate) => make({ learningRate }) as Transform<unknown, unknown, Extra>,
});

/** Bytes of the state of an optimizer for some params. */
export function stateBytes(optimizer: AnyTransform, params: Params): number {
  return optim.describe(optimizer, params).rows.reduce((sum, row) => sum + row.stateBytes, 0);
}

/** By name. */
export const contestants: Readonly<Record<string, Contestant>> = {
  sgd: plain(optim.sgd),
  momentum: plain(({ learningRate }) => optim.sgd({ learningRate, momentum: 0.9 })),
  nesterov: plain(({ learningRate }) => optim.sgd({ learningRate, momentum: 0.9, nesterov: true })),
  adam: plain(optim.adam),
  adamW: plain(optim.adamW),
  adabelief: plain(optim.adabelief),
  adadelta: plain(optim.adadelta),
  adafactor: plain(optim.adafactor),
  adagrad: plain(optim.adagrad),
  adamax: plain(optim.adamax),
  adamaxW: plain(optim.adamaxW),
  adan: plain(optim.adan),
  amsgrad: plain(optim.amsgrad),
  fromage: plain(optim.fromage),
  lamb: plain(optim.lamb),
  lars: plain(optim.lars),
  lion: plain(optim.lion),
  nadam: plain(optim.nadam),
  nadamW: plain(optim.nadamW),
  novograd: plain(optim.novograd),
  optimisticAdamV2: plain(optim.optimisticAdamV2),
  optimisticGradientDescent: plain(optim.optimisticGradientDescent),
  radam: plain(optim.radam),
  rmsprop: plain(optim.rmsprop),
  rprop: plain(optim.rprop),
  signSgd: plain(optim.signSgd),
  signum: plain(optim.signum),
  sm3: plain(optim.sm3),
  yogi: plain(optim.yogi),
  acprop: plain(optim.acprop),
  ademamix: plain(optim.ademamix),
  simplifiedAdemamix: plain(optim.simplifiedAdemamix),
  adopt: plain(optim.adopt),
  adoptW: plain(optim.adoptW),
  cocob: plain(optim.cocob),
  dadaptAdamW: plain(optim.dadaptAdamW),
  dog: plain(optim.dog),
  dowg: plain(optim.dowg),
  galore: { ...plain(optim.galore as Make), eager: true },
  madgrad: plain(optim.madgrad),
  momo: plain(optim.momo),
  momoAdam: plain(optim.momoAdam),
  muon: plain(optim.muon),
  prodigy: plain(optim.prodigy),
  scheduleFreeSgd: { ...plain(optim.scheduleFreeSgd), evaluate: optim.scheduleFreeEvalParams },
  scheduleFreeAdamW: { ...plain(optim.scheduleFreeAdamW), evaluate: optim.scheduleFreeEvalParams },
  shampoo: { ...plain(optim.shampoo as Make), eager: true },
  soap: { ...plain(optim.soap), eager: true },
  sophia: plain(optim.sophia as Make),
  noisySgd: plain(({ learningRate }) => optim.noisySgd({ learningRate, key: random.key(0) })),
  polyakSgd: {
    make: (maxLearningRate) =>
      optim.polyakSgd({ maxLearningRate }) as unknown as Transform<unknown, unknown, Extra>,
  },
  lbfgs: {
    make: () => optim.lbfgs() as unknown as Transform<unknown, unknown, Extra>,
    eager: true,
    free: true,
  },
};
