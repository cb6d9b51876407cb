/**
 * What optax has in the golden files and we do not.
 *
 * @module
 */

/** The reason for each operation or option, under the name by which a replay reports it. */
export const WITHOUT: Readonly<Record<string, string>> = {
  "MultiSteps/not_finite":
    "optax keeps a NaN for good, and what it makes of infinity depends on the compiler",
  "optax.losses.triplet_margin_loss of odd powers of signed differences":
    "optax's root is NaN there; ours takes absolute values",
  "optax.safe_increment": "counts of steps are plain numbers, which do not overflow",
  "lambda": "differentially private updates are not a function on trees",
  "optax.power_iteration": "linear algebra is not a part of tree utilities",
  "optax.matrix_inverse_pth_root": "linear algebra is not a part of tree utilities",
  "optax.nnls": "linear algebra is not a part of tree utilities",
};
