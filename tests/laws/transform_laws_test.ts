import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  adam,
  adamW,
  chain,
  clipByGlobalNorm,
  sgd,
  transform,
  type TransformState,
} from "../../optim/mod.ts";
import { shutdown, type Tensor, tree, zeros } from "../../tensor/mod.ts";
import { transformLaws } from "./mod.ts";

const RUNS = { numRuns: 8 } as const;

for (
  const [name, optimizer] of [
    ["sgd", sgd({ learningRate: 0.1, momentum: 0.9 })],
    ["adam", adam({ learningRate: (step) => 0.1 / (1 + step) })],
    ["a chain", chain(clipByGlobalNorm(1), adamW({ learningRate: 0.01 }))],
  ] as const
) {
  for (const [law, property] of Object.entries(transformLaws(optimizer))) {
    Deno.test(`${name} keeps ${law}`, () => {
      try {
        fc.assert(property, RUNS);
      } finally {
        if (law === "threadsChangeNothing") shutdown();
      }
    });
  }
}

/** A transform whose state grows with every step. */
const growing = transform<TransformState & { readonly seen: readonly Tensor[] }>({
  name: "growing",
  hyperparameters: {},
  init: () => ({ seen: [] }),
  update: ({ state, grads }) => ({ state: { seen: [...state.seen, zeros([2])] }, updates: grads }),
});

Deno.test("a state that changes its structure breaks a law", () => {
  const { stateKeepsItsStructure } = transformLaws(growing);
  assertThrows(() => fc.assert(stateKeepsItsStructure, RUNS), Error, "Property failed");
});

Deno.test("a transform that remembers outside of its state breaks laws", () => {
  let calls = 0;
  const impure = transform<TransformState>({
    name: "impure",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads }) => {
      calls++;
      return { state: {}, updates: tree.map(grads, (leaf) => (leaf as Tensor).add(calls)) };
    },
  });
  const { checkpointContinues, stepIsPure } = transformLaws(impure);
  assertThrows(() => fc.assert(checkpointContinues, RUNS), Error, "Property failed");
  assertThrows(() => fc.assert(stepIsPure, RUNS), Error, "Property failed");
});
