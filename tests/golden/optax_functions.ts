/**
 * The functions of optax on trees, built from ours, by the code of the golden cases.
 *
 * @module
 */

import {
  applyUpdates,
  globalNorm,
  incrementalUpdate,
  optimTree,
  perExampleGlobalNormClip,
  perExampleLayerNormClip,
  periodicUpdate,
  projectionBox,
  projectionHalfspace,
  projectionHypercube,
  projectionHyperplane,
  projectionL1Ball,
  projectionL1Sphere,
  projectionL2Ball,
  projectionL2Sphere,
  projectionLInfinityBall,
  projectionNonNegative,
  projectionSimplex,
  projectionVector,
  safeNorm,
  safeRootMeanSquares,
  scaleGradient,
} from "../../optim/mod.ts";
import { random, square, type Tensor, tensor, tree } from "../../tensor/mod.ts";
import type { CodeTable } from "./replay_functions.ts";

/** By the code of the golden cases. */
export const FUNCTIONS: CodeTable = {
  "optax.apply_updates(params, updates)": ({ params, updates }) => applyUpdates(params, updates),
  "optax.apply_updates(optax.tree.cast(params, 'bfloat16'), updates)": ({ params, updates }) =>
    applyUpdates(tree.map(params, (leaf: unknown) => (leaf as Tensor).cast("bfloat16")), updates),
  "optax.incremental_update(new, old, step_size=0.1)": (inputs) =>
    incrementalUpdate(inputs.new, inputs.old, { stepSize: 0.1 }),
  "optax.periodic_update(new, old, steps=6, update_period=3)": (inputs) =>
    periodicUpdate(inputs.new, inputs.old, { count: 6, period: 3 }),
  "optax.periodic_update(new, old, steps=7, update_period=3)": (inputs) =>
    periodicUpdate(inputs.new, inputs.old, { count: 7, period: 3 }),
  "optax.global_norm(x)": ({ x }) => globalNorm(x),
  "optax.tree.norm(x)": ({ x }) => optimTree.norm(x),
  "optax.tree.norm(x, squared=True)": ({ x }) => optimTree.norm(x, { squared: true }),
  "optax.tree.norm(x, ord=1)": ({ x }) => optimTree.norm(x, { order: 1 }),
  "optax.tree.norm(x, ord='inf')": ({ x }) => optimTree.norm(x, { order: "infinity" }),
  "optax.tree.sum(x)": ({ x }) => optimTree.sum(x),
  "optax.tree.max(x)": ({ x }) => optimTree.max(x),
  "optax.tree.min(x)": ({ x }) => optimTree.min(x),
  "optax.tree.size(x)": ({ x }) => optimTree.size(x),
  "optax.tree.vdot(x, y)": ({ x, y }) => optimTree.vdot(x, y),
  "optax.tree.add(x, y)": ({ x, y }) => optimTree.add(x, y),
  "optax.tree.sub(x, y)": ({ x, y }) => optimTree.subtract(x, y),
  "optax.tree.mul(x, y)": ({ x, y }) => optimTree.multiply(x, y),
  "optax.tree.div(x, y)": ({ x, y }) => optimTree.divide(x, y),
  "optax.tree.scale(0.3, x)": ({ x }) => optimTree.scale(0.3, x),
  "optax.tree.add_scale(x, 0.3, y)": ({ x, y }) => optimTree.addScale(x, y, { factor: 0.3 }),
  "optax.tree.clip(x, -0.5, 0.25)": ({ x }) => optimTree.clip(x, { min: -0.5, max: 0.25 }),
  "optax.tree.where(True, x, y)": ({ x, y }) => optimTree.where(tensor(true), x, y),
  "optax.tree.full_like(x, 0.7)": ({ x }) => optimTree.fullLike(x, 0.7),
  "optax.tree.batch_shape(x, (2,))": ({ x }) => optimTree.batchShape(x, [2]),
  "optax.tree.update_moment(x, y, 0.9, 1)": ({ x, y }) =>
    optimTree.updateMoment(x, y, { decay: 0.9, order: 1 }),
  "optax.tree.update_moment(x, y, 0.999, 2)": ({ x, y }) =>
    optimTree.updateMoment(x, y, { decay: 0.999, order: 2 }),
  "optax.tree.update_infinity_moment(x, y, 0.9, 1e-8)": ({ x, y }) =>
    optimTree.updateInfinityMoment(x, y, { decay: 0.9, eps: 1e-8 }),
  "optax.tree.bias_correction(x, 0.999, jnp.int32(3))": ({ x }) =>
    optimTree.biasCorrection(x, { decay: 0.999, count: 3 }),
  "optax.tree.random_like(jax.random.key(7), x)": ({ x }) => optimTree.randomLike(random.key(7), x),
  "optax.safe_norm(x, min_norm=0.5)": ({ x }) => safeNorm(x, { minNorm: 0.5 }),
  "optax.safe_root_mean_squares(x, min_rms=1e-3)": ({ x }) =>
    safeRootMeanSquares(x, { minRootMeanSquares: 1e-3 }),
  "optax.scale_gradient(x, 0.25) ** 2": ({ x }) => square(scaleGradient(x, 0.25)),
  "optax.per_example_global_norm_clip(grads, l2_norm_clip=1.5)": ({ grads }) => {
    const { sum, clipped } = perExampleGlobalNormClip(grads, 1.5);
    return [sum, clipped];
  },
  "optax.per_example_layer_norm_clip(grads, global_l2_norm_clip=1.5)": ({ grads }) => {
    const { sum, clipped } = perExampleLayerNormClip(grads, { maxNorm: 1.5 });
    return [sum, clipped];
  },
  "optax.per_example_layer_norm_clip(grads, global_l2_norm_clip=1.5, uniform=False)": ({ grads }) => {
    const { sum, clipped } = perExampleLayerNormClip(grads, { maxNorm: 1.5, uniform: false });
    return [sum, clipped];
  },
  "optax.projections.projection_non_negative(x)": ({ x }) => projectionNonNegative(x),
  "optax.projections.projection_box(x, -0.3, 0.6)": ({ x }) => projectionBox(x, { lower: -0.3, upper: 0.6 }),
  "optax.projections.projection_hypercube(x, 0.8)": ({ x }) => projectionHypercube(x, 0.8),
  "optax.projections.projection_simplex(x, 1.5) ** 2": ({ x }) => square(projectionSimplex(x, 1.5)),
  "optax.projections.projection_l1_sphere(x, 1.5)": ({ x }) => projectionL1Sphere(x, 1.5),
  "optax.projections.projection_l1_ball(x, 1.5) ** 2": ({ x }) => square(projectionL1Ball(x, 1.5)),
  "optax.projections.projection_l2_sphere(x, 1.5)": ({ x }) => projectionL2Sphere(x, 1.5),
  "optax.projections.projection_l2_ball(x, 0.5) ** 2": ({ x }) => square(projectionL2Ball(x, 0.5)),
  "optax.projections.projection_linf_ball(x, 0.5)": ({ x }) => projectionLInfinityBall(x, 0.5),
  "optax.projections.projection_l2_ball(x, 0.5)": ({ x }) => projectionL2Ball(x, 0.5),
  "optax.projections.projection_vector(x, a)": ({ x, a }) => projectionVector(x, a),
  "optax.projections.projection_hyperplane(x, a, 0.7)": ({ x, a }) =>
    projectionHyperplane(x, a, { offset: 0.7 }),
  "optax.projections.projection_halfspace(x, a, -0.7)": ({ x, a }) =>
    projectionHalfspace(x, a, { offset: -0.7 }),
  "jax.random.key_data(jax.random.key(42))": () => random.keyData(random.key(42)),
  "jax.random.key_data(jax.random.split(jax.random.key(42), 3))": () =>
    random.keyData(random.split(random.key(42), 3)),
  "jax.random.normal(jax.random.key(42), (2, 3), x.dtype)": ({ x }) =>
    random.normal(random.key(42), [2, 3], { dtype: x.dtype }),
};
