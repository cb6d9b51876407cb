/**
 * Tests of L-BFGS and line searches: what they find, what they leave in their state, and what they refuse.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  type AnyTransform,
  chain,
  identity,
  lbfgs,
  type LineSearchExtra,
  scaleByBacktrackingLineSearch,
  scaleByLbfgs,
  scaleByZoomLineSearch,
  sgd,
  type Transform,
} from "../../optim/mod.ts";
import {
  add,
  compile,
  cos,
  divide,
  exp,
  index,
  log,
  multiply,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  tree,
  valueAndGrad,
} from "../../tensor/mod.ts";
import type { GoldenFile } from "../golden/replay.ts";
import { nest, type Nested } from "../golden/replay_optax.ts";
import { objectiveOf } from "../golden/optax_objectives.ts";

/** Steps on an objective; the params before each of them and at the end, with the states after. */
function minimize<P, S>(
  optimizer: Transform<unknown, S, LineSearchExtra>,
  valueFn: (params: P) => Tensor,
  start: P,
  steps: number,
): { readonly params: P; readonly values: readonly number[]; readonly state: S } {
  let params = start;
  let state = optimizer.init(start);
  const values: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { value, gradient } = valueAndGrad(valueFn)(params);
    values.push(value.item());
    ({ state, params } = optimizer.step(state, gradient as never, params, {
      value,
      grads: gradient,
      valueFn,
    }));
  }
  return { params, values: [...values, valueFn(params).item()], state };
}

function rosenbrock(x: Tensor): Tensor {
  const [x0, x1] = [index(x, 0), index(x, 1)];
  return add(square(subtract(1, x0)), multiply(square(subtract(x1, square(x0))), 100));
}

Deno.test("lbfgs() finds the minimum of Rosenbrock's function as quasi-Newton methods do", () => {
  const start = tensor([-1.2, 1], { dtype: "float64" });
  const { params, values } = minimize(lbfgs(), rosenbrock, start, 45);
  assertAlmostEquals(values.at(-1)!, 0, 1e-20);
  (params.toArray() as number[]).forEach((value) => assertAlmostEquals(value, 1, 1e-9));
  values.forEach((value, i) => assertEquals(i === 0 || value <= values[i - 1], true));
});

