/**
 * Bad input of functions of random keys.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { f32 } from "../operands.ts";
import type { Row } from "../row.ts";

/** What functions of random keys take besides, where they need more than a shape. */
const DRAWN: Readonly<Record<string, readonly unknown[]>> = {
  ball: [2],
  bernoulli: [{}],
  beta: [{ a: 1, b: 1 }],
  binomial: [{ trials: 1, probability: 0.5 }],
  categorical: [f32],
  chiSquare: [{ degreesOfFreedom: 1 }],
  choice: [2],
  dirichlet: [{ concentration: f32 }],
  fisherF: [{ numerator: 1, denominator: 1 }],
  foldIn: [1],
  gamma: [{ concentration: 1 }],
  generalizedNormal: [1, [2]],
  geometric: [{ probability: 0.5 }],
  gumbelSoftmax: [f32],
  key: [],
  logGamma: [{ concentration: 1 }],
  multinomial: [{ trials: 1, probabilities: t.ones([2]) }],
  multivariateNormal: [{ mean: t.zeros([2]), covariance: t.eye(2) }],
  orthogonal: [2],
  pareto: [[2], { tail: 1 }],
  permutation: [2],
  poisson: [{ rate: 1 }],
  randint: [[2], { min: 0, max: 1 }],
  studentT: [{ degreesOfFreedom: 1 }],
  triangular: [[2], { left: 0, mode: 1, right: 2 }],
  weibullMin: [[2], { scale: 1, concentration: 1 }],
};

/** Calls that fail. */
export const ROWS: readonly Row[] = Object.entries(t.random).flatMap(([name, value]): Row[] => {
  if (typeof value !== "function") return [];
  const draw = value as (...args: unknown[]) => unknown;
  const rest = DRAWN[name] ?? [[2]];
  const negative: Row[] = rest.length === 1 && Array.isArray(rest[0])
    ? [[name, () => draw(t.random.key(0), [-1]), "RangeError", "non-negative", "-1"]]
    : [];
  return [
    [name, () => draw(f32, ...rest), "TypeError", "float32[2, 3]"],
    [name, () => draw(undefined, ...rest), "TypeError", "undefined"],
    ...name === "keyData" || name === "wrapKeyData" ? [] : negative,
  ];
});
