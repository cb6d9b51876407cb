/**
 * The options over which torch's own tests of its optimizers run, and optimizers of any options.
 *
 * @module
 */

import { type ScalarOrSchedule, torch } from "../../../optim/mod.ts";

/** Options of any optimizer, as far as tests look at them. */
export interface AnyOptions {
  readonly lr?: ScalarOrSchedule;
  readonly weightDecay?: number;
  readonly maximize?: boolean;
  readonly [name: string]: unknown;
}

/** An optimizer of any options. */
export type AnyTorchOptimizer = torch.TorchOptimizer<AnyOptions>;

/** Makes an optimizer of any options. */
export function make(name: string, ...args: torch.TorchArguments<AnyOptions>): AnyTorchOptimizer {
  const constructors = torch as unknown as Readonly<
    Record<string, (...args: readonly unknown[]) => AnyTorchOptimizer>
  >;
  return constructors[name](...args);
}

const maximize = true;

/** The options of each optimizer that takes dense gradients and no objective. */
export const CONFIGURATIONS: Readonly<Record<string, readonly AnyOptions[]>> = {
  Adadelta: [
    {},
    { lr: 0.01 },
    { weightDecay: 0.1 },
    { maximize },
    { weightDecay: 0.1, maximize },
    { rho: 0.95, weightDecay: 0.9 },
  ],
  Adafactor: [
    {},
    { weightDecay: 0.1, lr: 0.01 },
    { weightDecay: 0.1, maximize },
    { beta2Decay: -1 },
    { d: 1.5 },
  ],
  Adagrad: [
    {},
    { weightDecay: 0.1 },
    { weightDecay: 0.1, maximize },
    { lr: 0.1 },
    { initialAccumulatorValue: 0.1, weightDecay: 0.1 },
    { lr: 0.1, lrDecay: 0.5, weightDecay: 0.1 },
    { lr: () => 0.001 },
  ],
  Adam: adam(),
  AdamW: adam(),
  Adamax: [{}, { lr: 0.1 }, { weightDecay: 0.1 }, { maximize }, { weightDecay: 0.1, maximize }],
  ASGD: [
    {},
    { lambd: 0.1 },
    { lr: 0.02 },
    { t0: 100 },
    { maximize },
    { weightDecay: 0.1 },
    { weightDecay: 0.1, maximize },
  ],
  Muon: [
    {},
    { lr: 0.01 },
    { lr: () => 0.001 },
    { weightDecay: 0.2 },
    { momentum: 0.8 },
    { nsSteps: 6 },
    { nsCoefficients: [3.4, -4.7, 2] },
  ],
  NAdam: [
    {},
    { lr: 1e-3 },
    { momentumDecay: 6e-3 },
    { weightDecay: 0.1 },
    { weightDecay: 0.1, momentumDecay: 6e-3 },
    { weightDecay: 0.1, momentumDecay: 6e-3, decoupledWeightDecay: true },
    { weightDecay: 0.1, maximize },
  ],
  RAdam: [
    {},
    { lr: 2e-3 },
    { eps: 1e-6 },
    { weightDecay: 0.1 },
    { weightDecay: 0.1, decoupledWeightDecay: true },
    { weightDecay: 0.1, maximize },
  ],
  RMSprop: [
    {},
    { lr: 1e-3 },
    { weightDecay: 0.1 },
    { maximize },
    { weightDecay: 0.1, centered: true },
    { weightDecay: 0.1, maximize },
    { weightDecay: 0.1, centered: true, momentum: 0.1 },
    { weightDecay: 0.1, centered: true, momentum: 0.1, maximize },
  ],
  Rprop: [{}, { lr: 2e-4 }, { etas: [0.5, 1.5] }, { stepSizes: [2e-6, 100] }, { maximize }],
  SGD: [
    {},
    { lr: 0.01 },
    { lr: () => 0.001 },
    { weightDecay: 0.5 },
    { momentum: 0.9 },
    { weightDecay: 0.1, maximize },
    { momentum: 0.9, dampening: 0.5 },
    { momentum: 0.9, weightDecay: 0.1 },
    { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  ],
};

function adam(): readonly AnyOptions[] {
  return [
    {},
    { lr: 0.01 },
    { weightDecay: 0.1 },
    { weightDecay: 0.1, maximize },
    { weightDecay: 0.1, amsgrad: true },
  ];
}

/** Every optimizer with each of its options, and a text that names them. */
export function everyConfiguration(): readonly {
  readonly name: string;
  readonly options: AnyOptions;
  readonly label: string;
}[] {
  return Object.entries(CONFIGURATIONS).flatMap(([name, list]) =>
    list.map((options) => {
      const texts = Object.entries(options).map(([key, value]) => `${key} ${String(value)}`);
      return { name, options, label: [name, ...texts].join(" ") };
    })
  );
}
