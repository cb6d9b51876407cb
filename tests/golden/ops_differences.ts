/**
 * Golden cases in which the library does something else than JAX, on purpose.
 *
 * @module
 */

/** What is asked of a case. */
interface Asked {
  readonly name: string;
  readonly advisory?: boolean;
}

/** Patterns of names of cases, each with the reason. */
export const DIFFERENCES: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^sigmoid\/result of (bool|u?int32)/, "functions of floats take integers as float32"],
  [/^at_\w+\/float update into int\//, "floats are not written into integers"],
  [/^bits\/uint16 /, "there are no tensors of uint16"],
  [/^arange\/int/, "arange makes float32 unless told"],
];

/** Patterns of names of cases whose gradients alone are not compared, each with the reason. */
export const GRADIENT_DIFFERENCES: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^(index\/out of range|at_get\/(default|mode promise_in_bounds)|take_embedding\/out of range id)\//,
    "by default JAX reads the nearest end but drops its gradient; the mode that reads it has the gradient too",
  ],
  [/^at_add\/out of range, mode promise_in_bounds\//, "what is dropped has no gradient"],
  [/^pow_scalar\/exponent=0\.0\//, "0.0 is the integer 0 in JavaScript"],
  [/^digamma\/(edge|poles)\//, "the trigamma of JAX is wrong far below 0, and NaN at infinity"],
  [/^hypot\/scale\//, "the gradient of JAX overflows"],
  [/^logaddexp\/edge\//, "beside infinity the gradient of JAX is no share of the sum"],
  [/^celu\/points\/float64/, "torch rounds alpha to float32, so that its slope at 0 is 1.00000004"],
  [
    /^poisson_nll_loss\/(log )?rate, full\//,
    "the gradient of torch is NaN at targets of 0, where ours is finite",
  ],
  [/^logaddexp\/scale\/float32/, "the gradient of JAX loses digits"],
];

/** Whether the library differs from JAX in a case on purpose. */
export function differs({ name }: Asked): boolean {
  return DIFFERENCES.some(([pattern]) => pattern.test(name));
}

/** Why a case is left out, where it is not for lack of an operation; undefined otherwise. */
export function reasonToSkip({ name, advisory }: Asked): string | undefined {
  if (advisory === true) return "what JAX makes of it is undefined, or differs between its backends";
  return DIFFERENCES.find(([pattern]) => pattern.test(name))?.[1];
}

/** Whether the library differs from JAX in the gradient of a case on purpose. */
export function gradientDiffers({ name }: Asked): boolean {
  return GRADIENT_DIFFERENCES.some(([pattern]) => pattern.test(name));
}
