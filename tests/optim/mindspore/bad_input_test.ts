/**
 * Tests of what MindSpore's optimizers say to wrong arguments.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { mindspore, rest } from "../../../optim/mod.ts";
import { type Tensor, tensor, tree } from "../../../tensor/mod.ts";

const params = { conv: { weight: tensor([1, 2]) }, bn: { gamma: tensor([1]), beta: tensor([0]) } };
const learningRate = 0.1;

type Groups = NonNullable<mindspore.BaseOptions["params"]>;

/** A call that is wrong, and what is thrown. */
type Row = readonly [name: string, call: () => unknown, error: ErrorConstructor, message: string];

const rows: readonly Row[] = [
  [
    "negative rate",
    () => mindspore.SGD({ learningRate: -0.1 }),
    RangeError,
    "SGD expects learningRate to be",
  ],
  ["rate of text", () => mindspore.SGD({ learningRate: "0.1" as never }), TypeError, "but got a string"],
  [
    "no rate",
    () => mindspore.Momentum({ momentum: 0.9 } as never),
    TypeError,
    "Momentum expects learningRate",
  ],
  ["empty list", () => mindspore.SGD({ learningRate: [] }), RangeError, "for each step but got none"],
  [
    "text in a list",
    () => mindspore.SGD({ learningRate: [0.1, "a"] as never }),
    TypeError,
    "learningRate[1]",
  ],
  [
    "matrix",
    () => mindspore.SGD({ learningRate: tensor([[1]]) }),
    RangeError,
    "at most one axis but got 2 axes",
  ],
  ["decay", () => mindspore.SGD({ weightDecay: -1 }), RangeError, "SGD expects weightDecay"],
  ["SGD dynamic decay", () => mindspore.SGD({ weightDecay: (() => 0) as never }), TypeError, "weightDecay"],
  [
    "SGD dynamic decay of a group",
    () => mindspore.SGD({ params: [{ params: rest, weightDecay: () => 0 }] }),
    TypeError,
    "SGD expects weightDecay to be a number but got a schedule",
  ],
  [
    "lazy dynamic decay",
    () => mindspore.LazyAdam({ weightDecay: (() => 0) as never }),
    TypeError,
    "LazyAdam",
  ],
  ["loss scale", () => mindspore.SGD({ lossScale: 0 }), RangeError, "SGD expects lossScale to be"],
  ["unknown", () => mindspore.Adam({ betas: [0.9, 0.99] } as never), TypeError, "but got betas"],
  [
    "no loss scale",
    () => mindspore.Lamb({ learningRate, lossScale: 2 } as never),
    TypeError,
    "but got lossScale",
  ],
  ["options", () => mindspore.Adam([] as never), TypeError, "Adam expects options to be an object"],
  [
    "kernel",
    () => mindspore.SGD({ kernel: "gpu" as never }),
    TypeError,
    'kernel to be "documented" or "cpu"',
  ],
  ["nesterov", () => mindspore.SGD({ nesterov: true }), RangeError, "momentum above 0 and dampening 0"],
  [
    "nesterov with dampening",
    () => mindspore.SGD({ nesterov: true, momentum: 0.9, dampening: 0.1 }),
    RangeError,
    "but got 0.9 and 0.1",
  ],
  ["momentum", () => mindspore.SGD({ momentum: -0.1 }), RangeError, "SGD expects momentum"],
  ["momentum of text", () => mindspore.SGD({ momentum: "1" as never }), TypeError, "SGD expects momentum"],
  ["beta1", () => mindspore.Adam({ beta1: 1 }), RangeError, "Adam expects beta1 to be above 0 and below 1"],
  ["beta2", () => mindspore.AdamWeightDecay({ beta2: 0 }), RangeError, "AdamWeightDecay expects beta2"],
  ["eps", () => mindspore.AdaMax({ eps: 0 }), RangeError, "AdaMax expects eps"],
  ["amsgrad lazy", () => mindspore.Adam({ useAmsgrad: true, useLazy: true }), RangeError, "at most one of"],
  ["flag", () => mindspore.Adam({ useNesterov: 1 as never }), TypeError, "useNesterov to be a boolean"],
  [
    "FTRL list",
    () => mindspore.FTRL({ learningRate: [0.1] as never }),
    RangeError,
    "FTRL expects one number",
  ],
  ["FTRL group", () => mindspore.FTRL({ params: [{ params: rest, lr: 1 }] }), RangeError, "FTRL expects one"],
  ["FTRL rate", () => mindspore.FTRL({ learningRate: 0 }), RangeError, "FTRL expects learningRate"],
  ["FTRL power", () => mindspore.FTRL({ lrPower: 0.5 }), RangeError, "FTRL expects lrPower"],
  ["accum", () => mindspore.Adagrad({ accum: -1 }), RangeError, "Adagrad expects accum"],
  ["rho", () => mindspore.Adadelta({ rho: 1.1 }), RangeError, "Adadelta expects rho"],
  ["epsilon", () => mindspore.RMSProp({ epsilon: 0 }), RangeError, "RMSProp expects epsilon"],
  ["etas", () => mindspore.Rprop({ etas: [1.1, 1.2] }), RangeError, "Rprop expects etas[0]"],
  ["etas above", () => mindspore.Rprop({ etas: [0.5, 1] }), RangeError, "Rprop expects etas[1]"],
  [
    "three etas",
    () => mindspore.Rprop({ etas: [0.5, 1.2, 2] as never }),
    RangeError,
    "two numbers but got 3",
  ],
  ["etas of text", () => mindspore.Rprop({ etas: "0.5" as never }), TypeError, "Rprop expects etas"],
  ["step sizes", () => mindspore.Rprop({ stepSizes: [2, 1] }), RangeError, "in order but got 2 and 1"],
  ["alpha", () => mindspore.ASGD({ alpha: NaN }), RangeError, "ASGD expects alpha"],
  ["relative", () => mindspore.AdaFactor({ learningRate }), RangeError, "no learningRate with relativeStep"],
  ["not relative", () => mindspore.AdaFactor({ relativeStep: false }), RangeError, "a learningRate without"],
  [
    "warm up",
    () => mindspore.AdaFactor({ learningRate, relativeStep: false, warmupInit: true }),
    RangeError,
    "AdaFactor expects relativeStep with warmupInit",
  ],
  ["decay rate", () => mindspore.AdaFactor({ decayRate: 1 }), RangeError, "AdaFactor expects decayRate"],
  [
    "decay of one",
    () => mindspore.AdaFactor({ weightDecay: 1 }),
    RangeError,
    "AdaFactor expects weightDecay",
  ],
  ["LARS of none", () => mindspore.LARS({} as never), TypeError, "LARS expects an optimizer of MindSpore's"],
  [
    "LARS clip",
    () => mindspore.LARS(mindspore.SGD({ params: [{ params: rest, lr: () => 1 }] }), { useClip: true }),
    RangeError,
    "LARS expects useClip without groups",
  ],
  [
    "thor frequency",
    () => mindspore.thor({ learningRate, damping: 1, momentum: 0, frequency: 1 }),
    RangeError,
    "thor",
  ],
  [
    "thor groups",
    () => mindspore.thor({ learningRate, damping: 1, momentum: 0, params: [] } as never),
    TypeError,
    "and kernelLayout but got params",
  ],
  [
    "group key",
    () => mindspore.SGD({ params: [{ params: rest, momentum: 1 } as never] }),
    TypeError,
    "momentum",
  ],
  ["no params", () => mindspore.SGD({ params: [{ lr: 1 } as never] }), TypeError, "params[0] to have params"],
  ["empty group", () => mindspore.SGD({ params: [{ params: [] }] }), RangeError, "but got an empty list"],
  ["no groups", () => mindspore.SGD({ params: [] }), RangeError, "at least one group"],
  ["no list", () => mindspore.SGD({ params: {} as never }), TypeError, "params to be a list of groups"],
  ["not a group", () => mindspore.SGD({ params: [1 as never] }), TypeError, "params[0] to be a group"],
  [
    "centralization",
    () => mindspore.SGD({ params: [{ params: rest, gradCentralization: 1 as never }] }),
    TypeError,
    "gradCentralization to be a boolean",
  ],
  [
    "two lengths",
    () => mindspore.SGD({ learningRate: [1, 2], params: [{ params: rest, lr: [1, 2, 3] }] }),
    RangeError,
    "of one length but got 2, 3",
  ],
  [
    "order with others",
    () => mindspore.SGD({ params: [{ params: rest }, { orderParams: ["a"], lr: 1 } as never] }),
    RangeError,
    "orderParams to stand alone",
  ],
  [
    "order of one path",
    () => mindspore.SGD({ params: [{ params: rest }, { orderParams: "a" } as never] }),
    TypeError,
    "orderParams to be a list",
  ],
  ["fixed scale", () => mindspore.FixedLossScaleManager({ lossScale: 0.5 }), RangeError, "not below 1"],
  [
    "dynamic scale",
    () => mindspore.DynamicLossScaleManager({ initLossScale: 0 }),
    RangeError,
    "initLossScale",
  ],
  ["window", () => mindspore.DynamicLossScaleManager({ scaleWindow: 1.5 }), RangeError, "scaleWindow"],
  ["factor", () => mindspore.DynamicLossScaleManager({ scaleFactor: 0 }), RangeError, "scaleFactor"],
  ["drop", () => mindspore.FixedLossScaleManager({ dropOverflowUpdate: 1 as never }), TypeError, "boolean"],
  ["static scaler", () => mindspore.StaticLossScaler({ scaleValue: 0.5 }), RangeError, "scaleValue"],
  [
    "scaler factor",
    () => mindspore.DynamicLossScaler({ scaleValue: 2, scaleFactor: 1.5, scaleWindow: 2 }),
    RangeError,
    "scaleFactor",
  ],
  [
    "norm",
    () => mindspore.clipByNorm(params, { maxNorm: "1" as never }),
    TypeError,
    "clipByNorm expects maxNorm",
  ],
  ["global norm", () => mindspore.clipByGlobalNorm(params, { clipNorm: 0 }), RangeError, "clipNorm"],
  ["no bounds", () => mindspore.clipByValue(params, {}), RangeError, "clipByValue expects a bound"],
  ["not tensors", () => mindspore.clipByValue({ x: 1 }, { clipValueMax: 1 }), TypeError, "a tree of tensors"],
  ["three workers", () => mindspore.adaSum([params, params, params]), RangeError, "a power of two but got 3"],
  [
    "experimental rate",
    () => mindspore.experimental.SGD({ momentum: 0.9 }),
    TypeError,
    "SGD expects lr but got none",
  ],
  ["experimental betas", () => mindspore.experimental.Adam({ betas: [1, 0] }), RangeError, "Adam expects"],
  ["experimental option", () => mindspore.experimental.AdamW({ beta1: 0.9 } as never), TypeError, "beta1"],
  [
    "experimental options",
    () => mindspore.experimental.AdamW(1 as never),
    TypeError,
    "AdamW expects its options",
  ],
  ["no workers", () => mindspore.adaSum(params as never), TypeError, "adaSum expects a list"],
];

