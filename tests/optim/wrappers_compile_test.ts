/**
 * Wrappers in a compiled step, where what decides is known only when the program runs.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import {
  type AnyTransform,
  chain,
  opaqueSam,
  reduceOnPlateau,
  sgd,
  type Transform,
} from "../../optim/mod.ts";
import { compile, grad, square, sum, Tensor, tensor, tree } from "../../tensor/mod.ts";
import { leafwise, whole } from "./wrapper_transforms.ts";

const start = { w: tensor([[1, 2], [3, -4]]), b: tensor(0.5) };
type Params = typeof start;
/** Gradients with a NaN in the second and third step. */
const grads: readonly Params[] = [[0.5, 1], [NaN, 1], [1, Infinity], [-2, 3], [1, 1], [0.25, -1], [2, 0]].map(
  (
    [a, b],
  ) => ({ w: tensor([[a, 1], [-1, 0.5]]), b: tensor(b) }),
);

function compare(transform: AnyTransform, name: string): void {
  const optimizer = transform as Transform<unknown, unknown, { readonly value: Tensor }>;
  let traces = 0;
  const step = (state: unknown, params: Params, grads: Params, value: Tensor) => {
    traces++;
    return optimizer.step(state, grads, params, { value });
  };
  const run = (f: typeof step): unknown => {
    let [state, params] = [optimizer.init(start), start];
    return grads.map((gradient, i) => {
      ({ state, params } = f(state, params, gradient, tensor([3, 3, 3, 2, 2, 2, 2][i])));
      return { state, params };
    });
  };
  const eager = tree.flatten(run(step));
  traces = 0;
  const compiled = tree.flatten(run(compile(step)));
  assertEquals(traces, 1, name);
  assertEquals(compiled.structure, eager.structure);
  eager.leaves.forEach((leaf, i) => {
    const other = compiled.leaves[i];
    if (!(leaf instanceof Tensor)) return assertEquals(other, leaf);
    const [x, y] = [leaf.data(), (other as Tensor).data()];
    x.forEach((value, j) => {
      if (!Object.is(value, y[j])) assertAlmostEquals(y[j], value, 1e-5 * Math.max(1, Math.abs(value)));
    });
  });
}

for (const [name, transform] of Object.entries({ ...leafwise, ...whole })) {
  Deno.test(`${name} does the same in a compiled step, traced once, counts and all`, () =>
    compare(transform, name));
}

Deno.test("reduceOnPlateau() does the same in a compiled step", () => {
  compare(
    chain(sgd({ learningRate: 0.1 }), reduceOnPlateau({ patience: 1, cooldown: 1, factor: 0.5 })),
    "reduceOnPlateau",
  );
});

Deno.test("opaqueSam() does the same in a compiled step", () => {
  const optimizer = opaqueSam(sgd({ learningRate: 0.1, momentum: 0.9 }), sgd({ learningRate: 0.05 }), {
    syncPeriod: 3,
  });
  const gradient = grad((p: Params) => sum(square(p.w)).add(square(p.b)));
  const step = (state: ReturnType<typeof optimizer.init>, params: Params) =>
    optimizer.step(state, gradient(params), params, { gradient });
  const eager = step(optimizer.init(start), start);
  const compiled = compile(step)(optimizer.init(start), start);
  assertAlmostEquals(compiled.params.b.item(), eager.params.b.item(), 1e-6);
});
