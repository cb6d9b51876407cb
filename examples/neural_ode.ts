/**
 * A neural ordinary differential equation: the right-hand side of `dy/dt = f(y)` is learned from a trajectory, through
 * a Runge-Kutta integrator that is a scan. Its checkpoints keep the memory of the gradient at 2 sqrt(n) states for n
 * steps.
 *
 *     deno run examples/neural_ode.ts
 *
 * @module
 */
import {
  add,
  compile,
  matmul,
  multiply,
  random,
  scan,
  stack,
  type Tensor,
  tensor,
  valueAndGrad,
} from "@weft/weft";
import { dense, meanSquaredError, sequential, tanh } from "@weft/weft/nn";
import { adam } from "@weft/weft/optim";

const STEP = 0.05;

/** The states after each of `length` steps of the classical Runge-Kutta method. */
export function integrate(slope: (y: Tensor) => Tensor, start: Tensor, length: number): Tensor {
  const ahead = (y: Tensor, k: Tensor, h: number): Tensor => add(y, multiply(k, h));
  const [, states] = scan(
    (y: Tensor) => {
      const k1 = slope(y);
      const k2 = slope(ahead(y, k1, STEP / 2));
      const k3 = slope(ahead(y, k2, STEP / 2));
      const k4 = slope(ahead(y, k3, STEP));
      const next = ahead(y, add(add(k1, k4), multiply(add(k2, k3), 2)), STEP / 6);
      return [next, next];
    },
    start,
    null,
    { length, checkpoint: "segments" },
  );
  return states;
}

/** A damped rotation, which is to be learned. */
export function truth(y: Tensor): Tensor {
  return matmul(y, tensor([[-0.1, -2], [2, -0.1]]));
}

const net = sequential({ hidden: dense({ features: 16 }), tanh, out: dense({ features: 2 }) });
const optimizer = adam({ learningRate: 0.02 });

/** Trains for some steps and returns the losses. */
export function train(steps: number, length = 60): readonly number[] {
  const starts = stack([tensor([2, 0]), tensor([0, 1]), tensor([-1, -1])]);
  const target = integrate(truth, starts, length);
  const { params, state } = net.init(random.key(0), [3, 2]);
  type Params = typeof params;
  const step = compile((carried: { params: Params; optimizer: ReturnType<typeof optimizer.init> }) => {
    const { value, gradient } = valueAndGrad((p: Params) => {
      const learned = integrate((y) => net.apply({ params: p, state }, y).output, starts, length);
      return meanSquaredError(learned, target);
    })(carried.params);
    const next = optimizer.step(carried.optimizer, gradient, carried.params);
    return { carried: { params: next.params, optimizer: next.state }, loss: value };
  }, { donate: [0] });
  let carried = { params, optimizer: optimizer.init(params) };
  return Array.from({ length: steps }, () => {
    const next = step(carried);
    carried = next.carried;
    return next.loss.item();
  });
}

if (import.meta.main) {
  train(400).forEach((loss, i) => {
    if (i % 50 === 0 || i === 399) console.log(`step ${i}: loss ${loss.toFixed(5)}`);
  });
}
