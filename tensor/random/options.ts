/**
 * What every sampler takes.
 *
 * @module
 */

/** In which layout random words are drawn. */
export interface LayoutOptions {
  /**
   * JAX's `jax_threefry_partitionable`: when true, the default, a value depends on the key and its own position
   * alone; when false, in the older layout, on the number of values too.
   */
  readonly partitionable?: boolean;
}

/** The names of `LayoutOptions`. */
export const LAYOUT_OPTIONS = { partitionable: true } as const;

/** The floating type of samples. */
export interface FloatingOptions extends LayoutOptions {
  /** Type of the elements, float32 by default. A float64 takes 64 random bits and so differs from a float32. */
  readonly dtype?: "float32" | "float64";
}

/** The names of `FloatingOptions`. */
export const FLOATING_OPTIONS = { dtype: true, partitionable: true } as const;

/** The dtype of floating-point samples, checked. */
export function floatingDType(operation: string, options: FloatingOptions): "float32" | "float64" {
  const { dtype = "float32" } = options;
  if (dtype !== "float32" && dtype !== "float64") {
    throw new TypeError(`${operation} expects a dtype of float32 or float64 but got ${String(dtype)}`);
  }
  return dtype;
}

/** The floating type of samples that may have 16 bits too. */
export interface AnyFloatingOptions extends LayoutOptions {
  /**
   * Type of the elements, float32 by default. A float64 takes 64 random bits and so differs from a float32; a float16
   * takes 16, a bfloat16 8.
   */
  readonly dtype?: "float32" | "float64" | "float16" | "bfloat16";
}

/** The names of `AnyFloatingOptions`. */
export const ANY_FLOATING_OPTIONS = { dtype: true, partitionable: true } as const;

/** Whether samples of 16 bits are asked for. */
export function halfDType({ dtype }: AnyFloatingOptions): "float16" | "bfloat16" | null {
  return dtype === "float16" || dtype === "bfloat16" ? dtype : null;
}
