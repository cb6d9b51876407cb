/**
 * Evenly spaced numbers.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating, roundTo, typedArray } from "../dtype.ts";
import { tensorFromData } from "../make_tensor.ts";
import { checkShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { checkDType, type CreateOptions, element } from "./create.ts";

/** Options of `arange`. */
export interface ArangeOptions extends CreateOptions {
  /** The first value; 0 by default. */
  readonly start?: number;
  /** The distance between values; 1 by default. */
  readonly step?: number;
}

const ARANGE_OPTIONS = { start: true, step: true, dtype: true } as const;

/**
 * The numbers `start`, `start + step`, ... before `stop`. The dtype is float32 unless it is given.
 *
 * @throws {RangeError} If a number is not finite or the step is 0.
 *
 * @example
 * ```ts
 * import { arange } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(arange(7, { start: 1, step: 2 }).toArray(), [1, 3, 5]);
 * ```
 */
export function arange(stop: number, options: ArangeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("arange", options, ARANGE_OPTIONS);
  const { start = 0, step = 1 } = options;
  const dtype = checkDType("arange", options.dtype ?? "float32");
  if (![start, stop, step].every(Number.isFinite) || step === 0) {
    throw new RangeError(
      `arange expects finite numbers and a step other than 0 but got ${start}, ${stop}, ${step}`,
    );
  }
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const data = typedArray(dtype, count);
  if (isFloating(dtype)) {
    const [first, each] = dtype === "float32" ? [Math.fround(start), Math.fround(step)] : [start, step];
    // The typed array rounds a sum once more, to float32; a product is rounded before it is added.
    for (let i = 0; i < count; i++) {
      data[i] = first + (dtype === "float32" ? Math.fround(i * each) : i * each);
    }
  } else {
    const valueAt = (i: number): number => Math.trunc(start + i * step);
    // Where the ends are elements, so is what lies between them.
    const fits = [0, count - 1].every((i) => roundTo(dtype, valueAt(i)) === valueAt(i));
    for (let i = 0; i < count; i++) data[i] = fits ? valueAt(i) : element("arange", valueAt(i), dtype);
  }
  return tensorFromData(dtype, [count], data);
}

/** Options of `linspace`. */
export interface LinspaceOptions extends CreateOptions {
  /** Number of values; 50 by default. */
  readonly count?: number;
  /** Whether `stop` is the last value, or the one that would follow; true by default. */
  readonly endpoint?: boolean;
}

/** The names of `LinspaceOptions`. */
export const LINSPACE_OPTIONS = { count: true, endpoint: true, dtype: true } as const;

/**
 * Evenly spaced numbers from `start` to `stop`, both included unless `endpoint` is false.
 *
 * @throws {RangeError} If the count is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { linspace } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(linspace(0, 1, { count: 3 }).toArray(), [0, 0.5, 1]);
 * ```
 */
export function linspace(start: number, stop: number, options: LinspaceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("linspace", options, LINSPACE_OPTIONS);
  const { count = 50, endpoint = true } = options;
  const dtype = checkDType("linspace", options.dtype ?? "float32");
  checkShape("linspace", [count]);
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new RangeError(`linspace expects finite ends but got ${start} and ${stop}`);
  }
  const data = typedArray(dtype, count);
  for (let i = 0; i < count; i++) {
    const share = count === 1 ? 0 : i / (endpoint ? count - 1 : count);
    data[i] = endpoint && i === count - 1 && count > 1 ? stop : start * (1 - share) + stop * share;
  }
  return tensorFromData(dtype, [count], data);
}
