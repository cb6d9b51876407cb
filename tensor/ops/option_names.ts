/**
 * The names of options that functions of several files take.
 *
 * @module
 */

/** The names of `AvgPool2dOptions`. */
export const AVG_POOL2D_OPTIONS = {
  countIncludePad: true,
  window: true,
  strides: true,
  padding: true,
  layout: true,
} as const;

/** The names of `ClipOptions`. */
export const CLIP_OPTIONS = { min: true, max: true } as const;

/** The names of `CreateOptions`. */
export const CREATE_OPTIONS = { dtype: true } as const;

/** The names of `CumulativeOptions`. */
export const CUMULATIVE_OPTIONS = { axis: true, reverse: true } as const;

/** The names of `LinspaceOptions`. */
export const LINSPACE_OPTIONS = { count: true, endpoint: true, dtype: true } as const;

/** The names of `Pool2dOptions`. */
export const POOL2D_OPTIONS = { window: true, strides: true, padding: true, layout: true } as const;

/** The names of `SoftmaxOptions`. */
export const SOFTMAX_OPTIONS = { axes: true, where: true } as const;

/** The names of `SortOptions`. */
export const SORT_OPTIONS = { axis: true, descending: true } as const;

/** The names of `ThresholdOptions`. */
export const THRESHOLD_OPTIONS = { threshold: true, value: true } as const;
