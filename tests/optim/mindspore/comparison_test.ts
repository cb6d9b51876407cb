/**
 * The rows of the comparison of torch's optimizers with MindSpore's that are about MindSpore.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { hyperparameters, mindspore, rest } from "../../../optim/mod.ts";
import { ones, type Tensor } from "../../../tensor/mod.ts";

const params = { conv: { weight: ones([1]) }, bn: { gamma: ones([1]), beta: ones([1]) } };

/** Conv's weight and bn's gamma after each of so many steps with gradients of ones. */
function run(
  optimizer: mindspore.Optimizer,
  steps: number,
): { readonly conv: number[]; readonly gamma: number[] } {
  let [state, now] = [optimizer.init(params), params];
  const seen = { conv: [] as number[], gamma: [] as number[] };
  for (let step = 0; step < steps; step++) {
    ({ state, params: now } = optimizer.step(state, params, now));
    seen.conv.push((now.conv.weight as Tensor).item());
    seen.gamma.push((now.bn.gamma as Tensor).item());
  }
  return seen;
}

function close(got: readonly number[], expected: readonly number[]): void {
  expected.forEach((value, i) => assertAlmostEquals(got[i], value, 1e-6));
}

const polynomial = { learningRate: 0.1, endLearningRate: 0.01, decaySteps: 4, power: 0.5 };

Deno.test("Momentum takes a list, which ends, and decays what is neither beta nor gamma", () => {
  const learningRate = mindspore.piecewiseConstantLr([2, 5, 10], [0.1, 0.05, 0.01]);
  const optimizer = mindspore.Momentum({ learningRate, momentum: 0.9, weightDecay: 0.9 });
  const { conv, gamma } = run(optimizer, 10);
  close(conv, [0.81, 0.4661, 0.2403705, -0.0236027225, -0.31011650023]);
  close(gamma, [0.9, 0.71, 0.5745, 0.40255, 0.197795]);
  assertAlmostEquals(gamma[9], -0.08457459609, 1e-6);
  assertThrows(
    () => run(optimizer, 11),
    RangeError,
    "Momentum expects learningRate for each step but got 10 of them",
  );
});

Deno.test("Momentum takes a schedule, counted from 0", () => {
  const learningRate = mindspore.PolynomialDecayLR(polynomial);
  assertAlmostEquals(learningRate(2), 0.0736396, 1e-7);
  const optimizer = mindspore.Momentum({ learningRate, momentum: 0.9, weightDecay: 0.9 });
  close(run(optimizer, 3).conv, [0.81, 0.5075664772746784, 0.1723656112751782]);
});

Deno.test("SGD takes the groups of the comparison, with a schedule in one and an order", () => {
  const optimizer = mindspore.SGD({
    learningRate: 0.1,
    params: [
      { params: "conv/**", weightDecay: 0.01, lr: 0.01 },
      { params: rest, lr: mindspore.PolynomialDecayLR(polynomial) },
      { orderParams: ["conv/weight", "bn/gamma", "bn/beta"] },
    ],
  });
  const { conv, gamma } = run(optimizer, 5);
  close(conv, [0.9899, 0.97980101, 0.9697030299, 0.9596060596]);
  close(gamma, [0.9, 0.8120577137, 0.7384181034, 0.6834181034, 0.6734181034]);
  assertEquals(optimizer.parameters(params), ["conv/weight", "bn/gamma", "bn/beta"]);
  // Beside a rate that changes, MindSpore has 0.01 as 0.01 + 1 - 1 in single precision.
  const rates = hyperparameters(optimizer.init(params));
  assertAlmostEquals(rates["group0/learningRate"], 0.00999999, 1e-8);
});

Deno.test("SGD's default rate is 0.1, and it does nothing else", () => {
  close(run(mindspore.SGD(), 2).conv, [0.9, 0.8]);
});
