/**
 * Tests of MindSpore's schedules and lists.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { mindspore } from "../../../schedules/mod.ts";

const decay = { learningRate: 0.1, decayRate: 0.9, decaySteps: 4 };
const lengths = { totalStep: 6, stepPerEpoch: 2 };

Deno.test("lists have the numbers that MindSpore's documentation prints", () => {
  const rates = [0.1, 0.1, 0.05, 0.05, 0.05, 0.01, 0.01, 0.01, 0.01, 0.01];
  assertEquals(mindspore.piecewiseConstantLr([2, 5, 10], [0.1, 0.05, 0.01]), rates);
  assertEquals(mindspore.piecewiseConstantLr([2, 2, 3], [0.1, 0.5, 0.01]), [0.1, 0.1, 0.01]);
  const natural = { learningRate: 0.1, decayRate: 0.9, decayEpoch: 2, ...lengths };
  const [first, second] = [0.1, 0.016529888822158657];
  const stairs = [first, first, first, first, second, second];
  assertEquals(mindspore.naturalExpDecayLr({ ...natural, isStair: true }), stairs);
  assertAlmostEquals(mindspore.naturalExpDecayLr(natural)[2], 0.04065696597405991, 1e-16);
  const middle = 0.05500000000000001;
  assertEquals(mindspore.cosineDecayLr({ minLr: 0.01, maxLr: 0.1, decayEpoch: 2, ...lengths }), [
    0.1,
    0.1,
    middle,
    middle,
    0.01,
    0.01,
  ]);
  const polynomial = { learningRate: 0.1, endLearningRate: 0.01, power: 0.5, decayEpoch: 2 };
  const root = 0.07363961030678928;
  assertEquals(mindspore.polynomialDecayLr({ ...polynomial, ...lengths }), [
    0.1,
    0.1,
    root,
    root,
    0.01,
    0.01,
  ]);
  const longer = { ...polynomial, totalStep: 12, stepPerEpoch: 2, updateDecayEpoch: true };
  assertEquals(mindspore.polynomialDecayLr(longer).slice(6, 8), [middle, middle]);
  assertEquals(mindspore.warmupLr({ learningRate: 0.1, warmupEpoch: 2, ...lengths }), [
    0,
    0,
    0.05,
    0.05,
    0.1,
    0.1,
  ]);
});

Deno.test("schedules have the numbers that MindSpore's documentation prints at step 2", () => {
  const table: readonly (readonly [(step: number) => number, number])[] = [
    [mindspore.ExponentialDecayLR(decay), 0.09486833],
    [mindspore.ExponentialDecayLR({ ...decay, isStair: true }), 0.1],
    [mindspore.NaturalExpDecayLR({ ...decay, isStair: true }), 0.1],
    [mindspore.NaturalExpDecayLR(decay), 0.016529892],
    [mindspore.InverseDecayLR({ ...decay, isStair: true }), 0.1],
    [mindspore.InverseDecayLR(decay), 0.068965517],
    [mindspore.CosineDecayLR({ minLr: 0.01, maxLr: 0.1, decaySteps: 4 }), 0.055],
    [
      mindspore.PolynomialDecayLR({ learningRate: 0.1, endLearningRate: 0.01, decaySteps: 4, power: 0.5 }),
      0.07363961,
    ],
    [mindspore.WarmUpLR({ learningRate: 0.1, warmupSteps: 2 }), 0.1],
  ];
  for (const [schedule, expected] of table) assertAlmostEquals(schedule(2), expected, 1e-8);
});

Deno.test("schedules give numbers of single precision, and hold after their end or start anew", () => {
  const rates = { learningRate: 0.1, endLearningRate: 0.01, decaySteps: 4, power: 0.5 };
  const anew = mindspore.PolynomialDecayLR({ ...rates, updateDecaySteps: true });
  assertAlmostEquals(anew(5), 0.065113522, 1e-8);
  assertEquals(mindspore.PolynomialDecayLR(rates)(100), Math.fround(0.01));
  for (let step = 0; step < 12; step++) assertEquals(anew(step), Math.fround(anew(step)));
  assertEquals(mindspore.WarmUpLR({ learningRate: 0.1, warmupSteps: 4 })(0), 0);
});

Deno.test("schedules and lists refuse numbers outside of their ranges", () => {
  const rows: readonly (readonly [() => unknown, ErrorConstructor, string])[] = [
    [
      () => mindspore.ExponentialDecayLR({ ...decay, learningRate: 0 }),
      RangeError,
      "learningRate to be positive",
    ],
    [
      () => mindspore.NaturalExpDecayLR({ ...decay, decaySteps: 1.5 }),
      RangeError,
      "decaySteps to be a whole",
    ],
    [() => mindspore.InverseDecayLR({ ...decay, isStair: 1 as never }), TypeError, "isStair to be a boolean"],
    [
      () => mindspore.InverseDecayLR({ ...decay, decayRate: "1" as never }),
      TypeError,
      "decayRate to be a number",
    ],
    [() => mindspore.CosineDecayLR({ minLr: 1, maxLr: 1, decaySteps: 4 }), RangeError, "minLr below maxLr"],
    [
      () => mindspore.CosineDecayLR({ minLr: -1, maxLr: 1, decaySteps: 4 }),
      RangeError,
      "minLr not to be negative",
    ],
    [
      () => mindspore.WarmUpLR({ learningRate: -1, warmupSteps: 4 }),
      RangeError,
      "learningRate not to be negative",
    ],
    [
      () => mindspore.PolynomialDecayLR({ learningRate: 1, endLearningRate: 0, decaySteps: 4, power: 0 }),
      RangeError,
      "power to be positive",
    ],
    [
      () => mindspore.piecewiseConstantLr([2, 1], [1, 1]),
      RangeError,
      "milestones in order but got 2 before 1",
    ],
    [() => mindspore.piecewiseConstantLr([2], [1, 1]), RangeError, "a learning rate for each milestone"],
    [() => mindspore.piecewiseConstantLr([0], [1]), RangeError, "milestone[0] to be positive"],
    [() => mindspore.piecewiseConstantLr(2 as never, [1]), TypeError, "milestone to be a list"],
    [() => mindspore.piecewiseConstantLr([2], ["1"] as never), TypeError, "learningRates[0] to be a number"],
    [() => mindspore.warmupLr({ learningRate: 1, warmupEpoch: 0, ...lengths }), RangeError, "warmupEpoch"],
    [
      () => mindspore.cosineDecayLr({ minLr: 0, maxLr: 1, decayEpoch: 1, totalStep: 1.5, stepPerEpoch: 1 }),
      RangeError,
      "totalStep to be a whole number",
    ],
    [
      () =>
        mindspore.polynomialDecayLr({
          learningRate: 1,
          endLearningRate: -1,
          decayEpoch: 1,
          power: 1,
          ...lengths,
        }),
      RangeError,
      "endLearningRate not to be negative",
    ],
  ];
  for (const [call, error, message] of rows) assertThrows(call, error, message);
});
