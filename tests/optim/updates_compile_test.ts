/**
 * Compiled steps of what bounds, constrains and scales updates, against the same steps run at once.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import {
  adaptiveGradClip,
  addDecayedWeights,
  addNoise,
  type AnyTransform,
  applyEvery,
  centralize,
  chain,
  clip,
  hyperparameters,
  keepParamsNonnegative,
  masked,
  noisySgd,
  normalizeByUpdateNorm,
  proximalL1,
  proximalL2,
  scaleByDistanceOverGradients,
  scaleByLbfgs,
  scaleByLearningRate,
  type Transform,
  zeroNans,
} from "../../optim/mod.ts";
import { compile, random, Tensor, tensor, tree } from "../../tensor/mod.ts";

const falling = (step: number): number => 1 / (step + 1);
const noise = { eta: falling, gamma: 0.5, key: random.key(0) };
const proximal = { strength: falling, learningRate: falling };

const transforms: Readonly<Record<string, AnyTransform>> = {
  adaptiveGradClip: adaptiveGradClip({ clipping: falling }),
  addDecayedWeights: addDecayedWeights({ weightDecay: falling, cautious: true }),
  addNoise: addNoise(noise),
  applyEvery: applyEvery((step) => step < 3 ? 2 : 3),
  centralize: centralize({ layout: "NHWC" }),
  chain: chain(zeroNans(), clip(0.5), scaleByDistanceOverGradients(), scaleByLearningRate(1)),
  clip: clip(falling),
  keepParamsNonnegative: chain(scaleByLearningRate(1), keepParamsNonnegative()),
  masked: masked(chain(scaleByLbfgs({ memorySize: 2 }), clip(1)), "w", { rest: "zero" }),
  noisySgd: noisySgd({ learningRate: falling, ...noise }),
  normalizeByUpdateNorm: normalizeByUpdateNorm({ scaleFactor: falling }),
  proximalL1: chain(scaleByLearningRate(0.5), proximalL1(proximal)),
  proximalL2: chain(scaleByLearningRate(0.5), proximalL2(proximal)),
  scaleByDistanceOverGradients: scaleByDistanceOverGradients({ globalScale: falling }),
  scaleByLbfgs: scaleByLbfgs({ memorySize: 2 }),
  zeroNans: zeroNans(),
};

interface Params {
  readonly w: Tensor;
  readonly b: Tensor;
  readonly wide: Tensor;
  readonly hole: null;
}

interface Train {
  readonly params: Params;
  readonly state: unknown;
}

const shapes = { w: [3, 2], b: [2] };

function gradients(step: number): Params {
  const [first, second, third] = random.split(random.key(step), 3);
  return {
    w: random.normal(first, shapes.w),
    b: random.normal(second, shapes.b),
    wide: random.normal(third, [], { dtype: "float64" }),
    hole: null,
  };
}

for (const [name, made] of Object.entries(transforms)) {
  Deno.test(`${name} compiles to one program and gives the same numbers`, () => {
    const transform = made as unknown as Transform<unknown, unknown>;
    let traces = 0;
    const step = (train: Train, grads: Params): Train => {
      traces++;
      return transform.step(train.state, grads, train.params);
    };
    const run = (f: typeof step): Train => {
      const params = {
        w: tensor([[1, -2], [0.5, 3], [-1, 0.25]]),
        b: tensor([0.5, -0.5]),
        wide: tensor(2, { dtype: "float64" }),
        hole: null,
      };
      let train: Train = { state: transform.init(params), params };
      for (let i = 0; i < 6; i++) train = f(train, gradients(i));
      return train;
    };
    const eager = run(step);
    traces = 0;
    const compiled = run(compile(step, { donate: [0] }));
    assertEquals(traces, 1);
    assertEquals(hyperparameters(compiled.state), hyperparameters(eager.state));
    assertEquals(
      [compiled.params.w, compiled.params.b, compiled.params.wide].map(({ dtype }) => dtype),
      ["float32", "float32", "float64"],
    );
    const [a, b] = [eager, compiled].map((train) => tree.entries(train));
    assertEquals(b.map(({ path }) => path).toSorted(), a.map(({ path }) => path).toSorted());
    const found = new Map(b.map(({ path, value }) => [path, value]));
    for (const { path, value } of a) {
      const other = found.get(path);
      if (value instanceof Tensor && value.dtype !== "key") {
        const numbers = (other as Tensor).data();
        value.data().forEach((number, i) =>
          assertAlmostEquals(numbers[i], number, 1e-5 * Math.max(1, Math.abs(number)))
        );
      } else if (!(value instanceof Tensor)) assertEquals(other, value);
    }
  });
}
