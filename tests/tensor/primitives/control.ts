/**
 * The entries of control flow and of what stands for a program.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { type Entry, entry } from "./entry.ts";

const SMALL = [[3, 2], [2]];
const LARGE = [[40, 3000], [3000]];

/** Steps that mix the carry, what is taken from outside, and the part. */
function steps(xs: Tensor, w: Tensor): Tensor {
  const [last, all] = t.scan(
    (carry: Tensor, x: Tensor) => {
      const next = t.tanh(t.add(t.multiply(carry, w), x));
      return [next, t.multiply(next, x)];
    },
    w,
    xs,
  );
  return t.concatenate([all, t.reshape(last, [1, -1])]);
}

function double(x: Tensor, w: Tensor): Tensor {
  return t.whileLoop(
    (y) => t.less(t.sum(t.square(y)), 1000 * x.size),
    (y) => t.add(t.multiply(y, 1.5), t.sin(w)),
    t.add(x, 3),
    { maxSteps: 30 },
  );
}

function choose(x: Tensor, w: Tensor): Tensor {
  return t.cond(t.greater(t.sum(x), 0.1), (y: Tensor) => t.multiply(t.sin(y), w), (y: Tensor) => t.exp(y), x);
}

const productByVjp = t.customVjp((x: Tensor, w: Tensor) => t.multiply(t.sin(x), t.broadcastTo(w, x.shape)), {
  pullback: ({ args: [x, w] }, g) => [
    t.multiply(t.multiply(t.cos(x), w), g),
    t.sum(t.multiply(t.sin(x), g), { axes: 0 }),
  ],
});

const productByJvp = t.customJvp(
  (x: Tensor, w: Tensor) => t.multiply(t.sin(x), w),
  ([x, w], [dx, dw]) => [
    t.multiply(t.sin(x), w),
    t.add(t.multiply(t.multiply(t.cos(x), w), dx as Tensor), t.multiply(t.sin(x), dw as Tensor)),
  ],
);

/** By the names of the primitives. */
export const CONTROL: Readonly<Record<string, Entry>> = {
  scan: entry(steps, SMALL, LARGE),
  whileLoop: entry(double, SMALL, LARGE),
  cond: entry(choose, SMALL, LARGE),
  checkpoint: entry(
    t.checkpoint(
      (x: Tensor, w: Tensor) => t.sin(t.multiply(t.checkpointName(t.exp(t.sin(x)), "exponential"), w)),
      { policy: ["exponential"] },
    ),
    SMALL,
    LARGE,
  ),
  checkpointName: entry((x) => t.sin(t.checkpointName(t.exp(x), "exponential")), [[3]], [[70_000]]),
  customVjp: { ...entry(productByVjp, SMALL, LARGE), backwardOnly: true },
  customJvp: entry(productByJvp, SMALL, LARGE),
  linearSolve: entry(
    (a, b) => {
      const eye = t.multiply(t.eye(b.size, { dtype: b.dtype }), 4);
      return t.linearSolve((x: Tensor) => t.matmul(t.add(t.tanh(a), eye), x), b, { solver: "dense" });
    },
    [[3, 3], [3]],
    [[40, 40], [40]],
  ),
  barrier: entry(
    (x) => t.grad((y: Tensor) => t.sum(t.checkpoint((z: Tensor) => t.sin(t.exp(z)))(y)))(x),
    [[3]],
    [[70_000]],
  ),
};
