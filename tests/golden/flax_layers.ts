/**
 * How golden cases of layers of flax are run with ours.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { expandDims, random, type Tensor, vmap } from "../../tensor/mod.ts";
import { flaxAttentionRun } from "./flax_attention.ts";
import { flaxCellRun } from "./flax_cells.ts";
import { leafOf, listOf, withBatchAxes, withFlaxInputs } from "./flax_case.ts";
import { flaxConvolutionRun } from "./flax_convolutions.ts";
import { flaxNormRun } from "./flax_norms.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** How a case of a layer of flax is run with our layers; null where there is nothing for it. */
export function flaxRun(one: NnCase): Run | null {
  return simpleRun(one) ?? flaxConvolutionRun(one) ?? flaxNormRun(one) ?? flaxCellRun(one) ??
    flaxAttentionRun(one);
}

function simpleRun(one: NnCase): Run | null {
  const { op, options } = one;
  switch (op) {
    case "Dense":
      return withFlaxInputs(one, ({ params, data: [x] }) => {
        const bias = leafOf(params, "bias");
        const made = nn.dense({ features: options.features as number, bias: bias !== undefined });
        const own = { kernel: leafOf(params, "kernel")!, ...(bias === undefined ? {} : { bias }) };
        return [withBatchAxes(x, 1, (y) => made.apply({ params: own, state: {} }, y).output)];
      });
    case "DenseGeneral":
      return denseGeneralRun(one);
    case "Embed":
      return withFlaxInputs(one, ({ params, data: [x] }) => {
        const table = leafOf(params, "embedding")!;
        const made = nn.embedding({ count: table.shape[0], features: table.shape[1] });
        const attends = options.method === "attend" || one.ref.endsWith("attend");
        return [attends ? made.attend({ table }, x) : made.apply({ params: { table }, state: {} }, x).output];
      });
    case "prelu":
    case "PReLU":
      return withFlaxInputs(one, ({ params, data: [x, given] }) => {
        const slope = given ?? leafOf(params, "negative_slope")!;
        return [nn.prelu().apply({ params: { slope: slope.reshape([1]) }, state: {} }, x).output];
      });
    case "Dropout":
    case "dropout_eval":
    case "dropout_given_key": {
      const layer = nn.dropout({
        rate: options.rate as number,
        broadcastAxes: listOf(options.broadcast_dims) ?? [],
      });
      const how = options.seed === undefined
        ? {}
        : { training: true, key: random.key(options.seed as number) };
      return withFlaxInputs(one, ({ data: [x] }) => [layer.apply({ params: {}, state: {} }, x, how).output]);
    }
    default:
      return null;
  }
}

/** flax counts axes with all batch axes, and has a kernel for each of `batch_dims`. */
function denseGeneralRun(one: NnCase): Run {
  const { options } = one;
  const batch = (listOf(options.batch_dims) ?? []).length;
  const axes = listOf(options.axis ?? -1)!;
  return withFlaxInputs(one, ({ params, data: [x] }) => {
    const bias = leafOf(params, "bias");
    const made = nn.denseGeneral({
      features: options.features as number,
      // One axis is put in front, for the batch that the layer takes.
      axis: axes.map((axis) => axis < 0 ? axis : axis - batch + 1),
      bias: bias !== undefined,
    });
    type Given = { readonly kernel: Tensor; readonly bias?: Tensor };
    const apply = (own: Given, y: Tensor): Tensor =>
      made.apply({ params: own, state: {} }, expandDims(y, 0)).output.reshape(
        outputShape(y.shape, axes.map((axis) => axis < 0 ? y.rank + axis : axis - batch)),
      );
    const outputShape = (shape: readonly number[], gone: readonly number[]): readonly number[] => [
      ...shape.filter((_, i) => !gone.includes(i)),
      ...listOf(options.features)!,
    ];
    let run: (own: Given, y: Tensor) => Tensor = apply;
    for (let i = 0; i < batch; i++) run = vmap(run);
    return [run({ kernel: leafOf(params, "kernel")!, ...(bias === undefined ? {} : { bias }) }, x)];
  });
}
