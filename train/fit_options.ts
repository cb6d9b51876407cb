/**
 * What `fit` takes, tells and gives.
 *
 * @module
 */
import type { FilePath } from "../tensor/io/mod.ts";
import type { Tensor } from "../tensor/mod.ts";
import type { Examples, TrainState } from "./trainer.ts";

/** Numbers by name. */
export type Measurements = Readonly<Record<string, number>>;

/** What is known after an epoch. */
export interface EpochReport {
  /** Which epoch it was, from 1 on. */
  readonly epoch: number;
  /** Steps since the beginning. */
  readonly step: number;
  /** Means of the loss and the metrics over the steps of the epoch. */
  readonly train: Measurements;
  /** Loss and metrics of the examples for evaluation; null without any. */
  readonly evaluation: Measurements | null;
}

/** What is known after a step. */
export interface StepReport {
  /** Which epoch it is in, from 1 on. */
  readonly epoch: number;
  /** Steps since the beginning. */
  readonly step: number;
  /** The loss and the metrics of the batch. */
  readonly metrics: Measurements;
}

/** When to stop, and which state is the best. */
export interface EarlyStop {
  /** The number that tells, of the evaluation where there is one; "loss" by default. */
  readonly monitor?: string;
  /** Whether smaller or greater is better; "min" by default. */
  readonly mode?: "min" | "max";
  /** After how many epochs without an improvement the training stops, a positive integer; never by default. */
  readonly patience?: number;
  /** By how much a number has to be better to count; 0 by default. */
  readonly minDelta?: number;
}

/** Options of `fit`. */
export interface FitOptions {
  /** The state to begin with; it stays as it is. */
  readonly state: TrainState;
  /** The examples to train on. */
  readonly data: Examples;
  /** Examples in a batch. */
  readonly size: number;
  /** How many times the data is gone through. */
  readonly epochs: number;
  /** The key of the order of examples, and of dropout. */
  readonly key: Tensor;
  /** Changes a batch before its step, such as augmentation, with a key of its own. */
  readonly prepare?: (batch: Examples, key: Tensor) => Examples;
  /** Examples for evaluation after each epoch; none by default. */
  readonly evaluation?: Examples;
  /** When to stop before the last epoch, and what is best. */
  readonly early?: EarlyStop;
  /**
   * A file that is written after each epoch and at a signal, and that an interrupted training goes on from; none by
   * default.
   */
  readonly checkpoint?: FilePath;
  /** Whether to go on from `checkpoint` if there is one; true by default. */
  readonly resume?: boolean;
  /** Stops the training after the step that is under way, or a few steps later where they take less than 20 ms. */
  readonly signal?: AbortSignal;
  /**
   * Whether a loss that is NaN passes, such as where `applyIfFinite` skips such steps; false by default, when it is an
   * error.
   */
  readonly allowNaN?: boolean;
  /** Whether a bar shows how far the training is; false by default. */
  readonly progress?: boolean;
  /** Told after each step. */
  readonly onStep?: (report: StepReport) => void;
  /** Told after each epoch. */
  readonly onEpoch?: (report: EpochReport) => void;
}

/** The names of `FitOptions`. */
export const FIT_OPTIONS = {
  state: true,
  data: true,
  size: true,
  epochs: true,
  key: true,
  prepare: true,
  evaluation: true,
  early: true,
  checkpoint: true,
  resume: true,
  signal: true,
  allowNaN: true,
  progress: true,
  onStep: true,
  onEpoch: true,
} as const;

/** How a training ended. */
export interface FitResult {
  /** The last state. */
  readonly state: TrainState;
  /** The state after the best epoch. */
  readonly best: TrainState;
  /** Which epoch was the best, from 1 on; 0 where none was finished. */
  readonly bestEpoch: number;
  /** What every epoch gave. */
  readonly history: readonly EpochReport[];
  /** Why it ended: all epochs done, no improvement, or the signal. */
  readonly reason: "epochs" | "patience" | "signal";
}
