/**
 * The inputs of the workloads: streams of random numbers that every peer, also in Python, draws alike.
 *
 * @module
 */

/** An array with its shape. */
export interface Input {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Mulberry32: uniform doubles in [0, 1), multiples of 2^-32. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** The seed of stream `stream` of the workloads with base `base`. */
const seedOf = (base: number, stream: number): number => 1000 * base + stream;

/**
 * Normal numbers of stream `stream`: `mean + deviation * sqrt(-2 log(1 - u)) cos(2 pi v)` for two draws u and v,
 * computed in double and rounded to float32.
 */
export function normal(
  base: number,
  stream: number,
  shape: readonly number[],
  deviation = 1,
  mean = 0,
): Input {
  const draw = mulberry32(seedOf(base, stream));
  const data = new Float32Array(size(shape));
  for (let i = 0; i < data.length; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - draw()));
    data[i] = mean + deviation * radius * Math.cos(2 * Math.PI * draw());
  }
  return { shape, data };
}

/** Weights of variance 1 / fanIn. */
export function weights(base: number, stream: number, shape: readonly number[], fanIn: number): Input {
  return normal(base, stream, shape, 1 / Math.sqrt(fanIn));
}

/** Labels in [0, classes): `floor(u classes)`, a draw each. */
export function labels(base: number, stream: number, count: number, classes: number): Input {
  const draw = mulberry32(seedOf(base, stream));
  return { shape: [count], data: Int32Array.from({ length: count }, () => Math.floor(draw() * classes)) };
}

/** An array of one value. */
export function filled(shape: readonly number[], value: number): Input {
  return { shape, data: new Float32Array(size(shape)).fill(value) };
}

/** Labels as rows of zeros with a one. */
export function oneHot({ data, shape: [count] }: Input, classes: number): Input {
  const rows = new Float32Array(count * classes);
  data.forEach((label, i) => rows[i * classes + label] = 1);
  return { shape: [count, classes], data: rows };
}
