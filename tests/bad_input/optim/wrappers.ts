/**
 * Bad input of transforms that hold other transforms, and of functions of trees and states.
 *
 * @module
 */
import * as optim from "../../../optim/mod.ts";
import { ones, tensor } from "../../../tensor/mod.ts";
import { f32, wrong } from "../operands.ts";
import type { Row } from "../row.ts";

const sgd = optim.sgd({ learningRate: 0.1 });
const params = { a: ones([2]), b: ones([3]) };

/** Transforms of one transform, whose other options are right. */
// deno-lint-ignore no-explicit-any -- what is no transform is given to all of them
const WRAPPERS: Readonly<Record<string, (transform: any) => unknown>> = {
  applyIfFinite: (x) => optim.applyIfFinite(x, { maxConsecutiveErrors: 1 }),
  averaged: (x) => optim.averaged(x, optim.uniformAverage()),
  chain: (x) => optim.chain(x),
  conditionallyMask: (x) => optim.conditionallyMask(x, { step: () => true }),
  conditionallyTransform: (x) => optim.conditionallyTransform(x, { step: () => true }),
  flatten: (x) => optim.flatten(x),
  lookahead: (x) => optim.lookahead(x, { syncPeriod: 2, slowStepSize: 0.5 }),
  lossScaled: (x) => optim.lossScaled(x, optim.staticLossScale(2)),
  masked: (x) => optim.masked(x, "a", { rest: "pass" }),
  mechanize: (x) => optim.mechanize(x),
  multiSteps: (x) => optim.multiSteps(x, { every: 2 }),
  opaqueSam: (x) => optim.opaqueSam(x, x),
  sam: (x) => optim.sam(x, x),
  scheduleFree: (x) => optim.scheduleFree(x, { learningRate: 0.1 }),
  trainable: (x) => optim.trainable(x, params),
};

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ...Object.entries(WRAPPERS).flatMap(([name, wrap]): Row[] => [
    [name, () => wrap(wrong("adam")), "TypeError", "a transform", "string"],
    [name, () => wrap(wrong({ init: 1 })), "TypeError", "a transform"],
    [name, () => wrap(wrong(optim.sgd)), "TypeError", "a transform", "function"],
  ]),
  ["applyIfFinite", () => optim.applyIfFinite(sgd, { maxConsecutiveErrors: -1 }), "RangeError", "-1"],
  ["lookahead", () => optim.lookahead(sgd, { syncPeriod: 0, slowStepSize: 0.5 }), "RangeError", "syncPeriod"],
  ["masked", () => optim.masked(sgd, "a", { rest: wrong("keep") }), "TypeError", "pass", "keep"],
  ["multiSteps", () => optim.multiSteps(sgd, { every: 0 }), "RangeError", "every", "0"],
  ["partition", () => optim.partition({ a: wrong(1) }, () => "a"), "TypeError", "a transform", "number"],
  ["groups", () => optim.groups(wrong(sgd)), "TypeError", "a list of groups"],
  ["groups", () => optim.groups([]), "RangeError"],
  ["describe", () => optim.describe(wrong("adam"), params), "TypeError", "a transform", "a string"],
  ["labelsByPath", () => optim.labelsByPath(wrong("a")), "TypeError", "a list of patterns", "a string"],
  ["matchPath", () => optim.matchPath(wrong(1)), "TypeError", "a string", "number"],
  ["microbatch", () => optim.microbatch(wrong(1), 2), "TypeError", "a function", "number"],
  ["monitor", () => optim.monitor({ norm: wrong(1) }), "TypeError", "norm", "a number"],
  ["snapshot", () => optim.snapshot("norm", wrong(1)), "TypeError", "a measure", "a number"],
  ["projected", () => optim.projected(wrong(1)), "TypeError", "a function", "number"],
  ["measureWithEma", () => optim.measureWithEma(optim.globalNorm, { decay: 2 }), "RangeError", "decay", "2"],
  ["applyUpdates", () => optim.applyUpdates(params, { a: ones([2]) }), "TypeError", "one structure"],
  ["allFinite", () => optim.allFinite({ a: wrong(1) }), "TypeError", "tensors", "a number at a"],
  ["globalNorm", () => optim.globalNorm({ a: wrong("x") }), "TypeError", "tensors", "a string at a"],
  ["averagedParams", () => optim.averagedParams(wrong({}), params), "TypeError", "the state of an average"],
  ["scheduleFreeEvalParams", () => optim.scheduleFreeEvalParams(wrong({}), params), "TypeError"],
  ["scaleLoss", () => optim.scaleLoss(wrong({}), tensor(1)), "TypeError", "the state of a loss scale"],
  ["unscale", () => optim.unscale(wrong({}), params), "TypeError", "the state of a loss scale"],
  ["staticLossScale", () => optim.staticLossScale(0), "RangeError", "scale", "0"],
  ["withHyperparameters", () => optim.withHyperparameters({}, { learningRate: 1 }), "RangeError"],
  [
    "withHyperparameters",
    () => optim.withHyperparameters(sgd.init(params), { learningRate: wrong("x") }),
    "TypeError",
    "x",
  ],
  ["incrementalUpdate", () => optim.incrementalUpdate(params, params, { stepSize: 2 }), "RangeError", "2"],
  ["incrementalUpdate", () => optim.incrementalUpdate(params, {}, { stepSize: 0.5 }), "TypeError"],
  ["periodicUpdate", () => optim.periodicUpdate(params, params, { count: 1, period: 0 }), "RangeError", "0"],
  ["denseFactors", () => optim.denseFactors(f32, ones([3, 2])), "RangeError", "[2, 3]", "[3, 2]"],
  ["denseFactors", () => optim.denseFactors(wrong(1), f32), "TypeError", "a number"],
  ["convFactors", () => optim.convFactors(wrong("x"), f32, { window: 2 }), "TypeError", "a string"],
  ["convFactors", () => optim.convFactors(ones([1, 1, 3, 3]), f32, { window: 2 }), "RangeError", "[2, 3]"],
  ["sparseGradient", () => optim.sparseGradient(wrong({ indices: 1 })), "TypeError"],
  [
    "perExampleGlobalNormClip",
    () => optim.perExampleGlobalNormClip(params, wrong({})),
    "TypeError",
    "maxNorm",
  ],
  [
    "perExampleLayerNormClip",
    () => optim.perExampleLayerNormClip(params, { maxNorm: wrong("x") }),
    "TypeError",
    "maxNorm",
  ],
  ...(["applyEvery", "clip", "clipByBlockRms", "clipByGlobalNorm", "scale", "scaleByLearningRate"] as const)
    .flatMap((name): Row[] => [
      [name, () => optim[name](wrong("x")), "TypeError", "string"],
      [name, () => optim[name](NaN), "RangeError", "NaN"],
    ]),
  [
    "keepParamsNonnegative",
    () => optim.keepParamsNonnegative().update(wrong({}), {}, wrong(null)),
    "TypeError",
  ],
  ["scaleBySchedule", () => optim.scaleBySchedule(wrong("x")), "TypeError"],
  ["scaleGradient", () => optim.scaleGradient(wrong("x"), 2), "TypeError"],
  ["stateless", () => optim.stateless(wrong("x")), "TypeError", "a function"],
  ["statelessLeaves", () => optim.statelessLeaves(wrong("x")), "TypeError", "a function"],
  ...([
    "projectionHypercube",
    "projectionL1Ball",
    "projectionL1Sphere",
    "projectionL2Ball",
    "projectionL2Sphere",
    "projectionLInfinityBall",
    "projectionSimplex",
  ] as const).flatMap((name): Row[] => [
    [name, () => optim[name](params, -1), "RangeError", "-1"],
    [name, () => optim[name](params, wrong("x")), "either", "x"],
  ]),
  ["projectionBox", () => optim.projectionBox(wrong({ a: 1 }), { lower: 0, upper: 1 }), "TypeError", "at a"],
  ["projectionBox", () => optim.projectionBox(params, wrong({ upper: 1 })), "TypeError", "lower"],
  ["projectionNonNegative", () => optim.projectionNonNegative(wrong({ a: "x" })), "TypeError", "at a"],
  ["projectionVector", () => optim.projectionVector(params, wrong({ a: 1, b: 2 })), "TypeError", "at a"],
  ...(["projectionHyperplane", "projectionHalfspace"] as const).flatMap((name): Row[] => [
    [name, () => optim[name](wrong(3), params, { offset: 1 }), "TypeError", "a number"],
    [name, () => optim[name](params, "x", { offset: 1 }), "TypeError", "a string"],
  ]),
  ["transform", () => optim.transform(wrong(1)), "TypeError", "a definition", "a number"],
  ["unitwiseNorm", () => optim.unitwiseNorm(wrong("x")), "TypeError", "a string"],
  ["safeNorm", () => optim.safeNorm(wrong("x"), { minNorm: 0 }), "TypeError", "a string"],
  [
    "safeRootMeanSquares",
    () => optim.safeRootMeanSquares(wrong("x"), { minRootMeanSquares: 0 }),
    "TypeError",
    "a string",
  ],
  [
    "selectiveTransform",
    () => optim.selectiveTransform(wrong("x"), { freeze: "a" }),
    "TypeError",
    "a transform",
  ],
  ["zipLeaves", () => optim.zipLeaves("zipLeaves", wrong(1), () => f32), "TypeError", "an array of trees"],
];
