/**
 * What surrounds the input of a convolution.
 *
 * @module
 */
import type { AxisPadding, ChannelOrder, Tensor } from "../tensor/mod.ts";
import { sidesOf } from "../tensor/ops/spatial/axes.ts";
import { type PaddingMode, surrounded } from "./padding_mode.ts";

/**
 * How much surrounds the input: as `AxisPadding`, or "causal" for so much in front of each axis that no output depends
 * on what comes after its place.
 */
export type ConvPadding = AxisPadding | "causal";

/** How a window slides over an input, and what surrounds that. */
export interface Surroundings {
  /** How much. */
  readonly padding: ConvPadding;
  /** What. */
  readonly paddingMode: PaddingMode;
  /** The extents of the window with its dilation. */
  readonly reach: readonly number[];
  /** Steps of the window. */
  readonly strides: readonly number[];
  /** The order of axes of the input. */
  readonly layout: ChannelOrder;
}

/** An input with its surroundings where these are no zeros, and the zeros that are left to add. */
export function withSurroundings(
  name: string,
  x: Tensor,
  { padding, paddingMode, reach, strides, layout }: Surroundings,
): readonly [x: Tensor, padding: AxisPadding] {
  const sides = padding === "causal" ? reach.map((extent) => [extent - 1, 0] as const) : padding;
  if (paddingMode === "zeros") return [x, sides];
  const from = layout === "channelsFirst" ? 2 : 1;
  const extents = x.shape.slice(from, from + reach.length);
  return [surrounded(x, sidesOf(name, sides, extents, reach, strides), { mode: paddingMode, from }), "valid"];
}
