/**
 * Replaying torch's LBFGS, which evaluates an objective as often as it wants.
 *
 * @module
 */

import type { torch } from "../../optim/mod.ts";
import { add, multiply, slice, square, subtract, sum, type Tensor, valueAndGrad } from "../../tensor/mod.ts";
import { atPlace } from "../../optim/torch/places.ts";
import { type GoldenFile, type Replay, replayCases, type Replayer, UnsupportedError } from "./replay.ts";
import { startOf } from "./replay_torch.ts";
import type { GoldenNumber } from "./replay_optax.ts";
import { firstDifference } from "./torch_compare.ts";
import { type Precision, tensorOf } from "./golden_tensor.ts";
import type { GoldenTensors, OptimizerCall } from "./torch_reader.ts";

interface Problem {
  readonly kind: string;
  readonly curvature?: GoldenTensors;
  readonly target?: GoldenTensors;
}

interface ClosureCase extends OptimizerCall {
  readonly name: string;
  readonly kind: "closure";
  readonly dtype: Precision;
  readonly problem: Problem;
  readonly params: GoldenTensors;
  readonly steps: number;
  readonly expect: readonly {
    readonly loss: GoldenNumber;
    readonly params: Readonly<Record<string, readonly GoldenNumber[]>>;
    readonly functionEvaluations: number;
    readonly iterations: number;
  }[];
}

/**
 * How far numbers may be from torch's, as a share of the largest of their leaf, and of the first loss for losses. Each iteration looks at differences of
 * gradients and of values, which magnify rounding; iterations go on from each other, so that this is a long recursion.
 */
const TOLERANCE = { float32: 1e-5, float64: 1e-9 };

/** In float32, how far apart params may be whose losses are the same up to rounding, near a minimum. */
const ROOT_OF_ROUNDING = 2 ** -10;

/** Files with cases of LBFGS. */
export const torchClosureReplayer: Replayer = {
  match: (file) => file.framework === "torch" && casesOf(file).length > 0,
  replay: replayClosures,
};

function casesOf({ cases }: GoldenFile): readonly ClosureCase[] {
  return (cases as readonly ClosureCase[]).filter(({ kind }) => kind === "closure");
}

/** Runs every closure of a file: the loss and the params of each step, and how often the objective was evaluated. */
export function replayClosures(file: GoldenFile): Replay {
  return replayCases(casesOf(file), ({ name }) => name, replayCase);
}

type Params = Readonly<Record<string, Tensor>>;

/** The objective of a case. */
function objectiveOf(
  { kind, curvature = {}, target = {} }: Problem,
  dtype: Precision,
): (p: Params) => Tensor {
  const total = (params: Params, of: (w: Tensor, path: string) => Tensor): Tensor =>
    Object.entries(params).map(([path, w]) => sum(of(w, path))).reduce((a, b) => add(a, b));
  if (kind === "quartic") {
    return (params) =>
      total(params, (w, path) => {
        const away = square(subtract(w, tensorOf(target[path], dtype)));
        const bowl = multiply(multiply(tensorOf(curvature[path], dtype), away), 0.5);
        return add(bowl, multiply(square(square(w)), 0.1));
      });
  }
  if (kind === "rosenbrock") {
    return (params) =>
      total(params, (w) => {
        const [a, b] = [slice(w, [[0, w.size - 1]]), slice(w, [[1, w.size]])];
        return add(square(subtract(1, a)), multiply(square(subtract(b, square(a))), 100));
      });
  }
  throw new UnsupportedError(`the problem ${kind}`);
}

function replayCase(golden: ClosureCase): string {
  const { name, dtype, expect, problem, params: given } = golden;
  const valueFn = objectiveOf(problem, dtype);
  const firstLoss = Math.abs(Number(expect[0].loss));
  const run = startOf(golden);
  const optimizer = run.optimizer as torch.TorchOptimizer<object>;
  let { state, params } = run as { state: torch.TorchState; params: Params };
  // Where the searches had no more than rounding to go by, their lengths say nothing.
  let isTold = true;
  const least = Math.min(...expect.map(({ loss }) => Number(loss)));
  for (const [step, expected] of expect.entries()) {
    const { value, gradient } = valueAndGrad(valueFn)(params);
    ({ state, params } = optimizer.step(state, gradient, params, { value, valueFn }));
    const differs = (
      what: string,
      numbers: readonly GoldenNumber[],
      got: ArrayLike<number>,
      least = 0,
      relative = TOLERANCE[dtype],
    ): string => {
      const scale = Math.max(least, ...numbers.map((number) => Math.abs(Number(number))));
      return firstDifference(
        `${name}: step ${step}, ${what}`,
        numbers,
        got,
        dtype,
        () => ({ relative, scale }),
      );
    };
    const differentParams = (relative: number): string =>
      Object.entries(expected.params).map(([path, data]) =>
        differs(`params/${path}`, data, params[path].data() as Float32Array, 0, relative)
      ).find((text) => text !== "") ?? "";
    let message = differs("loss", [expected.loss], [value.item()], firstLoss) ||
      differentParams(TOLERANCE[dtype]);
    if (message !== "" && dtype === "float32") {
      const theirs = Object.fromEntries(
        Object.entries(expected.params).map((
          [path, data],
        ) => [path, tensorOf({ shape: given[path].shape, data }, dtype)]),
      );
      const apart = Math.abs(valueFn(theirs).item() - valueFn(params).item());
      if (apart <= 2 ** -21 * firstLoss) {
        isTold = false;
        message = differentParams(ROOT_OF_ROUNDING);
      }
    }
    if (dtype === "float32" && Number(expected.loss) - least <= 2 ** -21 * firstLoss) isTold = false;
    const { shared = {} } = optimizer.definition.layout;
    const count = (entry: string): number => atPlace(state["0"], shared[entry]) as number;
    if (isTold) {
      message ||= differs("evaluations", [expected.functionEvaluations], [count("func_evals")]) ||
        differs("iterations", [expected.iterations], [count("n_iter")]);
    }
    if (message !== "") return message;
  }
  return "";
}
