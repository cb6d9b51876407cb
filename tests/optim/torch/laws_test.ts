/**
 * The laws of transforms, of torch's optimizers.
 *
 * @module
 */

import fc from "fast-check";
import { type AnyTransform, masked, torch } from "../../../optim/mod.ts";
import { shutdown, square, sum, type Tensor, tree } from "../../../tensor/mod.ts";
import { transformLaws } from "../../laws/mod.ts";
import { CONFIGURATIONS, make } from "./configurations.ts";

/** One of each, with as many stages in its chain as it can have. */
const optimizers: Readonly<Record<string, AnyTransform>> = {
  Adadelta: torch.Adadelta({ weightDecay: 0.1, maximize: true }),
  Adafactor: torch.Adafactor({ lr: 0.1, weightDecay: 0.1, eps: [1e-3, 1e-3] }),
  Adagrad: torch.Adagrad({ lr: 0.1, lrDecay: 0.5, weightDecay: 0.1, initialAccumulatorValue: 0.1 }),
  Adam: torch.Adam({ lr: 0.1, weightDecay: 0.1, amsgrad: true, maximize: true }),
  AdamW: torch.AdamW({ lr: (step) => 0.1 / (step + 1) }),
  Adamax: torch.Adamax({ lr: 0.1, weightDecay: 0.1 }),
  ASGD: torch.ASGD({ lr: 0.1, lambd: 0.1, t0: 1, weightDecay: 0.1 }),
  Muon: masked(torch.Muon({ lr: 0.1 }), (_, leaf) => leaf.rank === 2, { rest: "zero" }),
  NAdam: torch.NAdam({ lr: 0.1, weightDecay: 0.1, decoupledWeightDecay: true }),
  RAdam: torch.RAdam({ lr: 0.1, betas: [0.9, 0.9], weightDecay: 0.1 }),
  RMSprop: torch.RMSprop({ lr: 0.1, centered: true, momentum: 0.5, weightDecay: 0.1 }),
  Rprop: torch.Rprop({ lr: 0.1, maximize: true }),
  SGD: torch.SGD({ lr: 0.1, momentum: (step) => step % 2 * 0.5, dampening: 0.1, weightDecay: 0.1 }),
  "SGD with nesterov": torch.SGD({ lr: 0.1, momentum: 0.9, nesterov: true }),
};

for (const [name, one] of Object.entries(optimizers)) {
  const laws = transformLaws(one);
  for (const [law, property] of Object.entries(laws)) {
    Deno.test(`torch's ${name} keeps ${law}`, () => {
      const shared = law === "threadsChangeNothing";
      try {
        fc.assert(property, { numRuns: shared ? 1 : 5 });
      } finally {
        if (shared) shutdown();
      }
    });
  }
}

for (const [name, list] of Object.entries(CONFIGURATIONS)) {
  if (name === "Muon") continue;
  for (const [i, options] of list.entries()) {
    const laws = transformLaws(make(name, options));
    for (const law of ["stateKeepsItsStructure", "checkpointContinues", "compiledEqualsEager"]) {
      Deno.test(`torch's ${name} with its options ${i} keeps ${law}`, () =>
        fc.assert(laws[law], { numRuns: 1 }));
    }
  }
}

const valueFn = (params: unknown): Tensor =>
  (tree.leaves(params) as Tensor[]).map((leaf) => sum(square(leaf))).reduce((a, b) => a.add(b));
const objective = { value: 1, valueFn };

for (const lineSearchFn of [null, "strong_wolfe"] as const) {
  const laws = transformLaws(torch.LBFGS({ maxIter: 3, historySize: 2, lineSearchFn }), { extra: objective });
  const own = [
    "initIsPure",
    "stateKeepsItsStructure",
    "stepIsPure",
    "chainHasIdentity",
    "checkpointContinues",
  ];
  for (const law of own) {
    Deno.test(`torch's LBFGS with the line search ${lineSearchFn} keeps ${law}`, () => {
      fc.assert(laws[law], { numRuns: 5 });
    });
  }
}
