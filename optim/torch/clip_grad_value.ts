/**
 * Clipping gradients by their elements, as torch.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { clip } from "../../tensor/mod.ts";
import { checkNumber, FINITE } from "../checks.ts";
import { zipLeaves } from "../leaves.ts";

/** Options of {@linkcode clipGradValue}. */
export interface ClipGradValueOptions {
  /** The largest size of an element. */
  readonly clipValue: number;
}

const CLIP_GRAD_VALUE_OPTIONS = { clipValue: true } as const;

/**
 * Gradients whose elements lie between `-clipValue` and `clipValue`, as torch.nn.utils.clip_grad_value_.
 *
 * @throws {TypeError} If the value is not a number, or a leaf is not a tensor.
 * @throws {RangeError} If the value is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(torch.clipGradValue({ x: tensor([3, -0.5]) }, { clipValue: 1 }).x.toArray(), [1, -0.5]);
 * ```
 */
export function clipGradValue<P>(grads: P, options: ClipGradValueOptions): P {
  checkOptionNames("clipGradValue", options, CLIP_GRAD_VALUE_OPTIONS);
  const { clipValue } = options;
  checkNumber("clipGradValue", "clipValue", clipValue, FINITE);
  return zipLeaves("clipGradValue", [grads], (g) => clip(g, { min: -clipValue, max: clipValue }));
}
