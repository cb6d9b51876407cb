/**
 * Clips of optax that are functions, built from ours, by the code of the golden cases.
 *
 * @module
 */

import { perExampleGlobalNormClip, perExampleLayerNormClip, unitwiseNorm } from "../../optim/mod.ts";
import type { CodeTable } from "./replay_functions.ts";

/** By the code of the golden cases. */
export const CLIPS: CodeTable = {
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
  "optax.transforms.unitwise_norm(x)": ({ x }) => unitwiseNorm(x, { layout: "NHWC" }),
};
