/**
 * weft: a functional tensor library. Immutable tensors and a pure autodiff tape feed stateless optimizer
 * transforms; kernels run over worker threads that share one heap.
 *
 * @example A step of gradient descent
 * ```ts
 * import { grad, square, sum, tensor, type Tensor } from "@weft/weft";
 * import { sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = sgd({ learningRate: 0.25 });
 * const params = { x: tensor([1, 2]) };
 * const gradient = grad((p: { x: Tensor }) => sum(square(p.x)))(params);
 * const next = optimizer.step(optimizer.init(params), gradient, params);
 * assertEquals(next.params.x.toArray(), [0.5, 1]);
 * ```
 *
 * @module
 */
export * from "./tensor/mod.ts";
export * as nn from "./nn/mod.ts";
export * as optim from "./optim/mod.ts";
export * as schedules from "./schedules/mod.ts";
