/**
 * How a Fourier transform is cut into short ones, and the tables of its roots of unity.
 *
 * @module
 */

/** Factors that transforms are made of; lengths with others are convolutions (Bluestein, 1970). */
const RADICES: readonly number[] = [4, 2, 3, 5, 7, 11, 13];

/** The radices of the passes of a length, in order, at least one; null where a prime factor is too large. */
export function radicesOf(n: number): number[] | null {
  const radices: number[] = [];
  let rest = n;
  for (const radix of RADICES) {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  if (rest > 1) return null;
  return n === 1 ? [1] : radices;
}

/** The least length from `least` on that is a power of two, or 5/8, 3/4 or 15/16 of one. */
export function smoothFrom(least: number): number {
  let size = 1;
  while (size < least) size *= 2;
  for (const part of [5 / 8, 3 / 4, 15 / 16]) {
    if (size * part >= least && Number.isInteger(size * part)) return size * part;
  }
  return size;
}

/** A length as `[a, b]`, the factors nearest to each other, `a` the smaller. */
export function splitOf(n: number): readonly [number, number] {
  let small = Math.floor(Math.sqrt(n));
  while (n % small !== 0) small--;
  return [small, n / small];
}

/** `[cos, -sin](2 pi e / n)`, exact where it is rational. */
export function rootOfUnity(e: number, n: number): readonly [number, number] {
  const turned = e % n;
  const eighth = Math.floor(8 * turned / n);
  // The angle is taken from the nearest multiple of a quarter of a turn.
  const quarter = Math.floor((eighth + 1) / 2);
  const angle = 2 * Math.PI * ((4 * turned - quarter * n) / (4 * n));
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  switch (quarter % 4) {
    case 0:
      return [c, -s];
    case 1:
      return [-s, -c];
    case 2:
      return [-c, s];
    default:
      return [s, c];
  }
}

/** Numbers in the table of the passes of a length. */
export function passesSize(n: number): number {
  let [total, left] = [0, n];
  for (const radix of radicesOf(n)!) {
    left /= radix;
    total += 2 * (radix - 1) * (left - 1);
  }
  return total;
}

/**
 * Writes the roots that the passes of a length multiply by from `table[at]` on: for each pass that leaves m elements of
 * radix times m, for p from 1 to m - 1 and j from 1 to radix - 1, the real and imaginary part of the power p j.
 */
export function writePasses(table: Float32Array | Float64Array, at: number, n: number): void {
  let left = n;
  for (const radix of radicesOf(n)!) {
    const length = left;
    left /= radix;
    for (let p = 1; p < left; p++) {
      for (let j = 1; j < radix; j++) {
        const [re, im] = rootOfUnity(p * j, length);
        table[at++] = re;
        table[at++] = im;
      }
    }
  }
}

/** Roots of unity of 2 n that tell the halves of a spectrum apart, and those that a vector has beyond them. */
export function powersSize(n: number): number {
  return Math.floor(n / 2) + 4;
}

/** Columns of a block; the last one has fewer, or those more that would be no vector. */
export function columnsOf(
  block: number,
  columns: number,
  most: number,
  vector: number,
): { readonly first: number; readonly count: number } {
  const first = block * most;
  return { first, count: block === blocksOf(columns, most, vector) - 1 ? columns - first : most };
}

/** Blocks of columns. */
export function blocksOf(columns: number, most: number, vector: number): number {
  return Math.max(1, Math.floor(columns / most) + (columns % most >= vector ? 1 : 0));
}