Deno.test("lbfgs() minimizes a quadratic in as many steps as it has dimensions, with exact searches", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.5, max: 4, noNaN: true }), { minLength: 1, maxLength: 5 }),
      (scales) => {
        const weights = tensor(Float64Array.from(scales), { shape: [scales.length], dtype: "float64" });
        const valueFn = ({ x }: { x: Tensor }): Tensor => sum(multiply(weights, square(x)));
        const start = { x: tensor(scales.map((_, i) => i + 1), { dtype: "float64" }) };
        const exact = lbfgs({
          lineSearch: scaleByZoomLineSearch({ curvatureTolerance: 1e-6, maxSteps: 50 }),
        });
        const { values } = minimize(exact, valueFn, start, scales.length + 1);
        assertAlmostEquals(values.at(-1)! / values[0], 0, 1e-8);
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("scaleByZoomLineSearch() meets the Wolfe conditions wherever it says so", () => {
  const objectives: readonly ((x: Tensor) => Tensor)[] = [
    (x) => sum(square(x)),
    (x) => sum(log(add(1, exp(multiply(x, -1))))).add(multiply(sum(square(x)), 0.01)),
    (x) => sum(subtract(square(x), multiply(cos(multiply(x, 5)), 2))),
    (x) => sum(divide(square(x), add(1, square(x)))),
  ];
  const start = fc.tuple(
    fc.nat(3),
    fc.double({ min: 0.1, max: 5, noNaN: true }),
    fc.integer({ min: -6, max: 6 }),
  );
  let met = 0;
  fc.assert(
    fc.property(start, ([which, x, exponent]) => {
      const f = objectives[which];
      const optimizer = chain(
        sgd({ learningRate: 2 ** exponent }),
        scaleByZoomLineSearch({ approximateDecrease: false }),
      );
      const params = tensor([x, -x / 3], { dtype: "float64" });
      const { value, gradient } = valueAndGrad(f)(params);
      const { state, updates } = optimizer.update(optimizer.init(params), gradient, params, {
        value,
        valueFn: f,
      });
      const found = state.scaleByZoomLineSearch;
      const next = valueAndGrad(f)(add(params, updates));
      assertAlmostEquals(next.value.item(), found.value, 1e-12);
      if (found.decreaseError > 0 || found.curvatureError > 0) return;
      met++;
      const slope = (g: Tensor): number => -sum(multiply(g, gradient)).item() * 2 ** exponent;
      const before = slope(gradient);
      const rounding = 1e-12 * Math.abs(before);
      assertEquals(next.value.item() <= value.item() + 1e-4 * found.learningRate * before + rounding, true);
      assertEquals(Math.abs(slope(next.gradient)) <= 0.9 * Math.abs(before) + rounding, true);
    }),
    { numRuns: 100 },
  );
  // A few end at the limits of the search.
  assertEquals(met > 80, true);
});

interface GoldenCase {
  readonly name: string;
  readonly dtype: "float32" | "float64";
  readonly objective: { readonly python: string };
  readonly params: Parameters<typeof nest>[0];
  readonly expect: readonly unknown[];
  readonly state: Readonly<Record<string, readonly number[]>>;
}

const file = new URL("../golden/optax_aliases.json", import.meta.url);
const { cases } = JSON.parse(Deno.readTextFileSync(file)) as GoldenFile;
const searches: Readonly<Record<string, () => AnyTransform>> = {
  "lbfgs": () => lbfgs(),
  "lbfgs/valley": () => lbfgs({ memorySize: 3 }),
  "lbfgs/backtracking": () => lbfgs({ memorySize: 2, lineSearch: scaleByBacktrackingLineSearch() }),
  "sgd_zoom_linesearch": () => chain(sgd({ learningRate: 1 }), scaleByZoomLineSearch({ maxSteps: 15 })),
  "sgd_backtracking_linesearch": () => chain(sgd({ learningRate: 1 }), scaleByBacktrackingLineSearch()),
};

for (const [name, make] of Object.entries(searches)) {
  Deno.test(`${name} leaves in its state what optax does`, () => {
    const goldens = (cases as readonly GoldenCase[]).filter((one) => one.name === name);
    assertEquals(goldens.length, 2);
    for (const { dtype, objective, params, expect, state } of goldens) {
      const valueFn = objectiveOf(objective.python) as unknown as (params: Nested) => Tensor;
      const optimizer = make() as unknown as Transform<unknown, Record<string, object>, LineSearchExtra>;
      const ours = minimize(optimizer, valueFn, nest(params, dtype), expect.length).state;
      const last = Object.values(ours).at(-1)! as Readonly<Record<string, number>>;
      const close = (value: number, key: string, tolerance = dtype === "float32" ? 1e-4 : 1e-12): void => {
        const [expected] = Object.entries(state).find(([path]) => path.endsWith(key))![1];
        assertAlmostEquals(value, Number(expected), tolerance * Math.max(Math.abs(Number(expected)), 1e-3));
      };
      close(last.learningRate, "/learning_rate");
      close(last.value, "/value");
      close(last.steps, "/num_linesearch_steps", 0);
      close(last.decreaseError, "/decrease_error");
      if ("curvatureError" in last) close(last.curvatureError, "/curvature_error");
    }
  });
}

Deno.test("line searches take no step where the objective is not finite, and go on from 1", () => {
  const valueFn = (x: Tensor): Tensor => sum(log(x));
  for (
    const search of [scaleByZoomLineSearch({ maxSteps: 3 }), scaleByBacktrackingLineSearch({ maxSteps: 2 })]
  ) {
    const transform = search as Transform<unknown, { learningRate: number; value: number }, LineSearchExtra>;
    const params = tensor([1]);
    const extra = { value: valueFn(params), valueFn };
    const failed = transform.update(transform.init(params), tensor([-1000]), params, extra);
    assertEquals(failed.updates.item(), 0);
    assertEquals([failed.state.learningRate, failed.state.value], [0, 0]);
    const next = transform.update(failed.state, tensor([-0.25]), params, extra);
    assertEquals(next.state.learningRate > 0, true);
  }
});

Deno.test("scaleByZoomLineSearch() stops at its largest learning rate", () => {
  const search = scaleByZoomLineSearch({ maxLearningRate: 3 });
  const valueFn = (x: Tensor): Tensor => multiply(sum(x), -1);
  const params = tensor([0]);
  const extra = { value: 0, valueFn };
  const { state, updates } = search.update(search.init(params), tensor([1]), params, extra);
  assertEquals([updates.item(), state.learningRate, state.steps], [3, 3, 3]);
});

Deno.test("a step without what the search needs neither compiles nor runs", () => {
  const optimizer = lbfgs();
  const params = tensor([1]);
  const state = optimizer.init(params);
  // @ts-expect-error The value and the objective are missing.
  assertThrows(() => optimizer.step(state, params, params), TypeError, "expects extra.valueFn");
  const plain = lbfgs({ lineSearch: identity() });
  assertEquals(plain.step(plain.init(params), params, params).params.item(), 0);
});

Deno.test("line searches compute gradients that are not given", () => {
  const valueFn = (p: { x: Tensor; hole: null }): Tensor => sum(square(p.x));
  const params = { x: tensor([1, 2]), hole: null };
  const { value, gradient } = valueAndGrad(valueFn)(params);
  const optimizer = lbfgs();
  const run = (extra: LineSearchExtra): unknown =>
    optimizer.step(optimizer.init(params), gradient, params, extra).params.x.toArray();
  assertEquals(run({ value, valueFn }), run({ value: value.item(), grads: gradient, valueFn }));
});

Deno.test("scaleByBacktrackingLineSearch() starts above its last learning rate", () => {
  const search = scaleByBacktrackingLineSearch({
    decreaseFactor: 0.5,
    increaseFactor: 3,
    maxLearningRate: 8,
  });
  const valueFn = (x: Tensor): Tensor => square(x);
  const run = (steps: number): number[] => {
    let params = tensor(1);
    let state = search.init(params);
    return Array.from({ length: steps }, () => {
      const { value, gradient } = valueAndGrad(valueFn)(params);
      ({ state, params } = search.step(state, multiply(gradient, -0.1), params, { value, valueFn }));
      return state.learningRate;
    });
  };
  assertEquals(run(3), [3, 8, 8]);
});

Deno.test("scaleByLbfgs() compiles, with state and params donated", () => {
  const optimizer = lbfgs({ learningRate: 0.1, memorySize: 3, lineSearch: identity() });
  const valueFn = (p: { x: Tensor; y: Tensor }): Tensor =>
    add(sum(multiply(square(square(p.x)), 0.5)), square(p.y));
  const start = () => {
    const params = { x: tensor([1, -2, 0.5]), y: tensor(3) };
    return { params, state: optimizer.init(params) };
  };
  const step = (train: ReturnType<typeof start>): ReturnType<typeof start> => {
    const { gradient } = valueAndGrad(valueFn)(train.params);
    return optimizer.step(train.state, gradient, train.params);
  };
  const run = (f: typeof step): number[] => {
    let train = start();
    for (let i = 0; i < 6; i++) train = f(train);
    return tree.leaves(train.params).flatMap((leaf) => Array.from((leaf as Tensor).data()));
  };
  const [eager, compiled] = [run(step), run(compile(step, { donate: [0] }))];
  eager.forEach((value, i) => assertAlmostEquals(compiled[i], value, 1e-5));
});

Deno.test("line searches say that they do not run inside of compile", () => {
  const valueFn = (x: Tensor): Tensor => sum(square(x));
  for (const search of [scaleByZoomLineSearch(), scaleByBacktrackingLineSearch()]) {
    const transform = search as Transform<unknown, unknown, LineSearchExtra>;
    const state = transform.init(tensor([1]));
    const traced = compile((x: Tensor) => transform.step(state, x, x, { value: valueFn(x), valueFn }).params);
    const message = `${search.name} expects to be called outside of compile`;
    assertThrows(() => traced(tensor([1])), TypeError, message);
    const stateful = compile((given: unknown) =>
      transform.step(given, tensor([1]), tensor([1]), { value: 1, valueFn }).params
    );
    assertThrows(() => stateful(state), TypeError, message);
  }
});

const x = tensor([1]);
const zoom = scaleByZoomLineSearch();
const wrong: readonly (readonly [run: () => unknown, error: new () => Error, message: string])[] = [
  [() => lbfgs({ memorySize: 0 }), RangeError, "lbfgs expects memorySize to be an integer above 0 but got 0"],
  [
    () => lbfgs({ memorySize: "3" as never }),
    TypeError,
    "lbfgs expects memorySize to be a number but got string",
  ],
  [() => lbfgs({ learningRate: -1 }), RangeError, "lbfgs expects learningRate"],
  [() => scaleByLbfgs({ memorySize: 1.5 }), RangeError, "scaleByLbfgs expects memorySize"],
  [() => scaleByZoomLineSearch({ maxSteps: 0 }), RangeError, "scaleByZoomLineSearch expects maxSteps"],
  [
    () => scaleByZoomLineSearch({ increaseFactor: 1 }),
    RangeError,
    "expects increaseFactor to be a finite number above 1",
  ],
  [() => scaleByZoomLineSearch({ maxLearningRate: NaN }), RangeError, "expects maxLearningRate"],
  [
    () => scaleByZoomLineSearch({ initialGuess: "two" as "one" }),
    RangeError,
    'scaleByZoomLineSearch expects initialGuess "keep" or "one" but got two',
  ],
  [
    () => scaleByBacktrackingLineSearch({ decreaseFactor: 1 }),
    RangeError,
    "scaleByBacktrackingLineSearch expects decreaseFactor to be above 0 and below 1 but got 1",
  ],
  [
    () => zoom.update(zoom.init(x), x, x, { value: 1 } as never),
    TypeError,
    "scaleByZoomLineSearch expects extra.valueFn to be a function of the params but got nothing",
  ],
  [
    () => zoom.update(zoom.init(x), x, x, { valueFn: () => tensor(1) } as never),
    TypeError,
    "scaleByZoomLineSearch expects extra.value to be the value of the objective",
  ],
  [
    () => {
      const search = scaleByBacktrackingLineSearch();
      return search.update(search.init(x), x, x, { value: 1, grads: x, valueFn: () => x });
    },
    TypeError,
    "scaleByBacktrackingLineSearch expects extra.valueFn to return a scalar but got float32[1]",
  ],
];

Deno.test("line searches refuse what cannot be", () => {
  for (const [run, error, message] of wrong) assertThrows(run, error, message);
});
