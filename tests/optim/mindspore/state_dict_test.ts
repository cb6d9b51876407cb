/**
 * Tests of states under MindSpore's names.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { mindspore, rest } from "../../../optim/mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../tensor/io/mod.ts";
import { ones, random, type Tensor, tensor, tree } from "../../../tensor/mod.ts";
import { OPTIMIZERS } from "./optimizers.ts";

const params = { conv: { weight: random.normal(random.key(1), [2, 3]) }, bn: { gamma: ones([3]) } };
const grads = [1, 2, 3, 4].map((seed) => ({
  conv: { weight: random.normal(random.key(10 * seed), [2, 3]) },
  bn: { gamma: random.normal(random.key(10 * seed + 1), [3]) },
}));

const bits = (value: unknown): string[] =>
  tree.entries(value).map(({ path, value }) => `${path} ${(value as Tensor).data()}`);

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  Deno.test(`${name} goes on bit for bit from a file of its state dict`, () => {
    let [state, now] = [optimizer.init(params), params];
    for (const g of grads.slice(0, 2)) ({ state, params: now } = optimizer.step(state, g, now));
    const file = encodeSafetensors({ ...mindspore.stateDict(optimizer, state, now) });
    const { tensors } = decodeSafetensors(file);
    let [loaded, again] = [mindspore.loadStateDict(optimizer, tensors, params), now];
    for (const g of grads.slice(2)) {
      ({ state, params: now } = optimizer.step(state, g, now));
      ({ state: loaded, params: again } = optimizer.step(loaded, g, again));
      assertEquals(bits(again), bits(now));
    }
    const [a, b] = [state, loaded].map((one) => mindspore.stateDict(optimizer, one, now));
    assertEquals(bits(b), bits(a));
  });
}

Deno.test("stateDict() has MindSpore's names, shapes and order", () => {
  const shapes = (optimizer: mindspore.Optimizer): string[] =>
    Object.entries(mindspore.stateDict(optimizer, optimizer.init(params), params))
      .map(([name, { shape, dtype }]) => `${name} ${dtype}[${shape}]`);
  const weights = (prefix: string): string[] => [
    `${prefix}conv.weight float32[2,3]`,
    `${prefix}bn.gamma float32[3]`,
  ];
  const step = "global_step int32[1]";
  assertEquals(shapes(mindspore.SGD({ momentum: 0.9 })), [
    step,
    "learning_rate float32[]",
    ...weights("accum."),
    ...weights("stat."),
    "momentum float32[]",
  ]);
  assertEquals(
    shapes(mindspore.Adam({ useAmsgrad: true })).sort(),
    [
      step,
      "learning_rate float32[]",
      "beta1_power float32[]",
      "beta2_power float32[]",
      ...weights("moment1."),
      ...weights("moment2."),
      ...weights("vhat."),
    ].sort(),
  );
  const groups = [{ params: "conv/*", lr: 0.01 }, { params: rest }];
  const grouped = mindspore.Momentum({ learningRate: [0.1, 0.2], momentum: 0, params: groups as never });
  assertEquals(shapes(grouped).slice(0, 3), [
    step,
    "learning_rate_group_0 float32[]",
    "learning_rate float32[2]",
  ]);
  assertEquals(shapes(mindspore.AdaFactor()).slice(4, 6), [
    "exp_avg_sq_row_bn.gamma float32[1]",
    "exp_avg_sq_col_conv.weight float32[3]",
  ]);
});

Deno.test("loadStateDict() takes a learning rate over, and other names of parameters", () => {
  const optimizer = mindspore.Momentum({ learningRate: 0.5, momentum: 0 });
  const names = { nameOf: (path: string) => `net.${path.replaceAll("/", ".")}` };
  const record = mindspore.stateDict(optimizer, optimizer.init(params), params, names);
  assertEquals(Object.keys(record)[2], "moments.net.conv.weight");
  const state = mindspore.loadStateDict(optimizer, { ...record, learning_rate: tensor(0.25) }, params, names);
  const { params: next } = optimizer.step(state, params, params);
  assertEquals(next.bn.gamma.toArray(), [0.75, 0.75, 0.75]);
});

Deno.test("loadStateDict() refuses tensors that are missing, too many, or of another size", () => {
  const optimizer = mindspore.Adam();
  const record = mindspore.stateDict(optimizer, optimizer.init(params), params);
  const { "moment1.bn.gamma": _, ...less } = record;
  const load = (given: mindspore.StateDict) => () => mindspore.loadStateDict(optimizer, given, params);
  assertThrows(load(less), RangeError, "loadStateDict expects moment1.bn.gamma but got none");
  assertThrows(
    load({ ...record, other: tensor(1) }),
    RangeError,
    "the tensors of Adam but got other as well",
  );
  const wrong = { ...record, "moment1.bn.gamma": tensor([1, 2]) };
  assertThrows(load(wrong), RangeError, "moment1.bn.gamma of shape [3] but got [2]");
});
