import { assertEquals } from "@std/assert/equals";
import {
  abs,
  grad,
  hessian,
  max,
  multiply,
  sin,
  stack,
  subtract,
  type Tensor,
  tensor,
  tree,
} from "@weft/weft";
import * as gaussianProcess from "../../examples/gaussian_process.ts";
import * as neuralOde from "../../examples/neural_ode.ts";
import * as newton from "../../examples/newton.ts";
import * as perExample from "../../examples/per_example_gradients.ts";

function farthest(a: Tensor, b: Tensor): number {
  return max(abs(subtract(a, b))).item();
}

Deno.test("Newton's method finds the optimum of logistic regression in six steps", () => {
  const { x, labels, plane } = newton.makePoints(400);
  let weights = multiply(plane, 0);
  const slopes: number[] = [];
  for (let i = 0; i < 7; i++) {
    const next = newton.step(weights, x, labels);
    slopes.push(next.slope.item());
    weights = next.weights;
  }
  assertEquals([slopes[0] > 0.1, slopes.at(-1)! < 1e-6], [true, true]);
  assertEquals(hessian(newton.loss)(weights, x, labels).shape, [3, 3]);
});

Deno.test("a neural differential equation learns a rotation through its checkpointed integrator", () => {
  const losses = neuralOde.train(120, 30);
  assertEquals(losses.at(-1)! < 0.05 * losses[0], true);
  // A turn of pi brings a point to the other side, but for the damping.
  const length = Math.round(Math.PI / 2 / 0.05);
  const turned = neuralOde.integrate(neuralOde.truth, tensor([1, 0]), length).at(length - 1);
  const angle = 2 * 0.05 * length;
  const damping = Math.exp(-0.1 * 0.05 * length);
  assertEquals(
    farthest(turned, tensor([damping * Math.cos(angle), -damping * Math.sin(angle)])) < 1e-4,
    true,
  );
});

Deno.test("gradients of examples are those of each alone, and clipped ones have the bound as norm", () => {
  const { params, x, y } = perExample.setUp(5);
  const each = perExample.gradients(params, x, y);
  const loop = Array.from({ length: 5 }, (_, i) => grad(perExample.loss)(params, x.at(i), y.at(i)));
  for (const { path, value } of tree.entries(each)) {
    const alone = stack(
      loop.map((one) => tree.entries(one).find((leaf) => leaf.path === path)!.value as Tensor),
    );
    assertEquals(farthest(value as Tensor, alone) < 1e-5, true);
  }
  const first = tree.map(each, (leaf) => (leaf as Tensor).slice([[0, 1]]));
  const clipped = perExample.clippedMean(first, 1e-3);
  const again = tree.map(clipped, (leaf) => (leaf as Tensor).reshape([1, ...(leaf as Tensor).shape]));
  assertEquals(Math.abs(perExample.norms(again).item() / 1e-3 - 1) < 1e-4, true);
});

Deno.test("a Gaussian process finds the noise and the function", () => {
  const { x, y } = gaussianProcess.observe(40);
  const { params, losses } = gaussianProcess.fit(x, y, 120);
  assertEquals(losses.at(-1)! < losses[0] - 0.3, true);
  const noise = Math.sqrt(Math.exp(params.noise.item()));
  assertEquals([noise > 0.05, noise < 0.2], [true, true]);
  const at = tensor([1, 2, 3, 4, 5]);
  const { mean, deviation } = gaussianProcess.predict(params, x, y, at);
  assertEquals(farthest(mean, sin(at)) < 0.2, true);
  assertEquals(max(deviation).item() < 0.2, true);
});
