/**
 * What compiling takes grows with the length of programs, and hardly faster.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { cpuUsage } from "node:process";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { adamW, chain, clipByGlobalNorm } from "../../../optim/mod.ts";

/** Some programs of a length, each as a function of its arguments. */
interface Growing {
  /** The length of the shorter one. */
  readonly length: number;
  readonly make: (
    length: number,
  ) => readonly [f: (...args: Tensor[][]) => unknown, args: readonly Tensor[][]];
}

const normal = (shape: readonly number[], key: number): Tensor => t.random.normal(t.random.key(key), shape);

const tensors = (count: number, shape: readonly number[]): Tensor[] =>
  Array.from({ length: count }, (_, i) => normal(shape, i));

/** The gradient of a chain of links by what goes into it. */
const gradientOf = (length: number, link: (x: Tensor) => Tensor): Growing => ({
  length,
  make: (count) => [
    ([x]) => t.grad((x: Tensor) => t.sum(Array.from({ length: count }).reduce<Tensor>(link, x)))(x),
    [[normal([6, 8], 0)]],
  ],
});

/** A block of a transformer, its kernel for all it does. */
function block(x: Tensor, kernel: Tensor): Tensor {
  const product = t.matmul(t.standardize(x, { axes: -1 }), kernel);
  const weights = t.softmax(t.matmul(product, t.swapAxes(product, -1, -2)));
  return t.add(x, t.gelu(t.matmul(weights, product)));
}

const PROGRAMS: Readonly<Record<string, Growing>> = {
  "the gradient of maxima of all": gradientOf(60, (x) => t.subtract(x, t.max(x))),
  "the gradient of means of rows": gradientOf(
    30,
    (x) => t.subtract(x, t.multiply(t.mean(x, { axes: 1, keepDims: true }), x)),
  ),
  "the gradient of loops": gradientOf(80, (x) => t.add(t.multiply(x, 0.9), t.sin(x))),
  "a training step of a deep network": {
    length: 4,
    make: (count) => [
      (kernels, [x]) => {
        const gradient = t.grad((kernels: Tensor[]) => t.sum(kernels.reduce(block, x)))(kernels);
        return kernels.map((kernel, i) => t.subtract(kernel, t.multiply(gradient[i], 0.1)));
      },
      [tensors(count, [16, 16]), tensors(1, [2, 8, 16])],
    ],
  },
  "a recurrent network": {
    length: 20,
    make: (count) => [
      ([kernel], inputs) =>
        t.grad((kernel: Tensor) =>
          t.sum(
            inputs.reduce(
              (h, x) => t.multiply(t.tanh(t.add(t.matmul(h, kernel), x)), t.sigmoid(h)),
              inputs[0],
            ),
          )
        )(kernel),
      [tensors(1, [16, 16]), tensors(count, [4, 16])],
    ],
  },
  "an optimizer over a wide tree": {
    length: 40,
    make: (count) => {
      const optimizer = chain(clipByGlobalNorm(1), adamW({ learningRate: 1e-3 }));
      return [
        (params, gradients) => optimizer.step(optimizer.init(params), gradients, params).params,
        [tensors(count, [8, 8]), tensors(count, [8, 8])],
      ];
    },
  },
  "sums of one loop": {
    length: 80,
    make: (count) => [
      ([x]) => {
        const shared = t.sin(x);
        return Array.from({ length: count }, (_, i) => t.sum(t.multiply(shared, i + 1), { axes: 1 }));
      },
      [[normal([64, 64], 0)]],
    ],
  },
};

/** Milliseconds that this process computes to compile a program, the least of some runs. */
function timeOf(make: Growing["make"], length: number): number {
  let least = Infinity;
  for (let run = 0; run < 3; run++) {
    t.scope(() => {
      const [f, args] = make(length);
      const compiled = t.compile(f);
      const before = cpuUsage();
      compiled.program(...args);
      const { user, system } = cpuUsage(before);
      least = Math.min(least, (user + system) / 1000);
    });
  }
  return least;
}

for (const [name, { length, make }] of Object.entries(PROGRAMS)) {
  Deno.test(`compiling ${name} takes time in proportion to its length, or little more`, () => {
    timeOf(make, length);
    const [short, long] = [timeOf(make, length), timeOf(make, 16 * length)];
    assertEquals(
      long <= 56 * short,
      true,
      `${short.toFixed(1)} ms and ${long.toFixed(1)} ms for 16 times as many`,
    );
  });
}
