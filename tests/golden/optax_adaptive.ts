/**
 * The scalings by moments of optax, and the optimizers made of them.
 *
 * @module
 */

import {
  adam,
  type AdamOptions,
  adamW,
  type AdamWOptions,
  clipByBlockRms,
  scale,
  scaleByAdam,
  type ScaleByAdamOptions,
  scaleByLearningRate,
  sgd,
  type SgdOptions,
  trace,
  type TraceOptions,
} from "../../optim/mod.ts";
import type { Builders } from "./optax_reader.ts";

const LEARNING_RATE = { learning_rate: "learningRate" };
const ADAM = { b1: "beta1", b2: "beta2", eps: "eps", eps_root: "epsRoot", nesterov: "nesterov" };
const DECAY = { weight_decay: "weightDecay", mask: "weightDecayMask" };

/** What makes ours for each function of optax. */
export const ADAPTIVE: Builders = {
  "optax.adam": (read) => adam(read.as<AdamOptions>({ ...LEARNING_RATE, ...ADAM })),
  "optax.adamw": (read) => adamW(read.as<AdamWOptions>({ ...LEARNING_RATE, ...ADAM, ...DECAY })),
  "optax.clip_by_block_rms": (read) => clipByBlockRms(read.scalar("threshold")),
  "optax.scale_by_adam": (read) => scaleByAdam(read.as<ScaleByAdamOptions>(ADAM)),
  "optax.scale_by_learning_rate": (read) => {
    const learningRate = read.scalar("learning_rate");
    return read.raw("flip_sign") === false ? scale(learningRate) : scaleByLearningRate(learningRate);
  },
  "optax.sgd": (read) =>
    sgd(read.as<SgdOptions>({ ...LEARNING_RATE, momentum: "momentum", nesterov: "nesterov" })),
  "optax.trace": (read) => trace(read.as<TraceOptions>({ decay: "decay", nesterov: "nesterov" })),
};
