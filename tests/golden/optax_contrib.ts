/**
 * The optimizers of optax.contrib.
 *
 * @module
 */

import {
  acprop,
  type AcpropOptions,
  ademamix,
  type AdemamixOptions,
  adopt,
  type AdoptOptions,
  type AnyTransform as SomeTransform,
  cocob,
  type CocobOptions,
  dadaptAdamW,
  type DimensionNumbersOf,
  dog,
  type DogInitialStep,
  type DogOptions,
  dowg,
  type DowgOptions,
  galore,
  type GaloreOptions,
  identity,
  madgrad,
  type MadgradOptions,
  momo,
  momoAdam,
  type MomoAdamOptions,
  type MomoOptions,
  muon,
  type MuonOptions,
  prodigy,
  scaleByAdemamix,
  scheduleFree,
  scheduleFreeAdamW,
  type ScheduleFreeAdamWOptions,
  type ScheduleFreeOptions,
  scheduleFreeSgd,
  shampoo,
  type ShampooOptions,
  simplifiedAdemamix,
  type SimplifiedAdemamixOptions,
  soap,
  type SoapOptions,
  sophia,
  transform,
  type TransformState,
  type Tree,
} from "../../optim/mod.ts";
import { type Tensor, tensor, tree } from "../../tensor/mod.ts";
import type { AnyTransform, Builders, Call, OptionReader } from "./optax_reader.ts";
import { UnsupportedError } from "./replay.ts";

const MOMENTS = { b1: "beta1", b2: "beta2", eps: "eps" };
const ADAM = { ...MOMENTS, eps_root: "epsRoot" };
const RATE = { learning_rate: "learningRate" };
const DECAY = { weight_decay: "weightDecay", mask: "weightDecayMask" };
const SCHEDULE_FREE = { ...RATE, b1: "beta1", weight_lr_power: "weightPower" };
const MOMO = {
  ...RATE,
  lower_bound: "lowerBound",
  weight_decay: "weightDecay",
  adapt_lower_bound: "adaptLowerBound",
};

/** A transform that needs an extra, which the case has. */
function withExtra(transform: SomeTransform): AnyTransform {
  return transform as unknown as AnyTransform;
}

/** Betas that optax takes as a pair. */
function betas(read: OptionReader): { readonly beta1?: number; readonly beta2?: number } {
  const [beta1, beta2] = (read.raw("betas") ?? []) as readonly number[];
  return beta1 === undefined || beta2 === undefined ? {} : { beta1, beta2 };
}

const ESTIMATE = { ...RATE, eps: "eps", estim_lr0: "initialEstimate", weight_decay: "weightDecay" };

interface GoldenTensor {
  readonly data: readonly number[];
}

interface SuppliedState extends TransformState {
  readonly kind: "suppliedDiagonal";
}

/** Takes the diagonal of the Hessian from the extra of the case. */
function suppliedDiagonal(): SomeTransform {
  return transform<SuppliedState, { readonly diagonal: Readonly<Record<string, GoldenTensor>> }>({
    name: "suppliedDiagonal",
    hyperparameters: {},
    init: () => ({}),
    update: ({ params, extra }) => ({
      state: {},
      updates: tree.map(params, (leaf, path) => {
        const { shape, dtype } = leaf as Tensor;
        return tensor([...extra.diagonal[path].data], { shape, dtype: dtype as "float32" | "float64" });
      }) as Tree,
    }),
  });
}

function dimensionNumbers(raw: unknown): { readonly dimensionNumbers?: DimensionNumbersOf } {
  if (raw === undefined) return {};
  const byPath = raw as Readonly<Record<string, Call | null>>;
  return {
    dimensionNumbers: (path) => {
      const options = byPath[path]?.options as { reduction_axis: number[]; output_axis: number } | undefined;
      return options === undefined
        ? null
        : { reductionAxes: options.reduction_axis, outputAxes: options.output_axis };
    },
  };
}

