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

/** What a draw adds to the state of Mulberry32. */
const STEP = 0x6d2b79f5;

/** The draw of Mulberry32 in this state: a double in [0, 1), a multiple of 2^-32. */
function uniform(state: number): number {
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
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
  const data = new Float32Array(size(shape));
  // The state is a variable of the loop: numbers that a closure holds would be allocated anew in each draw.
  for (let i = 0, state = seedOf(base, stream); i < data.length; i++) {
    const u = uniform(state = (state + STEP) | 0);
    const v = uniform(state = (state + STEP) | 0);
    const radius = Math.sqrt(-2 * Math.log(1 - u));
    data[i] = mean + deviation * radius * Math.cos(2 * Math.PI * v);
  }
  return { shape, data };
}

/** Weights of variance 1 / fanIn. */
export function weights(base: number, stream: number, shape: readonly number[], fanIn: number): Input {
  return normal(base, stream, shape, 1 / Math.sqrt(fanIn));
}

/** Labels in [0, classes): `floor(u classes)`, a draw each. */
export function labels(base: number, stream: number, count: number, classes: number): Input {
  const data = Int32Array.from(
    { length: count },
    (_, i) => Math.floor(uniform((seedOf(base, stream) + Math.imul(i + 1, STEP)) | 0) * classes),
  );
  return { shape: [count], data };
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
