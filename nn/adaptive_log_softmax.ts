/**
 * Logarithms of probabilities of very many classes.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  argmax,
  concatenate,
  logSoftmax,
  random,
  slice,
  type Tensor,
  transpose,
} from "../tensor/mod.ts";
import { checkShape, formatShape } from "../tensor/shape.ts";
import {
  checkBetween,
  checkPositiveInteger,
  checkTensor,
  placeOf,
  placeOfApply,
  shapeError,
} from "./check.ts";
import { dense, type DenseParams } from "./dense.ts";
import type { InitOptions } from "./initializers/defaults.ts";
import type { ApplyOptions, Empty, Layer, TorchForm } from "./layer.ts";
import { nllLoss, type NllLossOptions } from "./losses/nll_loss.ts";

/** Options of `adaptiveLogSoftmax`. */
export interface AdaptiveLogSoftmaxOptions extends InitOptions {
  /** The number of classes, the most frequent first; at least 2. */
  readonly classes: number;
  /** Where clusters begin, in growing order, each between 1 and `classes - 1`; those before the first are the shortlist. */
  readonly cutoffs: readonly number[];
  /** By how much each cluster has fewer features than the one before; from 1 on; 4 by default. */
  readonly divisor?: number;
  /** Whether the shortlist has a bias; false by default. */
  readonly headBias?: boolean;
}

const ADAPTIVE_LOG_SOFTMAX_OPTIONS = {
  classes: true,
  cutoffs: true,
  divisor: true,
  headBias: true,
  init: true,
} as const;

/** Params of one cluster. */
export type AdaptiveClusterParams = {
  /** To fewer features, without a bias. */
  readonly project: DenseParams;
  /** To the classes of the cluster, without a bias. */
  readonly out: DenseParams;
};

/** Params of `adaptiveLogSoftmax`: `head`, `tail0`, `tail1` and so on. */
export type AdaptiveLogSoftmaxParams = {
  /** To the classes of the shortlist, and one score for each cluster. */
  readonly head: DenseParams;
  /** Each cluster. */
  readonly [tail: `tail${number}`]: AdaptiveClusterParams;
};

/** A layer that gives logarithms of probabilities, and has the loss of labels under them. */
export interface AdaptiveLogSoftmax extends Layer<AdaptiveLogSoftmaxParams, Empty> {
  /** The negative logarithm of the probability of labels [...], given inputs [..., features]; as `nllLoss`. */
  loss(
    params: AdaptiveLogSoftmaxParams,
    x: Tensor,
    labels: Tensor,
    options?: Omit<NllLossOptions, "axis">,
  ): Tensor;
  /** The likeliest class of each input. */
  predict(params: AdaptiveLogSoftmaxParams, x: Tensor): Tensor;
}

/**
 * The adaptive softmax (Grave et al., "Efficient softmax approximation for GPUs", 2017), as
 * torch.nn.AdaptiveLogSoftmaxWithLoss: frequent classes have scores of their own, rare ones stand in clusters with fewer
 * features, the further back the fewer. A class of a cluster has the probability of the cluster times its own in it. From
 * [n, ..., features] to logarithms [n, ..., classes].
 *
 * It saves weights. Shapes do not depend on labels here, so all clusters are computed for all inputs.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { exp, ones, random, sum, tensor } from "@weft/weft";
 * import { adaptiveLogSoftmax } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = adaptiveLogSoftmax({ classes: 100, cutoffs: [10, 40] });
 * const { params, state } = layer.init(random.key(0), [16]);
 * const { output } = layer.apply({ params, state }, ones([1, 16]));
 * assertAlmostEquals(sum(exp(output)).item(), 1, 1e-5);
 * const loss = layer.loss(params, ones([1, 16]), tensor([70], { dtype: "int32" }));
 * assertAlmostEquals(loss.item(), -output.data()[70], 1e-6);
 * ```
 */
