/**
 * Convolutions whose windows lie side by side, as where an image is cut into patches: products of matrices with a copy
 * of the image, of which each row is a patch.
 *
 * @module
 */
import type { ConvolutionSizes } from "./kernels/convolution_sizes.ts";
import { copyInto } from "./launch_elementwise.ts";
import type { Machine, Operand } from "./machine.ts";
import { contiguousOperand, permuted, seenAs, turned } from "./operand.ts";
import { launchProduct } from "./product.ts";
import { sizeOf } from "./shape.ts";

type Sizes = Omit<ConvolutionSizes, "dtype">;

/** Columns of a window from which a patch is copied well. */
const COLUMNS = 4;

/** Whether every element of the image lies in exactly one window, and patches are copied well or need not be. */
export function arePatches({ image, weights, output, strides, padding, dilation, groups }: Sizes): boolean {
  const single = output[2] * output[3] === 1;
  return groups === 1 && (single || weights[3] >= COLUMNS) && sizeOf(image) * sizeOf(output) > 0 &&
    [0, 1].every((i) =>
      (output[2 + i] === 1 || strides[i] === weights[2 + i]) &&
      image[2 + i] === weights[2 + i] * output[2 + i] &&
      (dilation[i] === 1 || weights[2 + i] === 1) && padding[i][0] === 0 && padding[i][1] === 0
    );
}

/** The patches of an image: [n, rows, columns, c, window rows, window columns]. */
function patchesOf(image: Operand, { weights: [, channels, down, across], output }: Sizes): Operand {
  const [n, c, row, column] = image.strides;
  return {
    ...image,
    shape: [output[0], output[2], output[3], channels, down, across],
    strides: [n, down * row, across * column, c, row, column],
  };
}

/** The convolution of an image, for windows for which `arePatches`. */
export function launchPatches(x: Operand, w: Operand, y: Operand, sizes: Sizes, machine: Machine): void {
  const { weights, output: [images, outputs, rows, columns] } = sizes;
  const [inner, pixels] = [sizeOf(weights.slice(1)), rows * columns];
  const patches = contiguousOperand(patchesOf(x, sizes), machine);
  const kernel = seenAs(contiguousOperand(w, machine), [outputs, inner]);
  // Where an image is one patch, the images are rows of one product.
  if (pixels === 1) {
    launchProduct(seenAs(patches, [images, inner]), turned(kernel), seenAs(y, [images, outputs]), machine);
  } else {
    const columns = turned(seenAs(patches, [images, pixels, inner]));
    launchProduct(kernel, columns, seenAs(y, [images, outputs, pixels]), machine);
  }
}

/** The gradient for the image. */
export function launchPatchesInput(y: Operand, w: Operand, x: Operand, sizes: Sizes, machine: Machine): void {
  const { weights, output: [images, outputs, rows, columns] } = sizes;
  const [inner, pixels] = [sizeOf(weights.slice(1)), rows * columns];
  const cotangent = contiguousOperand(y, machine);
  const kernel = seenAs(contiguousOperand(w, machine), [outputs, inner]);
  if (pixels === 1) {
    return launchProduct(seenAs(cotangent, [images, outputs]), kernel, seenAs(x, [images, inner]), machine);
  }
  const target = patchesOf(x, sizes);
  const patches = machine.temporary(x.dtype, target.shape);
  const lines = turned(seenAs(cotangent, [images, outputs, pixels]));
  launchProduct(lines, kernel, seenAs(patches, [images, pixels, inner]), machine);
  copyInto(patches, target, machine);
}

/** The gradient for the weights. */
export function launchPatchesKernel(
  x: Operand,
  y: Operand,
  w: Operand,
  sizes: Sizes,
  machine: Machine,
): void {
  const { weights, output: [images, outputs, rows, columns] } = sizes;
  const inner = sizeOf(weights.slice(1));
  const pixels = images * rows * columns;
  const patches = seenAs(contiguousOperand(patchesOf(x, sizes), machine), [pixels, inner]);
  const cotangent = rows * columns === 1
    ? turned(seenAs(contiguousOperand(y, machine), [images, outputs]))
    : seenAs(contiguousOperand(permuted(y, [1, 0, 2, 3]), machine), [outputs, pixels]);
  launchProduct(cotangent, patches, seenAs(w, [outputs, inner]), machine);
}
