/**
 * Discrete Fourier transforms of lines.
 *
 * @module
 */
import type { MatrixLoop } from "./linalg/steps.ts";

/** Elements of float64 memory that a line of a length needs. */
export function fourierArea(length: number): number {
  const size = fourierSize(length);
  return size === length ? 3 * size : 5 * size + 2 * length;
}

/** The power of two whose transform does that of a length: itself, or room for a convolution. */
export function fourierSize(length: number): number {
  let size = 1;
  while (size < length) size *= 2;
  if (size === length) return size;
  while (size < 2 * length - 1) size *= 2;
  return size;
}

/**
 * `X[k] = sum over j of x[j] exp(-2 pi i j k / n)`, or with the other sign, in double precision: radix 2 for powers of
 * two (Cooley and Tukey, 1965), as a convolution with a chirp for other lengths (Bluestein, 1970). Arguments: addresses
 * of the real and imaginary parts, of those of the result and of a float64 area for each line; n, the power of two, 1
 * or -1 for the sign of the exponent, elements of the area. Units are lines.
 */
export const fourierLoop: MatrixLoop = (p, x, at, begin, end) => {
  const n = p[at + 5], m = p[at + 6], sign = p[at + 7], area = p[at + 8];
  // Lines of one range share the tables of its first.
  const tables = p[at + 4] + begin * area;
  const cosines = tables + 2 * m, sines = cosines + m / 2;
  const isPower = m === n;
  for (let i = 0; i < m / 2; i++) {
    p[cosines + i] = Math.cos(2 * Math.PI * i / m);
    p[sines + i] = Math.sin(2 * Math.PI * i / m);
  }
  // In place over real parts at `re` and imaginary ones at `re + m`.
  const transform = (re: number, direction: number): void => {
    const im = re + m;
    for (let i = 1, j = 0; i < m; i++) {
      let bit = m >> 1;
      for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        const [a, b] = [p[re + i], p[im + i]];
        p[re + i] = p[re + j];
        p[im + i] = p[im + j];
        p[re + j] = a;
        p[im + j] = b;
      }
    }
    for (let half = 1; half < m; half *= 2) {
      const step = m / (2 * half);
      for (let start = 0; start < m; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = p[cosines + k * step], s = direction * p[sines + k * step];
          const low = start + k, high = low + half;
          const a = p[re + high] * c - p[im + high] * s, b = p[re + high] * s + p[im + high] * c;
          p[re + high] = p[re + low] - a;
          p[im + high] = p[im + low] - b;
          p[re + low] += a;
          p[im + low] += b;
        }
      }
    }
  };
  const chirp = sines + m / 2, filter = chirp + 2 * n;
  if (!isPower) {
    for (let i = 0; i < n; i++) {
      // The square of i is taken modulo 2 n, which keeps the angle exact.
      const angle = Math.PI * ((i * i) % (2 * n)) / n;
      p[chirp + i] = Math.cos(angle);
      p[chirp + n + i] = sign * Math.sin(angle);
    }
    for (let i = 0; i < 2 * m; i++) p[filter + i] = 0;
    for (let i = 0; i < n; i++) {
      p[filter + i] = p[chirp + i];
      p[filter + m + i] = -p[chirp + n + i];
      if (i > 0) {
        p[filter + m - i] = p[chirp + i];
        p[filter + 2 * m - i] = -p[chirp + n + i];
      }
    }
    transform(filter, -1);
  }
  for (let u = begin; u < end; u++) {
    const real = p[at] + u * n,
      imag = p[at + 1] + u * n,
      toReal = p[at + 2] + u * n,
      toImag = p[at + 3] + u * n;
    const w = p[at + 4] + u * area;
    if (isPower) {
      for (let i = 0; i < n; i++) {
        p[w + i] = x[real + i];
        p[w + m + i] = x[imag + i];
      }
      transform(w, sign);
      for (let i = 0; i < n; i++) {
        x[toReal + i] = p[w + i];
        x[toImag + i] = p[w + m + i];
      }
      continue;
    }
    for (let i = 0; i < 2 * m; i++) p[w + i] = 0;
    for (let i = 0; i < n; i++) {
      const c = p[chirp + i], s = p[chirp + n + i];
      p[w + i] = x[real + i] * c - x[imag + i] * s;
      p[w + m + i] = x[real + i] * s + x[imag + i] * c;
    }
    transform(w, -1);
    for (let i = 0; i < m; i++) {
      const a = p[w + i], b = p[w + m + i], c = p[filter + i], d = p[filter + m + i];
      p[w + i] = (a * c - b * d) / m;
      p[w + m + i] = (a * d + b * c) / m;
    }
    transform(w, 1);
    for (let i = 0; i < n; i++) {
      const c = p[chirp + i], s = p[chirp + n + i];
      x[toReal + i] = p[w + i] * c - p[w + m + i] * s;
      x[toImag + i] = p[w + i] * s + p[w + m + i] * c;
    }
  }
};
