/**
 * Compares every optimizer on three problems, with the best of a few learning rates for each:
 * `deno run --allow-read --allow-write examples/compare_optimizers.ts`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { compile, info, scope, type Tensor, tree, valueAndGrad } from "@weft/weft";
import { plotHistory } from "@weft/weft/plot";
import { type Contestant, contestants, stateBytes } from "./compare_optimizers/optimizers.ts";
import {
  type Batch,
  digits,
  type Params,
  type Problem,
  quadratic,
  rosenbrock,
} from "./compare_optimizers/problems.ts";

const HELP = `Compares every optimizer on digits, Rosenbrock's valley and a quadratic of condition number 1e4.

Usage: deno run --allow-read --allow-write examples/compare_optimizers.ts [options]

  --only LIST   names of optimizers (all)
  --steps N     steps on the digits; Rosenbrock has 5 times as many, the quadratic 3 times (100)
  --svg FILE    where to write the losses on the digits as a plot
  --help        print this`;

/** What came of an optimizer on a problem. */
interface Result {
  readonly score: number;
  readonly learningRate: number;
  readonly losses: readonly number[];
}

interface Carried {
  readonly params: Params;
  readonly state: unknown;
}

/** One run from the start; the losses of all steps. */
function run(contestant: Contestant, problem: Problem, learningRate: number): Result {
  return scope(() => {
    const optimizer = contestant.make(learningRate);
    const step = (carried: Carried, batch: Batch): { carried: Carried; loss: Tensor } => {
      const valueFn = (params: Params): Tensor => problem.loss(params, batch);
      const { value, gradient } = valueAndGrad(valueFn)(carried.params);
      const { params, state } = optimizer.step(carried.state, gradient, carried.params, {
        value,
        valueFn,
        objective: valueFn,
      });
      return { carried: { params, state }, loss: value };
    };
    const fast = contestant.eager === true ? step : compile(step, { name: "step" });
    let carried: Carried = { params: problem.start, state: optimizer.init(problem.start) };
    const losses: number[] = [];
    for (let i = 0; i < problem.steps; i++) {
      carried = scope(() => {
        const next = fast(carried, problem.batch(i));
        losses.push(next.loss.item());
        return next.carried;
      });
      if (!Number.isFinite(losses[i])) break;
    }
    const params = contestant.evaluate?.(carried.state as never, carried.params) ?? carried.params;
    const score = losses.every(Number.isFinite) ? problem.score(params) : Infinity;
    return { score: Number.isNaN(score) ? Infinity : score, learningRate, losses };
  });
}

/** The best run over the learning rates. */
function best(contestant: Contestant, problem: Problem): Result {
  const rates = contestant.free === true ? [1] : problem.learningRates;
  const results = rates.map((learningRate) => run(contestant, problem, learningRate));
  return results.reduce((least, result) => result.score < least.score ? result : least);
}

const cell = (value: number): string => value === Infinity ? "diverged" : value.toPrecision(3);

function main(names: readonly string[], problems: readonly Problem[], svg: string | undefined): void {
  const width = Math.max(...names.map((name) => name.length));
  const heads = problems.map(({ name }) => name.padStart(16) + "at rate".padStart(9)).join("");
  console.log(`${"".padEnd(width)}${"bytes".padStart(8)}${heads}`);
  const elements = tree.leaves(problems[0].start).reduce<number>(
    (sum, leaf) => sum + (leaf as Tensor).size,
    0,
  );
  const curves: { name: string; result: Result }[] = [];
  for (const name of names) {
    const contestant = contestants[name];
    const bytes = stateBytes(contestant.make(0.1), problems[0].start) / elements;
    const results = problems.map((problem) => best(contestant, problem));
    curves.push({ name, result: results[0] });
    const cells = results.map(({ score, learningRate }) =>
      cell(score).padStart(16) + (contestant.free === true ? "own" : String(learningRate)).padStart(9)
    );
    console.log(
      `${name.padEnd(width)}${bytes.toFixed(1).padStart(8)}${cells.join("")}`,
    );
  }
  const ranked = curves.toSorted((a, b) => a.result.score - b.result.score);
  const history = (some: typeof curves): Record<string, readonly number[]> =>
    Object.fromEntries(some.map(({ name, result }) => [name, result.losses]));
  const options = { title: "loss on the digits", logarithmic: true } as const;
  console.log(
    `\nThe loss of the best three on the digits\n${plotHistory(history(ranked.slice(0, 3)), options).text()}`,
  );
  if (svg !== undefined) {
    const plot = plotHistory(history(curves), { ...options, size: { width: 900, height: 700 } });
    Deno.writeTextFileSync(svg, plot.svg());
    console.log(`\nAll of them: ${svg}`);
  }
  console.log(`\nheap ${(info().heapPeak / 2 ** 20).toFixed(1)} MiB at the peak`);
}

class OptionError extends Error {}

try {
  const { help, only, steps: text, svg } = parseArgs(Deno.args, {
    boolean: ["help"],
    string: ["only", "steps", "svg"],
    default: { steps: "100" },
    unknown: (name: string) => {
      throw new OptionError(`Unknown option ${name}: see --help`);
    },
  });
  const steps = Number(text);
  if (!Number.isInteger(steps) || steps < 1) {
    throw new OptionError(`Option --steps expects an integer of at least 1 but got ${text}`);
  }
  const names: string[] = only === undefined ? Object.keys(contestants) : only.split(",");
  const unknown = names.filter((name) => !Object.hasOwn(contestants, name));
  if (unknown.length > 0) {
    throw new OptionError(
      `Option --only expects names of ${Object.keys(contestants).join(", ")} but got ${unknown.join(", ")}`,
    );
  }
  if (help) console.log(HELP);
  else {
    const data = await digits(new URL("data/digits.npz", import.meta.url), steps);
    main(names, [data, rosenbrock(5 * steps), quadratic(3 * steps)], svg);
  }
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  console.error(error.message);
  Deno.exit(2);
}
