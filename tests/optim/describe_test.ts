/**
 * Tests of `describe` and `hyperparameters`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import {
  adam,
  adamW,
  chain,
  clipByGlobalNorm,
  describe,
  groups,
  hyperparameters,
  lookahead,
  masked,
  multiSteps,
  rest,
  scale,
  setToZero,
  sgd,
} from "../../optim/mod.ts";
import { tensor, zeros } from "../../tensor/mod.ts";

const params = { conv: { kernel: zeros([30, 50]), bias: zeros([30]) }, head: zeros([4]) };

const optimizer = chain(
  clipByGlobalNorm(1),
  groups([
    {
      name: "conv",
      select: "conv/**",
      transform: adamW({ learningRate: (step) => 0.1 / (step + 1), weightDecayMask: "**/kernel" }),
    },
    {
      name: "others",
      select: rest,
      transform: groups([{ name: "frozen", select: "head", transform: setToZero() }]),
    },
  ]),
);

Deno.test("describe() prints a table", () => {
  const text = [
    "group          transform         leaves  elements  state bytes    learning rate  others",
    "(all)          clipByGlobalNorm       3     1,534            0                   maxNorm 1",
    "conv           adamW                  2     1,530       12,240  0.1 (scheduled)  " +
    "beta1 0.9, beta2 0.999, eps 1e-8, epsRoot 0, weightDecay 0.0001, nesterov false, flipSign true",
    "others/frozen  setToZero              1         4            0",
  ].join("\n");
  assertEquals(describe(optimizer, params).toString(), text);
  assertEquals(Deno.inspect(describe(optimizer, params)), text);
});

Deno.test("describe() has the rows as data, with the state's hyperparameters", () => {
  const { state } = optimizer.step(
    optimizer.step(optimizer.init(params), params, params).state,
    params,
    params,
  );
  const { rows } = describe(optimizer, params, state);
  assertEquals(rows.map((row) => [row.group, row.transform]), [
    ["", "clipByGlobalNorm"],
    ["conv", "adamW"],
    ["others/frozen", "setToZero"],
  ]);
  assertEquals(rows[1].hyperparameters.learningRate, 0.05);
});

Deno.test("describe() shows what a mask lets through", () => {
  const part = chain(
    scale(2),
    masked(chain(adam({ learningRate: 1 }), scale(1)), "head", { rest: "zero" }),
  );
  assertEquals(describe(part, params).rows.map(({ transform, leaves }) => [transform, leaves]), [
    ["scale", 3],
    ["masked(chain(adam, scale))", 1],
  ]);
  assertEquals(describe(sgd({ learningRate: 1 }), params).rows.map(({ transform }) => transform), ["sgd"]);
});

Deno.test("describe() has what is put around transforms and around groups", () => {
  const around = multiSteps(optimizer, { every: 2, reduction: "sum" });
  const rows = describe(around, params).rows;
  assertEquals(rows.map(({ group, transform }) => [group, transform]), [
    ["", "multiSteps"],
    ["", "clipByGlobalNorm"],
    ["conv", "adamW"],
    ["others/frozen", "setToZero"],
  ]);
  assertEquals([rows[0].hyperparameters, rows[0].options, rows[0].stateBytes], [
    { every: 2 },
    { reduction: "sum" },
    4 + 4 * 1534,
  ]);
  assertEquals([rows[2].scheduled, rows[2].options.nesterov], [["learningRate"], false]);
  const wrapped = lookahead(sgd({ learningRate: 1 }), {
    syncPeriod: 2,
    slowStepSize: (step) => 1 / (step + 1),
  });
  const [row] = describe(wrapped, params).rows;
  assertEquals([row.transform, row.scheduled], ["lookahead(sgd)", ["slowStepSize"]]);
});

Deno.test("hyperparameters() has the values that the last step used, by group", () => {
  let state = optimizer.init(params);
  const rates = [hyperparameters(state)["conv/learningRate"]];
  for (let step = 0; step < 3; step++) {
    ({ state } = optimizer.step(state, params, params));
    rates.push(hyperparameters(state)["conv/learningRate"]);
  }
  assertEquals(rates, [0.1, 0.1, 0.05, 0.1 / 3]);
  assertEquals(hyperparameters(state).maxNorm, 1);
});

Deno.test("hyperparameters() tells apart what has one name", () => {
  const state = chain(scale(2), masked(scale(3), true, { rest: "pass" }), scale(4)).init({ kind: tensor(1) });
  assertEquals(hyperparameters(state), { "scale/factor": 2, "masked/inner/factor": 3, "scale2/factor": 4 });
});
