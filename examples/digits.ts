/**
 * Trains a convolutional network to read handwritten digits: `deno task train --help`.
 *
 * @module
 */
import { argmax, configure, info, random, scope } from "@weft/weft";
import * as io from "@weft/weft/io";
import { describe, hyperparameters } from "@weft/weft/optim";
import { batchOf, type Digits, loadDigits } from "./digits/data.ts";
import { makeModel, type Model, type TrainState } from "./digits/model.ts";
import { HELP, OptionError, type Options, parseOptions } from "./digits/options.ts";
import { confusionTable, makeProgress } from "./digits/report.ts";

/** What a checkpoint holds beside the state. */
interface Saved {
  readonly train: TrainState;
  readonly step: number;
  readonly batch: number;
  readonly seed: number;
}

/** How a training ended. */
interface Outcome {
  readonly train: TrainState;
  readonly step: number;
  readonly loss: number;
  readonly seconds: number;
  readonly stepsTaken: number;
  readonly interrupted: boolean;
}

async function start(options: Options, model: Model): Promise<Saved> {
  const { seed, batch, resume } = options;
  if (resume === null) return { train: model.init(seed), step: 0, batch, seed };
  const saved = await io.loadCheckpoint(resume) as Saved;
  for (const name of ["batch", "seed"] as const) {
    if (saved[name] !== options[name]) {
      throw new OptionError(
        `Option --${name} expects ${saved[name]}, as in ${resume}, but got ${options[name]}`,
      );
    }
  }
  console.log(`resumed from ${resume} after ${saved.step} steps`);
  return saved;
}

/** Reads the learning rate that each group used last. */
function learningRates(state: TrainState): Record<string, number> {
  const rates: Record<string, number> = {};
  for (const [path, value] of Object.entries(hyperparameters(state.optimizer))) {
    const [group] = path.split("/");
    if (path.endsWith("/learningRate")) rates[group] = value;
  }
  return rates;
}

async function train(options: Options, model: Model, digits: Digits, saved: Saved): Promise<Outcome> {
  const { batch, epochs, seed } = options;
  const stepsPerEpoch = Math.floor(digits.train.labels.shape[0] / batch);
  const total = epochs * stepsPerEpoch;
  const orderKey = random.foldIn(random.key(seed), 1);
  const progress = makeProgress(total, saved.step, epochs);
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  Deno.addSignalListener("SIGINT", interrupt);
  let { train, step } = saved;
  let loss = NaN;
  let sums = { loss: 0, accuracy: 0, steps: 0 };
  const began = performance.now();
  try {
    while (step < total && !interrupted) {
      const epoch = Math.floor(step / stepsPerEpoch);
      const result = scope(() =>
        model.step(train, batchOf(digits.train, orderKey, epoch, step % stepsPerEpoch, batch))
      );
      train = result.train;
      step++;
      loss = result.loss.item();
      const accuracy = result.accuracy.item();
      sums = { loss: sums.loss + loss, accuracy: sums.accuracy + accuracy, steps: sums.steps + 1 };
      const examplesPerSecond = (step - saved.step) * batch / ((performance.now() - began) / 1000);
      const report = {
        epoch: epoch + 1,
        step,
        loss,
        accuracy,
        learningRates: learningRates(train),
        examplesPerSecond,
      };
      progress.step(report);
      if (step % stepsPerEpoch === 0) {
        const means = { loss: sums.loss / sums.steps, accuracy: sums.accuracy / sums.steps };
        progress.epoch({ ...report, ...means }, info().heapUsed);
        sums = { loss: 0, accuracy: 0, steps: 0 };
        if (options.checkpoint !== null) await save(options.checkpoint, { train, step, batch, seed });
      }
      // Signals and the progress bar need a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    progress.stop();
    Deno.removeSignalListener("SIGINT", interrupt);
  }
  const seconds = (performance.now() - began) / 1000;
  return { train, step, loss, seconds, stepsTaken: step - saved.step, interrupted };
}

async function save(path: string, saved: Saved): Promise<void> {
  await io.saveCheckpoint(path, saved);
}

async function main(options: Options): Promise<void> {
  if (options.threads !== null) configure({ threads: options.threads });
  const digits = await loadDigits(options.data);
  const examples = digits.train.labels.shape[0];
  if (options.batch > examples) {
    throw new OptionError(`Option --batch expects at most ${examples} but got ${options.batch}`);
  }
  const stepsPerEpoch = Math.floor(examples / options.batch);
  const model = makeModel(stepsPerEpoch);
  const saved = await start(options, model);
  console.log(String(describe(model.optimizer, saved.train.params, saved.train.optimizer)));

  const outcome = await train(options, model, digits, saved);
  const { step, loss, seconds, stepsTaken, interrupted } = outcome;
  if (interrupted) {
    if (options.checkpoint !== null) {
      await save(options.checkpoint, {
        train: outcome.train,
        step,
        batch: options.batch,
        seed: options.seed,
      });
    }
    const where = options.checkpoint === null ? "no checkpoint was asked for" : `wrote ${options.checkpoint}`;
    console.log(`stopped after ${step} steps: ${where}`);
  }

  const { images, labels } = digits.heldOut;
  const predictions = scope(() =>
    argmax(model.predict(outcome.train.params, outcome.train.net, images), { axis: 1 }).data()
  );
  const expected = labels.data();
  let hits = 0;
  for (let i = 0; i < expected.length; i++) if (expected[i] === predictions[i]) hits++;
  const accuracy = hits / expected.length;
  console.log(confusionTable(expected, predictions));
  console.log(`held-out accuracy ${accuracy.toFixed(4)} (${hits} of ${expected.length})`);
  const { heapUsed, heapPeak } = info();
  console.log(
    `heap ${(heapUsed / 2 ** 20).toFixed(1)} MiB in use, ${(heapPeak / 2 ** 20).toFixed(1)} MiB at the peak`,
  );
  if (options.json) {
    console.log(JSON.stringify({
      accuracy,
      loss: Number.isNaN(loss) ? null : loss,
      epochs: step / stepsPerEpoch,
      steps: step,
      seconds,
      stepsPerSecond: stepsTaken / seconds,
      heapPeakBytes: heapPeak,
    }));
  }
}

if (import.meta.main) {
  try {
    const options = parseOptions(Deno.args);
    if (options === null) console.log(HELP);
    else await main(options);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(`error: ${error.message}`);
    Deno.exitCode = 2;
  }
}
