/**
 * Single steps of MindSpore's kernels from given states, and where they differ from the documentation.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { mindspore, rest, torch } from "../../../optim/mod.ts";
import {
  add,
  eye,
  matmul,
  multiply,
  ones,
  random,
  type Tensor,
  tensor,
  tree,
  zeros,
} from "../../../tensor/mod.ts";

const V = tensor([[0.6, 0.4], [0.1, 0.5]]);
const M = tensor([[0.6, 0.5], [0.2, 0.6]]);
const U = tensor([[0.9, 0.1], [0.7, 0.8]]);
const G = tensor([[0.3, 0.7], [0.1, 0.8]]);

function close(got: Tensor, expected: readonly number[], tolerance = 1e-6): void {
  assertEquals(got.size, expected.length);
  Array.from(got.data(), Number).forEach((value, i) => assertAlmostEquals(value, expected[i], tolerance));
}

/** The parameter after a step with G from V and a given state. */
function stepFrom(optimizer: mindspore.Optimizer, state: Readonly<Record<string, Tensor>>): Tensor {
  const params = { w: V };
  const initial = mindspore.stateDict(optimizer, optimizer.init(params), params);
  const loaded = mindspore.loadStateDict(optimizer, { ...initial, ...state }, params);
  return optimizer.step(loaded, { w: G }, params).params.w;
}

Deno.test("MindSpore's optimizers take the steps of its kernels from given states", () => {
  const momentum = { learningRate: 0.1, momentum: 0.9 };
  close(stepFrom(mindspore.Momentum(momentum), { "moments.w": M }), [0.516, 0.285, 0.072, 0.366]);
  const nesterov = mindspore.Momentum({ ...momentum, useNesterov: true });
  close(stepFrom(nesterov, { "moments.w": M }), [0.4944, 0.2265, 0.0648, 0.2994]);
  close(
    stepFrom(mindspore.AdaMax({ learningRate: 1e-3, beta2: 0.99, eps: 1e-10 }), {
      "moment1.w": M,
      "moment2.w": U,
    }),
    [0.593602717, 0.392571449, 0.0972582996, 0.492249995],
  );
  close(
    stepFrom(mindspore.Adadelta({ learningRate: 1e-3, rho: 0 }), { "accum.w": M, "accum_update.w": U }),
    [0.599051356, 0.399683774, 0.0991633832, 0.499105573],
  );
  close(
    stepFrom(mindspore.Adagrad({ learningRate: 1e-3 }), { "accum.w": M }),
    [0.599638879, 0.399296492, 0.0997817814, 0.499281585],
  );
  close(
    stepFrom(mindspore.FTRL({ learningRate: 1e-3 }), { "moments.w": M, "linear.w": U }),
    [0.0390525, 0.11492836, 0.00066425, 0.15075898],
  );
  close(
    stepFrom(mindspore.ProximalAdagrad({ learningRate: 0.01 }), { "accum.w": M }),
    [0.596388459, 0.392964751, 0.0978178233, 0.492815793],
  );
  const amsgrad = mindspore.Adam({ learningRate: 0.01, useAmsgrad: true, beta1: 0.9, beta2: 0.999 });
  const params = { w: tensor([0.2, 0.2, 0.2, 0.2]) };
  const state = mindspore.loadStateDict(amsgrad, {
    ...mindspore.stateDict(amsgrad, amsgrad.init(params), params),
    "moment1.w": tensor([0.1, 0.2, 0.4, 0.3]),
    "moment2.w": tensor([0.2, 0.1, 0.3, 0.4]),
    "vhat.w": tensor([0.1, 0.2, 0.6, 0.2]),
  }, params);
  const { params: next } = amsgrad.step(state, { w: tensor([0.4, 0.2, 0.2, 0.3]) }, params);
  close(next.w, [0.19908068, 0.1985858, 0.19844866, 0.19849943]);
});

Deno.test("LARS() gives an optimizer the gradients of MindSpore's kernel", () => {
  const sgd = mindspore.SGD({ learningRate: 1 });
  const params = { w: tensor([[0.5, 0.8, 0.2], [0.6, 0.4, 0.2]]), bias: tensor([1]) };
  const grads = { w: tensor([[0.4, 0.4, 0.5], [0.2, 0.4, 0.3]]), bias: tensor([0.5]) };
  const optimizer = mindspore.LARS(sgd);
  const { params: next } = optimizer.step(optimizer.init(params), grads, params);
  const scaled = add(params.w, multiply(next.w, -1));
  close(scaled, [0.0005265, 0.0005265, 0.00065813, 0.00026325, 0.0005265, 0.00039488]);
  assertEquals(next.bias.toArray(), [0.5]);
});

