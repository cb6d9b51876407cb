/**
 * Replaying random numbers that JAX printed.
 *
 * @module
 */

import { random, type Tensor, vmap } from "../../tensor/mod.ts";
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
    readonly replace?: boolean;
    readonly a?: number;
    readonly m?: number;
    readonly p?: number;
    readonly d?: number;
  };
  readonly dtype: string;
  readonly partitionable: boolean;
  readonly seed: string;
  readonly key: readonly [number, number];
  readonly inputs?: readonly GoldenTensor[];
  readonly output: GoldenTensor;
}

/** What of a case there is nothing for. */
function unsupported({ op, options }: RandomCase): string | null {
  const { mode } = options;
  const isKnown = mode === undefined || mode === "low" || mode === "high" || op === "variance_scaling";
  return isKnown ? null : `jax.random.${op} with mode ${mode}`;
}

/** Bits of an element. */
const WIDTHS: Readonly<Record<string, 8 | 16 | 32>> = { uint8: 8, uint16: 16, uint32: 32 };

function draw({ op, options, dtype: given, partitionable, seed, inputs }: RandomCase): Tensor {
  const dtype = given === "float64" ? "float64" : "float32";
  const key = random.key(BigInt(seed), { seedBits: given === "float64" ? 64 : 32 });
  const parameters = (inputs ?? []).map(fromGolden);
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
      return random.bits(key, shape, { ...layout, width: WIDTHS[options.dtype ?? "uint32"] });
    case "uniform": {
      const { minval: min = 0, maxval: max = 1 } = options;
      return random.uniform(key, shape, { ...layout, dtype: given as "float32", min, max });
    }
    case "normal":
      return random.normal(key, shape, { ...layout, dtype: given as "float32" });
    case "bernoulli": {
      const probability = fromGolden(inputs![0]);
      return random.bernoulli(key, {
        ...layout,
        probability,
        shape: options.shape ?? probability.shape,
        mode: (options.mode ?? "low") as "low" | "high",
      });
    }
    case "permutation": {
      const { n, ...own } = options;
      return random.permutation(key, n ?? fromGolden(inputs![0]), { ...layout, ...own });
    }
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
  const draws = { ...layout, dtype } as const;
  const sized = options.shape === undefined ? {} : { shape: options.shape };
  const sampler = SAMPLERS[op];
  if (sampler === undefined) throw new UnsupportedError(`jax.random.${op}`);
  return sampler({ key, shape, parameters, options, draws, sized, layout });
}

interface Draw {
  readonly key: Tensor;
  readonly shape: readonly number[];
  readonly parameters: readonly Tensor[];
  readonly options: RandomCase["options"];
  readonly draws: { readonly partitionable: boolean; readonly dtype: "float32" | "float64" };
  readonly sized: { readonly shape?: readonly number[] };
  readonly layout: { readonly partitionable: boolean };
}

