/**
 * Shapes of images after a window slid over them.
 *
 * @module
 */
import type { Shape } from "../tensor/mod.ts";
import { type Padding, paddingOf } from "../tensor/ops/window.ts";
import { shapeError } from "./check.ts";

/** The order of the axes of images: channels first or last. */
export type ImageLayout = "NCHW" | "NHWC";

/** An image shape taken apart. */
export interface ImageShape {
  /** Number of channels. */
  readonly channels: number;
  /** Rows and columns. */
  readonly extents: readonly [number, number];
}

/** Takes the shape of one image apart, `[channels, rows, columns]` or with channels last. */
export function imageShape(at: string, inputShape: Shape, layout: ImageLayout): ImageShape {
  if (inputShape.length !== 3) {
    const order = layout === "NCHW" ? "[channels, rows, columns]" : "[rows, columns, channels]";
    throw shapeError(at, `an input shape ${order}`, inputShape);
  }
  const [a, b, c] = inputShape;
  return layout === "NCHW" ? { channels: a, extents: [b, c] } : { channels: c, extents: [a, b] };
}

/** The shape of one image with other channels and extents. */
export function withLayout(
  channels: number,
  extents: readonly [number, number],
  layout: ImageLayout,
): Shape {
  return layout === "NCHW" ? [channels, ...extents] : [...extents, channels];
}

/** How a window slides. */
export interface Window {
  /** Rows and columns that the window reaches over, with its dilation. */
  readonly reach: readonly [number, number];
  /** Steps over rows and columns. */
  readonly strides: readonly [number, number];
  /** What surrounds the image. */
  readonly padding: Padding;
}

/** Rows and columns of the output: `floor((extent + padding - reach) / stride) + 1`. */
export function windowShape(
  at: string,
  extents: readonly [number, number],
  window: Window,
): readonly [number, number] {
  const { reach, strides } = window;
  const padding = paddingOf(at, window.padding, extents, reach, strides);
  const [rows, columns] = ([0, 1] as const).map((i) => {
    const padded = extents[i] + padding[i][0] + padding[i][1];
    if (padded < reach[i]) {
      throw shapeError(at, `images at least as large as its window [${reach.join(", ")}]`, extents);
    }
    return Math.floor((padded - reach[i]) / strides[i]) + 1;
  });
  return [rows, columns];
}
