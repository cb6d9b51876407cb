/**
 * torch's optimizers on sparse gradients.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import {
  type AnyTransform,
  chain,
  identity,
  masked,
  rest,
  type SparseGradient,
  sparseGradient,
  torch,
} from "../../../optim/mod.ts";
import { compile, scatterAdd, Tensor, tensor, tree, zeros } from "../../../tensor/mod.ts";
import { type AnyOptions, type AnyTorchOptimizer, make } from "./configurations.ts";

/** An optimizer as it takes gradients of any kind. */
interface Steps {
  init(params: unknown): unknown;
  step(
    state: unknown,
    grads: unknown,
    params: unknown,
  ): { readonly state: unknown; readonly params: unknown };
}

function asSteps(optimizer: AnyTransform): Steps {
  return optimizer as unknown as Steps;
}

function elements(values: unknown): readonly (readonly number[])[] {
  return tree.leaves(values).filter((leaf) => leaf instanceof Tensor)
    .map((leaf) => Array.from(leaf.data(), Number));
}

const SHAPE = [5, 2];

/** Rows of a table of five, some of them more than once, in a few steps. */
function series(): fc.Arbitrary<readonly SparseGradient[]> {
  const rows = fc.array(
    fc.tuple(fc.nat(4), fc.integer({ min: -64, max: 64 }), fc.integer({ min: -64, max: 64 })),
    {
      maxLength: 6,
    },
  );
  return fc.array(rows, { minLength: 1, maxLength: 4 }).map((steps) =>
    steps.map((drawn) =>
      sparseGradient({
        indices: tensor(Int32Array.from(drawn.map(([row]) => row)), {
          shape: [drawn.length],
          dtype: "int32",
        }),
        values: tensor(Float32Array.from(drawn.flatMap(([_, a, b]) => [a / 16, b / 16])), {
          shape: [drawn.length, 2],
        }),
        shape: SHAPE,
      })
    )
  );
}

function dense({ indices, values }: SparseGradient): Tensor {
  return scatterAdd(values, indices, { extent: SHAPE[0] });
}

const start = { table: tensor([[1, -1], [2, -2], [3, -3], [0.5, 0.25], [4, 1]]), bias: tensor([1, 2]) };

const table: readonly (readonly [string, AnyOptions])[] = [
  ["SGD", { lr: 0.1 }],
  ["SGD", { lr: 0.1, momentum: 0.9, nesterov: true, maximize: true }],
  ["Adagrad", { lr: 0.1 }],
  ["Adagrad", { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.1, maximize: true }],
];

for (const [name, options] of table) {
  Deno.test(`${name} with ${JSON.stringify(options)} does the same to sparse and dense gradients`, () => {
    fc.assert(
      fc.property(series(), (steps) => {
        const optimizer = asSteps(make(name, options));
        const run = (grads: readonly unknown[]): unknown => {
          let [state, params]: [unknown, unknown] = [optimizer.init(start), start];
          for (const grad of grads) {
            ({ state, params } = optimizer.step(state, { table: grad, bias: tensor([1, -1]) }, params));
          }
          return { params, state };
        };
        assertEquals(elements(run(steps)), elements(run(steps.map(dense))));
      }),
      { numRuns: 20 },
    );
  });
}

Deno.test("SparseAdam moves the rows of its gradients, as an Adam for each that skips steps", () => {
  fc.assert(
    fc.property(series(), fc.boolean(), (steps, maximize) => {
      const options = { lr: 0.1, betas: [0.5, 0.75] as const, maximize };
      const optimizer = asSteps(torch.SparseAdam(options));
      let [state, params]: [unknown, unknown] = [optimizer.init({ table: start.table }), {
        table: start.table,
      }];
      // The same on plain numbers.
      const values = Array.from(start.table.data(), Number);
      const [first, second] = [values.map(() => 0), values.map(() => 0)];
      steps.forEach((grad, i) => {
        ({ state, params } = optimizer.step(state, { table: grad }, params));
        const [whole, rows] = [dense(grad).data(), new Set(Array.from(grad.indices.data(), Number))];
        const size = 0.1 * Math.sqrt(1 - 0.75 ** (i + 1)) / (1 - 0.5 ** (i + 1));
        for (let j = 0; j < values.length; j++) {
          if (!rows.has(j >> 1)) continue;
          const g = Number(whole[j]) * (maximize ? -1 : 1);
          first[j] += 0.5 * (g - first[j]);
          second[j] += 0.25 * (g * g - second[j]);
          values[j] -= size * first[j] / (Math.sqrt(second[j]) + 1e-8);
        }
      });
      const got = (params as typeof start).table.data();
      values.forEach((value, j) => assertEquals(Math.abs(value - Number(got[j])) < 1e-5, true));
    }),
    { numRuns: 30 },
  );
});

