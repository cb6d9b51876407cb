import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import { RUNS } from "../../runs.ts";

const EPS = 1e-5;

/** Lengths on both sides of those where loops change. */
const lengths = fc.oneof(
  fc.integer({ min: 1, max: 80 }),
  fc.constantFrom(100, 127, 128, 511, 512, 513, 1000, 1024, 3001),
);

/** The largest error along a row, and along a column of it eight times, in units in the last place of 1 or more. */
function errors(row: Float32Array): number {
  const n = row.length;
  const mean = row.reduce((sum, x) => sum + x, 0) / n;
  const scale = 1 / Math.sqrt(row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n + EPS);
  const x = t.tensor(row);
  const along = t.standardize(x, { axes: 0, eps: EPS }).data();
  const wide = t.add(t.reshape(x, [n, 1]), t.zeros([1, 8]));
  const across = t.standardize(wide, { axes: 0, eps: EPS }).data();
  return Math.max(...Array.from(row, (value, i) => {
    const expected = (value - mean) * scale;
    const error = Math.max(Math.abs(along[i] - expected), Math.abs(across[8 * i] - expected));
    return error / Math.max(1, Math.abs(expected)) * 2 ** 23;
  }));
}

const noise = (seed: number, n: number): Float32Array =>
  t.random.uniform(t.random.key(seed), [n], { min: -0.5, max: 0.5 }).data() as Float32Array;

Deno.test("standardize() is within 4 units in the last place, however large the mean is", () => {
  fc.assert(
    fc.property(fc.nat(), lengths, fc.constantFrom(0, 1, 1e3, 1e6), (seed, n, mean) => {
      const error = errors(noise(seed, n).map((x) => x + mean));
      if (!(error <= 4)) throw new RangeError(`Expected at most 4 units but got ${error}`);
    }),
    RUNS,
  );
});

Deno.test("standardize() is within 24 units in the last place where outliers repeat in any rhythm", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      lengths,
      fc.constantFrom(1, 4),
      fc.constantFrom(2, 8, 16, 32),
      (seed, n, run, every) => {
        const row = noise(seed, n).map((x, i) => Math.floor(i / run) % every === 0 ? x + 1e3 : x);
        const error = errors(row);
        if (!(error <= 24)) throw new RangeError(`Expected at most 24 units but got ${error}`);
      },
    ),
    RUNS,
  );
});
