/**
 * What torch's optimizers refuse, and what they take as torch does.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { rest, sparseGradient, torch } from "../../../optim/mod.ts";
import { compile, ones, square, sum, type Tensor, tensor, zeros } from "../../../tensor/mod.ts";
import { CONFIGURATIONS, make } from "./configurations.ts";

type Refusal = readonly [name: string, options: Readonly<Record<string, unknown>>, message: string];

const every = [...Object.keys(CONFIGURATIONS), "LBFGS", "SparseAdam"];
const decaying = Object.keys(CONFIGURATIONS).filter((name) => name !== "Rprop");
const withBetas = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam", "SparseAdam"];
const climbing = every.filter((name) => name !== "LBFGS" && name !== "Muon");

const ranges: readonly Refusal[] = [
  ...every.map((name): Refusal => [name, { lr: -0.5 }, `${name} expects lr to be `]),
  ...every.map((name): Refusal => [name, { lr: NaN }, `${name} expects lr to be `]),
  ...decaying.map((name): Refusal => [name, { weightDecay: -1 }, `${name} expects weightDecay to be `]),
  ...withBetas.map((name): Refusal => [
    name,
    { betas: [1, 0] },
    `${name} expects betas[0] to be at least 0 and below 1 but got 1`,
  ]),
  ...withBetas.map((name): Refusal => [
    name,
    { betas: [0, -0.5] },
    `${name} expects betas[1] to be at least 0 and below 1 but got -0.5`,
  ]),
  ...[...withBetas, "Adadelta", "Adagrad", "RMSprop"].map((name): Refusal => [
    name,
    { eps: -1 },
    `${name} expects eps to be `,
  ]),
  ["SparseAdam", { lr: 0 }, "SparseAdam expects lr to be a finite number above 0 but got 0"],
  ["SparseAdam", { eps: 0 }, "SparseAdam expects eps to be a finite number above 0 but got 0"],
  ["SGD", { momentum: -0.5 }, "SGD expects momentum to be a finite number not below 0 but got -0.5"],
  ["RMSprop", { momentum: -1 }, "RMSprop expects momentum to be a finite number not below 0 but got -1"],
  ["RMSprop", { alpha: -1 }, "RMSprop expects alpha to be a finite number not below 0 but got -1"],
  ["Adadelta", { rho: 1.1 }, "Adadelta expects rho to be at least 0 and at most 1 but got 1.1"],
  ["Adagrad", { lrDecay: -0.5 }, "Adagrad expects lrDecay to be a finite number not below 0 but got -0.5"],
  [
    "Adagrad",
    { initialAccumulatorValue: -1 },
    "Adagrad expects initialAccumulatorValue to be a finite number not below 0 but got -1",
  ],
  [
    "NAdam",
    { momentumDecay: -0.2 },
    "NAdam expects momentumDecay to be a finite number not below 0 but got -0.2",
  ],
  [
    "Rprop",
    { etas: [1, 0.5] },
    "Rprop expects etas to be a number between 0 and 1 and one above 1 but got 1 and 0.5",
  ],
  ["Rprop", { etas: [0, 1.5] }, "Rprop expects etas to be a number between 0 and 1"],
  ["Adafactor", { eps: [-1, 1] }, "Adafactor expects eps[0] to be a finite number not below 0 but got -1"],
  ["Adafactor", { eps: [null, -1] }, "Adafactor expects eps[1] to be a finite number not below 0 but got -1"],
  ["Adafactor", { d: 0 }, "Adafactor expects d to be a finite number not below 1 but got 0"],
  [
    "Adafactor",
    { beta2Decay: 0.8 },
    "Adafactor expects beta2Decay to be a finite number not above 0 but got 0.8",
  ],
  [
    "Muon",
    { adjustLrFn: "arbitrary" },
    'Muon expects adjustLrFn to be "original", "match_rms_adamw" or null but got arbitrary',
  ],
  ["Muon", { nsSteps: 100 }, "Muon expects nsSteps to be below 100 but got 100"],
  ["Muon", { nsCoefficients: [1, 2] }, "Muon expects nsCoefficients to be three numbers but got 1,2"],
  [
    "SGD",
    { nesterov: true },
    "SGD expects a momentum and no dampening for nesterov but got momentum 0 and dampening 0",
  ],
  [
    "SGD",
    { nesterov: true, momentum: 0.9, dampening: 0.1 },
    "SGD expects a momentum and no dampening for nesterov but got momentum 0.9 and dampening 0.1",
  ],
  ["LBFGS", { lineSearchFn: "weak" }, 'LBFGS expects lineSearchFn to be "strong_wolfe" or null but got weak'],
  ["LBFGS", { historySize: 0 }, "LBFGS expects historySize to be a whole number above 0 but got 0"],
];

const types: readonly Refusal[] = [
  ...every.map((
    name,
  ): Refusal => [name, { lr: "0.1" }, `${name} expects lr to be a number or a schedule but got string`]),
  ...every.map((name): Refusal => [name, { momentom: 0.9 }, `${name} expects options among lr, `]),
  ...every.map((name): Refusal => [
    name,
    { foreach: true },
    `${name} has no option foreach, which in torch chooses between implementations of the same numbers`,
  ]),
  ...climbing.map((name): Refusal => [
    name,
    { maximize: 1 },
    `${name} expects maximize to be a boolean but got number`,
  ]),
  ...withBetas.map((
    name,
  ): Refusal => [name, { betas: 0.9 }, `${name} expects betas to be a pair but got 0.9`]),
  ["Rprop", { etas: [0.5] }, "Rprop expects etas to be a pair but got 0.5"],
  ["Adafactor", { eps: 1 }, "Adafactor expects eps to be a pair but got 1"],
];

for (const [name, options, message] of ranges) {
  Deno.test(`${name} refuses ${JSON.stringify(options)}`, () => {
    assertThrows(() => make(name, options), RangeError, message);
  });
}
for (const [name, options, message] of types) {
  Deno.test(`${name} refuses the type of ${JSON.stringify(options)}`, () => {
    assertThrows(() => make(name, options), TypeError, message);
  });
}

type Group = torch.ParamGroup<torch.SGDOptions>;

const params = { conv: { weight: ones([2, 2]), bias: ones([2]) }, norm: ones([2]) };

Deno.test("groups are checked when the params are there", () => {
  const both = [{ params: "conv/**" }, { params: ["norm", "conv/bias"] }];
  assertThrows(
    () => torch.SGD(both).init(params),
    RangeError,
    "SGD expects every leaf in one group but got conv/bias in 0 and 1",
  );
  const few = [{ params: "conv/**" }];
  assertThrows(
    () => torch.SGD(few).init(params),
    RangeError,
    "SGD expects every leaf in one group but got norm in none",
  );
  const none: readonly Group[] = [{ params: rest }, { params: "none" }];
  assertThrows(
    () => torch.SGD(none).init(params),
    RangeError,
    "SGD expects 1 to select a leaf but got none of",
  );
});

Deno.test("groups are lists of objects with params", () => {
  assertThrows(
    () => torch.SGD([]),
    RangeError,
    "SGD expects at least one group of params but got an empty list",
  );
  assertThrows(
    () => torch.SGD([{ lr: 0.1 } as never]),
    TypeError,
    "SGD expects params in every group but got { lr }",
  );
  assertThrows(
    () => torch.SGD(["conv"] as never),
    TypeError,
    "SGD expects a group to be an object but got a string",
  );
  assertThrows(
    () => torch.SGD({ lr: 0.1 } as never, { lr: 0.1 } as never),
    TypeError,
    "SGD expects a list of groups before the options but got { lr }",
  );
  assertThrows(
    () => torch.SGD("conv" as never),
    TypeError,
    "SGD expects its options in an object but got a string",
  );
  const two: readonly Group[] = [{ params: rest }, { params: rest }];
  assertThrows(() => torch.SGD(two), RangeError, "one group at most to select the rest");
  assertThrows(
    () => torch.LBFGS(two as never),
    RangeError,
    "LBFGS expects one group of params only but got 2",
  );
});

Deno.test("options of groups are not checked, as in torch", () => {
  const optimizer = torch.SGD([
    { params: "norm", nesterov: true, lr: -1 },
    { params: rest, other: 1 } as never,
  ], {
    lr: 0.5,
  });
  const next = optimizer.step(optimizer.init(params), params, params);
  assertEquals(next.params.norm.toArray(), [2, 2]);
  assertEquals(next.params.conv.bias.toArray(), [0.5, 0.5]);
});

Deno.test("the constructor is checked where every group has its own option", () => {
  assertThrows(() => torch.Adam([{ params: rest, lr: 0.1 }], { lr: -1 }), RangeError, "Adam expects lr");
});

Deno.test("Muon refuses leaves that are no matrices", () => {
  assertThrows(
    () => torch.Muon().init(params),
    RangeError,
    "expects every leaf to have two axes but got 1 at conv/bias",
  );
});

const table = { table: zeros([3, 2]) };
const rows = {
  table: sparseGradient({ indices: tensor([1], { dtype: "int32" }), values: ones([1, 2]), shape: [3, 2] }),
};
const asGrads = rows as unknown as typeof table;

Deno.test("sparse gradients are for those that take them", () => {
  const step = (optimizer: torch.TorchOptimizer<object>): unknown =>
    optimizer.step(optimizer.init(table), asGrads, table);
  for (const name of Object.keys(CONFIGURATIONS)) {
    if (name === "SGD" || name === "Adagrad") continue;
    assertThrows(
      () => step(make(name)),
      TypeError,
      `${name} expects dense gradients but got a sparse one at table`,
    );
  }
  for (const name of ["SGD", "Adagrad"]) {
    assertThrows(
      () => step(make(name, { weightDecay: 0.1 })),
      TypeError,
      `${name} expects dense gradients with a weightDecay but got a sparse gradient at table`,
    );
  }
  const sparse = torch.SparseAdam();
  assertThrows(
    () => sparse.step(sparse.init(table), table, table),
    TypeError,
    "expects sparse gradients but got float32[3, 2] at table",
  );
});

Deno.test("sparseGradient() refuses parts that do not fit", () => {
  const indices = tensor([1, 3], { dtype: "int32" });
  const make = (parts: object): unknown =>
    sparseGradient({ indices, values: ones([2, 2]), shape: [4, 2], ...parts });
  assertThrows(
    () => make({ shape: [3, 2] }),
    RangeError,
    "sparseGradient expects indices of 3 rows but got 3",
  );
  assertThrows(
    () => make({ values: ones([2, 3]) }),
    RangeError,
    "sparseGradient expects values of shape [2, 2] for a table of [4, 2] but got [2, 3]",
  );
  assertThrows(() => make({ indices: tensor([0.5, 1]) }), TypeError, "indices to be a vector of integers");
  assertThrows(() => make({ values: [1] }), TypeError, "sparseGradient expects values to be a tensor");
  const wrong = { table: { ...rows.table, values: ones([1, 3]) } } as unknown as typeof table;
  const optimizer = torch.SGD();
  assertThrows(() => optimizer.step(optimizer.init(table), wrong, table), RangeError, "at table");
});

Deno.test("addParamGroup() and setParamGroup() refuse what does not fit, and change nothing", () => {
  const optimizer = torch.SGD([{ params: "conv/**" }], { lr: 0.5 });
  const some = { ...params, norm: null as unknown as Tensor };
  const state = optimizer.init(some);
  const before = JSON.stringify(state);
  const add = (group: torch.ParamGroup<torch.SGDOptions>, all = params): unknown =>
    torch.addParamGroup(optimizer, state, { group, params: all });
  assertThrows(() => add({ params: "conv/bias" }), RangeError, "conv/bias in 0 and 1");
  assertThrows(() => add({} as never), TypeError, "SGD expects params in every group but got {  }");
  assertThrows(() => add({ params: "norm" }, some), RangeError, "1 to select a leaf");
  const whole = torch.SGD();
  assertThrows(
    () => torch.addParamGroup(whole, whole.init(params), { group: { params: "norm" }, params }),
    RangeError,
    "SGD expects every leaf in one group but got norm in two",
  );
  assertThrows(
    () => torch.addParamGroup(whole, whole.init(params), { group: { params: rest }, params }),
    RangeError,
    "SGD expects one group at most to have the rest but got two",
  );
  const lbfgs = torch.LBFGS();
  assertThrows(
    () => torch.addParamGroup(lbfgs, lbfgs.init(params), { group: { params: "norm" }, params }),
    RangeError,
    "LBFGS expects one group of params only but got 2",
  );
  for (const group of [-1, 1, 0.5]) {
    assertThrows(
      () => torch.setParamGroup(optimizer, state, { group, options: {}, params: some }),
      RangeError,
      `setParamGroup expects the index of one of 1 groups but got ${group}`,
    );
  }
  assertThrows(() => torch.withParamGroups(optimizer, state, []), RangeError, "expects 1 groups but got 0");
  assertEquals(JSON.stringify(state), before);
});

Deno.test("LBFGS needs the objective, and values that are there", () => {
  const optimizer = torch.LBFGS();
  const state = optimizer.init(params);
  const step = (extra: object): unknown => optimizer.step(state, params, params, extra as never);
  assertThrows(() => step({ value: 1 }), TypeError, "expects extra.valueFn to be a function of the params");
  const valueFn = (p: typeof params): Tensor => sum(square(p.norm));
  assertThrows(() => step({ valueFn }), TypeError, "expects extra.value to be the value of the objective");
  const compiled = compile((grads: typeof params) =>
    optimizer.step(state, grads, params, { value: 1, valueFn })
  );
  assertThrows(() => compiled(params), TypeError, "outside of compile");
});
