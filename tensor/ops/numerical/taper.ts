/**
 * Windows that taper a signal off at both ends.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import type { Tensor } from "../../tensor.ts";
import { add, divide, multiply, subtract } from "../arithmetic.ts";
import { arange } from "../ranges.ts";
import { CREATE_OPTIONS, type CreateOptions } from "../create.ts";
import { ones } from "../full.ts";
import { sqrt } from "../exponential.ts";
import { maximum } from "../selection.ts";
import { abs } from "../sign.ts";
import { i0 } from "../special/bessel.ts";
import { cos } from "../trigonometric.ts";

/** The positions 0 to 1 of a window, and null for one that is too short to taper. */
function positions(operation: string, count: number, { dtype }: CreateOptions): Tensor | null {
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`${operation} expects a length of at least 0 but got ${String(count)}`);
  }
  return count < 2 ? null : divide(arange(count, dtype === undefined ? {} : { dtype }), count - 1);
}

function cosines(operation: string, count: number, options: CreateOptions, terms: readonly number[]): Tensor {
  const at = positions(operation, count, options);
  if (at === null) return ones([count], options);
  return terms.slice(1).reduce(
    (sum, term, k) => add(sum, multiply(cos(multiply(at, 2 * Math.PI * (k + 1))), term)),
    multiply(add(multiply(at, 0), 1), terms[0]),
  );
}

/**
 * The window of Hann, `0.5 - 0.5 cos(2 pi n / (count - 1))`, as `jnp.hanning`.
 *
 * @throws {RangeError} If the length is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { hanning } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hanning(3).toArray(), [0, 1, 0]);
 * ```
 */
export function hanning(count: number, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("hanning", options, CREATE_OPTIONS);
  return cosines("hanning", count, options, [0.5, -0.5]);
}

/**
 * The window of Hamming, `0.54 - 0.46 cos(2 pi n / (count - 1))`, as `jnp.hamming`.
 *
 * @throws {RangeError} If the length is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { hamming } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hamming(3).shape, [3]);
 * ```
 */
export function hamming(count: number, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("hamming", options, CREATE_OPTIONS);
  return cosines("hamming", count, options, [0.54, -0.46]);
}

/**
 * The window of Blackman, `0.42 - 0.5 cos(2 pi n / (count - 1)) + 0.08 cos(4 pi n / (count - 1))`, as `jnp.blackman`.
 *
 * @throws {RangeError} If the length is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { blackman } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(blackman(3).shape, [3]);
 * ```
 */
export function blackman(count: number, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("blackman", options, CREATE_OPTIONS);
  return cosines("blackman", count, options, [0.42, -0.5, 0.08]);
}

/**
 * The triangular window of Bartlett, `1 - |2 n / (count - 1) - 1|`, as `jnp.bartlett`.
 *
 * @throws {RangeError} If the length is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { bartlett } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(bartlett(5).toArray(), [0, 0.5, 1, 0.5, 0]);
 * ```
 */
export function bartlett(count: number, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("bartlett", options, CREATE_OPTIONS);
  const at = positions("bartlett", count, options);
  return at === null ? ones([count], options) : subtract(1, abs(subtract(multiply(at, 2), 1)));
}

/**
 * The window of Kaiser, `i0(beta sqrt(1 - (2 n / (count - 1) - 1)^2)) / i0(beta)`, as `jnp.kaiser`.
 *
 * @throws {RangeError} If the length is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { kaiser } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(kaiser(3, 0).toArray(), [1, 1, 1]);
 * ```
 */
export function kaiser(count: number, beta: number, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("kaiser", options, CREATE_OPTIONS);
  const at = positions("kaiser", count, options);
  if (at === null) return ones([count], options);
  const centred = subtract(multiply(at, 2), 1);
  const inner = sqrt(maximum(subtract(1, multiply(centred, centred)), 0));
  return divide(i0(multiply(inner, beta)), i0(multiply(ones([], options), beta)));
}
