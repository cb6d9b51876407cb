/**
 * The loop of a training.
 *
 * @module
 */
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type FilePath,
  loadCheckpoint,
  saveCheckpoint,
} from "../tensor/io/mod.ts";
import { random, scope, type Tensor } from "../tensor/mod.ts";
import { batches, type BatchState } from "./batches.ts";
import { type Examples, stepKey, type Trainer, type TrainState } from "./trainer.ts";

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
  /** After how many epochs without an improvement the training stops; never by default. */
  readonly patience?: number;
  /** By how much a number has to be better to count; 0 by default. */
  readonly minDelta?: number;
}

/** Options of `fit`. */
export interface FitOptions {
  /** The state to begin with. */
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
  /** A file that is written after each epoch, and that an interrupted training goes on from; none by default. */
  readonly checkpoint?: FilePath;
  /** Whether to go on from `checkpoint` if there is one; true by default. */
  readonly resume?: boolean;
  /** Stops the training after the step that is under way. */
  readonly signal?: AbortSignal;
  /** Whether a bar shows how far the training is; false by default. */
  readonly progress?: boolean;
  /** Told after each step. */
  readonly onStep?: (report: StepReport) => void;
  /** Told after each epoch. */
  readonly onEpoch?: (report: EpochReport) => void;
}

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

/** What a checkpoint holds. */
interface Saved {
  readonly state: TrainState;
  readonly position: BatchState;
  readonly step: number;
  readonly history: readonly EpochReport[];
  readonly best: { readonly epoch: number; readonly value: number; readonly state: TrainState };
}

/**
 * Trains for some epochs: batches in an order of the key, steps, evaluation, the best state, early stopping,
 * checkpoints. It is made of the public functions of this library alone, so that a loop of one's own can take its
 * place. A training that goes on from a checkpoint gives the same bits as one that was never interrupted.
 *
 * @param trainer What `makeTrainer` returned.
 * @throws {RangeError} If an option is out of range, or what is monitored is not measured.
 *
 * @example
 * ```ts
 * import { arange, random, reshape } from "@weft/weft";
 * import { dense, meanSquaredError } from "@weft/weft/nn";
 * import { adam } from "@weft/weft/optim";
 * import { fit, makeTrainer } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const trainer = makeTrainer({
 *   net: dense({ features: 1 }),
 *   loss: (output, y) => meanSquaredError(output, y),
 *   optimizer: adam({ learningRate: 0.1 }),
 * });
 * const x = reshape(arange(8), [8, 1]);
 * const { history } = await fit(trainer, {
 *   state: trainer.init(random.key(0), [1]),
 *   data: { x, y: x.multiply(2) },
 *   size: 4,
 *   epochs: 3,
 *   key: random.key(1),
 * });
 * assertEquals(history.map(({ epoch, step }) => [epoch, step]), [[1, 2], [2, 4], [3, 6]]);
 * ```
 */
export async function fit(trainer: Trainer, options: FitOptions): Promise<FitResult> {
  const { data, size, epochs, key, early = {}, checkpoint, signal } = options;
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new RangeError(`fit expects epochs to be a positive integer but got ${epochs}`);
  }
  const { mode = "min", patience = Infinity, minDelta = 0 } = early;
  if (mode !== "min" && mode !== "max") {
    throw new RangeError(`fit expects mode "min" or "max" but got ${String(mode)}`);
  }
  const orderKey = random.foldIn(key, 0);
  const drawKey = random.foldIn(key, 1);
  const saved = await begin(options);
  let { state, position, step } = saved;
  const history = [...saved.history];
  let best = { epoch: saved.best.epoch, value: saved.best.value, bytes: encodeCheckpoint(saved.best.state) };
  const bar = await progressBar(options, epochs * batches(data, { size }).count, step);
  const result = (reason: FitResult["reason"]): FitResult => {
    bar.stop();
    return { state, best: decodeCheckpoint<TrainState>(best.bytes), bestEpoch: best.epoch, history, reason };
  };
  while (position.epoch < epochs) {
    const epoch = position.epoch;
    const sums = new Map<string, number>();
    let count = 0;
    for (let index = position.index; index < batches(data, { size }).count; index++) {
      if (signal?.aborted === true) return result("signal");
      const metrics = new Map<string, number>();
      state = scope(() => {
        const drawn = stepKey(drawKey, epoch, index);
        const batch = batches(data, { size, key: orderKey, epoch }).at(index);
        const prepared = options.prepare?.(batch, random.foldIn(drawn, 1)) ?? batch;
        const next = trainer.step(state, prepared, random.foldIn(drawn, 0));
        for (const [name, value] of Object.entries(next.metrics)) metrics.set(name, value.item());
        return next.state;
      });
      step++;
      count++;
      for (const [name, value] of metrics) sums.set(name, (sums.get(name) ?? 0) + value);
      position = { epoch, index: index + 1 };
      options.onStep?.({ epoch: epoch + 1, step, metrics: Object.fromEntries(metrics) });
      bar.update(step, metrics.get("loss") ?? NaN);
      // Signals and the bar need a turn of the event loop.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    position = { epoch: epoch + 1, index: 0 };
    const train = Object.fromEntries([...sums].map(([name, sum]) => [name, sum / count]));
    const evaluation = options.evaluation === undefined
      ? null
      : scope(() => trainer.evaluate(state, options.evaluation!, size));
    const report: EpochReport = { epoch: epoch + 1, step, train, evaluation };
    history.push(report);
    const value = monitored(report, early.monitor ?? "loss");
    const gain = mode === "min" ? best.value - value : value - best.value;
    if (best.epoch === 0 || gain > minDelta) {
      best = { epoch: epoch + 1, value, bytes: encodeCheckpoint(state) };
    }
    options.onEpoch?.(report);
    if (checkpoint !== undefined) {
      await saveCheckpoint(checkpoint, {
        state,
        position,
        step,
        history,
        best: { epoch: best.epoch, value: best.value, state: decodeCheckpoint<TrainState>(best.bytes) },
      });
    }
    if (epoch + 1 - best.epoch >= patience) return result("patience");
  }
  return result("epochs");
}

function monitored({ train, evaluation }: EpochReport, name: string): number {
  const value = evaluation?.[name] ?? train[name];
  if (value === undefined) {
    throw new RangeError(
      `fit expects to monitor one of ${Object.keys(evaluation ?? train).join(", ")} but got ${name}`,
    );
  }
  return value;
}

async function begin({ state, checkpoint, resume = true }: FitOptions): Promise<Saved> {
  const fresh = (): Saved => ({
    state,
    position: { epoch: 0, index: 0 },
    step: 0,
    history: [],
    best: { epoch: 0, value: NaN, state },
  });
  if (checkpoint === undefined || !resume) return fresh();
  try {
    return await loadCheckpoint<Saved>(checkpoint);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return fresh();
    throw error;
  }
}

/** A bar that shows steps and the loss. */
interface Bar {
  update(step: number, loss: number): void;
  stop(): void;
}

async function progressBar({ progress = false }: FitOptions, total: number, start: number): Promise<Bar> {
  if (!progress) return { update() {}, stop() {} };
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: "{bar} {value}/{total} steps, loss {loss}, {eta_formatted} left",
  });
  bar.start(total, start, { loss: "-" });
  return {
    update: (step, loss) => bar.update(step, { loss: loss.toFixed(4) }),
    stop: () => bar.stop(),
  };
}
