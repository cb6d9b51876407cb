/**
 * Groups of parameters of torch's optimizers, in the course of a training.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import {
  chain,
  clipByGlobalNorm,
  describe,
  hyperparameters,
  rest,
  torch,
  withHyperparameters,
} from "../../../optim/mod.ts";
import { compile, type Tensor, tensor, tree } from "../../../tensor/mod.ts";

const params = { conv: { weight: tensor([1, 2]), bias: tensor([3]) }, norm: tensor([4]) };

const sized = { conv: { weight: tensor([1, 1]), bias: tensor([1]) }, norm: tensor([1]) };

function elements(values: unknown): readonly (readonly number[])[] {
  return (tree.leaves(values) as Tensor[]).map((leaf) => Array.from(leaf.data(), Number));
}

Deno.test("a group has the options of its own and the others of the optimizer", () => {
  const optimizer = torch.AdamW([{ params: "conv/**", betas: [0.5, 0.6] }, {
    params: rest,
    lr: 0.5,
    amsgrad: true,
  }], {
    lr: 0.25,
    eps: 1e-3,
  });
  const groups = torch.paramGroups(optimizer, optimizer.init(params));
  assertEquals(
    groups.map(({ lr, betas, eps, weightDecay, amsgrad }) => ({ lr, betas, eps, weightDecay, amsgrad })),
    [
      { lr: 0.25, betas: [0.5, 0.6], eps: 1e-3, weightDecay: 0.01, amsgrad: false },
      { lr: 0.5, betas: [0.9, 0.999], eps: 1e-3, weightDecay: 0.01, amsgrad: true },
    ],
  );
});

Deno.test("numbers of groups stand in the state, by the group's index", () => {
  const optimizer = torch.SGD([{ params: "conv/**", lr: 0.5 }, { params: rest }], {
    lr: 0.25,
    momentum: 0.5,
  });
  const state = optimizer.init(params);
  assertEquals(hyperparameters(state), {
    "0/momentum": 0.5,
    "0/dampening": 0,
    "0/learningRate": 0.5,
    "1/momentum": 0.5,
    "1/dampening": 0,
    "1/learningRate": 0.25,
  });
  const faster = withHyperparameters(state, { "1/learningRate": 1 });
  assertEquals(elements(optimizer.step(faster, sized, params).params), [[0.5, 1.5], [2.5], [3]]);
});

Deno.test("the groups of the comparison are two optimizers, whose decay reaches conv alone", () => {
  const optimizer = torch.SGD([
    { params: "conv/**", weightDecay: 0.5, lr: 0.5 },
    { params: rest, nesterov: true },
  ], { lr: 0.25 });
  const next = optimizer.step(optimizer.init(params), sized, params);
  assertEquals(elements(next.params), [[0.25, 1], [1.75], [3.75]]);
});

Deno.test("schedulers inside of a compiled step move rates and momenta of all groups", () => {
  const optimizer = torch.SGD([{ params: "conv/**", lr: 0.5 }, { params: rest }], {
    lr: 0.25,
    momentum: 0.5,
  });
  const scheduler = torch.CyclicLR({ baseLr: [0.5, 0.25], maxLr: 1, stepSizeUp: 2 });
  const start = optimizer.init(params);
  const scheduled = scheduler.init(torch.paramGroups(optimizer, start));
  type Train = {
    readonly state: torch.TorchState;
    readonly values: typeof params;
    readonly schedule: typeof scheduled.state;
    readonly numbers: readonly { readonly lr: number; readonly momentum: number }[];
  };
  const numbers = scheduled.groups.map(({ lr, momentum }) => ({ lr, momentum }));
  const run = (step: (train: Train) => Train): Train => {
    let train: Train = { state: start, values: params, schedule: scheduled.state, numbers };
    for (let i = 0; i < 4; i++) train = step(train);
    return train;
  };
  const step = ({ state, values, schedule, numbers }: Train): Train => {
    const rated = torch.withParamGroups(optimizer, state, numbers);
    const stepped = optimizer.step(rated, sized, values);
    // What else is in the groups does not change.
    const whole = scheduled.groups.map((group, i) => ({ ...group, ...numbers[i] }));
    const next = scheduler.step(schedule, whole);
    return {
      state: stepped.state,
      values: stepped.params,
      schedule: next.state,
      numbers: next.groups.map(({ lr, momentum }) => ({ lr, momentum })),
    };
  };
  const [eager, compiled] = [run(step), run(compile(step))];
  assertEquals(compiled.numbers, eager.numbers);
  assertEquals(elements(compiled.values), elements(eager.values));
});

Deno.test("describe() has a row for each group", () => {
  const optimizer = chain(
    clipByGlobalNorm(1),
    torch.SGD([{ params: "conv/**", momentum: 0.5 }, { params: rest }], { lr: 0.25 }),
  );
  const { rows } = describe(optimizer, params);
  assertEquals(rows.map(({ group, transform }) => [group, transform]), [
    ["", "clipByGlobalNorm"],
    ["0", "SGD"],
    ["1", "SGD"],
  ]);
  assertEquals(rows[1].hyperparameters.momentum, 0.5);
  assertEquals(rows[2].hyperparameters, { learningRate: 0.25 });
});
