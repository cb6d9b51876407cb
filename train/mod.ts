/**
 * Helpers around a training: batches, augmentation, prefetching, and the loop itself. All of it is made of the public
 * functions of the other entry points, so that any part can be replaced by lines of one's own.
 *
 * @module
 */
export { randomCrop, type RandomCropOptions } from "./augment/crop.ts";
export { randomErase, type RandomEraseOptions } from "./augment/erase.ts";
export { randomFlip, type RandomFlipOptions } from "./augment/flip.ts";
export { randomBrightness, randomContrast, type RandomIntensityOptions } from "./augment/intensity.ts";
export { type Mixed, mixUp, type MixUpOptions } from "./augment/mix_up.ts";
export { type Batch, type Batches, batches, type BatchesOptions, type BatchState } from "./batches.ts";
export { fit } from "./fit.ts";
export type {
  EarlyStop,
  EpochReport,
  FitOptions,
  FitResult,
  Measurements,
  StepReport,
} from "./fit_options.ts";
export { prefetch, type PrefetchOptions } from "./prefetch.ts";
export {
  type Examples,
  makeTrainer,
  type Measure,
  stepKey,
  type StepResult,
  type Trainer,
  type TrainerOptions,
  type TrainState,
} from "./trainer.ts";
