/**
 * What changes of images have in common.
 *
 * @module
 */
import { reshape, type Tensor } from "../../tensor/mod.ts";
import { formatShape } from "../../tensor/shape.ts";
import { checkTensor } from "../../tensor/check_tensor.ts";

/** Throws unless `x` is a batch of images. */
export function checkImages(operation: string, x: Tensor): void {
  checkTensor(operation, x);
  if (x.rank !== 4) {
    throw new RangeError(
      `${operation} expects images [n, channels, rows, columns] but got ${formatShape(x.shape)}`,
    );
  }
}

/** Throws unless a value is a share. */
export function checkShare(operation: string, name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${operation} expects ${name} between 0 and 1 but got ${value}`);
  }
}

/** A number for each image, that broadcasts against them. */
export function each(x: Tensor): Tensor {
  return reshape(x, [x.size, 1, 1, 1]);
}
