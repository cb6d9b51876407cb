/**
 * Golden cases in which gradients are something else than those of JAX or torch, on purpose.
 *
 * @module
 */

/** What is asked of a case. */
interface Asked {
  readonly op?: string;
  readonly ref?: string;
  readonly dtype?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly advisory?: boolean;
}

/** Where the gradient of an elementwise function is another, by the elements of its operands. */
type Where = (values: readonly number[], asked: Asked) => boolean;

const single = ({ dtype }: Asked): boolean => dtype === "float32";

/** By the names of the golden files. */
const ELEMENTS: Readonly<Record<string, Where>> = {
  // Trigamma by a series of nine terms is wrong far below 0, and JAX makes NaN of infinity.
  digamma: ([x]) => x < -4 || x === Infinity,
  // The square of the output leaves the range of the dtype.
  hypot: ([x, y], asked) => {
    const square = x * x + y * y;
    return single(asked)
      ? square > 2 ** 127 || square < 2 ** -126
      : square === Infinity || square < 2 ** -1000;
  },
  // Beside infinity the gradient of JAX is no share of the sum; e^(x - output) loses the digits of a large output.
  logaddexp: ([x, y], asked) => {
    const size = Math.max(Math.abs(x), Math.abs(y));
    return size === Infinity || size > (single(asked) ? 64 : 4000);
  },
  // The exponent 0.0 of a file is the integer 0 in JavaScript, whose gradient is 0.
  pow_scalar: ([x], { options }) => options?.exponent === 0 && (x === 0 || x !== x),
  // torch rounds the slope of 1/6 to float32.
  hardsigmoid: ([x], { ref, dtype }) =>
    dtype === "float64" && ref?.startsWith("torch") === true && x > -3 && x < 3,
  // The quotient of rounded numbers may be whole where the exact one is just below.
  remainder: ([x, y]) => Math.abs(x / y - Math.round(x / y)) < 1e-5,
  fmod: ([x, y]) => Math.abs(x / y - Math.round(x / y)) < 1e-5,
  // The square of x overflows in the reference.
  squareplus: ([x], asked) => Math.abs(x) > (single(asked) ? 2 ** 63 : 2 ** 511),
  // JAX differentiates e^|x| on the way, whose slope at 0 it takes for 1.
  i0: ([x]) => x === 0,
  // The slope of JAX's series is not that of the function.
  log_ndtr: ([x]) => x < -9,
  // torch rounds alpha to float32, so that the slope at 0 is not quite 1.
  celu: ([x], { ref, options }) => {
    const alpha = Number(options?.alpha ?? 1);
    return x <= 0 && ref?.startsWith("torch") === true && alpha !== Math.fround(alpha);
  },
};

/** Why a case is left out, where it is not for lack of an operation; undefined otherwise. */
export function reasonToSkip({ advisory }: Asked): string | undefined {
  return advisory === true ? "what JAX makes of it is undefined, or differs between its backends" : undefined;
}

/** Whether the gradient of a case is another on purpose. */
export function gradientDiffers({ op, options }: Asked): boolean {
  // What is dropped has no gradient: JAX gives it that of the nearest end.
  return op?.startsWith("at_") === true && op !== "at_get" && options?.mode === "promise_in_bounds";
}

/** Whether the gradient of one element is another on purpose, for an elementwise function of these operands. */
export function elementDiffers(asked: Asked): ((values: readonly number[]) => boolean) | null {
  // Modules of torch have the names of functions, in capitals.
  const name = asked.op?.toLowerCase() ?? "";
  const where = Object.hasOwn(ELEMENTS, name) ? ELEMENTS[name] : null;
  return where === null ? null : (values) => where(values, asked);
}