/** The samplers whose parameters are tensors, by JAX's names. */
const SAMPLERS: Readonly<Record<string, (draw: Draw) => Tensor>> = {
  exponential: ({ key, shape, draws }) => random.exponential(key, shape, draws),
  laplace: ({ key, shape, draws }) => random.laplace(key, shape, draws),
  logistic: ({ key, shape, draws }) => random.logistic(key, shape, draws),
  cauchy: ({ key, shape, draws }) => random.cauchy(key, shape, draws),
  gumbel: ({ key, shape, draws, options: { mode = "low" } }) =>
    random.gumbel(key, shape, { ...draws, mode: mode as "low" }),
  maxwell: ({ key, shape, draws }) => random.maxwell(key, shape, draws),
  truncated_normal: ({ key, parameters: [min, max], shape, draws }) =>
    random.truncatedNormal(key, shape, { ...draws, min, max }),
  gamma: ({ key, parameters: [concentration], draws, sized }) =>
    random.gamma(key, { ...draws, ...sized, concentration }),
  loggamma: ({ key, parameters: [concentration], draws, sized }) =>
    random.logGamma(key, { ...draws, ...sized, concentration }),
  beta: ({ key, parameters: [a, b], draws, sized }) => random.beta(key, { ...draws, ...sized, a, b }),
  dirichlet: ({ key, parameters: [concentration], draws, sized }) =>
    random.dirichlet(key, { ...draws, ...sized, concentration }),
  chisquare: ({ key, parameters: [degreesOfFreedom], draws, sized }) =>
    random.chiSquare(key, { ...draws, ...sized, degreesOfFreedom }),
  t: ({ key, parameters: [degreesOfFreedom], draws, sized }) =>
    random.studentT(key, { ...draws, ...sized, degreesOfFreedom }),
  f: ({ key, parameters: [numerator, denominator], draws, sized }) =>
    random.fisherF(key, { ...draws, ...sized, numerator, denominator }),
  lognormal: ({ key, parameters: [sigma], shape, draws }) =>
    random.logNormal(key, shape, { ...draws, sigma: sigma ?? 1 }),
  pareto: ({ key, parameters: [tail], shape, draws }) => random.pareto(key, shape, { ...draws, tail }),
  weibull_min: ({ key, parameters: [scale, concentration], shape, draws }) =>
    random.weibullMin(key, shape, { ...draws, scale, concentration }),
  rayleigh: ({ key, parameters: [scale], shape, draws }) => random.rayleigh(key, shape, { ...draws, scale }),
  wald: ({ key, parameters: [mean], shape, draws }) => random.wald(key, shape, { ...draws, mean }),
  triangular: ({ key, parameters: [left, mode, right], shape, draws }) =>
    random.triangular(key, shape, { ...draws, left, mode, right }),
  multivariate_normal: ({ key, parameters: [mean, covariance], draws, sized }) =>
    random.multivariateNormal(key, { ...draws, ...sized, mean, covariance }),
  orthogonal: ({ key, options: { n, m }, draws, sized }) =>
    random.orthogonal(key, n!, { ...draws, ...sized, ...(typeof m === "number" ? { columns: m } : {}) }),
  rademacher: ({ key, shape, layout }) => random.rademacher(key, shape, layout),
  categorical: ({ key, parameters: [logits], options: { axis, replace, mode }, sized, layout }) =>
    random.categorical(key, logits, {
      ...layout,
      ...sized,
      axis: axis ?? -1,
      replace: replace !== false,
      mode: (mode ?? "low") as "low",
    }),
  choice: ({ key, parameters, options: { a, axis, replace }, shape, layout }) => {
    const from = a ?? parameters[0];
    const probabilities = a === undefined ? parameters[1] : parameters[0];
    return random.choice(key, from, {
      ...layout,
      shape,
      axis: axis ?? 0,
      replace: replace !== false,
      ...(probabilities === undefined ? {} : { probabilities }),
    });
  },
  poisson: ({ key, parameters: [rate], sized, layout }) => random.poisson(key, { ...layout, ...sized, rate }),
  binomial: ({ key, parameters: [trials, probability], sized, layout }) =>
    random.binomial(key, { ...layout, ...sized, trials, probability }),
  multinomial: ({ key, parameters: [trials, probabilities], sized, layout }) =>
    random.multinomial(key, { ...layout, ...sized, trials, probabilities }),
  double_sided_maxwell: ({ key, parameters: [location, scale], shape, draws }) =>
    random.doubleSidedMaxwell(key, shape, { ...draws, location, scale }),
  generalized_normal: ({ key, options: { p }, shape, draws }) =>
    random.generalizedNormal(key, p!, shape, draws),
  ball: ({ key, options: { p, d }, sized, draws }) =>
    random.ball(key, d!, { ...draws, ...sized, ...(p === undefined ? {} : { p }) }),
  geometric: ({ key, parameters: [probability], sized, layout }) =>
    random.geometric(key, { ...layout, ...sized, probability }),
  keys_vmapped: ({ key, shape, layout }) =>
    vmap((one: Tensor) => random.normal(one, shape, layout))(random.split(key, 3, layout)),
};

/** Those whose rounding grows with logarithms of what is close to 1, or in the tails. */
const WIDER = [
  "ball",
  "generalized_normal",
  "truncated_normal",
  "gamma",
  "loggamma",
  "beta",
  "dirichlet",
  "t",
  "f",
  "chisquare",
  "multivariate_normal",
];

/** What floats that pass erfinv or a logarithm may differ by; integers and uniform numbers are equal. */
function toleranceOf({ op, dtype }: RandomCase): number {
  if (op === "uniform") return dtype === "float64" ? 1e-15 : 0;
  if (WIDER.includes(op)) return dtype === "float64" ? 1e-9 : 4e-5;
  return op === "orthogonal" ? dtype === "float64" ? 1e-9 : 1e-4 : dtype === "float64" ? 1e-12 : 2e-6;
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
  // 16 bits are held in the words of 32.
  const dtype = output.dtype === "uint16" as string ? "uint32" : output.dtype;
  if (result.dtype !== dtype || result.shape.join() !== output.shape.join()) {
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
