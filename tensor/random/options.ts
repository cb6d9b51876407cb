/**
 * What every sampler takes.
 *
 * @module
 */
import { isFloating } from "../dtype.ts";

/** In which layout random words are drawn. */
export interface LayoutOptions {
  /**
   * JAX's `jax_threefry_partitionable`: when true, the default, a value depends on the key and its own position
   * alone; when false, in the older layout, on the number of values too.
   */
  readonly partitionable?: boolean;
}

/** The floating type of samples. */
export interface FloatingOptions extends LayoutOptions {
  /** Type of the elements, float32 by default. A float64 takes 64 random bits and so differs from a float32. */
  readonly dtype?: "float32" | "float64";
}

/** The dtype of floating-point samples, checked. */
export function floatingDType(operation: string, options: FloatingOptions): "float32" | "float64" {
  const { dtype = "float32" } = options;
  if (!isFloating(dtype)) {
    throw new TypeError(`${operation} expects a dtype of float32 or float64 but got ${String(dtype)}`);
  }
  return dtype;
}
