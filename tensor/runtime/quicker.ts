/**
 * Choosing by the clock between two ways to do the same.
 *
 * @module
 */

/** How often each way is timed before one is chosen; their medians count. */
const TRIALS = 5;

/** How often the chosen way is taken before both are timed anew, at first and at last. */
const PERIODS: readonly [number, number] = [20, 5000];

/** A choice between two ways to do the same. */
export interface Choice {
  /** Does it, by the way that was quicker, or by the one whose turn it is to be timed. */
  readonly run: () => void;
  /** Whether a way is chosen for the next run, so that none is timed. */
  readonly settled: () => boolean;
}

/**
 * Times two ways to do the same in turns, takes the quicker one for a while, and times them again: soon at first, since
 * what is new is slow for other reasons.
 */
export function quickerOf(
  ways: readonly [() => void, () => void],
  now: () => number = () => performance.now(),
): Choice {
  const times: readonly [number[], number[]] = [[], []];
  let [chosen] = ways;
  let left = 0;
  let period = PERIODS[0];
  const time = (): void => {
    const way = times[0].length > times[1].length ? 1 : 0;
    const begin = now();
    ways[way]();
    times[way].push(now() - begin);
    if (times[1].length < TRIALS) return;
    chosen = ways[middle(times[0]) < middle(times[1]) ? 0 : 1];
    left = period;
    period = Math.min(PERIODS[1], 10 * period);
    times[0].length = 0;
    times[1].length = 0;
  };
  return {
    run() {
      if (left === 0) return time();
      left -= 1;
      chosen();
    },
    settled: () => left > 0,
  };
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[TRIALS >> 1];
}
