/**
 * Whether two libraries computed the same.
 *
 * @module
 */
import type { Measured } from "./timing.ts";

/** What losses and elements may differ by, relatively: some peers sum millions of numbers in float32. */
const LOSS_TOLERANCE = 1e-3;
/** What the sum and the sum of absolute values may differ by, as a part of the latter. */
const SUM_TOLERANCE = 1e-4;

/** What differs, in words; null where nothing does. */
export function difference(own: Measured, other: Measured): string | null {
  const length = Math.min(own.first.length, other.first.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [own.first[i], other.first[i]];
    if (!(Math.abs(a - b) <= 1e-5 + LOSS_TOLERANCE * Math.abs(b))) return `step ${i + 1} read ${a} and ${b}`;
  }
  if (own.checksum.length < 2 || other.checksum.length < 2) return null;
  for (const [i, name] of ["sum", "sum of absolute values"].entries()) {
    const [a, b] = [own.checksum[i], other.checksum[i]];
    if (!(Math.abs(a - b) <= SUM_TOLERANCE * Math.abs(other.checksum[1]))) {
      return `the ${name} is ${a} and ${b}`;
    }
  }
  return null;
}
