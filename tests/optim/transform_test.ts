/**
 * Tests of what every transform does: checks, counts, hyperparameters, holes, lifetimes, extras and tracing.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  adam,
  adamW,
  chain,
  clipByGlobalNorm,
  groups,
  masked,
  rest,
  scale,
  sgd,
  trace,
  transform,
  type TransformState,
  zipLeaves,
} from "../../optim/mod.ts";
import { info, multiply, scope, type Tensor, tensor, tree, zeros } from "../../tensor/mod.ts";
import { TapeRecorder } from "../../tensor/tape_recorder.ts";

const params = { conv: { kernel: tensor([[1, 2], [3, 4]]), bias: tensor([5, 6]) }, gain: tensor(7) };

Deno.test("init() throws for trees that are none", () => {
  const { init } = adam({ learningRate: 0.1 });
  assertThrows(() => init({}), RangeError, "adam expects params with at least one leaf but got none");
  assertThrows(() => init(undefined), RangeError);
  assertThrows(
    () => init({ a: { b: 3 } }),
    TypeError,
    "adam expects params to be tensors but got a number at a/b",
  );
});

Deno.test("step() throws for gradients that do not fit", () => {
  const optimizer = adam({ learningRate: 0.1 });
  const state = optimizer.init(params);
  const step = (grads: unknown): unknown => optimizer.step(state, grads as typeof params, params);
  const { conv, gain } = params;
  assertThrows(() => step({ conv }), TypeError, "one structure");
  assertThrows(() => step({ conv: { kernel: conv.kernel }, gain }), TypeError, "at conv");
  assertThrows(
    () => step({ conv, gain: tensor(1, { dtype: "int32" }) }),
    TypeError,
    "adam expects floating-point gradients but got int32[] at gain",
  );
  assertThrows(
    () => step({ conv: { ...conv, bias: zeros([3]) }, gain }),
    RangeError,
    "adam expects gradients of the params' shapes but got [3] for [2] at conv/bias",
  );
  const holed = { ...params, gain: null };
  assertThrows(
    () => optimizer.step(optimizer.init(holed), params as unknown as typeof holed, holed),
    TypeError,
    "a gradient where params have a hole, at gain",
  );
});

Deno.test("step() throws for the state of another transform", () => {
  const state = sgd({ learningRate: 1 }).init(params);
  const step = (given: unknown): unknown => {
    const optimizer = adam({ learningRate: 1 });
    return optimizer.step(given as ReturnType<typeof optimizer.init>, params, params);
  };
  assertThrows(
    () => step(state),
    TypeError,
    "adam expects the state that its init or last step returned but got that of sgd",
  );
  assertThrows(() => step(undefined), TypeError, "but got none");
});

Deno.test("step() leaves alone what has no gradient, with its state", () => {
  const optimizer = chain(clipByGlobalNorm(10), trace({ decay: 0.5 }));
  const first = optimizer.step(optimizer.init(params), params, params);
  const grads = { ...params, gain: null } as unknown as typeof params;
  const second = optimizer.step(first.state, grads, first.params);
  assertEquals(second.params.gain === first.params.gain, true);
  const before = first.state.trace.trace as unknown as typeof params;
  const after = second.state.trace.trace as unknown as typeof params;
  assertEquals(after.gain === before.gain, true);
});

Deno.test("step() takes params that are one tensor or an array", () => {
  const optimizer = sgd({ learningRate: 1 });
  assertEquals(optimizer.step(optimizer.init(tensor(3)), tensor(1), tensor(3)).params.item(), 2);
  const list = [tensor(3), tensor(4)];
  assertEquals(optimizer.step(optimizer.init(list), list, list).params.map((x) => x.item()), [0, 0]);
});

Deno.test("step() keeps float64, and the dtype of the params", () => {
  const optimizer = adam({ learningRate: 0.1 });
  const wide = { x: tensor([1 / 3], { dtype: "float64" }) };
  assertEquals(optimizer.step(optimizer.init(wide), wide, wide).params.x.dtype, "float64");
  const narrow = { x: tensor([1]) };
  const next = optimizer.step(optimizer.init(narrow), wide, narrow);
  assertEquals(next.params.x.dtype, "float32");
});

Deno.test("state has one structure for numbers and schedules", () => {
  const keys = (value: unknown): unknown =>
    tree.isNode(value)
      ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, keys(v)]))
      : typeof value;
  const constant = adamW({ learningRate: 0.1 });
  const scheduled = adamW({ learningRate: () => 0.1, weightDecay: () => 1e-4, beta1: () => 0.9 });
  const state = scheduled.init(params);
  assertEquals(keys(state), keys(constant.init(params)));
  assertEquals(keys(state), keys(scheduled.step(state, params, params).state));
  assertEquals(state.scaleByLearningRate.hyperparameters.learningRate, 0.1);
});

Deno.test("step() frees what is not returned", () => {
  const optimizer = chain(clipByGlobalNorm(1), adamW({ learningRate: 0.1 }));
  const big = { x: zeros([64]).add(1) };
  const state = optimizer.init(big);
  scope(() => {
    const before = info().blocks;
    const next = optimizer.step(state, big, big);
    const leaves = tree.leaves(next).filter((leaf) => typeof leaf === "object") as Tensor[];
    const live = leaves.filter(({ storage }) => storage !== null);
    assertEquals(live.length, 3);
    assertEquals(info().blocks - before, 3);
  });
});

Deno.test("an extra that is needed cannot be left out", () => {
  interface ByValueState extends TransformState {
    readonly kind: "byValue";
  }
  const byValue = transform<ByValueState, { readonly value: number }>({
    name: "byValue",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads, extra }) => ({
      state: {},
      updates: zipLeaves("byValue", [grads], (g) => multiply(g, extra.value)),
    }),
  });
  const optimizers = chain(
    masked(byValue, true, { rest: "pass" }),
    groups([{ name: "all", select: rest, transform: byValue }]),
    scale(1),
  );
  const state = optimizers.init(params);
  const next = optimizers.step(state, params, params, { value: 2 });
  assertEquals(next.params.gain.item(), 35);
  // @ts-expect-error the value is missing
  assertThrows(() => optimizers.step(state, params, params), TypeError);
  // @ts-expect-error another value is there
  assertThrows(() => optimizers.step(state, params, params, { loss: 2 }), TypeError);
});

Deno.test("step() runs on tracers and traced numbers", () => {
  const optimizer = chain(
    clipByGlobalNorm((step) => 1 / (step + 1)),
    groups([
      {
        name: "conv",
        select: "conv/**",
        transform: adamW({ learningRate: (step) => 0.1 * step, nesterov: true }),
      },
      { name: "others", select: rest, transform: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }) },
    ]),
  );
  const recorder = new TapeRecorder("train", true);
  const traced = <T>(values: T): T =>
    tree.map(values, (leaf) => {
      if (typeof leaf === "number") return recorder.hostInput();
      return typeof leaf === "object" ? recorder.input(leaf as Tensor) : leaf;
    });
  const { state, params: next } = optimizer.step(
    traced(optimizer.init(params)),
    traced(params),
    traced(params),
  );
  assertEquals(next.conv.kernel.shape, [2, 2]);
  assertEquals(typeof state.groups.conv.scaleByAdam.count, "object");
  assertEquals(state.groups.conv.scaleByAdam.kind, "scaleByAdam");
  assertEquals(recorder.finish().host.length > 0, true);
});