export function adaptiveLogSoftmax(options: AdaptiveLogSoftmaxOptions): AdaptiveLogSoftmax {
  checkOptionNames("adaptiveLogSoftmax", options, ADAPTIVE_LOG_SOFTMAX_OPTIONS);
  const name = "adaptiveLogSoftmax";
  const { classes, cutoffs, divisor = 4, headBias = false } = options;
  const begin = options.init === undefined ? {} : { init: options.init };
  checkPositiveInteger(name, "classes", classes);
  checkBetween(name, "divisor", divisor, 1, Infinity);
  checkCutoffs(cutoffs, classes);
  const ends = [...cutoffs, classes];
  const shortlist = ends[0];
  const head = dense({ ...begin, features: shortlist + cutoffs.length, bias: headBias });
  const plain = (features: number): Layer<DenseParams, Empty> => dense({ ...begin, features, bias: false });
  const tailOf = (i: number): `tail${number}` => `tail${i}`;

  const logProbabilities = (
    params: AdaptiveLogSoftmaxParams,
    x: Tensor,
    applied: ApplyOptions = {},
  ): Tensor => {
    checkTensor(placeOfApply(name, applied), x);
    const { path } = applied;
    const within = (part: string): ApplyOptions => ({ path: path === undefined ? part : `${path}/${part}` });
    const run = (layer: Layer<DenseParams, Empty>, part: string, own: DenseParams, y: Tensor): Tensor =>
      layer.apply({ params: own, state: {} }, y, within(part)).output;
    const scores = logSoftmax(run(head, "head", params.head, x));
    const rows = scores.shape.slice(0, -1).map(() => null);
    const parts = cutoffs.map((cutoff, i) => {
      const own = params[tailOf(i)];
      const narrow = run(plain(1), `${tailOf(i)}/project`, own.project, x);
      const inside = logSoftmax(run(plain(ends[i + 1] - cutoff), `${tailOf(i)}/out`, own.out, narrow));
      return add(inside, slice(scores, [...rows, [shortlist + i, shortlist + i + 1]]));
    });
    return concatenate([slice(scores, [...rows, [0, shortlist]]), ...parts], -1);
  };

  return {
    name,
    torch: torchForm,
    init(key, inputShape, context = {}) {
      const at = placeOf(name, context);
      checkShape(at, inputShape);
      if (inputShape.length === 0) throw shapeError(at, "an input shape [..., features]", inputShape);
      const features = inputShape[inputShape.length - 1];
      const keys = random.split(key, 1 + 2 * cutoffs.length);
      const tails = cutoffs.map((cutoff, i) => {
        const narrow = Math.floor(features / divisor ** (i + 1));
        if (narrow < 1) {
          throw new RangeError(
            `${at} expects features that are left after ${i + 1} divisions by ${divisor} but got ${
              formatShape(inputShape)
            }`,
          );
        }
        const [projectKey, outKey] = [keys.at(1 + 2 * i), keys.at(2 + 2 * i)];
        return [tailOf(i), {
          project: plain(narrow).init(projectKey, [features]).params,
          out: plain(ends[i + 1] - cutoff).init(outKey, [narrow]).params,
        }] as const;
      });
      const params = { head: head.init(keys.at(0), [features]).params, ...Object.fromEntries(tails) };
      return { params, state: {}, outputShape: [...inputShape.slice(0, -1), classes] };
    },
    apply: ({ params, state }, x, applied) => ({ output: logProbabilities(params, x, applied), state }),
    loss: (params, x, labels, given = {}) => nllLoss(logProbabilities(params, x), labels, given),
    predict: (params, x) => argmax(logProbabilities(params, x), { axis: -1 }),
  };
}

function checkCutoffs(cutoffs: readonly number[], classes: number): void {
  const grow = Array.isArray(cutoffs) && cutoffs.length > 0 &&
    cutoffs.every((cutoff, i) =>
      Number.isInteger(cutoff) && cutoff > (i === 0 ? 0 : cutoffs[i - 1]) && cutoff < classes
    );
  if (grow) return;
  throw new RangeError(
    `adaptiveLogSoftmax expects cutoffs that grow from 1 to ${classes - 1} at most but got ${
      JSON.stringify(cutoffs)
    }`,
  );
}

/** As in torch: head, and tail.0.0 and tail.0.1 for both products of the first cluster. */
const torchForm: TorchForm = {
  toTorch({ params }) {
    const { head, ...tails } = params as AdaptiveLogSoftmaxParams;
    if (head === undefined) return {};
    const tensors: Record<string, Tensor> = { "head/weight": transpose(head.kernel) };
    if (head.bias !== undefined) tensors["head/bias"] = head.bias;
    Object.entries(tails).forEach(([tail, { project, out }]) => {
      const at = `tail/${tail.slice("tail".length)}`;
      tensors[`${at}/0/weight`] = transpose(project.kernel);
      tensors[`${at}/1/weight`] = transpose(out.kernel);
    });
    return tensors;
  },
  fromTorch(tensors, like) {
    const { head, ...tails } = like.params as AdaptiveLogSoftmaxParams;
    if (head === undefined) return { params: {}, state: {} };
    const clusters = Object.keys(tails).map((tail) => {
      const at = `tail/${tail.slice("tail".length)}`;
      return [tail, {
        project: { kernel: transpose(tensors[`${at}/0/weight`]) },
        out: { kernel: transpose(tensors[`${at}/1/weight`]) },
      }];
    });
    const bias = head.bias === undefined ? {} : { bias: tensors["head/bias"] };
    return {
      params: {
        head: { kernel: transpose(tensors["head/weight"]), ...bias },
        ...Object.fromEntries(clusters),
      },
      state: {},
    };
  },
  ignored: [],
};
