/**
 * What every scaling by moments and every optimizer made of one does: whatever the number of dimensions and the
 * dtypes, with holes, and inside of `compile`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { type AnyTransform, hyperparameters } from "../../optim/mod.ts";
import { cast, compile, random, Tensor, tensor, tree } from "../../tensor/mod.ts";
import { problems } from "../laws/mod.ts";
import { ADAPTIVE_TRANSFORMS } from "./adaptive_transforms.ts";

interface Callable {
  init(params: unknown): unknown;
  update(
    state: unknown,
    grads: unknown,
    params: unknown,
  ): { readonly state: unknown; readonly updates: unknown };
  step(
    state: unknown,
    grads: unknown,
    params: unknown,
  ): { readonly state: unknown; readonly params: unknown };
}

function callable(transform: AnyTransform): Callable {
  return transform as unknown as Callable;
}

/** Where tensors are in a tree, with dtype and shape. */
function layout(values: unknown): string[] {
  return tree.entries(values).map(({ path, value }) =>
    `${path}: ${value instanceof Tensor ? `${value.dtype} [${value.shape}]` : typeof value}`
  );
}

/** Two leaves of each number of dimensions up to 4, of both dtypes, with a hole. */
const params = {
  scalars: [tensor(0.5), tensor(-2, { dtype: "float64" })],
  vector: tensor([1, -1, 0.25]),
  matrix: tensor([[0.5, -1.5, 2], [1, 0.75, -0.125]], { dtype: "float64" }),
  kernel: random.normal(random.key(1), [2, 3, 2, 2]),
  hole: null,
};

function gradients(step: number): unknown {
  return tree.map(params, (leaf, path) => {
    const { shape, dtype } = leaf as Tensor;
    const key = random.key(100 * step + path.length);
    return cast(random.normal(key, shape), dtype);
  });
}

for (const [name, transform] of Object.entries(ADAPTIVE_TRANSFORMS)) {
  const { init, update, step } = callable(transform);

  Deno.test(`${name} keeps the structure, shapes and dtypes of its state, and the dtypes of gradients`, () => {
    const first = init(params);
    let state = first;
    for (let i = 0; i < 3; i++) {
      const updated = update(state, gradients(i), params);
      assertEquals(layout(updated.state), layout(first));
      assertEquals(layout(updated.updates), layout(params));
      state = updated.state;
    }
  });

  Deno.test(`${name} takes params of one dtype and gradients of another`, () => {
    const single = { x: tensor([[1, 2], [3, 4]]) };
    const grads = { x: tensor([[1, -1], [0.5, 0]], { dtype: "float64" }) };
    const first = init(single);
    const { state, updates } = update(first, grads, single);
    assertEquals(layout(state), layout(first));
    assertEquals(layout(updates), layout(grads));
    assertEquals(layout(step(state, grads, single).params), layout(single));
  });

  Deno.test(`${name} leaves alone what has no gradient in a step`, () => {
    const two = { a: tensor([[1, 2], [3, 4]]), b: tensor([5, 6]) };
    const alone = { b: two.b };
    const half = (value: { readonly b: Tensor }): unknown => ({ a: null, b: value.b });
    let [state, expected]: unknown[] = [init(two), init(alone)];
    let [next, other]: unknown[] = [two, alone];
    for (const b of [tensor([1, -2]), tensor([0.5, 1]), tensor([2, 0])]) {
      ({ state, params: next } = step(state, half({ b }), next));
      ({ state: expected, params: other } = step(expected, { b }, other));
    }
    assertEquals((next as typeof two).a.toArray(), two.a.toArray());
    assertEquals((next as typeof two).b.toArray(), (other as typeof alone).b.toArray());
  });

  Deno.test(`${name} does the same inside of compile, and is compiled once`, () => {
    let traces = 0;
    const compiled = compile((state: unknown, grads: unknown, before: unknown) => {
      traces++;
      return step(state, grads, before);
    });
    let [eager, traced]: unknown[] = [init(params), init(params)];
    let [here, there]: unknown[] = [params, params];
    for (let i = 0; i < 4; i++) {
      ({ state: eager, params: here } = step(eager, gradients(i), here));
      ({ state: traced, params: there } = compiled(traced, gradients(i), there) as ReturnType<typeof step>);
    }
    // The first state has numbers where others may have more of them, such as sums that start as zeros.
    assertEquals(traces, 1);
    assertEquals(hyperparameters(traced), hyperparameters(eager));
    assertEquals(layout(traced), layout(eager));
    const [expected, got] = [here, there].map((values) => tree.leaves(values) as Tensor[]);
    expected.forEach((leaf, i) => {
      const data = got[i].data();
      leaf.data().forEach((value, j) => assertAlmostEquals(data[j], value, 2e-5 * (1 + Math.abs(value))));
    });
  });

  Deno.test(`${name} makes finite updates of finite gradients, zeros among them`, () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        let state = init(problem.params);
        return problem.grads.every((grads) => {
          const updated = update(state, grads, problem.params);
          state = updated.state;
          return tree.leaves(updated.updates).every((leaf) => (leaf as Tensor).data().every(Number.isFinite));
        });
      }),
      { numRuns: 15 },
    );
  });
}
