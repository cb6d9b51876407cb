/**
 * How golden cases of convolutions of flax are run with ours.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { flip, roll, swapAxes, type Tensor } from "../../tensor/mod.ts";
import { leafOf, listOf, withBatchAxes, withFlaxInputs } from "./flax_case.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** What layers with different kinds of options have in common. */
type Make = (options: Readonly<Record<string, unknown>>) => nn.Layer;

const CONVS = [nn.conv1d, nn.conv2d, nn.conv3d] as unknown as readonly Make[];
const TRANSPOSED = [nn.convTranspose1d, nn.convTranspose2d, nn.convTranspose3d] as unknown as readonly Make[];

type Sides = readonly (readonly [number, number])[];

/** A word in lower case, or numbers before and after each axis. */
function paddingOf(padding: unknown, rank: number): string | Sides {
  if (typeof padding === "string") return padding === "SAME_LOWER" ? "sameLower" : padding.toLowerCase();
  const list = typeof padding === "number"
    ? new Array<number>(rank).fill(padding)
    : padding as readonly unknown[];
  return list.map((one) => typeof one === "number" ? [one, one] : one) as Sides;
}

/** A case of flax.linen.Conv or ConvTranspose; null where that is none of ours. */
export function flaxConvolutionRun(one: NnCase): Run | null {
  const { op, options } = one;
  if (op !== "Conv" && op !== "ConvTranspose") return null;
  const kernelSize = listOf(options.kernel_size)!;
  const rank = kernelSize.length;
  const numbers = (name: string): readonly number[] =>
    listOf(options[name], rank) ?? new Array<number>(rank).fill(1);
  const [strides, dilation] = [numbers("strides"), numbers("kernel_dilation")];
  const reach = kernelSize.map((extent, i) => (extent - 1) * dilation[i] + 1);
  const padding = paddingOf(options.padding ?? "SAME", rank);
  const common = { features: options.features as number, kernelSize, strides, dilation };
  const layout = op === "Conv" && rank === 2 ? "NHWC" : "channelsLast";
  const isAround = padding === "circular" || padding === "reflect";
  const form = op === "Conv"
    ? {
      padding: isAround
        ? reach.map((extent) => [Math.floor((extent - 1) / 2), Math.floor(extent / 2)])
        : padding,
      paddingMode: isAround ? padding : "zeros",
      inputDilation: numbers("input_dilation"),
      groups: (options.feature_group_count ?? 1) as number,
    }
    // flax has what surrounds the input, ours what is taken from the result.
    : {
      padding: typeof padding === "string"
        ? padding
        : padding.map(([before, after], i) => [reach[i] - 1 - before, reach[i] - 1 - after]),
    };
  const turns = op === "ConvTranspose" && options.transpose_kernel !== true;
  const spatial = kernelSize.map((_, i) => i);
  return withFlaxInputs(one, ({ params, data: [x], named }) => {
    const [given, bias] = [leafOf(params, "kernel")!, leafOf(params, "bias")];
    const masked = named.mask === undefined ? given : given.multiply(named.mask);
    const kernel = turns ? swapAxes(flip(masked, spatial), -1, -2) : masked;
    const layer = (op === "Conv" ? CONVS : TRANSPOSED)[rank - 1]({
      ...common,
      ...form,
      layout,
      bias: bias !== undefined,
    });
    const own = { kernel, ...(bias === undefined ? {} : { bias }) };
    const run = (y: Tensor): Tensor => {
      const { output } = layer.apply({ params: own, state: {} }, y);
      // Where the odd element of a window that goes around is, depends on transpose_kernel in flax.
      if (op === "Conv" || padding !== "circular" || turns) return output;
      const odd = reach.map((extent, i) => Math.max(extent - strides[i], 0) % 2);
      return roll(output, odd.map((shift) => -shift), odd.map((_, i) => i + 1));
    };
    return [withBatchAxes(x, rank + 1, run)];
  });
}
