/**
 * What optax has in the golden files and we do not.
 *
 * @module
 */

/** The reason for each operation or option, under the name by which a replay reports it. */
export const WITHOUT: Readonly<Record<string, string>> = {
  "bfloat16": "there are no tensors of this dtype",
  "float16": "there are no tensors of this dtype",
  "MultiSteps/not_finite":
    "optax keeps a NaN for good, and what it makes of infinity depends on the compiler",
};
