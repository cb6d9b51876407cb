/**
 * The training step of the digit classifier, whole and by phase.
 *
 * @module
 */
import { compile, random, scope, type Tensor, valueAndGrad } from "@weft/weft";
import { type Params, softmaxCrossEntropy } from "@weft/weft/nn";
import { batchOf, loadDigits } from "../../examples/digits/data.ts";
import { makeModel } from "../../examples/digits/model.ts";
import { compare, type Timing } from "./turns.ts";

const digits = await loadDigits(new URL("../../examples/data/digits.npz", import.meta.url));

/** Times the phases of a step on a batch of 64, each compiled, and the whole step compiled. */
export function stepPhases(): Timing[] {
  const model = makeModel(22);
  const { net, optimizer } = model;
  const key = random.key(0);
  const batch = batchOf(digits.train, key, 0, 0, 64);
  let train = model.init(0);
  const fixed = model.init(0);
  const loss = (params: Params, images: Tensor, labels: Tensor): Tensor =>
    softmaxCrossEntropy(net.apply({ params, state: fixed.net }, images, { training: true }).output, labels);
  const forward = compile(loss, { name: "forward" });
  const both = compile(
    (params: Params, images: Tensor, labels: Tensor) =>
      valueAndGrad((p: Params) => loss(p, images, labels))(params),
    { name: "forward and backward" },
  );
  const { gradient } = both(fixed.params, batch.images, batch.labels);
  const update = compile(
    (state: unknown, gradients: Params, params: Params) => optimizer.step(state, gradients, params),
    { name: "update" },
  );
  return compare([
    { name: "batch", run: () => scope(() => void batchOf(digits.train, key, 0, 1, 64)) },
    { name: "forward", run: () => scope(() => void forward(fixed.params, batch.images, batch.labels)) },
    {
      name: "forward and backward",
      run: () => scope(() => void both(fixed.params, batch.images, batch.labels)),
    },
    {
      name: "optimizer",
      run: () =>
        scope(() => {
          update(fixed.optimizer, gradient, fixed.params);
        }),
    },
    { name: "whole step", run: () => void (train = scope(() => model.step(train, batch)).train) },
  ], 4);
}