for (const [name, call, error, message] of rows) {
  Deno.test(`MindSpore's dialect refuses: ${name}`, () => {
    assertThrows(call, error as ErrorConstructor, message);
  });
}

Deno.test("a leaf in two groups, groups without leaves, and another order are errors when params are known", () => {
  const init = (groups: Groups): unknown => mindspore.SGD({ params: groups }).init(params);
  const twice = "each leaf in one group but got conv/weight in group0 and group1";
  assertThrows(() => init([{ params: "conv/*" }, { params: "**" }]), RangeError, twice);
  assertThrows(() => init([{ params: "fc/*" }]), RangeError, "SGD expects group0 to select a leaf");
  const groups: Groups = [{ params: "conv/*" }, { params: rest }];
  assertThrows(
    () => init([...groups, { orderParams: ["conv/weight"] }]),
    RangeError,
    "the leaves of all groups",
  );
  const other = ["conv/weight", "bn/gamma", "fc/bias"];
  assertThrows(() => init([...groups, { orderParams: other }]), RangeError, "conv/weight, bn/gamma, fc/bias");
});

Deno.test("a leaf in no group stays, and has no state", () => {
  const optimizer = mindspore.Momentum({ learningRate, momentum: 0.9, params: [{ params: "conv/*" }] });
  const { params: next } = optimizer.step(optimizer.init(params), params, params);
  assertEquals(next.bn.gamma.toArray(), [1]);
  assertEquals(optimizer.parameters(params), ["conv/weight"]);
});

Deno.test("a step that throws leaves params and state as they were", () => {
  const optimizer = mindspore.SGD({ learningRate: [0.5], momentum: 0.5 });
  const text = (value: unknown): string =>
    tree.entries(value).map(({ path, value }) => `${path} ${(value as Tensor).data?.() ?? value}`).join();
  const { state, params: next } = optimizer.step(optimizer.init(params), params, params);
  const before = text({ state, next });
  assertThrows(() => optimizer.step(state, next, next), RangeError, "1 of them and none for step 1");
  assertEquals(text({ state, next }), before);
});

Deno.test("the 1001st overflow in a row is an error", () => {
  const manager = mindspore.DynamicLossScaleManager();
  let state = manager.init();
  for (let i = 0; i < 1000; i++) state = manager.updateLossScale(state, true);
  assertEquals(state.scale, 1);
  assertThrows(() => manager.updateLossScale(state, true), RangeError, "1000 overflows in a row");
});
