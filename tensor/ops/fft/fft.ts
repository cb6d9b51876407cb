/**
 * Discrete Fourier transforms.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { isFloating } from "../../dtype.ts";
import { broadcastShapes, normalizeAxis } from "../../shape.ts";
import { describe, Tensor } from "../../tensor.ts";
import { multiply, negative } from "../arithmetic.ts";
import { cast } from "../cast.ts";
import { asTensor, promotedFloats } from "../convert.ts";
import { zerosLike } from "../full.ts";
import { pad } from "../pad.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { slice } from "../slice.ts";
import { swapAxes } from "../transpose.ts";
import { type Complex, fourier, fourierOfReal, fourierToReal } from "./transform.ts";

/** By what a transform is divided: "backward", the inverse by n; "forward", the other by n; "ortho", both by its root. */
export type FourierNorm = "backward" | "forward" | "ortho";

/** Options of transforms over one axis. */
export interface FourierOptions {
  /** The extent that the axis is cut or filled with zeros to; its own by default. */
  readonly n?: number;
  /** The axis, negative from the end; the last by default. */
  readonly axis?: number;
  /** By what the transform is divided; "backward" by default. */
  readonly norm?: FourierNorm;
}

const FOURIER_OPTIONS = { n: true, axis: true, norm: true } as const;

/** Options of transforms over several axes. */
export interface FourierAxesOptions {
  /** The axes, negative from the end; all by default (the last two for `fft2` and `ifft2`). */
  readonly axes?: readonly number[];
  /** By what the transform is divided; "backward" by default. */
  readonly norm?: FourierNorm;
}

const FOURIER_AXES_OPTIONS = { axes: true, norm: true } as const;

/** Real or complex numbers as a pair of floats of one shape. */
function pairOf(operation: string, x: Tensor | Complex): Complex {
  if (x instanceof Tensor) {
    const real = floats(operation, x);
    return { real, imag: zerosLike(real) };
  }
  if (typeof x !== "object" || x === null || !("real" in x) || !("imag" in x)) {
    throw new TypeError(`${operation} expects a tensor or { real, imag } but got ${String(x)}`);
  }
  const [real, imag] = promotedFloats(operation, x.real, x.imag);
  const shape = broadcastShapes(operation, real.shape, imag.shape);
  return { real: broadcastTo(real, shape), imag: broadcastTo(imag, shape) };
}

function floats(operation: string, x: Tensor): Tensor {
  const tensor = asTensor(operation, x);
  if (tensor.dtype === "key") {
    throw new TypeError(`${operation} expects numbers but got random keys ${describe(tensor)}`);
  }
  return isFloating(tensor.dtype) ? tensor : cast(tensor, "float32");
}

function both(x: Complex, f: (x: Tensor) => Tensor): Complex {
  return { real: f(x.real), imag: f(x.imag) };
}

/** An axis cut or filled with zeros to an extent. */
function fit(x: Tensor, axis: number, n: number): Tensor {
  const extent = x.shape[axis];
  if (extent === n) return x;
  return extent > n
    ? slice(x, x.shape.map((size, i) => [0, i === axis ? n : size] as const))
    : pad(x, x.shape.map((_, i) => [0, i === axis ? n - extent : 0] as const));
}

function factorOf(operation: string, norm: FourierNorm, n: number, isInverse: boolean): number {
  if (norm === "ortho") return 1 / Math.sqrt(n);
  if (norm !== "backward" && norm !== "forward") {
    throw new RangeError(
      `${operation} expects norm "backward", "forward" or "ortho" but got ${String(norm)}`,
    );
  }
  return (norm === "backward") === isInverse ? 1 / n : 1;
}

/** The axis of a transform, what its results are multiplied by, and its length. */
interface Line {
  readonly axis: number;
  readonly n: number;
  readonly factor: number;
}

function lineOf(
  operation: string,
  shape: readonly number[],
  options: FourierOptions,
  inverse: boolean,
): Line {
  if (shape.length === 0) {
    throw new RangeError(`${operation} expects a tensor with an axis but got a scalar`);
  }
  const axis = normalizeAxis(operation, options.axis ?? -1, shape.length);
  const { n = shape[axis], norm = "backward" } = options;
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`${operation} expects n to be a whole number from 1 on but got ${n}`);
  }
  return { axis, n, factor: factorOf(operation, norm, n, inverse) };
}

function scaled(x: Complex, factor: number): Complex {
  return factor === 1 ? x : both(x, (part) => multiply(part, factor));
}

function along(
  operation: string,
  x: Tensor | Complex,
  options: FourierOptions,
  isInverse: boolean,
): Complex {
  const sign = isInverse ? 1 : -1;
  if (x instanceof Tensor) {
    const real = floats(operation, x);
    const { axis, n, factor } = lineOf(operation, real.shape, options, isInverse);
    if (axis === real.rank - 1) {
      const whole = scaled(fourierOfReal(fit(real, axis, n), true), factor);
      return isInverse ? { real: whole.real, imag: negative(whole.imag) } : whole;
    }
  }
  const pair = pairOf(operation, x);
  const { shape, rank } = pair.real;
  const { axis, n, factor } = lineOf(operation, shape, options, isInverse);
  const lines = both(pair, (part) => fit(part, axis, n));
  return scaled(fourier(lines, sign, axis - rank), factor);
}

/**
 * The discrete Fourier transform, `X[k] = sum over j of x[j] exp(-2 pi i j k / n)`, as `jnp.fft.fft`. Complex numbers
 * are pairs of tensors. Any extent is transformed in `n log n` steps. In float32 the root mean square of the error is below
 * `1e-7 log2(n)` of that of the result (about 1.5e-7 for a million elements); extents with a prime factor beyond 13 are
 * transformed in double precision within.
 *
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { fft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { real, imag } = fft(tensor([1, 0, 0, 0]));
 * assertEquals([real.toArray(), imag.toArray()], [[1, 1, 1, 1], [0, 0, 0, 0]]);
 * ```
 */
