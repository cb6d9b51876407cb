/**
 * Tests of single transforms beside their golden numbers: what they refuse, and corners.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  adam,
  adamW,
  addDecayedWeights,
  applyUpdates,
  clipByGlobalNorm,
  globalNorm,
  scale,
  scaleByAdam,
  scaleByLearningRate,
  sgd,
  trace,
} from "../../optim/mod.ts";
import { tensor } from "../../tensor/mod.ts";

/** The updates of a transform for gradients of one number. */
function updates(transform: ReturnType<typeof trace>, grads: readonly number[]): number[] {
  let state = transform.init(tensor(0));
  return grads.map((g) => {
    const updated = transform.update(state, tensor(g), tensor(0));
    state = updated.state;
    return updated.updates.item();
  });
}

Deno.test("trace() dampens every update but the first, as torch does", () => {
  assertEquals(updates(trace({ decay: 0.5, dampening: 0.75 }), [4, 4, 4]), [4, 3, 2.5]);
  assertEquals(updates(trace({ decay: 0.5, nesterov: true }), [4, 0]), [6, 1]);
  assertEquals(updates(trace({ decay: (step) => step }), [1, 1, 1]), [1, 2, 5]);
});

Deno.test("clipByGlobalNorm() passes what is below, and clips at the norm", () => {
  const clipped = (maxNorm: number, values: number[]): number[] => {
    const clip = clipByGlobalNorm(maxNorm);
    const grads = [tensor(values), null];
    return Array.from(clip.update(clip.init(grads), grads, grads).updates[0]!.data());
  };
  assertEquals(clipped(5.5, [3, 4]), [3, 4]);
  assertEquals(clipped(5, [3, 4]), [3, 4]);
  assertEquals(clipped(2.5, [3, 4]), [1.5, 2]);
  assertEquals(clipped(1, [0, 0]), [0, 0]);
  assertEquals(clipped(1, [NaN, 1]), [NaN, NaN]);
});

Deno.test("globalNorm() is over all leaves, and 0 of none", () => {
  assertEquals(globalNorm({ a: tensor([2, 3]), b: [tensor(6), null] }).item(), 7);
  assertEquals(globalNorm({ a: null }).item(), 0);
  assertThrows(() => globalNorm({ a: 3 }), TypeError, "globalNorm expects tensors but got a number at a");
});

Deno.test("adam() corrects its bias in double precision", () => {
  const optimizer = adam({ learningRate: 1, beta2: 0.9999 });
  const { params } = optimizer.step(optimizer.init(tensor(0)), tensor(1), tensor(0));
  assertAlmostEquals(params.item(), -1, 2e-7);
});

Deno.test("applyUpdates() adds in the dtype of the params and skips holes", () => {
  const params = { a: tensor(1), b: null, c: tensor(2) };
  const next = applyUpdates(params, { a: tensor(0.5, { dtype: "float64" }), b: null, c: null });
  assertEquals([next.a.item(), next.a.dtype, next.b, next.c === params.c], [1.5, "float32", null, true]);
  assertThrows(
    () => applyUpdates(params, { a: tensor(1) }),
    TypeError,
    "applyUpdates expects trees of one structure",
  );
});

const wrong: readonly (readonly [run: () => unknown, error: new () => Error, message: string])[] = [
  [
    () => sgd({ learningRate: -1 }),
    RangeError,
    "sgd expects learningRate to be a finite number not below 0 but got -1",
  ],
  [() => sgd({ learningRate: NaN }), RangeError, "but got NaN"],
  [() => sgd({ learningRate: 1, momentum: -0.1 }), RangeError, "sgd expects momentum"],
  [
    () => sgd({} as { learningRate: number }),
    TypeError,
    "sgd expects learningRate to be a number or a schedule but got undefined",
  ],
  [
    () => adam({ learningRate: 1, beta1: 1 }),
    RangeError,
    "adam expects beta1 to be at least 0 and below 1 but got 1",
  ],
  [() => adam({ learningRate: 1, eps: -1 }), RangeError, "adam expects eps"],
  [() => adam({ learningRate: "1" as unknown as number }), TypeError, "but got string"],
  [() => adamW({ learningRate: Infinity }), RangeError, "adamW expects learningRate"],
  [() => adamW({ learningRate: 1, weightDecay: -1 }), RangeError, "adamW expects weightDecay"],
  [() => adamW({ learningRate: 1, beta2: NaN }), RangeError, "adamW expects beta2"],
  [() => scaleByAdam({ epsRoot: -1 }), RangeError, "scaleByAdam expects epsRoot"],
  [() => scaleByLearningRate(-1), RangeError, "scaleByLearningRate expects learningRate"],
  [() => scale(Infinity), RangeError, "scale expects factor to be a finite number but got Infinity"],
  [() => trace({ decay: -1 }), RangeError, "trace expects decay"],
  [() => addDecayedWeights({ weightDecay: NaN }), RangeError, "addDecayedWeights expects weightDecay"],
  [
    () => clipByGlobalNorm(0),
    RangeError,
    "clipByGlobalNorm expects maxNorm to be a finite number above 0 but got 0",
  ],
];

Deno.test("hyperparameters that cannot be are refused at construction", () => {
  for (const [run, error, message] of wrong) assertThrows(run, error, message);
});
