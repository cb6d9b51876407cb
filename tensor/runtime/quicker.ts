/**
 * Choosing by the clock between two ways to do the same.
 *
 * @module
 */

/** How often the first way is taken before any is timed: what is new is slow for other reasons. */
const NEW = 5;

/** How often each way is timed before one is chosen, and which of its times counts: others may have been disturbed. */
const [TRIALS, COUNTED] = [5, 1];

/**
 * How often the chosen way is taken before both are timed anew, at first and at last: twice as often each time that
 * the same is chosen.
 */
const PERIODS: readonly [number, number] = [20, 5000];

/** How many runs after each other have to take another time than when they were chosen, and how much, to be timed anew. */
const CHANGED = { runs: 8, slower: 1.4, quicker: 0.7 };

/** A choice between two ways to do the same. */
export interface Choice {
  /** Does it, by the way that was quicker, or by the one whose turn it is to be timed. */
  readonly run: () => void;
  /** Whether a way is chosen for the next run, so that none is timed. */
  readonly settled: () => boolean;
}

/**
 * Times two ways to do the same in turns, takes the quicker one for a while, and times them again, soon at first. With
 * `watch` every run is timed, and both ways are timed again when the chosen one has come to take another time: when
 * another process came or went, say.
 */
export function quickerOf(
  ways: readonly [() => void, () => void],
  watch = false,
  now: () => number = () => performance.now(),
): Choice {
  const times: readonly [number[], number[]] = [[], []];
  let [chosen] = ways;
  let fresh = NEW;
  let left = 0;
  let period = PERIODS[0];
  let expected = 0;
  let changed = 0;
  const time = (): void => {
    const way = times[0].length > times[1].length ? 1 : 0;
    const begin = now();
    ways[way]();
    times[way].push(now() - begin);
    if (times[1].length < TRIALS) return;
    const taken = times.map(counted);
    expected = Math.min(...taken);
    const quicker = ways[taken.indexOf(expected)];
    if (quicker !== chosen) period = PERIODS[0];
    chosen = quicker;
    changed = 0;
    left = period;
    period = Math.min(PERIODS[1], 2 * period);
    times[0].length = 0;
    times[1].length = 0;
  };
  /** Counts runs that take longer, or that take less, than was expected. */
  const look = (): void => {
    const begin = now();
    chosen();
    const ratio = (now() - begin) / expected;
    const step = ratio > CHANGED.slower ? 1 : ratio < CHANGED.quicker ? -1 : 0;
    changed = step === 0 ? 0 : step * changed < 0 ? step : changed + step;
    if (Math.abs(changed) < CHANGED.runs) return;
    left = 0;
    period = PERIODS[0];
  };
  return {
    run() {
      if (fresh > 0) {
        fresh -= 1;
        return ways[0]();
      }
      if (left === 0) return time();
      left -= 1;
      if (watch) look();
      else chosen();
    },
    settled: () => left > 0,
  };
}

function counted(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[COUNTED];
}
