/**
 * Timing: alternatives take turns in one run, so that their ratios hold where the machine's speed drifts.
 *
 * @module
 */

/** One alternative. */
export interface Alternative {
  /** What it is called in the table. */
  readonly name: string;
  /** One run; called again and again. */
  readonly run: () => void;
}

/** What was measured of one alternative. */
export interface Timing {
  readonly name: string;
  /** Median of a run in milliseconds. */
  readonly median: number;
  /** Shortest run in milliseconds. */
  readonly least: number;
}

/** Runs the alternatives in turns for about `seconds`, after a warm-up, and returns the median of each. */
export function compare(alternatives: readonly Alternative[], seconds = 1): Timing[] {
  for (const { run } of alternatives) for (let i = 0; i < 3; i++) run();
  const times: number[][] = alternatives.map(() => []);
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end || times[0].length < 5) {
    alternatives.forEach(({ run }, i) => {
      const start = performance.now();
      run();
      times[i].push(performance.now() - start);
    });
  }
  return alternatives.map(({ name }, i) => {
    const sorted = times[i].toSorted((a, b) => a - b);
    return { name, median: sorted[sorted.length >> 1], least: sorted[0] };
  });
}
