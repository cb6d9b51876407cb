/**
 * Line searches on curved, wavy and flat objectives, step by step as optax took them in float64.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import {
  chain,
  type LineSearchExtra,
  scaleByBacktrackingLineSearch,
  type ScaleByBacktrackingLineSearchState,
  scaleByZoomLineSearch,
  type ScaleByZoomLineSearchState,
  sgd,
  type Transform,
} from "../../optim/mod.ts";
import {
  add,
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
  valueAndGrad,
} from "../../tensor/mod.ts";

interface Step {
  readonly learning_rate: number;
  readonly num_linesearch_steps: number;
  readonly value: number;
  readonly decrease_error: number;
  readonly params: readonly number[];
}

interface Case {
  readonly objective: string;
  readonly search: "zoom" | "backtracking";
  readonly options: Readonly<Record<string, number | string | null>>;
  readonly start: readonly number[];
  readonly scale: number;
  readonly steps: readonly Step[];
}

const OBJECTIVES: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  log: (x) => sum(subtract(x, log(x))),
  logistic: (x) => add(sum(log(add(1, exp(multiply(x, -1))))), multiply(sum(square(x)), 0.01)),
  quartic: (x) => add(sum(square(subtract(square(x), 1))), multiply(index(x, 0), index(x, 1))),
  valley: (x) =>
    add(
      square(subtract(1, index(x, 0))),
      multiply(square(subtract(index(x, 1), square(index(x, 0)))), 100),
    ),
  waves: (x) => sum(subtract(square(x), multiply(cos(multiply(x, 5)), 2))),
  wells: (x) => sum(divide(square(x), add(1, square(x)))),
};

const NAMES: Readonly<Record<string, string>> = {
  atol: "absoluteTolerance",
  curv_rtol: "curvatureTolerance",
  decrease_factor: "decreaseFactor",
  increase_factor: "increaseFactor",
  initial_guess_strategy: "initialGuess",
  max_learning_rate: "maxLearningRate",
  max_steps: "maxSteps",
  rtol: "relativeTolerance",
  slope_rtol: "slopeTolerance",
  stepsize_precision: "intervalThreshold",
  tol: "tolerance",
};

type SearchState = ScaleByZoomLineSearchState | ScaleByBacktrackingLineSearchState;

function searchOf({ search, options }: Case): Transform<unknown, SearchState, LineSearchExtra> {
  const ours: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (name === "approx_dec_rtol") ours.approximateDecrease = value !== null;
    else if (name in NAMES) ours[NAMES[name]] = value;
    else throw new Error(`No option for ${name}`);
  }
  const made = search === "zoom" ? scaleByZoomLineSearch(ours) : scaleByBacktrackingLineSearch(ours);
  return made as unknown as Transform<unknown, SearchState, LineSearchExtra>;
}

/** Where the search differs from optax's; empty where it does not. */
function difference(golden: Case): string {
  const valueFn = OBJECTIVES[golden.objective];
  const [descent, search] = [sgd({ learningRate: golden.scale }), searchOf(golden)];
  const optimizer = chain(descent, search);
  let params = tensor(Float64Array.from(golden.start), { shape: [golden.start.length], dtype: "float64" });
  let state = optimizer.init(params);
  for (const [step, expected] of golden.steps.entries()) {
    const { value, gradient } = valueAndGrad(valueFn)(params);
    ({ state, params } = optimizer.step(state, gradient, params, { value, grads: gradient, valueFn }));
    const found = (state as unknown as Readonly<Record<string, SearchState>>)[search.name];
    const pairs: readonly (readonly [string, number, number])[] = [
      ["learning rate", found.learningRate, expected.learning_rate],
      ["steps", found.steps, expected.num_linesearch_steps],
      ["value", found.value, expected.value],
      ["decrease error", found.decreaseError, Number(expected.decrease_error)],
      ...Array.from(params.data(), (ours, i) => [`params[${i}]`, ours, expected.params[i]] as const),
    ];
    for (const [what, ours, theirs] of pairs) {
      // Interpolation subtracts values that are nearly equal.
      if (Object.is(ours, theirs) || Math.abs(ours - theirs) <= 1e-8 * Math.max(1e-3, Math.abs(theirs))) {
        continue;
      }
      return `${JSON.stringify({ ...golden, steps: step })}: ${what} expected ${theirs} but got ${ours}`;
    }
  }
  return "";
}

const file = new URL("../golden/optax_line_searches.json", import.meta.url);
const { cases } = JSON.parse(Deno.readTextFileSync(file)) as { readonly cases: readonly Case[] };

Deno.test("line searches try and take the learning rates that optax's do", () => {
  assertEquals(cases.length > 70, true);
  assertEquals(cases.map(difference).filter((message) => message !== ""), []);
});
