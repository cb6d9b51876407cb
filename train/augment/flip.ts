/**
 * Images some of which are turned around.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { flip, random, type Tensor, where } from "../../tensor/mod.ts";
import { checkImages, checkShare, each } from "./images.ts";

/** Options of `randomFlip`. */
export interface RandomFlipOptions {
  /** "horizontal" exchanges left and right (the default), "vertical" top and bottom. */
  readonly direction?: "horizontal" | "vertical";
  /** How likely an image is turned; 0.5 by default. */
  readonly probability?: number;
}

const RANDOM_FLIP_OPTIONS = { direction: true, probability: true } as const;

/**
 * Images some of which are turned around.
 *
 * @param x Images [n, channels, rows, columns].
 * @throws {RangeError} If the input has another rank, or an option is out of range.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { randomFlip } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const turned = randomFlip(random.key(0), tensor([[[[1, 2]]]]), { probability: 1 });
 * assertEquals(turned.toArray(), [[[[2, 1]]]]);
 * ```
 */
export function randomFlip(key: Tensor, x: Tensor, options: RandomFlipOptions = {}): Tensor {
  checkOptionNames("randomFlip", options, RANDOM_FLIP_OPTIONS);
  const { direction = "horizontal", probability = 0.5 } = options;
  checkImages("randomFlip", x);
  checkShare("randomFlip", "probability", probability);
  if (direction !== "horizontal" && direction !== "vertical") {
    throw new RangeError(
      `randomFlip expects direction "horizontal" or "vertical" but got ${String(direction)}`,
    );
  }
  const turned = random.bernoulli(key, { probability, shape: [x.shape[0]] });
  return where(each(turned), flip(x, direction === "horizontal" ? 3 : 2), x);
}
