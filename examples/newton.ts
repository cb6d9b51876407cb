/**
 * Logistic regression by Newton's method: the Hessian is exact, so a few steps are enough.
 *
 *     deno run examples/newton.ts
 *
 * @module
 */
import {
  add,
  compile,
  hessian,
  matmul,
  mean,
  multiply,
  negative,
  norm,
  random,
  softplus,
  solve,
  square,
  subtract,
  sum,
  type Tensor,
  valueAndGrad,
  where,
} from "@weft/weft";

/** The mean negative log-likelihood of labels -1 and 1, with a penalty that keeps the optimum finite. */
export function loss(weights: Tensor, x: Tensor, labels: Tensor): Tensor {
  const margins = multiply(labels, matmul(x, weights));
  return add(mean(softplus(negative(margins))), multiply(sum(square(weights)), 0.005));
}

/** What a step gives. */
export interface Step {
  /** The next weights. */
  readonly weights: Tensor;
  /** The loss before it. */
  readonly loss: Tensor;
  /** The norm of the gradient before it. */
  readonly slope: Tensor;
}

/** A step: `weights - hessian^-1 gradient`. */
export const step: (weights: Tensor, x: Tensor, labels: Tensor) => Step = compile((
  weights: Tensor,
  x: Tensor,
  labels: Tensor,
) => {
  const { value, gradient } = valueAndGrad(loss)(weights, x, labels);
  const curvature = hessian(loss)(weights, x, labels);
  return { weights: subtract(weights, solve(curvature, gradient)), loss: value, slope: norm(gradient) };
});

/** Points in three dimensions, labelled by the side of a plane that they lie on, one in ten of them wrongly. */
export function makePoints(
  count: number,
): { readonly x: Tensor; readonly labels: Tensor; readonly plane: Tensor } {
  const [forX, forPlane, forNoise] = random.split(random.key(0), 3);
  const x = random.normal(forX, [count, 3]);
  const plane = random.normal(forPlane, [3]);
  const side = multiply(
    matmul(x, plane),
    where(random.bernoulli(forNoise, { probability: 0.1, shape: [count] }), -1, 1),
  );
  return { x, labels: where(side.greater(0), 1, -1), plane };
}

if (import.meta.main) {
  const { x, labels } = makePoints(500);
  let weights = multiply(x.at(0), 0);
  for (let i = 0; i < 8; i++) {
    const next = step(weights, x, labels);
    console.log(
      `step ${i}: loss ${next.loss.item().toFixed(6)}, slope ${next.slope.item().toExponential(1)}`,
    );
    weights = next.weights;
  }
  console.log(`weights: ${weights}`);
}
