/**
 * What the training shows while it runs and at its end.
 *
 * @module
 */
import cliProgress from "cli-progress";

/** What a step tells. */
export interface StepReport {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRates: Readonly<Record<string, number>>;
  readonly examplesPerSecond: number;
}

/** Shows progress while training. */
export interface Progress {
  /** After each step. */
  step(report: StepReport): void;
  /** After each epoch, with the mean loss and accuracy, and the bytes of the heap in use. */
  epoch(report: StepReport, heapUsed: number): void;
  /** At the end. */
  stop(): void;
}

function describe(report: StepReport): string {
  const rates = Object.entries(report.learningRates).map(([name, rate]) =>
    `${name} ${rate.toExponential(2)}`
  );
  return `loss ${report.loss.toFixed(4)} | accuracy ${report.accuracy.toFixed(3)} | learning rate ${
    rates.join(", ")
  }` +
    ` | ${report.examplesPerSecond.toFixed(0)} examples/s`;
}

/** The same within a line of 80 columns. */
function summarize(report: StepReport): string {
  const rates = Object.entries(report.learningRates).map(([name, rate]) =>
    `${name} ${rate.toExponential(0)}`
  );
  return `loss ${report.loss.toFixed(3)} acc ${report.accuracy.toFixed(2)} rate ${rates.join(" ")}` +
    ` ${report.examplesPerSecond.toFixed(0)}/s`;
}

/** A bar where the output is a terminal, a line for each epoch elsewhere. */
export function makeProgress(totalSteps: number, startStep: number, epochs: number): Progress {
  const line = (report: StepReport, heapUsed: number): string =>
    `epoch ${report.epoch}/${epochs} | ${describe(report)} | heap ${(heapUsed / 2 ** 20).toFixed(1)} MiB`;
  if (!Deno.stdout.isTerminal()) {
    return { step() {}, epoch: (report, heapUsed) => console.log(line(report, heapUsed)), stop() {} };
  }
  const bar = new cliProgress.SingleBar(
    { format: "{bar} {value}/{total} {text}", barsize: 10, hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.rect,
  );
  bar.start(totalSteps, startStep, { text: "" });
  return {
    step: (report) => bar.update(report.step, { text: summarize(report) }),
    epoch() {},
    stop: () => bar.stop(),
  };
}

/** Rows are digits, columns what was predicted for them. */
export function confusionTable(labels: ArrayLike<number>, predictions: ArrayLike<number>): string {
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]][predictions[i]]++;
  const cells = (values: readonly (number | string)[]): string =>
    values.map((v) => String(v).padStart(4)).join("");
  return [
    `digit | predicted`,
    `      |${cells([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])}`,
    `------+${"-".repeat(40)}`,
    ...counts.map((row, digit) => `    ${digit} |${cells(row.map((count) => count === 0 ? "." : count))}`),
  ].join("\n");
}
