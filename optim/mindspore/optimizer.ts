/**
 * What MindSpore's optimizers have in common: groups, weight decay, centralization and loss scale, in its order.
 *
 * @module
 */

import { addDecayedWeights } from "../add_decayed_weights.ts";
import { centralize } from "../centralize.ts";
import { namedChain } from "../chain.ts";
import { checkChoice, checkNumber, POSITIVE } from "../checks.ts";
import { type Group, groups, rest } from "../groups.ts";
import { setToZero } from "../identity.ts";
import { masked } from "../masked.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scale } from "../scale.ts";
import type { Selector } from "../select.ts";
import type { AnyTransform, Transform } from "../transform_type.ts";
import type { KernelLayout } from "../units.ts";
import { besideChanging, type LearningRate, resolveDecay, resolveRate } from "./hyperparameters.ts";
import {
  type OrderParams,
  parameterPaths,
  type ParamGroup,
  type ParsedGroups,
  parseGroups,
} from "./param_groups.ts";

/** Options of every optimizer. */
export interface BaseOptions {
  /** Groups of parameters; without them all parameters are one, and `weightDecayFilter` says which decay. */
  readonly params?: readonly (ParamGroup | OrderParams)[];
  /** Share of the params that is added to the gradients; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /**
   * The leaves that decay where there are no groups. By default all but those with `beta` or `gamma` in their path,
   * as MindSpore's names have it, and those called `scale` or `offset`, as gamma and beta of a norm are called here.
   */
  readonly weightDecayFilter?: Selector;
  /** Where the outputs of kernels lie that a group centralizes. @default {"NCHW"} */
  readonly kernelLayout?: KernelLayout;
  /**
   * The arithmetic of the documentation, or that of MindSpore's kernels on the CPU where it is another one. Those
   * centralize only leaves whose second axis is a multiple of 16, and each optimizer says what else they do.
   *
   * @default {"documented"}
   */
  readonly kernel?: "documented" | "cpu";
}

/** The names of `BaseOptions`. */
export const BASE_OPTIONS = {
  params: true,
  weightDecay: true,
  weightDecayFilter: true,
  kernelLayout: true,
  kernel: true,
} as const;

/** Options of optimizers that take gradients of a scaled loss. */
export interface ScaledOptions extends BaseOptions {
  /** What the loss was multiplied by: gradients are divided by it, weight decay is not. Above 0. @default {1} */
  readonly lossScale?: number;
}

/** The state of an optimizer: that of each transform under its name, or of each group under `groups`. */
export interface OptimizerState {
  /** The name of the optimizer. */
  readonly kind: string;
  /** The states inside. */
  readonly [name: string]: unknown;
}

/** The hyperparameters of all parameters or of a group, ready for use. */
export interface Settings {
  /** The learning rate. */
  readonly learningRate: ScalarOrSchedule;
  /** The weight decay times the loss scale. */
  readonly weightDecay: ScalarOrSchedule;
  /** What the loss was multiplied by. */
  readonly lossScale: number;
  /** The leaves that decay. */
  readonly decays: Selector;
  /** What subtracts the mean of gradients over each output; empty without it. */
  readonly centralization: readonly AnyTransform[];
}

/** What an optimizer is made from. */
export interface Definition {
  /** Its name. */
  readonly name: string;
  /** The options that it was called with. */
  readonly options: ScaledOptions & { readonly learningRate?: LearningRate };
  /** The learning rate if none is given; without it one is needed. */
  readonly learningRate?: LearningRate | undefined;
  /** Whether MindSpore's filter by names says which leaves decay. @default {true} */
  readonly filters?: boolean;
  /** What comes before the rule. By default weight decay, centralization, then the loss scale. */
  readonly before?: (settings: Settings) => readonly AnyTransform[];
  /** The rule of the optimizer: what makes updates of gradients. */
  readonly rule: (settings: Settings) => readonly AnyTransform[];
  /** Whether weight decay has to be a number. @default {false} */
  readonly fixedDecay?: boolean;
  /**
   * MindSpore's names of what it keeps, where `*` stands for the name of each parameter: paths in the state of the
   * rule, or what fills a tensor after so many steps.
   */
  readonly stateNames: Readonly<Record<string, string | { readonly fill: (count: number) => number }>>;
}

/** An optimizer of MindSpore's. */
export interface Optimizer extends Transform<unknown, OptimizerState> {
  /** What it was made from. */
  readonly definition: Definition;
  /** The paths of its parameters in the order of MindSpore's `optimizer.parameters`. */
  parameters(params: unknown): readonly string[];
}

