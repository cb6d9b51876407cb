/**
 * The laws of transforms, of optimizers and of everything that is put around them.
 *
 * @module
 */

import fc from "fast-check";
import { adamW, type AnyTransform, chain, clipByGlobalNorm, groups, rest, sgd } from "../../optim/mod.ts";
import { shutdown } from "../../tensor/mod.ts";
import { transformLaws } from "../laws/mod.ts";
import { ADAPTIVE_TRANSFORMS } from "./adaptive_transforms.ts";
import { contrib } from "./contrib_table.ts";
import { leafwise, whole } from "./wrapper_transforms.ts";

const optimizers: Readonly<Record<string, AnyTransform>> = {
  adamW: adamW({ learningRate: 0.1, weightDecay: (step) => step / 10 }),
  clipped: chain(clipByGlobalNorm(1), sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })),
  groups: groups([{ name: "all", select: rest, transform: adamW({ learningRate: 0.1 }) }]),
};

for (const [name, one] of Object.entries({ ...optimizers, ...leafwise, ...whole })) {
  for (const [law, property] of Object.entries(transformLaws(one))) {
    Deno.test(`${name} keeps ${law}`, () => {
      const shared = law === "threadsChangeNothing";
      try {
        fc.assert(property, { numRuns: shared ? 2 : 8 });
      } finally {
        if (shared) shutdown();
      }
    });
  }
}

// Those of combinators are tried on all others elsewhere.
const own = [
  "initIsPure",
  "stateKeepsItsStructure",
  "stepIsPure",
  "accumulationIsOneStep",
  "lossScaleChangesNothing",
  "checkpointContinues",
  "compiledEqualsEager",
];
for (const [name, one] of Object.entries({ ...ADAPTIVE_TRANSFORMS, ...contrib })) {
  const laws = transformLaws(one);
  for (const law of own) Deno.test(`${name} keeps ${law}`, () => fc.assert(laws[law], { numRuns: 4 }));
}
