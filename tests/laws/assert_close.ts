/**
 * Comparing trees of tensors within a distance.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { Tensor, tree } from "../../tensor/mod.ts";
import { isFloating } from "../../tensor/dtype.ts";

/** How far numbers may be apart: within one of the distances is near enough. */
export interface AssertCloseOptions {
  /** In units in the last place of the dtype; 4 by default. */
  readonly unitsInLastPlace?: number;
  /** Relative to what was expected; 0 by default. */
  readonly relativeTolerance?: number;
  /** Of numbers as they are; 0 by default. */
  readonly absoluteTolerance?: number;
  /** How many differences are listed; 8 by default. */
  readonly most?: number;
}

const ASSERT_CLOSE_OPTIONS = {
  unitsInLastPlace: true,
  relativeTolerance: true,
  absoluteTolerance: true,
  most: true,
} as const;

/** One difference. */
interface Difference {
  readonly place: string;
  readonly actual: number;
  readonly expected: number;
  readonly units: number;
}

/**
 * Throws unless two trees of tensors have the same structure, shapes and dtypes, and numbers within a distance. NaN
 * is near NaN, infinities and integers only to themselves. The error lists the differences: where, both numbers, and
 * how many units in the last place lie between them.
 *
 * @throws {Error} If something differs.
 *
 * @example
 * ```ts
 * import { exp, log, tensor } from "@weft/weft";
 * import { assertClose } from "@weft/weft/testing";
 *
 * const x = tensor([0.5, 1, 7]);
 * assertClose(log(exp(x)), x, { unitsInLastPlace: 2 });
 * ```
 */
export function assertClose(actual: unknown, expected: unknown, options: AssertCloseOptions = {}): void {
  checkOptionNames("assertClose", options, ASSERT_CLOSE_OPTIONS);
  const [given, wanted] = [tree.entries(actual), tree.entries(expected)];
  const paths = wanted.map(({ path }) => path);
  const missing = paths.filter((path) => !given.some((leaf) => leaf.path === path));
  const extra = given.filter(({ path }) => !paths.includes(path)).map(({ path }) => path);
  if (missing.length + extra.length > 0) {
    const named = (list: readonly string[]): string => list.map((path) => path || "the root").join(", ");
    throw new Error([
      `Expected ${tree.describe(expected)} but got ${tree.describe(actual)}`,
      ...missing.length > 0 ? [`nothing at ${named(missing)}`] : [],
      ...extra.length > 0 ? [`more at ${named(extra)}`] : [],
    ].join("\n  "));
  }
  const found = new Map(given.map(({ path, value }) => [path, value]));
  const lines: string[] = [];
  let count = 0;
  wanted.forEach(({ path, value: leaf }) => {
    const other = found.get(path);
    const at = path === "" ? "" : `${path}: `;
    if (!(leaf instanceof Tensor) || !(other instanceof Tensor)) {
      if (!Object.is(leaf, other)) lines.push(`${at}expected ${String(leaf)} but got ${String(other)}`);
      return;
    }
    if (leaf.dtype !== other.dtype || `${leaf.shape}` !== `${other.shape}`) {
      const text = (x: Tensor): string => `${x.dtype}[${x.shape.join(", ")}]`;
      lines.push(`${at}expected ${text(leaf)} but got ${text(other)}`);
      return;
    }
    const apart = differences(other, leaf, options);
    count += apart.length;
    const most = options.most ?? 8;
    for (const { place, actual, expected, units } of apart.slice(0, most)) {
      lines.push(`${at}${place}: expected ${expected} but got ${actual}, ${distance(units)} apart`);
    }
    if (apart.length > most) lines.push(`${at}and ${apart.length - most} more of ${leaf.size}`);
  });
  if (lines.length === 0) return;
  const head = count === 0
    ? "Expected trees that are close"
    : `Expected numbers that are close but ${count} differ`;
  throw new Error([head, ...lines].join("\n  "));
}

function distance(units: number): string {
  if (!Number.isFinite(units)) return "not both numbers,";
  return `${units} ${units === 1 ? "unit" : "units"} in the last place`;
}

function differences(actual: Tensor, expected: Tensor, options: AssertCloseOptions): readonly Difference[] {
  const { unitsInLastPlace: most = 4, relativeTolerance = 0, absoluteTolerance = 0 } = options;
  const [data, wanted] = [actual.data(), expected.data()];
  const found: Difference[] = [];
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [data[i], wanted[i]];
    if (a === b || (a !== a && b !== b)) continue;
    const units = isFloating(expected.dtype) ? unitsBetween(a, b, expected.dtype) : Infinity;
    const apart = Math.abs(a - b);
    if (units <= most || apart <= absoluteTolerance + relativeTolerance * Math.abs(b)) continue;
    found.push({ place: placeOf(i, expected.shape), actual: a, expected: b, units });
  }
  return found;
}

function placeOf(index: number, shape: readonly number[]): string {
  const place: number[] = [];
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return `[${place.join(", ")}]`;
}

/** How many numbers of a dtype lie between two; Infinity where one is not finite. */
function unitsBetween(a: number, b: number, dtype: string): number {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
  if (dtype === "float64") {
    return Number(rank64(a) > rank64(b) ? rank64(a) - rank64(b) : rank64(b) - rank64(a));
  }
  const shift = dtype === "float16" ? 13 : dtype === "bfloat16" ? 16 : 0;
  return Math.floor(Math.abs(rank32(a) - rank32(b)) / 2 ** shift);
}

function rank32(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer)[0];
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

function rank64(value: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(value).buffer)[0];
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}
