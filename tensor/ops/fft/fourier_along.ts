/**
 * Fourier transforms along one axis: how inputs are read, cut or filled, and scaled.
 *
 * @module
 */
import { isFloating } from "../../dtype.ts";
import { broadcastShapes, normalizeAxis } from "../../shape.ts";
import { describe, Tensor } from "../../tensor.ts";
import { multiply, negative } from "../arithmetic.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { cast } from "../cast.ts";
import { asTensor, promotedFloats } from "../convert.ts";
import { zerosLike } from "../full.ts";
import { pad } from "../pad.ts";
import { slice } from "../slice.ts";
import { type Complex, fourier, fourierOfReal } from "./transform.ts";

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

/** The names of `FourierOptions`. */
export const FOURIER_OPTIONS = { n: true, axis: true, norm: true } as const;

/** Real or complex numbers as a pair of floats of one shape. */
export function pairOf(operation: string, x: Tensor | Complex): Complex {
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

/** Real numbers as floats; integers and bools are taken as float32. */
export function floats(operation: string, x: Tensor): Tensor {
  const tensor = asTensor(operation, x);
  if (tensor.dtype === "key") {
    throw new TypeError(`${operation} expects numbers but got random keys ${describe(tensor)}`);
  }
  return isFloating(tensor.dtype) ? tensor : cast(tensor, "float32");
}

/** The same for both parts of complex numbers. */
export function both(x: Complex, f: (x: Tensor) => Tensor): Complex {
  return { real: f(x.real), imag: f(x.imag) };
}

/** An axis cut or filled with zeros to an extent. */
export function fit(x: Tensor, axis: number, n: number): Tensor {
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

/** The axis, length and factor of a transform from its options, checked. */
export function lineOf(
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

/** Complex numbers times a real factor. */
export function scaled(x: Complex, factor: number): Complex {
  return factor === 1 ? x : both(x, (part) => multiply(part, factor));
}

/** The transform of real or complex numbers along one axis, or its inverse. */
export function fourierAlong(
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
