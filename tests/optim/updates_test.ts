/**
 * Tests of decay, noise, constraints and step sizes beside their golden numbers: corners and what they refuse.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  addDecayedWeights,
  addNoise,
  applyEvery,
  applyUpdates,
  chain,
  keepParamsNonnegative,
  noisySgd,
  polyakSgd,
  proximalL1,
  proximalL2,
  scaleByDistanceOverGradients,
  scaleByLearningRate,
  scaleByPolyak,
  sgd,
  type Transform,
  zeroNans,
} from "../../optim/mod.ts";
import { compile, mean, random, square, type Tensor, tensor, tree, zeros } from "../../tensor/mod.ts";
import { tensors } from "../laws/mod.ts";

Deno.test("addDecayedWeights() is coupled before a scaling, decoupled after it", () => {
  const decay = addDecayedWeights({ weightDecay: 0.5 });
  const params = tensor(4);
  const step = <S>(optimizer: Transform<unknown, S>): number =>
    optimizer.step(optimizer.init(params), tensor(1), params).params.item();
  const rate = scaleByLearningRate(0.25);
  assertEquals(step(chain(decay, rate)), 4 - 0.25 * (1 + 2));
  assertEquals(step(chain(rate, addDecayedWeights({ weightDecay: -0.5 }))), 4 - 0.25 - 2);
});

Deno.test("addDecayedWeights() is cautious on both sides of the learning rate", () => {
  const params = tensor([2, 2, -2, -2, 2]);
  const grads = tensor([1, -1, 1, -1, 0]);
  const before = addDecayedWeights({ weightDecay: 0.5, cautious: true });
  assertEquals(before.update(before.init(params), grads, params).updates.toArray(), [2, -1, 1, -2, 1]);
  const after = addDecayedWeights({ weightDecay: -0.5, cautious: true });
  const opposite = tensor([-1, 1, -1, 1, 0]);
  assertEquals(after.update(after.init(params), opposite, params).updates.toArray(), [-2, 1, -1, 2, -1]);
});

Deno.test("addNoise() adds noise of the variance that falls with the steps", () => {
  const noise = addNoise({ eta: 4, gamma: 1, key: random.key(3) });
  const params = { a: zeros([20000]), b: zeros([20000], { dtype: "float64" }) };
  const first = noise.update(noise.init(params), params, params);
  const second = noise.update(first.state, params, params);
  const variance = (x: Tensor): number => mean(square(x)).item();
  assertAlmostEquals(variance(first.updates.a), 4, 0.15);
  assertAlmostEquals(variance(second.updates.a), 2, 0.08);
  assertAlmostEquals(variance(second.updates.b), 2, 0.08);
  assertEquals(second.updates.b.dtype, "float64");
  // Neither steps nor leaves share their noise.
  const product = mean(first.updates.a.multiply(second.updates.a)).item();
  assertAlmostEquals(product, 0, 0.1);
});

Deno.test("addNoise() has the same noise in whatever order the keys of params stand", () => {
  const noise = addNoise({ eta: 1, gamma: 0, key: random.key(0) });
  const [x, y] = [zeros([2]), zeros([3])];
  const run = (params: { x: Tensor; y: readonly (Tensor | null)[] }): unknown[] => {
    const { updates } = noise.update(noise.init(params), params, params);
    return [updates.x.toArray(), updates.y[1]!.toArray()];
  };
  assertEquals(run({ x, y: [null, y] }), run({ y: [null, y], x }));
});

Deno.test("addNoise() is compiled, its state donated, and started again from the same key", () => {
  const noise = addNoise({ eta: 1, gamma: 0.5, key: random.key(0) });
  const params = { x: zeros([4]) };
  type State = ReturnType<typeof noise.init>;
  const step = (state: State) => noise.update(state, params, params);
  const compiled = compile(step, { donate: [0] });
  const run = (f: typeof step): unknown[] => {
    let state = noise.init(params);
    return [1, 2, 3].map(() => {
      const updated = f(state);
      state = updated.state;
      return updated.updates.x.toArray();
    });
  };
  assertEquals(run(compiled), run(step));
  assertEquals(run(compiled), run(step));
});

Deno.test("applyEvery() sums, lets out on a schedule, and does not keep a NaN", () => {
  const run = (steps: Parameters<typeof applyEvery>[0], values: readonly number[]): number[] => {
    const every = applyEvery(steps);
    let state = every.init(tensor(0));
    return values.map((value) => {
      const updated = every.update(state, tensor(value), tensor(0));
      state = updated.state;
      return updated.updates.item();
    });
  };
  assertEquals(run(1, [1, 2, 3]), [1, 2, 3]);
  assertEquals(run(3, [1, 2, 3, 4, 5, 6]), [0, 0, 6, 0, 0, 15]);
  assertEquals(run(2, [NaN, 1, 2, 3]), [0, NaN, 0, 5]);
  assertEquals(run((step) => step < 2 ? 1 : 2, [1, 2, 3, 4]), [1, 2, 0, 7]);
});

Deno.test("zeroNans() notes where there was a NaN, and lets infinity pass", () => {
  const params = { a: tensor([1, 2]), b: [tensor([1, 2]), null] };
  const grads = { a: tensor([NaN, Infinity]), b: [tensor([3, -Infinity]), null] };
  const transform = zeroNans();
  const initial = transform.init(params);
  const { state, updates } = transform.update(initial, grads, params);
  const found = (values: unknown): unknown[] => tree.leaves(values).map((leaf) => (leaf as Tensor).item());
  assertEquals(found(initial.foundNan), [0, 0]);
  assertEquals(found(state.foundNan), [1, 0]);
  assertEquals(updates.a.toArray(), [0, Infinity]);
  assertEquals(updates.b[0]!.toArray(), [3, -Infinity]);
});

Deno.test("keepParamsNonnegative() leaves no param below zero", () => {
  fc.assert(
    fc.property(tensors({ shape: [5] }), tensors({ shape: [5] }), (params, grads) => {
      const transform = keepParamsNonnegative();
      const next = transform.step(transform.init(params), grads, params).params.data();
      const [p, g] = [params.data(), grads.data()];
      next.forEach((value, i) => assertEquals(value, Math.max(0, Math.fround(p[i] + g[i]))));
    }),
  );
});

Deno.test("proximalL1() makes small params exactly zero and minimizes its penalty", () => {
  fc.assert(
    fc.property(tensors({ shape: [6] }), tensors({ shape: [6] }), (params, grads) => {
      const transform = proximalL1({ strength: 0.5, learningRate: 1.5 });
      const { updates } = transform.update(transform.init(params), grads, params);
      const next = applyUpdates(params, updates).data();
      const [p, g] = [params.data(), grads.data()];
      next.forEach((value, i) => {
        const z = p[i] + g[i];
        const expected = Math.sign(z) * Math.max(0, Math.abs(z) - 0.75);
        assertEquals(value, expected === 0 ? 0 : expected);
      });
    }),
  );
});

Deno.test("proximal steps leave params outside of their mask alone, and holes", () => {
  const options = { strength: 1, learningRate: (step: number) => step + 1, mask: "kernel" };
  const kernels = <S>(transform: Transform<unknown, S>): number[] => {
    const params = { kernel: tensor([8]), bias: tensor([8]), hole: null };
    const grads = { kernel: tensor([0]), bias: tensor([0]), hole: null };
    const first = transform.step(transform.init(params), grads, params);
    const second = transform.step(first.state, grads, first.params);
    assertEquals(second.params.bias.toArray(), [8]);
    return [first, second].map(({ params }) => params.kernel.data()[0]);
  };
  assertEquals(kernels(proximalL1(options)), [7, 5]);
  assertEquals(kernels(proximalL2(options)), [4, 4 - Math.fround(8 / 3)].map(Math.fround));
});

Deno.test("chain(sgd, proximalL1) finds the sparse minimum of a lasso", () => {
  // Minimizes (x - b)^2 / 2 + |x| for each b.
  const b = tensor([3, 0.5, -2, -0.25]);
  const optimizer = chain(sgd({ learningRate: 0.5 }), proximalL1({ strength: 1, learningRate: 0.5 }));
  let params = zeros([4]);
  let state = optimizer.init(params);
  for (let step = 0; step < 60; step++) {
    ({ state, params } = optimizer.step(state, params.subtract(b), params));
  }
  [2, 0, -1, 0].forEach((value, i) => assertAlmostEquals(params.data()[i], value, 1e-6));
  assertEquals([params.data()[1], params.data()[3]], [0, 0]);
});

Deno.test("scaleByPolyak() makes no step where there is no gradient", () => {
  const polyak = scaleByPolyak();
  const params = { x: tensor([1, 1]), hole: null };
  const zero = { x: tensor([0, 0]), hole: null };
  assertEquals(polyak.update(polyak.init(params), zero, params, { value: 3 }).updates.x.toArray(), [0, 0]);
});

Deno.test("scaleByPolyak() steps back below fMin only as sps", () => {
  const step = (variant: "sps" | "sps+"): number => {
    const polyak = scaleByPolyak({ fMin: 2, variant });
    return polyak.update(polyak.init(tensor(1)), tensor(2), tensor(1), { value: tensor(1) }).updates.item();
  };
  assertEquals([step("sps"), step("sps+")], [-0.5, 0]);
});

Deno.test("polyakSgd() is compiled with the value of the step", () => {
  const optimizer = polyakSgd({ maxLearningRate: 10 });
  const params = { x: tensor([1, 2]) };
  const step = compile((value: Tensor) =>
    optimizer.step(optimizer.init(params), params, params, { value }).params
  );
  assertEquals(step(tensor(2.5)).x.toArray(), [0.5, 1]);
  assertEquals(step(tensor(5)).x.toArray(), [0, 0]);
});

Deno.test("scaleByDistanceOverGradients() keeps dtypes, and its first params apart from the params", () => {
  const transform = scaleByDistanceOverGradients({ initialDistance: 0.5 });
  const params = { a: tensor([3, 4]), b: tensor(1, { dtype: "float64" }), hole: null };
  const state = transform.init(params);
  const { updates } = transform.update(state, params, params);
  assertEquals([updates.a.dtype, updates.b.dtype], ["float32", "float64"]);
  // The distance 0.5 (1 + 5) over the norm 5.
  assertAlmostEquals(updates.a.at(0).item(), 1.8, 1e-6);
  const initial = state.initialParams as typeof params;
  assertEquals(initial.a !== params.a && initial.a.toArray(), [3, 4]);
});

const key = random.key(0);
const wrong: readonly (readonly [run: () => unknown, error: new () => Error, message: string])[] = [
  [() => addNoise({ eta: -1, gamma: 1, key }), RangeError, "addNoise expects eta"],
  [
    () => addNoise({ eta: 1, gamma: 1, key: 0 as unknown as Tensor }),
    TypeError,
    "addNoise expects key to be one random key, such as random.key(0), but got a number",
  ],
  [() => noisySgd({ learningRate: -1, key }), RangeError, "noisySgd expects learningRate"],
  [() => noisySgd({ learningRate: 1 } as never), TypeError, "noisySgd expects key"],
  [() => applyEvery(0), RangeError, "applyEvery expects steps to be an integer above 0 but got 0"],
  [() => applyEvery(1.5), RangeError, "applyEvery expects steps"],
  [() => proximalL1({ strength: -1, learningRate: 1 }), RangeError, "proximalL1 expects strength"],
  [() => proximalL2({ strength: 1 } as never), TypeError, "proximalL2 expects learningRate"],
  [() => scaleByPolyak({ maxLearningRate: -1 }), RangeError, "scaleByPolyak expects maxLearningRate"],
  [
    () => scaleByPolyak({ variant: "max" as "sps" }),
    RangeError,
    'scaleByPolyak expects variant "sps" or "sps+" but got max',
  ],
  [() => polyakSgd({ scaling: -1 }), RangeError, "polyakSgd expects scaling"],
  [() => polyakSgd({ fMin: NaN }), RangeError, "polyakSgd expects fMin"],
  [
    () => scaleByPolyak().update(scaleByPolyak().init(tensor(1)), tensor(1), tensor(1), {} as never),
    TypeError,
    "scaleByPolyak expects extra.value to be the value of the objective, a number or a scalar, but got nothing",
  ],
  [
    () =>
      scaleByPolyak().update(scaleByPolyak().init(tensor(1)), tensor(1), tensor(1), {
        value: tensor([1, 2]),
      }),
    TypeError,
    "but got float32[2]",
  ],
  [
    () => scaleByDistanceOverGradients({ initialDistance: -1 }),
    RangeError,
    "scaleByDistanceOverGradients expects initialDistance",
  ],
];

Deno.test("transforms of updates refuse what cannot be", () => {
  for (const [run, error, message] of wrong) assertThrows(run, error, message);
});
