/**
 * Layers that are one operation, whose shape the operation itself tells.
 *
 * @module
 */
import type { Tensor } from "../tensor/mod.ts";
import { inferShape, within } from "./infer_shape.ts";
import type { Empty, Layer } from "./layer.ts";
import { parameterless } from "./parameterless.ts";

/** A layer without params that applies an operation to a batch. */
export function operationLayer(name: string, operation: (x: Tensor) => Tensor): Layer<Empty, Empty> {
  return parameterless(name, {
    outputShape: (inputShape, at) => inferShape(at, inputShape, operation),
    output: (x, at) => within(at, x.shape, () => operation(x)),
  });
}
