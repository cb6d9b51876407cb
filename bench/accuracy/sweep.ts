/**
 * Sweeping float32 values of every exponent through functions.
 *
 * @module
 */
import { configure, scope, tensor } from "../../mod.ts";
import type { Compared } from "./functions.ts";
import { unitsBetween } from "./units.ts";

/** How kernels compute: as the option `simd` of `configure`. */
export const MODES = ["off", "strict", "relaxed"] as const;

/** One of `MODES`. */
export type Mode = typeof MODES[number];

/** The largest distance from float64, and where it is. */
export interface Worst {
  readonly units: number;
  readonly at: readonly number[];
}

/** Values of a tensor. */
const CHUNK = 1 << 18;

/** Odd, so that multiples of it take on all 2^32 patterns of bits. */
const SPREAD = 0x9e37_79b1;

/** The float32 whose patterns are multiples of a constant from number `first` on: evenly over all patterns. */
function spread(first: number, count: number): Float32Array<ArrayBuffer> {
  const patterns = new Uint32Array(count);
  for (let i = 0; i < count; i++) patterns[i] = Math.imul(first + i, SPREAD);
  return new Float32Array(patterns.buffer);
}

/** Operands: every other pair of two is positive and moderate, where powers are neither 0 nor infinite. */
function operandsOf(
  { operands }: Compared,
  first: number,
  count: number,
): readonly Float32Array<ArrayBuffer>[] {
  const xs = spread(first, count);
  if (operands === 1) return [xs];
  const ys = spread(first + 0x5bd1_e995, count);
  for (let i = 0; i < count; i += 2) {
    xs[i] = Math.exp((first + i) % 9973 / 200 - 25);
    ys[i] = (first + i) % 9967 / 500 - 10;
  }
  return [xs, ys];
}

/** The largest distances of a function's results in each mode over this number of values. */
export function sweep(compared: Compared, values: number, modes: readonly Mode[]): ReadonlyMap<Mode, Worst> {
  const worst = new Map<Mode, Worst>(modes.map((mode) => [mode, { units: 0, at: [] }]));
  for (let first = 0; first < values; first += CHUNK) {
    const operands = operandsOf(compared, first, Math.min(CHUNK, values - first));
    const exact = Float64Array.from(operands[0], (x, i) => compared.exact(x, operands[1]?.[i]));
    for (const mode of modes) {
      configure({ simd: mode });
      const actual = scope(() => compared.vector(...operands.map((xs) => tensor(xs))).data());
      let { units, at } = worst.get(mode)!;
      for (let i = 0; i < exact.length; i++) {
        const distance = unitsBetween(actual[i] as number, exact[i]);
        if (distance > units) [units, at] = [distance, operands.map((xs) => xs[i])];
      }
      worst.set(mode, { units, at });
    }
  }
  return worst;
}