/**
 * Whether weight decay without groups reaches a leaf: its path has neither `beta` nor `gamma` in it, as MindSpore's
 * names of the params of norms have, nor is the leaf called `scale` or `offset`, as `nn` calls them. Biases decay.
 *
 * @example
 * ```ts
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const paths = ["conv/weight", "fc/bias", "bn/gamma", "norm/scale"];
 * assertEquals(paths.map(mindspore.decaysByName), [true, true, false, false]);
 * ```
 */
export function decaysByName(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return !path.includes("beta") && !path.includes("gamma") && name !== "scale" && name !== "offset";
}

/** Weight decay, centralization, then the division by the loss scale: what comes before most rules. */
export function pipeline(settings: Settings): readonly AnyTransform[] {
  const { weightDecay, decays, centralization } = settings;
  const decay = weightDecay === 0 ? [] : [addDecayedWeights({ weightDecay, mask: decays })];
  return [...decay, ...centralization, ...unscaling(settings)];
}

/** The division by the loss scale, if there is one. */
export function unscaling({ lossScale }: Settings): readonly AnyTransform[] {
  return lossScale === 1 ? [] : [scale(Math.fround(1 / lossScale))];
}

/** Makes an optimizer. @throws {TypeError | RangeError} If an option is not as it should be. */
export function makeOptimizer(definition: Definition): Optimizer {
  const { name, options } = definition;
  const { lossScale = 1, kernel = "documented" } = options;
  checkNumber(name, "lossScale", lossScale, POSITIVE);
  checkChoice(name, "kernel", kernel, ["documented", "cpu"]);
  const parsed = options.params === undefined ? null : parseGroups(name, options.params);
  const chain = namedChain(name, ...(parsed === null ? stagesOf(definition) : [grouped(definition, parsed)]));
  const parameters = (params: unknown): readonly string[] =>
    parameterPaths(name, parsed ?? { groups: [{ name, params: rest }], order: null }, params);
  return {
    ...chain as unknown as Transform<unknown, OptimizerState>,
    definition,
    parameters,
    init(params) {
      parameters(params);
      return chain.init(params) as unknown as OptimizerState;
    },
  };
}

/** The transforms of all parameters or of one group. */
function stagesOf(
  definition: Definition,
  group: Partial<ParamGroup> = {},
  adapt = (rate: ScalarOrSchedule): ScalarOrSchedule => rate,
): readonly AnyTransform[] {
  const { name, options, before = pipeline, filters = true } = definition;
  const { lossScale = 1, weightDecayFilter = decaysByName } = options;
  const given = group.lr ?? options.learningRate ?? definition.learningRate;
  const weightDecay = group.weightDecay ?? options.weightDecay ?? 0;
  if (definition.fixedDecay === true && typeof weightDecay === "function") {
    throw new TypeError(`${name} expects weightDecay to be a number but got a schedule`);
  }
  const settings: Settings = {
    learningRate: adapt(resolveRate(name, group.lr === undefined ? "learningRate" : "lr", given).rate),
    weightDecay: resolveDecay(name, weightDecay, lossScale),
    lossScale,
    decays: options.params === undefined && filters ? weightDecayFilter : true,
    centralization: group.gradCentralization === true ? [centralization(options)] : [],
  };
  return [...before(settings), ...definition.rule(settings)];
}

/** With the kernel of the CPU only leaves whose second axis is a multiple of 16 are centralized. */
function centralization({ kernel, kernelLayout = "NCHW" }: Definition["options"]): AnyTransform {
  const all = centralize({ layout: kernelLayout });
  if (kernel !== "cpu") return all;
  return masked(all, (_, { shape }) => shape.length > 1 && shape[1] % 16 === 0, { rest: "pass" });
}

function grouped(definition: Definition, { groups: list }: ParsedGroups): AnyTransform {
  const { name, options } = definition;
  const own = list.some(({ lr }) => lr !== undefined);
  const fallback = options.learningRate ?? definition.learningRate;
  const rates = [resolveRate(name, "learningRate", fallback)];
  for (const { lr } of list) if (lr !== undefined) rates.push(resolveRate(name, "lr", lr));
  const lengths = new Set(rates.map(({ length }) => length).filter((length) => length !== null));
  if (lengths.size > 1) {
    throw new RangeError(
      `${name} expects lists of learning rates of one length but got ${[...lengths].join(", ")}`,
    );
  }
  const adapt = own && rates.some(({ rate }) => typeof rate === "function") ? besideChanging : undefined;
  const members: Group[] = list.map((group) => ({
    name: group.name,
    select: group.params,
    transform: namedChain("group", ...stagesOf(definition, group, adapt)),
  }));
  // Parameters that are in no group are not optimized, and that is no error in MindSpore.
  if (!list.some(({ params }) => params === rest)) {
    members.push({ name: "others", select: rest, transform: setToZero() });
  }
  return groups(members);
}
