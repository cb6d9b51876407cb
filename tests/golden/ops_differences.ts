/**
 * Golden cases in which the library does something else than JAX, on purpose.
 *
 * @module
 */

/** What is asked of a case. */
interface Asked {
  readonly name: string;
  readonly op: string;
}

/** Patterns of names of cases, each with the reason. */
export const DIFFERENCES: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^(add\/promote bool bool|abs\/result of bool|sub\/bool\/|neg\/bool\/)/,
    "bools count as int32 in arithmetic",
  ],
  [/^(add|mul)_scalar\/weak \w+ bool\//, "a boolean is no operand: tensor(true) is"],
  [
    /^(sigmoid\/result of (bool|u?int32)|sign\/result of bool)/,
    "functions of floats take integers as float32",
  ],
  [/^pow\/int\//, "powers of two tensors of integers are float32"],
  [/^pow_scalar\/exponent=0\.0\//, "0.0 is the integer 0 in JavaScript"],
  [/^concatenate\/promote /, "concatenate takes tensors of one dtype"],
  [/^pad\/per side values\//, "pad takes one value"],
  [/^expand_dims\/two\//, "expandDims takes one axis"],
  [/^linspace\/open\//, "linspace includes its end"],
  [/^matmul\/int wrap\//, "products of matrices of integers saturate"],
  [/^take\/mode (clip|wrap)\//, "take reads NaN beyond an axis"],
  [/^take_embedding\/out of range id\//, "take reads NaN beyond an axis"],
  [/^segment_sum\/ids out of range\//, "negative indices count from the end"],
  [/^arange\/int/, "arange makes float32 unless told"],
];

/** Whether the library differs from JAX in a case on purpose. */
export function differs({ name }: Asked): boolean {
  return DIFFERENCES.some(([pattern]) => pattern.test(name));
}
