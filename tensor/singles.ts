/**
 * Convolutions whose windows are single elements with others between them, as where blocks of residual networks halve their
 * images: products of matrices with a copy of what the windows see.
 *
 * @module
 */
import { clear, copyInto } from "./launch_elementwise.ts";
import type { ConvolutionSizes } from "./kernels/convolution_sizes.ts";
import type { Machine, Operand } from "./machine.ts";
import { contiguousOperand, seenAs, turned } from "./operand.ts";
import { launchProduct } from "./product.ts";
import { sizeOf } from "./shape.ts";

type Sizes = Omit<ConvolutionSizes, "dtype">;

/** Whether each window is a single element, with others between them that no window has. */
export function areSingles({ image, weights, output, strides, padding, groups }: Sizes): boolean {
  return groups === 1 && weights[2] * weights[3] === 1 && sizeOf(image) * sizeOf(output) > 0 &&
    strides.some((stride) => stride > 1) && padding.flat().every((width) => width === 0);
}

/** The elements of an image that windows for which `areSingles` see. */
function seenOf(image: Operand, { output, strides }: Sizes): Operand {
  const steps = image.strides.map((stride, axis) => axis < 2 ? stride : strides[axis - 2] * stride);
  return { ...image, shape: [...image.shape.slice(0, 2), output[2], output[3]], strides: steps };
}

/** The convolution of an image, for windows for which `areSingles`. */
export function launchSingles(x: Operand, w: Operand, y: Operand, sizes: Sizes, machine: Machine): void {
  const { image: [, channels], output: [images, outputs, rows, columns] } = sizes;
  const seen = seenAs(contiguousOperand(seenOf(x, sizes), machine), [images, channels, rows * columns]);
  const kernel = seenAs(contiguousOperand(w, machine), [outputs, channels]);
  launchProduct(kernel, seen, seenAs(y, [images, outputs, rows * columns]), machine);
}

/** The gradient for the image, for windows for which `areSingles`: a product, whose elements are put among zeros. */
export function launchSinglesInput(y: Operand, w: Operand, x: Operand, sizes: Sizes, machine: Machine): void {
  const { image: [, channels], output: [images, outputs, rows, columns] } = sizes;
  const cotangent = seenAs(contiguousOperand(y, machine), [images, outputs, rows * columns]);
  const kernel = seenAs(contiguousOperand(w, machine), [outputs, channels]);
  const product = machine.temporary(x.dtype, [images, channels, rows * columns]);
  launchProduct(turned(kernel), cotangent, product, machine);
  clear(x, machine);
  copyInto(seenAs(product, [images, channels, rows, columns]), seenOf(x, sizes), machine);
}
