/**
 * Guard zones: bytes of a known pattern on both sides of a block, which show who wrote beyond it.
 *
 * @module
 */
import { GRANULE, REQUESTED } from "./allocator.ts";

// As floats these bytes are NaN, so that what was read beyond a block shows in a result.
const PATTERN = 0xff;

/** Granules that guards add to a block: 64 bytes before the content, and at least 64 after it. */
export const GUARD_GRANULES: number = 2;

/** Writes the pattern around the `requested` bytes of the block whose header is `header`. */
export function fillGuards(bytes: Uint8Array, header: number, granules: number, requested: number): void {
  const start = (header + 1) * GRANULE;
  bytes.fill(PATTERN, start, start + GRANULE);
  bytes.fill(PATTERN, start + GRANULE + requested, (header + granules) * GRANULE);
}

/** Throws a RangeError that names the block with this header if its pattern is damaged. */
export function checkGuard(bytes: Uint8Array, words: Int32Array, header: number, granules: number): void {
  const start = (header + 2) * GRANULE;
  const requested = words[header * (GRANULE / 4) + REQUESTED]! >>> 0;
  const end = (header + granules) * GRANULE;
  for (let at = start - GRANULE; at < end; at += at === start - 1 ? requested + 1 : 1) {
    if (bytes[at] === PATTERN) continue;
    const where = at < start ? `${start - at} before its start` : `${at - start - requested} after its end`;
    throw new RangeError(
      `Expected the guards of a block to be whole but the block of ${requested} bytes at ${start} was ` +
        `overrun at byte ${where}`,
    );
  }
}