/** What makes ours for each function of optax, and for those of `generate/second_order.py`. */
export const CONTRIB: Builders = {
  "numpy.shampoo": (read) =>
    shampoo({
      ...read.as<ShampooOptions>({
        ...RATE,
        beta2: "beta2",
        ridge: "ridge",
        root_order: "rootOrder",
        block_size: "blockSize",
        update_interval: "updateInterval",
        momentum: "momentum",
        nesterov: "nesterov",
        weight_decay: "weightDecay",
      }),
      ...(read.raw("grafting") === "sgd" ? { grafting: identity() } : {}),
    }) as AnyTransform,
  "numpy.soap": (read) =>
    soap(read.as<SoapOptions>({
      ...RATE,
      beta1: "beta1",
      beta2: "beta2",
      statistics_beta: "statisticsBeta",
      eps: "eps",
      update_interval: "updateInterval",
      max_extent: "maxExtent",
      weight_decay: "weightDecay",
    })),
  "optax.contrib.acprop": (read) => acprop(read.as<AcpropOptions>({ ...RATE, ...ADAM, ...DECAY })),
  "optax.contrib.ademamix": (read) =>
    ademamix(read.as<AdemamixOptions>({ ...RATE, ...ADAM, ...DECAY, b3: "beta3", alpha: "alpha" })),
  "optax.contrib.adopt": (read) =>
    adopt({
      ...read.as<AdoptOptions>({ ...RATE, ...MOMENTS, nesterov: "nesterov" }),
      ...(read.raw("use_clipping") === false ? { clipValue: Infinity } : {}),
    }),
  "optax.contrib.cocob": (read) =>
    cocob({
      learningRate: 1,
      ...read.as<Partial<CocobOptions>>({ ...RATE, ...DECAY, alpha: "alpha", eps: "eps" }),
    }),
  "optax.contrib.dadapt_adamw": (read) =>
    dadaptAdamW({ learningRate: 1, ...read.as<object>(ESTIMATE), ...betas(read) }),
  "optax.contrib.dog": (read) => {
    const step = read.raw("init_step") as [DogInitialStep["kind"] | "learning_rate", number] | undefined;
    const given = step === undefined ? {} : {
      initialStep: {
        kind: step[0] === "learning_rate" ? "learningRate" : step[0],
        value: step[1],
      } as DogInitialStep,
    };
    return dog({
      learningRate: 1,
      ...read.as<Partial<DogOptions>>({ ...RATE, ...DECAY, eps: "eps" }),
      ...given,
    });
  },
  "optax.contrib.dowg": (read) =>
    dowg({
      learningRate: 1,
      ...read.as<Partial<DowgOptions>>({
        ...RATE,
        ...DECAY,
        eps: "eps",
        init_estim_sq_dist: "initialSquaredDistance",
      }),
    }),
  "optax.contrib.galore": (read) =>
    galore({
      ...read.as<GaloreOptions>({
        ...RATE,
        ...DECAY,
        rank: "rank",
        update_proj_gap: "updateInterval",
        scale: "scale",
      }),
      ...(read.raw("base_optimizer") === undefined ? {} : { inner: read.transform("base_optimizer") }),
    }) as AnyTransform,
  "optax.contrib.madgrad": (read) =>
    madgrad(
      read.as<MadgradOptions>({ ...RATE, momentum: "momentum", eps: "eps", weight_decay: "weightDecay" }),
    ),
  "optax.contrib.momo": (read) =>
    withExtra(momo({
      learningRate: 1,
      decayOf: "params",
      ...read.as<Partial<MomoOptions>>({ ...MOMO, beta: "beta" }),
    })),
  "optax.contrib.momo_adam": (read) =>
    withExtra(momoAdam({
      learningRate: 0.01,
      decayOf: "params",
      ...read.as<Partial<MomoAdamOptions>>({ ...MOMO, ...MOMENTS }),
    })),
  "optax.contrib.muon": (read) =>
    muon({
      ...read.as<MuonOptions>({
        ...RATE,
        ns_coeffs: "coefficients",
        ns_steps: "iterations",
        beta: "beta",
        eps: "eps",
        weight_decay: "weightDecay",
        weight_decay_mask: "weightDecayMask",
        nesterov: "nesterov",
        adaptive: "adaptive",
        preconditioning: "preconditioning",
        adam_b1: "adamBeta1",
        adam_b2: "adamBeta2",
        adam_eps_root: "adamEpsRoot",
        adam_weight_decay: "adamWeightDecay",
        adam_learning_rate: "adamLearningRate",
        consistent_rms: "consistentRms",
      }),
      ...dimensionNumbers(read.raw("muon_weight_dimension_numbers")),
    }),
  "optax.contrib.prodigy": (read) =>
    prodigy({
      learningRate: 1,
      ...read.as<object>({
        ...ESTIMATE,
        beta3: "beta3",
        estim_lr_coef: "estimateFactor",
        safeguard_warmup: "safeguardWarmup",
      }),
      ...betas(read),
    }),
  "optax.contrib.scale_by_ademamix": () => scaleByAdemamix(),
  "optax.contrib.schedule_free": (read) =>
    scheduleFree(read.transform("base_optimizer"), {
      lookahead: 1,
      ...read.as<ScheduleFreeOptions>(SCHEDULE_FREE),
    }),
  "optax.contrib.schedule_free_adamw": (read) =>
    scheduleFreeAdamW({
      learningRate: 0.0025,
      lookahead: 1,
      ...read.as<Partial<ScheduleFreeAdamWOptions>>({
        ...SCHEDULE_FREE,
        b2: "beta2",
        eps: "eps",
        weight_decay: "weightDecay",
        warmup_steps: "warmupSteps",
      }),
    }),
  "optax.contrib.schedule_free_sgd": (read) =>
    scheduleFreeSgd({
      learningRate: 1,
      lookahead: 1,
      ...read.as<Partial<ScheduleFreeAdamWOptions>>({
        ...SCHEDULE_FREE,
        weight_decay: "weightDecay",
        warmup_steps: "warmupSteps",
      }),
    }),
  "optax.contrib.simplified_ademamix": (read) =>
    simplifiedAdemamix(
      read.as<SimplifiedAdemamixOptions>({ ...RATE, ...ADAM, ...DECAY, alpha: "alpha" }),
    ),
  "optax.contrib.sophia": (read) => {
    const diagonal = read.raw("hessian_diagonal_fn") as { readonly python?: string } | undefined;
    if (diagonal?.python !== "supplied_diagonal()") {
      throw new UnsupportedError("optax.contrib.sophia of a function");
    }
    return withExtra(sophia({
      ...read.as<{ readonly learningRate: number }>({
        ...RATE,
        ...MOMENTS,
        gamma: "gamma",
        weight_decay: "weightDecay",
        update_interval: "updateInterval",
      }),
      hessianDiagonal: suppliedDiagonal(),
    }));
  },
};
