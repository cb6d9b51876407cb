/**
 * What optax has in the golden files and we do not.
 *
 * @module
 */

/** The reason for each operation or option, under the name by which a replay reports it. */
export const WITHOUT: Readonly<Record<string, string>> = {
  "bfloat16": "there are no tensors of this dtype",
  "float16": "there are no tensors of this dtype",
  "optax.MultiSteps": "not written yet",
  "optax.contrib.mechanize": "not written yet",
  "optax.contrib.normalize": "not written yet",
  "optax.contrib.reduce_on_plateau": "not written yet",
  "optax.contrib.sam": "not written yet",
};
