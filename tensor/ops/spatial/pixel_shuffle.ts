/**
 * Channels exchanged for pixels.
 *
 * @module
 */
import { describe, type Tensor } from "../../tensor.ts";
import { reshape } from "../reshape.ts";
import { transpose } from "../transpose.ts";
import { channelsFirst } from "./axes.ts";

function checkFactor(operation: string, factor: number): void {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new RangeError(`${operation} expects a whole factor from 1 on but got ${factor}`);
  }
}

/**
 * Groups of `factor^2` channels spread over squares of pixels, `[n, c f f, h, w]` to `[n, c, h f, w f]`, as
 * torch.nn.functional.pixel_shuffle.
 *
 * @throws {RangeError} If the channels do not make whole groups.
 *
 * @example
 * ```ts
 * import { pixelShuffle, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[[[1]], [[2]], [[3]], [[4]]]]);
 * assertEquals(pixelShuffle(x, 2).toArray(), [[[[1, 2], [3, 4]]]]);
 * ```
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const [n, channels, rows, columns] = channelsFirst("pixelShuffle", x, 2, "channelsFirst").shape;
  checkFactor("pixelShuffle", factor);
  if (channels % factor ** 2 !== 0) {
    throw new RangeError(
      `pixelShuffle expects channels in groups of ${factor ** 2} but got ${describe(x)}`,
    );
  }
  const c = channels / factor ** 2;
  const apart = transpose(reshape(x, [n, c, factor, factor, rows, columns]), [0, 1, 4, 2, 5, 3]);
  return reshape(apart, [n, c, rows * factor, columns * factor]);
}

/**
 * Squares of pixels gathered into channels, `[n, c, h f, w f]` to `[n, c f f, h, w]`, as
 * torch.nn.functional.pixel_unshuffle.
 *
 * @throws {RangeError} If rows and columns do not make whole squares.
 *
 * @example
 * ```ts
 * import { pixelUnshuffle, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(pixelUnshuffle(tensor([[[[1, 2], [3, 4]]]]), 2).shape, [1, 4, 1, 1]);
 * ```
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const [n, c, rows, columns] = channelsFirst("pixelUnshuffle", x, 2, "channelsFirst").shape;
  checkFactor("pixelUnshuffle", factor);
  if (rows % factor !== 0 || columns % factor !== 0) {
    throw new RangeError(
      `pixelUnshuffle expects rows and columns in multiples of ${factor} but got ${describe(x)}`,
    );
  }
  const apart = reshape(x, [n, c, rows / factor, factor, columns / factor, factor]);
  return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [
    n,
    c * factor ** 2,
    rows / factor,
    columns / factor,
  ]);
}
