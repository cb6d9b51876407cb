/**
 * How far a training is, on the terminal.
 *
 * @module
 */

/** A bar that shows steps and the loss. */
export interface Bar {
  /** Shows that so many steps are done. */
  update(step: number, loss: number): void;
  /** Ends the bar. */
  stop(): void;
}

/** A bar from `start` to `total`; nothing is shown unless it is asked for. */
export async function progressBar(shown: boolean, total: number, start: number): Promise<Bar> {
  if (!shown) return { update() {}, stop() {} };
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
