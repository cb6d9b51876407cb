/**
 * Initializers of one deviation, whatever the fans.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { multiply, random } from "../../tensor/mod.ts";
import { checkNumber, type Initializer, rounding, scoped } from "./initializer.ts";

/** Options of `uniform`. */
export interface UniformOptions {
  /** What all numbers lie below. @default {0.01} */
  readonly scale?: number;
}

const UNIFORM_OPTIONS = { scale: true } as const;

/**
 * Uniform in `[0, scale)`, as jax.nn.initializers.uniform.
 *
 * @throws {RangeError} If the scale is not finite.
 *
 * @example
 * ```ts
 * import { max, random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(max(initializers.uniform({ scale: 0.5 })(random.key(0), [100])).item() < 0.5, true);
 * ```
 */
export function uniform(options: UniformOptions = {}): Initializer {
  checkOptionNames("uniform", options, UNIFORM_OPTIONS);
  const { scale = 0.01 } = options;
  checkNumber("uniform", "scale", scale);
  return scoped(
    "uniform",
    (key, shape, { dtype = "float32" }) =>
      multiply(random.uniform(key, shape, { dtype }), rounding(dtype)(scale)),
  );
}

/** Options of `normal`. */
export interface NormalOptions {
  /** The standard deviation. @default {0.01} */
  readonly standardDeviation?: number;
}

const NORMAL_OPTIONS = { standardDeviation: true } as const;

/**
 * Normal of mean 0, as jax.nn.initializers.normal.
 *
 * @throws {RangeError} If the deviation is not finite.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const make = initializers.normal({ standardDeviation: 0.02 });
 * assertEquals(make(random.key(0), [2, 3]).shape, [2, 3]);
 * ```
 */
export function normal(options: NormalOptions = {}): Initializer {
  checkOptionNames("normal", options, NORMAL_OPTIONS);
  const { standardDeviation = 0.01 } = options;
  checkNumber("normal", "standardDeviation", standardDeviation);
  return scoped(
    "normal",
    (key, shape, { dtype = "float32" }) =>
      multiply(random.normal(key, shape, { dtype }), rounding(dtype)(standardDeviation)),
  );
}

/** Options of `truncatedNormal`. */
export interface TruncatedNormalInitializerOptions extends NormalOptions {
  /** Where numbers are cut off, in deviations. @default {-2} */
  readonly min?: number;
  /** Where numbers are cut off, in deviations. @default {2} */
  readonly max?: number;
}

const TRUNCATED_NORMAL_INITIALIZER_OPTIONS = { min: true, max: true, standardDeviation: true } as const;

/**
 * Normal of mean 0, cut off at some deviations, as jax.nn.initializers.truncated_normal: the deviation is that before
 * the cut.
 *
 * @throws {RangeError} If an option is not finite, or the bounds are in the wrong order.
 *
 * @example
 * ```ts
 * import { abs, max, random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const make = initializers.truncatedNormal({ standardDeviation: 0.5 });
 * assertEquals(max(abs(make(random.key(0), [100]))).item() < 1, true);
 * ```
 */
export function truncatedNormal(options: TruncatedNormalInitializerOptions = {}): Initializer {
  checkOptionNames("truncatedNormal", options, TRUNCATED_NORMAL_INITIALIZER_OPTIONS);
  const { standardDeviation = 0.01, min = -2, max = 2 } = options;
  checkNumber("truncatedNormal", "standardDeviation", standardDeviation);
  if (!(min < max)) {
    throw new RangeError(`truncatedNormal expects min below max but got ${String(min)} and ${String(max)}`);
  }
  return scoped(
    "truncatedNormal",
    (key, shape, { dtype = "float32" }) =>
      multiply(random.truncatedNormal(key, shape, { dtype, min, max }), rounding(dtype)(standardDeviation)),
  );
}