Deno.test("sparse gradients go through chains, masks, groups and compiled steps", () => {
  const grads = {
    table: sparseGradient({
      indices: tensor([3, 1, 3], { dtype: "int32" }),
      values: tensor([[1, 2], [3, 4], [5, -6]]),
      shape: SHAPE,
    }),
    bias: tensor([1, -1]),
  };
  const adam = (params: torch.ParamGroup<torch.SparseAdamOptions>["params"]): AnyTransform =>
    torch.SparseAdam([{ params }], { lr: 0.5 });
  const alone = asSteps(torch.SparseAdam({ lr: 0.5 }));
  const params = { table: start.table };
  const expected = elements(alone.step(alone.init(params), { table: grads.table }, params).params);
  const together: readonly AnyTransform[] = [
    chain(identity(), torch.SparseAdam({ lr: 0.5 })),
    adam("table"),
    adam(rest),
  ];
  for (const one of together) {
    const optimizer = asSteps(one);
    const next = optimizer.step(optimizer.init(params), { table: grads.table }, params);
    assertEquals(elements(next.params), expected);
    const compiled = compile((state: unknown, g: unknown, p: unknown) => optimizer.step(state, g, p));
    const made = compiled(optimizer.init(params), { table: grads.table }, params);
    elements(made.params)[0].forEach((x, i) => assertEquals(Math.abs(x - expected[0][i]) < 1e-6, true));
  }
  const optimizer = asSteps(
    chain(
      masked(torch.SparseAdam({ lr: 0.5 }), "table", { rest: "pass" }),
      masked(torch.SGD({ lr: 0.5 }), "bias", { rest: "pass" }),
    ),
  );
  const next = optimizer.step(optimizer.init(start), grads, start);
  assertEquals(elements(next.params), [expected[0], [0.5, 2.5]]);
  const still = asSteps(masked(torch.SGD({ lr: 0.5 }), "bias", { rest: "zero" }));
  assertEquals(elements(still.step(still.init(start), grads, start).params), [elements(start)[0], [
    0.5,
    2.5,
  ]]);
});

/** torch's rule: half of the gradient of the Rosenbrock function at a time, as two parts of one row each. */
function rosenbrock(name: string, options: AnyOptions, schedulers: readonly torch.Scheduler[] = []): void {
  const optimizer: AnyTorchOptimizer = make(name, options);
  const twin = name === "SparseAdam" ? null : make(name, options);
  const value = (x: number, y: number): number => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  const params = { x: tensor([1.5, 1.5], { dtype: "float64" }) };
  let sparse = { state: optimizer.init(params), params };
  let plain = { state: twin?.init(params) as torch.TorchState, params };
  let groups = torch.paramGroups(optimizer, sparse.state) as readonly torch.SchedulerGroup[];
  const states = schedulers.map((scheduler) => {
    const made = scheduler.init(groups);
    groups = made.groups;
    return made.state;
  });
  for (let i = 0; i < 2000; i++) {
    const [x, y] = sparse.params.x.data() as Float64Array;
    const index = i % 2 === 1 ? 0 : 1;
    const slope = index === 0 ? -400 * x * (y - x * x) - 2 * (1 - x) : 200 * (y - x * x);
    const parts = Float64Array.of(slope / 4, slope - slope / 4);
    const rows = sparseGradient({
      indices: tensor([index, index], { dtype: "int32" }),
      values: tensor(parts, { shape: [2], dtype: "float64" }),
      shape: [2],
    });
    const rated = schedulers.length === 0
      ? sparse.state
      : torch.withParamGroups(optimizer, sparse.state, groups);
    sparse = optimizer.step(rated, { x: rows }, sparse.params);
    if (twin !== null) {
      const state = schedulers.length === 0 ? plain.state : torch.withParamGroups(twin, plain.state, groups);
      plain = twin.step(state, { x: scatterAdd(rows.values, rows.indices, { extent: 2 }) }, plain.params);
      assertEquals(sparse.params.x.toArray(), plain.params.x.toArray());
    }
    schedulers.forEach((scheduler, j) => {
      const next = scheduler.step(states[j], groups);
      [states[j], groups] = [next.state, next.groups];
    });
  }
  const [x, y] = sparse.params.x.data() as Float64Array;
  if (options.maximize === true) assertEquals(value(x, y) >= value(1.5, 1.5), true);
  else assertEquals(Math.hypot(x - 1, y - 1) <= Math.hypot(0.5, 0.5), true);
}

Deno.test("the Rosenbrock function is descended by sparse parts of its gradient as by dense ones", () => {
  rosenbrock("SGD", { lr: 4.8e-3 }, [torch.StepLR({ stepSize: 300, gamma: 0.99999 })]);
  rosenbrock("Adagrad", { lr: 0.1 }, [torch.StepLR({ stepSize: 500, gamma: 1 - 1e-5 })]);
  rosenbrock("SparseAdam", { lr: 0.04 });
  rosenbrock("SparseAdam", { lr: 0.04, maximize: true });
});

Deno.test("an empty sparse gradient counts as a step and moves nothing", () => {
  const empty = sparseGradient({
    indices: tensor(new Int32Array(0), { shape: [0], dtype: "int32" }),
    values: zeros([0, 2]),
    shape: SHAPE,
  });
  const optimizer = torch.SparseAdam();
  const params = { table: start.table };
  const next = optimizer.step(optimizer.init(params), { table: empty }, params);
  assertEquals(elements(next.params), elements(params));
  const { scaleBySparseAdam } = next.state["0"] as { scaleBySparseAdam: { steps: unknown } };
  assertEquals(scaleBySparseAdam.steps, { table: 1 });
});
