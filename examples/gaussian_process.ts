/**
 * Gaussian-process regression: length scale, variance and noise are found by the gradient of the marginal likelihood,
 * through a Cholesky factorization.
 *
 *     deno run examples/gaussian_process.ts
 *
 * @module
 */
import {
  add,
  arange,
  cholesky,
  compile,
  divide,
  exp,
  expandDims,
  eye,
  log,
  matmul,
  multiply,
  negative,
  random,
  sin,
  sqrt,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  transpose,
  triangularSolve,
  valueAndGrad,
} from "@weft/weft";
import { adam } from "@weft/weft/optim";

/** Logarithms of what the process is like. */
export interface Params {
  /** How far apart inputs are related. */
  readonly length: Tensor;
  /** The variance of the function. */
  readonly variance: Tensor;
  /** The variance of the noise. */
  readonly noise: Tensor;
}

/** The squared exponential kernel between two lists of numbers. */
export function kernel({ length, variance }: Params, a: Tensor, b: Tensor): Tensor {
  const distance = divide(subtract(expandDims(a, 1), b), exp(length));
  return multiply(exp(variance), exp(multiply(square(distance), -0.5)));
}

/** The factor of the covariance of observations, and the observations whitened by it. */
function whiten(params: Params, x: Tensor, y: Tensor): { readonly factor: Tensor; readonly white: Tensor } {
  const noise = multiply(eye(x.size, { dtype: x.dtype }), add(exp(params.noise), 1e-6));
  const factor = cholesky(add(kernel(params, x, x), noise));
  return { factor, white: triangularSolve(factor, expandDims(y, 1), { lower: true }) };
}

/** The negative logarithm of the marginal likelihood, up to a constant, per observation. */
export function loss(params: Params, x: Tensor, y: Tensor): Tensor {
  const { factor, white } = whiten(params, x, y);
  const diagonal = multiply(factor, eye(x.size, { dtype: x.dtype }));
  const determinant = sum(log(sum(diagonal, { axes: 1 })));
  return divide(add(multiply(sum(square(white)), 0.5), determinant), x.size);
}

/** Mean and standard deviation of the function at other places. */
export function predict(
  params: Params,
  x: Tensor,
  y: Tensor,
  at: Tensor,
): { readonly mean: Tensor; readonly deviation: Tensor } {
  const { factor, white } = whiten(params, x, y);
  const across = triangularSolve(factor, kernel(params, x, at), { lower: true });
  const mean = matmul(transpose(across), white).reshape([-1]);
  const variance = subtract(exp(params.variance), sum(square(across), { axes: 0 }));
  return { mean, deviation: sqrt(variance) };
}

/** Noisy values of a sine. */
export function observe(count: number): { readonly x: Tensor; readonly y: Tensor } {
  const [forX, forNoise] = random.split(random.key(0));
  const x = multiply(random.uniform(forX, [count]), 6);
  return { x, y: add(sin(x), multiply(random.normal(forNoise, [count]), 0.1)) };
}

/** Finds the parameters by `steps` of Adam. */
export function fit(
  x: Tensor,
  y: Tensor,
  steps: number,
): { readonly params: Params; readonly losses: readonly number[] } {
  const optimizer = adam({ learningRate: 0.05 });
  const step = compile((params: Params, state: ReturnType<typeof optimizer.init>) => {
    const { value, gradient } = valueAndGrad((p: Params) => loss(p, x, y))(params);
    return { ...optimizer.step(state, gradient, params), value };
  });
  let params: Params = { length: tensor(0), variance: tensor(0), noise: negative(tensor(1)) };
  let state = optimizer.init(params);
  const losses = Array.from({ length: steps }, () => {
    const next = step(params, state);
    params = next.params;
    state = next.state;
    return next.value.item();
  });
  return { params, losses };
}

if (import.meta.main) {
  const { x, y } = observe(40);
  const { params, losses } = fit(x, y, 150);
  console.log(`loss ${losses[0].toFixed(3)} to ${losses.at(-1)!.toFixed(3)}`);
  for (const [name, value] of Object.entries(params)) {
    console.log(`${name}: ${Math.exp(value.item()).toFixed(3)}`);
  }
  const at = multiply(arange(7), 1);
  const { mean, deviation } = predict(params, x, y, at);
  console.log(`means ${mean}\ndeviations ${deviation}`);
}
