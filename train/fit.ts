/**
 * The loop of a training.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { decodeCheckpoint, encodeCheckpoint, saveCheckpoint } from "../tensor/io/mod.ts";
import { random, scope } from "../tensor/mod.ts";
import { batches } from "./batches.ts";
import { checkFit, isBetter, monitored } from "./fit_checks.ts";
import { type EpochReport, FIT_OPTIONS, type FitOptions, type FitResult } from "./fit_options.ts";
import { progressBar } from "./progress_bar.ts";
import { begin, type Saved } from "./saved_fit.ts";
import { stepKey, type Trainer, type TrainState } from "./trainer.ts";

/** After so many milliseconds the event loop gets a turn, for signals and the bar. */
const TURN = 20;

/**
 * Trains for some epochs: batches in an order of the key, steps, evaluation, the best state, early stopping,
 * checkpoints. It is made of the public functions of this library alone, so that a loop of one's own can take its
 * place. A training that goes on from a checkpoint gives the same bits as one that was never interrupted.
 *
 * @param trainer What `makeTrainer` returned.
 * @throws {TypeError} If a part is missing or of a wrong kind.
 * @throws {RangeError} If an option is out of range, what is monitored is not measured, the loss is NaN, as labels out of
 * range make it, or the checkpoint is of another network or optimizer.
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
  checkOptionNames("fit", options, FIT_OPTIONS);
  checkFit(trainer, options);
  const { data, size, epochs, key, early = {}, checkpoint, signal, allowNaN = false } = options;
  const { patience = Infinity } = early;
  const orderKey = random.foldIn(key, 0);
  const drawKey = random.foldIn(key, 1);
  const { count: steps } = batches(data, { size });
  const saved = await begin(options);
  let { state, position, step, sums } = saved;
  const history = [...saved.history];
  let best = { epoch: saved.best.epoch, value: saved.best.value, bytes: encodeCheckpoint(saved.best.state) };
  const save = async (): Promise<void> => {
    if (checkpoint === undefined) return;
    const bestState = decodeCheckpoint<TrainState>(best.bytes);
    const { epoch, value } = best;
    const whole: Saved = { state, position, step, sums, history, best: { epoch, value, state: bestState } };
    await saveCheckpoint(checkpoint, whole);
  };
  const bar = await progressBar(options.progress ?? false, epochs * steps, step);
  const result = (reason: FitResult["reason"]): FitResult => {
    bar.stop();
    return { state, best: decodeCheckpoint<TrainState>(best.bytes), bestEpoch: best.epoch, history, reason };
  };
  let turned = performance.now();
  while (position.epoch < epochs) {
    const { epoch } = position;
    // So that a training that has ended so does not go on when it is started again.
    if (position.index === 0 && epoch - best.epoch >= patience) return result("patience");
    const ordered = batches(data, { size, key: orderKey, epoch });
    for (let { index } = position; index < steps; index++) {
      if (signal?.aborted === true) {
        await save();
        return result("signal");
      }
      const metrics: Record<string, number> = {};
      state = scope(() => {
        const drawn = stepKey(drawKey, epoch, index);
        const batch = ordered.at(index);
        const prepared = options.prepare?.(batch, random.foldIn(drawn, 1)) ?? batch;
        const next = trainer.step(state, prepared, random.foldIn(drawn, 0));
        for (const [name, value] of Object.entries(next.metrics)) metrics[name] = value.item();
        return next.state;
      });
      step++;
      if (Number.isNaN(metrics.loss) && !allowNaN) {
        bar.stop();
        throw new RangeError(
          `fit expects a loss that is a number but got NaN at step ${step} in epoch ${
            epoch + 1
          }: look for labels out of ` +
            "range, NaN in the data and too high a learning rate, or give allowNaN",
        );
      }
      const before = sums;
      sums = Object.fromEntries(
        Object.entries(metrics).map(([name, value]) => [name, (before[name] ?? 0) + value]),
      );
      position = { epoch, index: index + 1 };
      options.onStep?.({ epoch: epoch + 1, step, metrics });
      bar.update(step, metrics.loss);
      if (performance.now() - turned >= TURN) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        turned = performance.now();
      }
    }
    position = { epoch: epoch + 1, index: 0 };
    const train = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / steps]));
    sums = {};
    const evaluation = options.evaluation === undefined
      ? null
      : scope(() => trainer.evaluate(state, options.evaluation!, size));
    const report: EpochReport = { epoch: epoch + 1, step, train, evaluation };
    history.push(report);
    const value = monitored(report, early);
    if (best.epoch === 0 || isBetter(value, best.value, early)) {
      best = { epoch: epoch + 1, value, bytes: encodeCheckpoint(state) };
    }
    options.onEpoch?.(report);
    await save();
    if (epoch + 1 - best.epoch >= patience) return result("patience");
  }
  return result("epochs");
}
