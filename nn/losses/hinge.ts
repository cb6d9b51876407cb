/**
 * What is above zero.
 *
 * @module
 */
import { greaterEqual, type Tensor, where } from "../../tensor/mod.ts";

/** `max(0, x)` whose gradient at 0 is 1, as that of torch.clamp_min. */
export function hinge(x: Tensor): Tensor {
  return where(greaterEqual(x, 0), x, 0);
}
