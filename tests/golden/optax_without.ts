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
  "optax.lamb": "not written yet",
  "optax.scale_by_optimistic_gradient": "not written yet",
  "optax.scale_by_param_block_norm": "not written yet",
  "optax.scale_by_param_block_rms": "not written yet",
  "optax.scale_by_trust_ratio": "not written yet",
};