Deno.test("LARS() decays and unscales in place of its optimizer", () => {
  const params = { w: tensor([3, 4]), "bn.gamma": tensor([3, 4]), bias: tensor([1]) };
  const grads = { w: tensor([0, 80]), "bn.gamma": tensor([0, 80]), bias: tensor([8]) };
  const inner = mindspore.Momentum({ learningRate: 1, momentum: 0, weightDecay: 0.5, lossScale: 8 });
  const optimizer = mindspore.LARS(inner, { coefficient: 0.1, epsilon: 0 });
  const { params: next } = optimizer.step(optimizer.init(params), grads, params);
  // (g + 0.5 p) 0.1 * 5 / (10 + 2.5), without decay g * 0.1 * 5 / 10, and the bias as it is.
  close(next.w, [3 - 1.5 * 0.04, 4 - 12 * 0.04]);
  close(next["bn.gamma"], [3, 4 - 10 * 0.05]);
  close(next.bias, [0]);
  const clipped = mindspore.LARS(mindspore.SGD({ learningRate: 0.1 }), { coefficient: 1, useClip: true });
  const { params: step } = clipped.step(clipped.init({ w: params.w }), { w: tensor([0, 1]) }, {
    w: params.w,
  });
  close(step.w, [3, 3.9]);
});

Deno.test("Lamb() scales corrected moments and decay to the norm of the params", () => {
  const optimizer = mindspore.Lamb({ learningRate: 0.1, weightDecay: 0.5, eps: 1e-12 });
  const params = { w: tensor([3, 4]) };
  const { params: next } = optimizer.step(optimizer.init(params), { w: tensor([2, -1]) }, params);
  // The first update of Adam is the sign, so that with the decay it is [2.5, 1].
  const ratio = 5 / Math.hypot(2.5, 1);
  close(next.w, [3 - 0.25 * ratio, 4 - 0.1 * ratio], 1e-5);
});

Deno.test("the kernel of the CPU ignores nesterov, slots that stay, and a sign", () => {
  const cpu = { kernel: "cpu" } as const;
  const momentum = { learningRate: 0.1, momentum: 0.9, useNesterov: true };
  close(stepFrom(mindspore.Momentum({ ...momentum, ...cpu }), { "moments.w": M }), [
    0.516,
    0.285,
    0.072,
    0.366,
  ]);
  const params = { w: tensor([1]) };
  const after = (optimizer: mindspore.Optimizer, g: number): number =>
    optimizer.step(optimizer.init(params), { w: tensor([g]) }, params).params.w.item();
  const adagrad = { learningRate: 1, accum: 1, updateSlots: false };
  assertAlmostEquals(after(mindspore.Adagrad(adagrad), 0.5), 0.5, 1e-6);
  assertAlmostEquals(after(mindspore.Adagrad({ ...adagrad, ...cpu }), 0.5), 1 - 0.5 / Math.sqrt(1.25), 1e-6);
  const ftrl = { learningRate: 1, initialAccum: 1, l1: 0.5 };
  // z = -2 - (sqrt(5) - 1), so that -l1 - z or l1 - z is divided by sqrt(5).
  const z = -1 - Math.sqrt(5);
  assertAlmostEquals(after(mindspore.FTRL(ftrl), -2), (-0.5 - z) / Math.sqrt(5), 1e-6);
  assertAlmostEquals(after(mindspore.FTRL({ ...ftrl, ...cpu }), -2), (0.5 - z) / Math.sqrt(5), 1e-6);
  const rmsprop = { learningRate: 1, decay: 0.5, epsilon: 1 };
  assertAlmostEquals(after(mindspore.RMSProp(rmsprop), 1), 1 - 1 / Math.sqrt(2), 1e-6);
  assertAlmostEquals(after(mindspore.RMSProp({ ...rmsprop, ...cpu }), 1), 0.5, 1e-6);
});

Deno.test("a group centralizes its gradients after the decay, with the CPU's kernel where it can", () => {
  const params = { narrow: ones([2, 3]), wide: ones([2, 16]), bias: ones([2]) };
  const grads = { narrow: tensor([[1, 2, 3], [4, 4, 4]]), wide: ones([2, 16]), bias: ones([2]) };
  const step = (kernel: "documented" | "cpu"): typeof params => {
    const groups = [{ params: rest, gradCentralization: true, weightDecay: 0.5 } as const];
    const optimizer = mindspore.SGD({ learningRate: 1, params: groups, kernel, kernelLayout: "outputFirst" });
    return optimizer.step(optimizer.init(params), grads, params).params;
  };
  const documented = step("documented");
  close(documented.narrow, [2, 1, 0, 1, 1, 1]);
  close(documented.wide, new Array(32).fill(1));
  close(documented.bias, [-0.5, -0.5]);
  const cpu = step("cpu");
  close(cpu.narrow, [-0.5, -1.5, -2.5, -3.5, -3.5, -3.5]);
  close(cpu.wide, new Array(32).fill(1));
});

