/**
 * Convolution of vectors, in the sense of signal processing.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { isFloating } from "../../dtype.ts";
import { smoothFrom } from "../../kernels/fourier_plan.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { add, multiply, subtract } from "../arithmetic.ts";
import { cast } from "../cast.ts";
import { promoted } from "../convert.ts";
import { irfft, rfft } from "../fft/rfft.ts";
import { flip, slice } from "../slice.ts";
import { reshape } from "../reshape.ts";
import { conv } from "./conv.ts";

/** Options of `convolve` and `correlate`. */
export interface ConvolveOptions {
  /**
   * "full": wherever they overlap, m + n - 1 elements; "same": the middle max(m, n) of these; "valid": where they
   * overlap wholly. "full" is the default of `convolve`, "valid" that of `correlate`.
   */
  readonly mode?: "full" | "same" | "valid";
  /**
   * "direct" adds up products. "fft" multiplies spectra, which takes n log n steps instead of n^2: many times faster for
   * two long vectors of floats, with errors of about the dtype's precision of the greatest sums. Its steps are those of
   * float64, but one infinity or NaN reaches all results. "direct" by default.
   */
  readonly method?: "direct" | "fft";
}

const CONVOLVE_OPTIONS = { mode: true, method: true } as const;

/** `count` elements from `first` on of the convolution of two vectors, as a product of spectra in float64. */
function bySpectra(x: Tensor, y: Tensor, first: number, count: number): Tensor {
  const n = 2 * smoothFrom(Math.ceil((x.size + y.size - 1) / 2));
  const [a, b] = [x, y].map((vector) => rfft(cast(vector, "float64"), { n }));
  const product = {
    real: subtract(multiply(a.real, b.real), multiply(a.imag, b.imag)),
    imag: add(multiply(a.real, b.imag), multiply(a.imag, b.real)),
  };
  return cast(slice(irfft(product, { n }), [[first, first + count]]), x.dtype);
}

function slide(
  operation: string,
  a: Tensor,
  b: Tensor,
  { mode, method = "direct" }: ConvolveOptions,
  turned: boolean,
): Tensor {
  const [x, y] = promoted(operation, a, b);
  if (x.rank !== 1 || y.rank !== 1 || x.size === 0 || y.size === 0) {
    throw new RangeError(
      `${operation} expects two vectors with elements but got ${describe(a)} and ${describe(b)}`,
    );
  }
  if (mode !== "full" && mode !== "same" && mode !== "valid") {
    throw new RangeError(`${operation} expects mode "full", "same" or "valid" but got ${String(mode)}`);
  }
  if (method !== "direct" && method !== "fft") {
    throw new RangeError(`${operation} expects method "direct" or "fft" but got ${String(method)}`);
  }
  if (!isFloating(x.dtype)) {
    // Products of spectra are not exact, so integers are multiplied themselves.
    return cast(slide(operation, cast(x, "float64"), cast(y, "float64"), { mode }, turned), x.dtype);
  }
  const isShorter = x.size < y.size;
  const [long, short] = isShorter ? [y, x] : [x, y];
  const n = short.size;
  const padding = mode === "full"
    ? [n - 1, n - 1] as const
    : mode === "valid"
    ? [0, 0] as const
    : [Math.floor(n / 2), n - Math.floor(n / 2) - 1] as const;
  const count = long.size + padding[0] + padding[1] - n + 1;
  const result = method === "fft"
    ? bySpectra(long, turned ? short : flip(short), n - 1 - padding[0], count)
    : reshape(
      conv(reshape(long, [1, 1, long.size]), reshape(turned ? flip(short) : short, [1, 1, n]), {
        padding: [padding],
      }),
      [-1],
    );
  return isShorter && !turned ? flip(result) : result;
}

/**
 * The convolution of vectors, `y[k] = sum over i of a[i] b[k - i]`, as `jnp.convolve`.
 *
 * @throws {RangeError} If an operand is no vector, or has no elements.
 *
 * @example The product of polynomials
 * ```ts
 * import { convolve, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(convolve(tensor([1, 2]), tensor([3, 1])).toArray(), [3, 7, 2]);
 * ```
 */
export function convolve(a: Tensor, b: Tensor, options: ConvolveOptions = NO_OPTIONS): Tensor {
  checkOptionNames("convolve", options, CONVOLVE_OPTIONS);
  return slide("convolve", a, b, { ...options, mode: options.mode ?? "full" }, true);
}

/**
 * The cross-correlation of vectors, `y[k] = sum over i of a[i + k] b[i]`, as `jnp.correlate`.
 *
 * @throws {RangeError} If an operand is no vector, or has no elements.
 *
 * @example
 * ```ts
 * import { correlate, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(correlate(tensor([1, 2, 3]), tensor([1, 10])).toArray(), [21, 32]);
 * ```
 */
export function correlate(a: Tensor, b: Tensor, options: ConvolveOptions = NO_OPTIONS): Tensor {
  checkOptionNames("correlate", options, CONVOLVE_OPTIONS);
  return slide("correlate", a, b, { ...options, mode: options.mode ?? "valid" }, false);
}
