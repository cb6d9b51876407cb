/**
 * Replaying random numbers that JAX printed.
 *
 * @module
 */

import { random, type Tensor } from "../../tensor/mod.ts";
import { fromGolden, goldenData, type GoldenTensor } from "../tensor/golden.ts";
import {
  distance,
  type GoldenFile,
  type Replay,
  replayCases,
  type Replayer,
  UnsupportedError,
} from "./replay.ts";

interface RandomCase {
  readonly name: string;
  readonly op: string;
  readonly options: {
    readonly shape?: readonly number[];
    readonly num?: number | readonly number[];
    readonly n?: number;
    readonly data?: number;
    readonly dtype?: string;
    readonly minval?: number;
    readonly maxval?: number;
    readonly axis?: number;
    readonly independent?: boolean;
    readonly mode?: string;
  };
  readonly dtype: string;
  readonly partitionable: boolean;
  readonly seed: string;
  readonly key: readonly [number, number];
  readonly inputs?: readonly GoldenTensor[];
  readonly output: GoldenTensor;
}

/** The dtypes of JAX that there are none of. */
const NO_DTYPES: readonly string[] = ["float16", "bfloat16", "uint16"];

/** What of a case there is nothing for. */
function unsupported({ op, options, dtype, seed, output }: RandomCase): string | null {
  if (dtype === "float64" && BigInt.asUintN(32, BigInt(seed)) !== BigInt(seed)) return "seeds of 64 bits";
  for (const one of [dtype, output.dtype]) {
    if (NO_DTYPES.includes(one)) return `jax.random.${op} of ${one}`;
  }
  return options.mode === undefined ? null : `jax.random.${op} with mode`;
}

function draw({ op, options, dtype: given, partitionable, seed, inputs }: RandomCase): Tensor {
  const dtype = given === "float64" ? "float64" : "float32";
  const key = random.key(BigInt(seed));
  const layout = { partitionable };
  const { shape = [] } = options;
  switch (op) {
    case "key":
      return random.keyData(key);
    case "split":
      return random.keyData(random.split(key, options.num, layout));
    case "split_of_split":
      return random.keyData(random.split(random.split(key, 2, layout).at(1), 2, layout).at(1));
    case "fold_in":
      return random.keyData(random.foldIn(key, options.data!));
    case "fold_in_twice":
      return random.keyData(random.foldIn(random.foldIn(key, 3), 5));
    case "bits_of_fold_in":
      return random.bits(random.foldIn(key, 3), shape, layout);
    case "bits":
      return random.bits(key, shape, { ...layout, width: options.dtype === "uint8" ? 8 : 32 });
    case "uniform": {
      const { minval: min = 0, maxval: max = 1 } = options;
      return random.uniform(key, shape, { ...layout, dtype, min, max });
    }
    case "normal":
      return random.normal(key, shape, { ...layout, dtype });
    case "bernoulli": {
      const probability = fromGolden(inputs![0]);
      return random.bernoulli(key, { ...layout, probability, shape: options.shape ?? probability.shape });
    }
    case "permutation":
      return random.permutation(key, options.n ?? fromGolden(inputs![0]), { ...layout, ...options });
    case "randint": {
      const [min, max] = inputs?.map(fromGolden) ?? [options.minval!, options.maxval!];
      return random.randint(key, shape, {
        ...layout,
        min,
        max,
        dtype: options.dtype === "uint32" ? "uint32" : "int32",
      });
    }
  }
  throw new UnsupportedError(`jax.random.${op}`);
}

/** What floats that pass erfinv may differ by; everything else is equal. */
function toleranceOf({ op, dtype }: RandomCase): number {
  if (op === "normal") return dtype === "float64" ? 1e-12 : 2e-6;
  return op === "uniform" && dtype === "float64" ? 1e-15 : 0;
}

/** Files of JAX's random numbers. */
export const randomReplayer: Replayer = {
  match: ({ cases }) => (cases[0] as Partial<RandomCase> | undefined)?.partitionable !== undefined,
  replay: replayRandom,
};

/** Runs every case whose sampler we have. */
export function replayRandom(file: GoldenFile): Replay {
  return replayCases(file.cases as readonly RandomCase[], ({ name }) => name, replayCase);
}

function replayCase(golden: RandomCase): string {
  const missing = unsupported(golden);
  if (missing !== null) throw new UnsupportedError(missing);
  const result = draw(golden);
  const { name, output } = golden;
  if (result.dtype !== output.dtype || result.shape.join() !== output.shape.join()) {
    return `${name}: expected ${output.dtype}[${output.shape}] but got ${result.dtype}[${result.shape}]`;
  }
  const data = Array.from(result.data());
  const tolerance = toleranceOf(golden);
  const round = output.dtype === "float32" ? Math.fround : (value: number) => value;
  if (output.data !== undefined) return compare(name, data, goldenData(output).map(round), tolerance);
  const { head, tail } = output as { readonly head: readonly number[]; readonly tail: readonly number[] };
  const ends = [...data.slice(0, head.length), ...data.slice(-tail.length)];
  const difference = compare(name, ends, [...head, ...tail].map(round), tolerance);
  if (difference !== "") return difference;
  if (output.xor !== undefined) {
    const xor = data.reduce((sum, word) => sum ^ word, 0) >>> 0;
    const sum = data.reduce((total, word) => (total + word) >>> 0, 0);
    return compare(`${name}, xor and sum`, [xor, sum], [output.xor, output.sum!], 0);
  }
  if (output.mean64 === undefined) return "";
  const mean = data.reduce((total, value) => total + value, 0) / data.length;
  return compare(`${name}, mean`, [mean], [output.mean64], 1e-6);
}

/** Where numbers are further apart than the tolerance, relative to their size or absolute. */
function compare(
  name: string,
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
): string {
  for (let i = 0; i < expected.length; i++) {
    const [given, wanted] = [actual[i], expected[i]];
    if (given === wanted || Object.is(given, wanted)) continue;
    if (Math.abs(given - wanted) <= tolerance * Math.max(1, Math.abs(wanted))) continue;
    const apart = distance(given, wanted, "float32");
    return `${name}: element ${i}: expected ${wanted} but got ${given}, ${apart} units in the last place apart`;
  }
  return "";
}
