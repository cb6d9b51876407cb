/**
 * What replaying golden files has in common: results, and how far two numbers are apart.
 *
 * @module
 */

/** A parsed file of golden numbers. */
export interface GoldenFile {
  /** What printed the numbers, such as "torch"; absent in files of JAX and optax. */
  readonly framework?: string;
  /** One entry a case, in a form that depends on the file. */
  readonly cases: readonly unknown[];
}

/** How a case went. */
export interface Result {
  /** The name of the case. */
  readonly case: string;
  /** Whether every number came out within its tolerance. */
  readonly passed: boolean;
  /** The first difference, or what was thrown; empty if it passed. */
  readonly message: string;
}

/** A case that has no counterpart here. */
export interface Skipped {
  /** The name of the case. */
  readonly case: string;
  /** The operation or option that is not supported. */
  readonly operation: string;
  /** Why not, where it is not for lack of an operation or option. */
  readonly reason?: string;
}

/** How the cases of a file went. */
export interface Replay {
  /** The cases that were run. */
  readonly results: readonly Result[];
  /** The cases that were not. */
  readonly skipped: readonly Skipped[];
}

/** Replays one form of file. */
export interface Replayer {
  /** Whether a file has that form. */
  readonly match: (file: GoldenFile) => boolean;
  /** Runs its cases. */
  readonly replay: (file: GoldenFile) => Replay;
}

/** Thrown while a case is set up that has no counterpart here. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

/** Runs each case and sorts what comes of it; `run` returns the first difference, or an empty text. */
export function replayCases<C>(
  cases: readonly C[],
  nameOf: (one: C) => string,
  run: (one: C) => string,
): Replay {
  const results: Result[] = [];
  const skipped: Skipped[] = [];
  for (const one of cases) {
    const name = nameOf(one);
    try {
      const message = run(one);
      results.push({ case: name, passed: message === "", message });
    } catch (error) {
      if (error instanceof UnsupportedError) skipped.push({ case: name, operation: error.message });
      else results.push({ case: name, passed: false, message: `${name}: ${error}` });
    }
  }
  return { results, skipped };
}

/** The place of a number among all numbers of its precision, in order. */
function rank(value: number, precision: "float32" | "float64"): bigint {
  if (precision === "float32") {
    const bits = new Int32Array(Float32Array.of(value).buffer)[0];
    return BigInt(bits < 0 ? -(bits & 0x7fffffff) : bits);
  }
  const bits = new BigInt64Array(Float64Array.of(value).buffer)[0];
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** How many units in the last place two numbers are apart; NaN if one of them is NaN and the other is not. */
export function distance(a: number, b: number, precision: "float32" | "float64"): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Object.is(a, b) ? 0 : NaN;
  const difference = rank(a, precision) - rank(b, precision);
  return Number(difference < 0n ? -difference : difference);
}