Deno.test("weight decay without groups leaves out norms by their names, and reaches biases", () => {
  const one = tensor([1]);
  const params = {
    conv: { weight: one },
    fc: { bias: one },
    "bn.gamma": one,
    bn: { beta: one },
    norm: { scale: one },
  };
  const none = zeros([1]);
  const grads = {
    conv: { weight: none },
    fc: { bias: none },
    "bn.gamma": none,
    bn: { beta: none },
    norm: { scale: none },
  };
  const moved = (optimizer: mindspore.Optimizer): number[] => {
    const { params: next } = optimizer.step(optimizer.init(params), grads, params);
    return tree.leaves(next).map((leaf) => (leaf as Tensor).item());
  };
  const decay = { learningRate: 1, weightDecay: 0.5 };
  assertEquals(moved(mindspore.SGD(decay)), [0.5, 0.5, 1, 1, 1]);
  assertEquals(moved(mindspore.SGD({ ...decay, weightDecayFilter: true })), [0.5, 0.5, 0.5, 0.5, 0.5]);
  assertEquals(moved(mindspore.SGD({ ...decay, params: [{ params: rest }] })), [0.5, 0.5, 0.5, 0.5, 0.5]);
  assertEquals(moved(mindspore.FTRL({ ...decay, l2: 0 })).every((value) => value < 1), true);
});

Deno.test("thor() solves the damped systems of the factors on both sides, and keeps inverses between", () => {
  const draw = (seed: number, shape: number[]): Tensor => random.normal(random.key(seed), shape);
  const inputs = matmul(draw(0, [3, 5]), draw(0, [3, 5]).transpose());
  const outputs = matmul(draw(1, [2, 4]), draw(1, [2, 4]).transpose());
  const optimizer = mindspore.thor({
    learningRate: 1,
    damping: 0.04,
    momentum: 0,
    batchSize: 1,
    frequency: 2,
  });
  const params = { dense: { kernel: zeros([3, 2]), bias: zeros([2]) } };
  const grads = { dense: { kernel: draw(2, [3, 2]), bias: draw(3, [2]) } };
  const factors = { "dense/kernel": { inputs, outputs, rows: 1 } };
  const first = optimizer.step(optimizer.init(params), grads, params, { factors });
  const damped = (x: Tensor, n: number): Tensor => add(x, multiply(eye(n), 0.2));
  const update = multiply(first.params.dense.kernel, -1);
  close(
    matmul(matmul(damped(inputs, 3), update), damped(outputs, 2)),
    Array.from(grads.dense.kernel.data(), Number),
    1e-4,
  );
  close(first.params.dense.bias, Array.from(grads.dense.bias.data(), (g) => -Number(g)));
  const second = optimizer.step(first.state, grads, first.params);
  close(second.params.dense.kernel, Array.from(first.params.dense.kernel.data(), (w) => 2 * Number(w)), 1e-4);
});

Deno.test("thor() takes convolution kernels as matrices of outputs by windows", () => {
  const optimizer = mindspore.thor({ learningRate: 1, damping: 0, momentum: 0, batchSize: 1, frequency: 2 });
  const params = { conv: { kernel: zeros([2, 1, 2, 2]) } };
  const grads = { conv: { kernel: ones([2, 1, 2, 2]) } };
  const factors = { "conv/kernel": { inputs: multiply(eye(4), 2), outputs: multiply(eye(2), 5), rows: 1 } };
  const { params: next } = optimizer.step(optimizer.init(params), grads, params, { factors });
  close(next.conv.kernel, new Array(8).fill(-0.1));
});

Deno.test("adaSum() of four is that of both pairs", () => {
  const [a, b, c, d] = [1, 2, 3, 4].map((seed) => ({ x: random.normal(random.key(seed), [3]) }));
  const pairs = mindspore.adaSum([mindspore.adaSum([a, b]), mindspore.adaSum([c, d])]);
  assertEquals(mindspore.adaSum([a, b, c, d]).x.toArray(), pairs.x.toArray());
  assertEquals(mindspore.adaSum([a, { x: zeros([3]) }]).x.toArray(), a.x.toArray());
});

Deno.test("experimental.Adam() has an eps that is not corrected, and no amsgrad; the others are torch's", () => {
  const params = { w: tensor([1]) };
  const grads = { w: tensor([1e-8]) };
  const { experimental } = mindspore;
  const after = (optimizer: Pick<ReturnType<typeof experimental.Adam>, "init" | "step">): number =>
    optimizer.step(optimizer.init(params), grads, params).params.w.item();
  // The step of the corrected form is half the rate, that of the other 0.0316 * 1e-9 / (3.16e-10 + 1e-8).
  assertAlmostEquals(after(experimental.Adam({ lr: 0.1 })), 1 - 0.00307, 1e-5);
  assertAlmostEquals(after(experimental.Adam({ lr: 0.1, amsgrad: true })), 1 - 0.00307, 1e-5);
  assertAlmostEquals(after(torch.Adam({ lr: 0.1 })), 0.95, 1e-5);
  assertAlmostEquals(after(experimental.AdamW({ lr: 0.1, weightDecay: 0 })), 0.95, 1e-5);
});
