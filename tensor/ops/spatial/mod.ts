/**
 * Windows over one, two or three spatial axes: convolution, pooling, resizing and patches.
 *
 * @module
 */
export {
  adaptiveAvgPool,
  adaptiveMaxPool,
  adaptiveMaxPoolWithIndices,
  type AdaptivePoolOptions,
} from "./adaptive_pool.ts";
export { channelShuffle } from "./channel_shuffle.ts";
export type { AxisPadding, ChannelOrder, PerAxis } from "./axes.ts";
export { conv, conv1d, conv3d, type ConvNdOptions, type ConvOptions } from "./conv.ts";
export { convTranspose, type ConvTransposeOptions } from "./conv_transpose.ts";
export { convolve, type ConvolveOptions, correlate } from "./convolve.ts";
export { fractionalMaxPool, type FractionalMaxPoolOptions } from "./fractional_pool.ts";
export { localResponseNorm, type LocalResponseNormOptions } from "./local_response_norm.ts";
export { maxUnpool, type MaxUnpoolOptions } from "./max_unpool.ts";
export { pixelShuffle, pixelUnshuffle } from "./pixel_shuffle.ts";
export { avgPool, type AvgPoolOptions } from "./avg_pool.ts";
export { lpPool, type LpPoolOptions } from "./lp_pool.ts";
export { maxPool, maxPoolWithIndices, minPool, type PoolIndices } from "./max_pool.ts";
export type { PoolOptions } from "./pool_windows.ts";
export { reduceWindow, type ReduceWindowOptions } from "./reduce_window.ts";
export { interpolate, type InterpolateOptions } from "./interpolate.ts";
export { resize, type ResizeOptions } from "./resize.ts";
export { slidingWindows, type SlidingWindowsOptions } from "./sliding_windows.ts";
export { fold2d, type FoldOptions, unfold, type UnfoldOptions } from "./unfold.ts";
