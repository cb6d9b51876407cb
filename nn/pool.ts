/**
 * What the pooling layers share.
 *
 * @module
 */
import type { Pool2dOptions, Tensor } from "../tensor/mod.ts";
import { pairOf } from "../tensor/ops/window.ts";
import { shapeError } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { parameterless } from "./parameterless.ts";
import { imageShape, windowShape, withLayout } from "./window_shape.ts";

/** A layer that pools windows of images. */
export function poolLayer(
  name: string,
  options: Pool2dOptions,
  pool: (x: Tensor) => Tensor,
): Layer<Empty, Empty> {
  const { layout = "NCHW", padding = "valid" } = options;
  if (layout !== "NCHW" && layout !== "NHWC") {
    throw new RangeError(`${name} expects layout "NCHW" or "NHWC" but got ${String(layout)}`);
  }
  const reach = pairOf(name, "window", options.window, 1);
  const strides = pairOf(name, "strides", options.strides ?? reach, 1);
  return parameterless(name, {
    outputShape(inputShape, at) {
      const { channels, extents } = imageShape(at, inputShape, layout);
      return withLayout(channels, windowShape(at, extents, { reach, strides, padding }), layout);
    },
    output(x, at) {
      if (x.rank !== 4) {
        const order = layout === "NCHW" ? "[n, channels, rows, columns]" : "[n, rows, columns, channels]";
        throw shapeError(at, `images of shape ${order}`, x.shape);
      }
      return pool(x);
    },
  });
}
