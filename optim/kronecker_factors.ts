/**
 * Kronecker factors of the curvature of layers, from what goes in and the gradients of what comes out.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  matmul,
  multiply,
  reshape,
  type Tensor,
  transpose,
  unfold,
  type UnfoldOptions,
} from "../tensor/mod.ts";
import { UNFOLD_OPTIONS } from "../tensor/ops/spatial/unfold.ts";
import { formatShape } from "../tensor/shape.ts";
import { checkTensor } from "../tensor/check_tensor.ts";

/** The two factors of the curvature of a layer. */
export interface KroneckerFactors {
  /** The second moment of what goes in, `[inputs, inputs]`. */
  readonly inputs: Tensor;
  /** The second moment of the gradients of what comes out, `[outputs, outputs]`. */
  readonly outputs: Tensor;
  /** Over how many rows of a convolution the moments are; 1 for a dense layer. */
  readonly rows: number;
}

function secondMoment(rows: Tensor): Tensor {
  return multiply(matmul(transpose(rows), rows), 1 / rows.shape[0]);
}

/**
 * The factors of a dense layer: `a^T a / n` and `d^T d / n` of its inputs `[n, inputs]` and the gradients of a loss with
 * regard to its outputs `[n, outputs]`. Those are had as gradients with regard to zeros that are added to the outputs.
 *
 * @throws {RangeError} If the arguments are not matrices of as many rows.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { denseFactors } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { inputs, outputs } = denseFactors(tensor([[1, 0], [1, 2]]), tensor([[2], [0]]));
 * assertEquals([inputs.toArray(), outputs.toArray()], [[[1, 1], [1, 2]], [[2]]]);
 * ```
 */
export function denseFactors(inputs: Tensor, outputGradients: Tensor): KroneckerFactors {
  for (const x of [inputs, outputGradients]) checkTensor("denseFactors", x);
  if (inputs.rank !== 2 || outputGradients.rank !== 2 || inputs.shape[0] !== outputGradients.shape[0]) {
    throw new RangeError(
      `denseFactors expects matrices of as many rows but got ${formatShape(inputs.shape)} and ${
        formatShape(outputGradients.shape)
      }`,
    );
  }
  return { inputs: secondMoment(inputs), outputs: secondMoment(outputGradients), rows: 1 };
}

/**
 * The factors of a convolution of images `[n, channels, height, width]`: as {@linkcode denseFactors}, of the windows that
 * its kernel slides over and of the gradients with regard to its outputs `[n, outputs, rows, columns]`.
 *
 * @param options Window, strides, padding and dilation of the convolution.
 * @throws {RangeError} If the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import { convFactors } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { inputs, outputs, rows } = convFactors(ones([1, 1, 3, 3]), ones([1, 2, 2, 2]), { window: 2 });
 * assertEquals([inputs.shape, outputs.shape, rows], [[4, 4], [2, 2], 4]);
 * ```
 */
export function convFactors(
  images: Tensor,
  outputGradients: Tensor,
  options: UnfoldOptions,
): KroneckerFactors {
  checkOptionNames("convFactors", options, UNFOLD_OPTIONS);
  for (const x of [images, outputGradients]) checkTensor("convFactors", x);
  const windows = unfold(images, options);
  const [count, size, positions] = windows.shape;
  const fits = outputGradients.rank === 4 && outputGradients.shape[0] === count &&
    outputGradients.shape[2] * outputGradients.shape[3] === positions;
  if (!fits) {
    throw new RangeError(
      `convFactors expects gradients of ${positions} positions in each of ${count} images but got ${
        formatShape(outputGradients.shape)
      }`,
    );
  }
  const rows = count * positions;
  const channelsLast = (x: Tensor, channels: number): Tensor =>
    reshape(transpose(reshape(x, [count, channels, positions]), [0, 2, 1]), [rows, channels]);
  return {
    inputs: secondMoment(channelsLast(windows, size)),
    outputs: secondMoment(channelsLast(outputGradients, outputGradients.shape[1])),
    rows,
  };
}
