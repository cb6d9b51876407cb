/**
 * The gradient of each example by itself, clipped to a norm before it is averaged, as private training does.
 *
 *     deno run examples/per_example_gradients.ts
 *
 * @module
 */
import {
  add,
  divide,
  grad,
  matmul,
  mean,
  minimum,
  multiply,
  random,
  sqrt,
  square,
  subtract,
  sum,
  tanh,
  type Tensor,
  tree,
  vmap,
  zeros,
} from "@weft/weft";

/** The parameters of a network of one hidden layer. */
export interface Params {
  /** Its first matrix. */
  readonly kernel: Tensor;
  /** Added after it. */
  readonly bias: Tensor;
  /** Its second matrix. */
  readonly head: Tensor;
}

/** A network, and examples for it. */
export function setUp(count: number): { readonly params: Params; readonly x: Tensor; readonly y: Tensor } {
  const [forKernel, forHead, forX, forY] = random.split(random.key(0), 4);
  const params: Params = {
    kernel: random.normal(forKernel, [4, 8]),
    bias: zeros([8]),
    head: random.normal(forHead, [8, 1]),
  };
  return { params, x: random.normal(forX, [count, 4]), y: random.normal(forY, [count, 1]) };
}

/** The loss of one example. */
export function loss({ kernel, bias, head }: Params, x: Tensor, y: Tensor): Tensor {
  const output = matmul(tanh(add(matmul(x, kernel), bias)), head);
  return sum(square(subtract(output, y)));
}

/** The gradients of all examples, along a first axis of each leaf. */
export const gradients: (params: Params, x: Tensor, y: Tensor) => Params = vmap(grad(loss), {
  inAxes: [null, 0, 0],
});

/** The norm of each example's gradient. */
export function norms(each: Params): Tensor {
  const squares = tree.leaves(each).map((leaf) => {
    const g = leaf as Tensor;
    return sum(square(g.reshape([g.shape[0], -1])), { axes: 1 });
  });
  return sqrt(squares.reduce((total, one) => total.add(one)));
}

/** The mean of the gradients of all examples, each scaled down to a norm of at most `bound`. */
export function clippedMean(each: Params, bound: number): Params {
  const scale = minimum(divide(bound, norms(each)), 1);
  return tree.map(each, (leaf) => {
    const g = leaf as Tensor;
    const factor = scale.reshape([g.shape[0], ...g.shape.slice(1).map(() => 1)]);
    return mean(multiply(g, factor), { axes: 0 });
  });
}

if (import.meta.main) {
  const { params, x, y } = setUp(8);
  const each = gradients(params, x, y);
  console.log(`norms of the gradients: ${norms(each)}`);
  const clipped = clippedMean(each, 0.5);
  for (const { path, value } of tree.entries(clipped)) console.log(path, String(value));
}
