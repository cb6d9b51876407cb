/**
 * Bad options of transforms and optimizers that take nothing else.
 *
 * @module
 */
import * as optim from "../../../optim/mod.ts";
import { ones, random } from "../../../tensor/mod.ts";
import { optionRows } from "../options.ts";
import type { Row } from "../row.ts";

/** How a transform is made, and options that are right. */
// deno-lint-ignore no-explicit-any -- transforms of every kind are made
type Made = readonly [make: (options: any) => any, options: object];

const NOTHING = [
  "centralize",
  "denseGradients",
  "dynamicLossScale",
  "hutchinsonDiagonal",
  "iteratedLbfgs",
  "lbfgs",
  "normalizeByUpdateNorm",
  "orthogonalize",
  "polyakSgd",
  "reduceOnPlateau",
  "scaleByAcprop",
  "scaleByAdadelta",
  "scaleByAdam",
  "scaleByAdamHat",
  "scaleByAdamax",
  "scaleByAdan",
  "scaleByAdemamix",
  "scaleByAdopt",
  "scaleByAmsgrad",
  "scaleByBacktrackingLineSearch",
  "scaleByBelief",
  "scaleByBiasCorrection",
  "scaleByCocob",
  "scaleByDistanceOverGradients",
  "scaleByDog",
  "scaleByDowg",
  "scaleByFactoredRms",
  "scaleByGalore",
  "scaleByLars",
  "scaleByLazyAdam",
  "scaleByLbfgs",
  "scaleByLeafwiseAdam",
  "scaleByLeafwiseAdamax",
  "scaleByLeafwiseNadam",
  "scaleByLeafwiseRadam",
  "scaleByLion",
  "scaleByMuon",
  "scaleByNovograd",
  "scaleByOptimisticGradient",
  "scaleByParamBlockNorm",
  "scaleByParamBlockRms",
  "scaleByPolyak",
  "scaleByRadam",
  "scaleByRms",
  "scaleByRowColumnVariance",
  "scaleByRss",
  "scaleByShampoo",
  "scaleByShape",
  "scaleBySimplifiedAdemamix",
  "scaleBySm3",
  "scaleBySoap",
  "scaleBySophia",
  "scaleBySparseAdam",
  "scaleByStddev",
  "scaleByTrustRatio",
  "scaleByYogi",
  "scaleByZoomLineSearch",
  "uniformAverage",
] as const;

const LEARNING_RATE = [
  "acprop",
  "adabelief",
  "adadelta",
  "adafactor",
  "adagrad",
  "adam",
  "adamW",
  "adamax",
  "adamaxW",
  "adan",
  "ademamix",
  "adopt",
  "adoptW",
  "amsgrad",
  "averagedSgd",
  "cocob",
  "dadaptAdamW",
  "dog",
  "dowg",
  "fromage",
  "ftrl",
  "galore",
  "lamb",
  "lars",
  "lion",
  "madgrad",
  "momo",
  "momoAdam",
  "muon",
  "nadam",
  "nadamW",
  "novograd",
  "optimisticAdam",
  "optimisticAdamV2",
  "optimisticGradientDescent",
  "prodigy",
  "proximalAdagrad",
  "radam",
  "rmsprop",
  "rprop",
  "scaleByMadgrad",
  "scaleByRelativeStep",
  "scaleByRprop",
  "scaleBySignAgreement",
  "scheduleFreeAdamW",
  "scheduleFreeSgd",
  "sgd",
  "shampoo",
  "signSgd",
  "signum",
  "simplifiedAdemamix",
  "sm3",
  "soap",
  "sophia",
  "yogi",
] as const;

const key = random.key(0);
const OTHERS = {
  adaptiveGradClip: { clipping: 0.1 },
  addDecayedWeights: { weightDecay: 0.1 },
  addNoise: { eta: 0.1, gamma: 0.5, key },
  addRelativeDecay: { weightDecay: 0.1 },
  ema: { decay: 0.9 },
  exponentialAverage: { decay: 0.9 },
  heavyBall: { momentum: 0.9 },
  noisySgd: { learningRate: 0.1, eta: 0.1, gamma: 0.5, key },
  proximalL1: { learningRate: 0.1, strength: 0.1 },
  proximalL2: { learningRate: 0.1, strength: 0.1 },
  scaleByInverseTime: { decay: 0.9 },
  scaleByKroneckerFactors: { damping: 0.1 },
  skipLargeUpdates: { maxSquaredNorm: 1 },
  trace: { decay: 0.9 },
} as const;

/** Flags, whose every value is true or false, what is looked at when a state is made, and transforms. */
const UNCHECKED = [
  "accumulates",
  "adaptLowerBound",
  "adaptive",
  "amsgrad",
  "approximateDecrease",
  "biasCorrection",
  "cautious",
  "centered",
  "debias",
  "dimensionNumbers",
  "epsInSqrt",
  "epsOutside",
  "factored",
  "firstMomentBiasCorrection",
  "grafting",
  "halfPrecision",
  "hessianDiagonal",
  "inner",
  "key",
  "layers",
  "lineSearch",
  "mask",
  "maximize",
  "mergesRows",
  "multiplicativeLimit",
  "multiplyByParameterScale",
  "nesterov",
  "refusal",
  "safeguardWarmup",
  "scaleInitialPreconditioner",
  "secondMomentBiasCorrection",
  "single",
  "stale",
  "trustRatioMask",
  "unsigned",
  "weightDecayMask",
];

const factories: Readonly<Record<string, Made>> = Object.fromEntries([
  ...["countSteps", "identity", "keepParamsNonnegative", "scaleBySign", "setToZero", "zeroNans"].map((name) =>
    [name, [optim[name as "identity"], {}]] as const
  ),
  ...NOTHING.map((name) => [name, [optim[name], {}]] as const),
  ...LEARNING_RATE.map((name) => [name, [optim[name], { learningRate: 0.1 }]] as const),
  ...Object.entries(OTHERS).map(([name, options]) =>
    [name, [optim[name as keyof typeof OTHERS], options]] as const
  ),
]);

/** No transforms, transforms of matrices alone, and those that speak in the name of the transform they hold. */
const NO_STEP = [
  "dynamicLossScale",
  "exponentialAverage",
  "orthogonalize",
  "scaleByMuon",
  "scheduleFreeAdamW",
  "scheduleFreeSgd",
  "skipLargeUpdates",
  "uniformAverage",
];

/** Steps with gradients that have another structure than the parameters, another shape, or are no tensors. */
function stepRows([name, [make, options]]: readonly [string, Made]): readonly Row[] {
  const params = { a: ones([2]), b: ones([3]) };
  const step = (grads: unknown): unknown => {
    const transform = make(options);
    return transform.update(transform.init(params), grads, params, { value: ones([]) });
  };
  return [
    [name, () => step({ a: ones([2]) }), "TypeError", "one structure", "{ a, b } and { a }"],
    [name, () => step({ a: ones([2]), b: ones([4]) }), "RangeError", "[4] for [3] at b"],
    [name, () => step("x"), "TypeError", "a string"],
  ];
}

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ...optionRows(factories, UNCHECKED),
  ...Object.entries(factories).filter(([name]) => !NO_STEP.includes(name)).flatMap(stepRows),
];
