/**
 * Which convolutions read planes in halves (`depthwise_halves.ts`, `tap_dots_halves.ts`).
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import type { ConvolutionSizes, Strides } from "../convolution_sizes.ts";

/** The most rows and columns of a window. */
const HALVES_WINDOW = 5;

/** Taps that have registers for their weights beside the sums. */
export const HELD_TAPS = 9;

/** Columns of a target up to which, and from which, more taps are quicker where planes lie than in copies that stay near. */
const COPIED: readonly [number, number] = [8, 32];

/** Whether a source is read in place where windows step on by two columns, unless its rows are cut into bands. */
export function isHalved(
  { source, target, channels, window, expansion, step, origin, shift, sourceStrides }: Omit<
    Patches,
    "kernel" | "groups" | "rows" | "weightStrides" | "groupStrides"
  >,
): boolean {
  const plain = channels * expansion[0] * expansion[1] * shift[0] * shift[1] === 1 && step[1] === 2 &&
    sourceStrides[3] === 1 && sourceStrides[2] >= 0 && Math.min(source[3], target[3]) >= 4;
  const taps = window[2] * window[3];
  const pays = taps <= HELD_TAPS || target[3] <= COPIED[0] || target[3] >= COPIED[1];
  // Each window sees something inside.
  return plain && pays && [0, 1].every((i) =>
    window[2 + i] <= HALVES_WINDOW && origin[i] > -window[2 + i] &&
    (target[2 + i] - 1) * step[i] + origin[i] < source[2 + i]
  );
}

/** Whether the gradient for the weights reads an image in place where windows step on by two columns. */
export function isKernelHalved(
  { image, weights, output, strides, padding, dilation }: Omit<ConvolutionSizes, "dtype">,
  imageStrides: Strides,
  outputStrides: Strides,
): boolean {
  // Of two vectors that overlap much is done again.
  const covers = output[3] === 4 || output[3] >= 8;
  return covers && weights[2] * weights[3] <= HELD_TAPS && outputStrides[3] === 1 && outputStrides[2] > 0 &&
    isHalved({
      ...{ source: image, target: output, window: weights, channels: weights[1], expansion: [1, 1] },
      ...{
        step: strides,
        origin: [-padding[0][0], -padding[1][0]],
        shift: dilation,
        sourceStrides: imageStrides,
      },
    });
}
