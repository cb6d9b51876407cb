/**
 * Clips, decay, noise, norms and line searches of optax, built from ours.
 *
 * @module
 */

import {
  adaptiveGradClip,
  type AdaptiveGradClipOptions,
  addNoise,
  applyEvery,
  centralize,
  clip,
  identity,
  keepParamsNonnegative,
  lbfgs,
  noisySgd,
  type NoisySgdOptions,
  normalizeByUpdateNorm,
  polyakSgd,
  scaleByBacktrackingLineSearch,
  scaleByDistanceOverGradients,
  scaleByLbfgs,
  scaleByPolyak,
  scaleByZoomLineSearch,
  zeroNans,
} from "../../optim/mod.ts";
import { random, type Tensor } from "../../tensor/mod.ts";
import type { AnyTransform, Builders, OptionReader } from "./optax_reader.ts";

const POLYAK = { f_min: "fMin", max_learning_rate: "maxLearningRate", eps: "eps", variant: "variant" };
const LBFGS = { memory_size: "memorySize", scale_init_precond: "scaleInitialPreconditioner" };
const NOISE = { eta: "eta", gamma: "gamma" };

/** What makes ours for each function of optax. */
export const UPDATES: Builders = {
  "optax.adaptive_grad_clip": (read) => {
    const axis = read.raw("axis") as number | undefined;
    return adaptiveGradClip({
      ...read.as<AdaptiveGradClipOptions>({ clipping: "clipping", eps: "eps" }),
      layout: "NHWC",
      ...(axis === undefined ? {} : { axes: [axis] }),
    });
  },
  "optax.add_noise": (read) =>
    addNoise({ eta: read.scalar("eta"), gamma: read.scalar("gamma"), key: key(read) }),
  "optax.apply_every": (read) => applyEvery(read.scalar("k")),
  "optax.centralize": () => centralize({ layout: "outputFirst" }),
  "optax.clip": (read) => clip(read.scalar("max_delta")),
  "optax.keep_params_nonnegative": () => keepParamsNonnegative(),
  "optax.lbfgs": (read) => {
    const lineSearch = read.raw("linesearch");
    const options = read.as<object>({ learning_rate: "learningRate", ...LBFGS });
    if (lineSearch === undefined) return withExtra(lbfgs(options));
    return lbfgs({ ...options, lineSearch: lineSearch === null ? identity() : read.build(lineSearch) });
  },
  "optax.noisy_sgd": (read) =>
    noisySgd({
      learningRate: read.scalar("learning_rate"),
      ...read.as<Partial<NoisySgdOptions>>(NOISE),
      key: key(read),
    }),
  "optax.normalize_by_update_norm": (read) =>
    normalizeByUpdateNorm(read.as({ scale_factor: "scaleFactor", eps: "eps" })),
  "optax.polyak_sgd": (read) => withExtra(polyakSgd(read.as({ ...POLYAK, scaling: "scaling" }))),
  "optax.scale_by_backtracking_linesearch": (read) => {
    // Whether gradients are kept changes nothing about the steps.
    read.raw("store_grad");
    return withExtra(scaleByBacktrackingLineSearch(read.as({ max_backtracking_steps: "maxSteps" })));
  },
  "optax.scale_by_distance_over_gradients": (read) =>
    scaleByDistanceOverGradients({
      ...read.as<object>({ reps_rel: "initialDistance", eps: "eps", global_scale: "globalScale" }),
      initialParamsDtype: "float32",
    }),
  "optax.scale_by_lbfgs": (read) => scaleByLbfgs(read.as(LBFGS)),
  "optax.scale_by_polyak": (read) => withExtra(scaleByPolyak(read.as(POLYAK))),
  "optax.scale_by_zoom_linesearch": (read) =>
    withExtra(scaleByZoomLineSearch(read.as({ max_linesearch_steps: "maxSteps" }))),
  "optax.zero_nans": () => zeroNans(),
};

function key(read: OptionReader): Tensor {
  return random.key(read.raw("key") as number);
}

/** Forgets what a transform needs beside gradients: a case brings it along. */
function withExtra(transform: object): AnyTransform {
  return transform as AnyTransform;
}