export function fft(x: Tensor | Complex, options: FourierOptions = NO_OPTIONS): Complex {
  checkOptionNames("fft", options, FOURIER_OPTIONS);
  return along("fft", x, options, false);
}

/**
 * The inverse of `fft`, `x[j] = 1 / n sum over k of X[k] exp(2 pi i j k / n)`, as `jnp.fft.ifft`.
 *
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { fft, ifft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ifft(fft(tensor([1, 2, 3, 4]))).real.toArray(), [1, 2, 3, 4]);
 * ```
 */
export function ifft(x: Tensor | Complex, options: FourierOptions = NO_OPTIONS): Complex {
  checkOptionNames("ifft", options, FOURIER_OPTIONS);
  return along("ifft", x, options, true);
}

/**
 * The first `n / 2 + 1` elements of the transform of real numbers; the others are their conjugates. As `jnp.fft.rfft`.
 *
 * @throws {TypeError} If `x` is no tensor of numbers.
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { rfft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(rfft(tensor([1, 1, 1, 1])).real.toArray(), [4, 0, 0]);
 * ```
 */
export function rfft(x: Tensor, options: FourierOptions = NO_OPTIONS): Complex {
  checkOptionNames("rfft", options, FOURIER_OPTIONS);
  const real = floats("rfft", x);
  const { axis, n, factor } = lineOf("rfft", real.shape, options, false);
  const last = swapAxes(fit(real, axis, n), axis, -1);
  return scaled(both(fourierOfReal(last, false), (part) => swapAxes(part, axis, -1)), factor);
}

/** Options of `irfft`. */
export interface InverseRealOptions extends FourierOptions {
  /** The extent of the result; `2 (m - 1)` for m elements by default. */
  readonly n?: number;
}

const INVERSE_REAL_OPTIONS = { n: true, axis: true, norm: true } as const;

/**
 * The real numbers whose transform begins with the given elements, the inverse of `rfft`, as `jnp.fft.irfft`.
 *
 * @throws {RangeError} If there is no such axis, or `n` is no whole number from 1 on.
 *
 * @example
 * ```ts
 * import { irfft, rfft, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(irfft(rfft(tensor([1, 2, 3, 4]))).toArray(), [1, 2, 3, 4]);
 * ```
 */
export function irfft(x: Tensor | Complex, options: InverseRealOptions = NO_OPTIONS): Tensor {
  checkOptionNames("irfft", options, INVERSE_REAL_OPTIONS);
  const given = pairOf("irfft", x);
  const { shape, rank } = given.real;
  const { axis, n, factor } = lineOf(
    "irfft",
    shape,
    { ...options, n: options.n ?? 2 * ((shape.at(options.axis ?? -1) ?? 1) - 1) },
    true,
  );
  const last = both(given, (part) => swapAxes(fit(part, axis, Math.floor(n / 2) + 1), axis, rank - 1));
  const line = fourierToReal(last, n);
  return swapAxes(factor === 1 ? line : multiply(line, factor), axis, rank - 1);
}

function over(
  operation: string,
  x: Tensor | Complex,
  options: FourierAxesOptions,
  isInverse: boolean,
): Complex {
  const given = x instanceof Tensor ? floats(operation, x) : pairOf(operation, x);
  const { rank } = given instanceof Tensor ? given : given.real;
  const axes = (options.axes ?? Array.from({ length: rank }, (_, i) => i)).map((axis) =>
    normalizeAxis(operation, axis, rank)
  );
  if (new Set(axes).size !== axes.length) {
    throw new RangeError(`${operation} expects each axis once but got ${JSON.stringify(options.axes)}`);
  }
  const { norm = "backward" } = options;
  const result = axes.reduceRight<Tensor | Complex>(
    (result, axis) => along(operation, result, { axis, norm }, isInverse),
    given,
  );
  return result instanceof Tensor ? pairOf(operation, result) : result;
}

/**
 * The transform over several axes, all by default, as `jnp.fft.fftn`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fftn, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fftn(ones([2, 2])).real.toArray(), [[4, 0], [0, 0]]);
 * ```
 */
export function fftn(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("fftn", options, FOURIER_AXES_OPTIONS);
  return over("fftn", x, options, false);
}

/**
 * The inverse of `fftn`, as `jnp.fft.ifftn`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fftn, ifftn, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ifftn(fftn(tensor([[1, 2], [3, 4]]))).real.toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function ifftn(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("ifftn", options, FOURIER_AXES_OPTIONS);
  return over("ifftn", x, options, true);
}

/**
 * The transform over the last two axes, as `jnp.fft.fft2`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fft2, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fft2(ones([5, 2, 2])).real.shape, [5, 2, 2]);
 * ```
 */
export function fft2(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("fft2", options, FOURIER_AXES_OPTIONS);
  return over("fft2", x, { axes: [-2, -1], ...options }, false);
}

/**
 * The inverse of `fft2`, as `jnp.fft.ifft2`.
 *
 * @throws {RangeError} If an axis does not exist, or is given twice.
 *
 * @example
 * ```ts
 * import { fft2, ifft2, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(ifft2(fft2(tensor([[1, 2], [3, 4]]))).real.toArray(), [[1, 2], [3, 4]]);
 * ```
 */
export function ifft2(x: Tensor | Complex, options: FourierAxesOptions = NO_OPTIONS): Complex {
  checkOptionNames("ifft2", options, FOURIER_AXES_OPTIONS);
  return over("ifft2", x, { axes: [-2, -1], ...options }, true);
}
