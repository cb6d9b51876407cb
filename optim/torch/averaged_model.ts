/**
 * Averages of the params over a training, as torch.optim.swa_utils.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, cast, divide, host, multiply, scope, subtract, type Tensor, tree } from "../../tensor/mod.ts";
import { checkNumber, PROPORTION } from "../checks.ts";
import { choose } from "../choose.ts";
import { zipLeaves } from "../leaves.ts";

/** The next average of a tensor. Inside of `compile` the number stands for one: compute with `host`. */
export type AverageFunction = (averaged: Tensor, current: Tensor, numAveraged: number) => Tensor;

/** Options of {@linkcode AveragedModel}. */
export interface AveragedModelOptions {
  /** How averages move; the equal average of {@linkcode getSwaAvgFn} by default. */
  readonly avgFn?: AverageFunction;
  /** Whether buffers, such as running statistics, are averaged too; otherwise they are those of the model. @default {false} */
  readonly useBuffers?: boolean;
}

const AVERAGED_MODEL_OPTIONS = { avgFn: true, useBuffers: true } as const;

/** What {@linkcode AveragedModel} averages. */
export interface ModelValues<P, B> {
  /** The params. */
  readonly params: P;
  /** The buffers: the state of layers. */
  readonly buffers: B;
}

/** The state of {@linkcode AveragedModel}. */
export interface AveragedModelState<P, B> extends ModelValues<P, B> {
  /** Tells it from other states. */
  readonly kind: "averagedModel";
  /** How many times the averages were updated. */
  readonly nAveraged: number;
}

/** Averages of a model, as pure functions. */
export interface AveragedModel {
  /** Copies of the model, of which none is averaged yet. */
  init<P, B = Readonly<Record<never, never>>>(
    model: { readonly params: P; readonly buffers?: B },
  ): AveragedModelState<P, B>;
  /** Takes the model into the averages: `update_parameters`. The first time they become the model. */
  update<P, B>(
    state: AveragedModelState<P, B>,
    model: { readonly params: P; readonly buffers?: B },
  ): AveragedModelState<P, B>;
}

/**
 * Averages of the params of a model, as torch.optim.swa_utils.AveragedModel: the equal average of all (SWA, Izmailov et
 * al. 2018), or with `avgFn: getEmaAvgFn(decay)` the moving average. Batch normalization in the averaged model needs
 * its statistics anew: `updateBatchNorm` of `@weft/weft/nn`.
 *
 * @throws {TypeError} If an option is of another type.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const model = torch.AveragedModel();
 * let averaged = model.init({ params: { x: tensor(0) } });
 * for (const x of [1, 2, 6]) averaged = model.update(averaged, { params: { x: tensor(x) } });
 * assertEquals([averaged.params.x.item(), averaged.nAveraged], [3, 3]);
 * ```
 */
export function AveragedModel(options: AveragedModelOptions = {}): AveragedModel {
  checkOptionNames("AveragedModel", options, AVERAGED_MODEL_OPTIONS);
  const { avgFn = getSwaAvgFn(), useBuffers = false } = options;
  if (typeof avgFn !== "function") {
    throw new TypeError(`AveragedModel expects avgFn to be a function but got ${tree.describe(avgFn)}`);
  }
  return {
    init: <P, B>({ params, buffers = {} as B }: { readonly params: P; readonly buffers?: B }) => ({
      kind: "averagedModel",
      nAveraged: 0,
      params,
      buffers,
    }),
    update<P, B>(
      state: AveragedModelState<P, B>,
      { params, buffers = {} as B }: { readonly params: P; readonly buffers?: B },
    ): AveragedModelState<P, B> {
      const { nAveraged } = state;
      const average = <T>(averaged: T, current: T): T =>
        zipLeaves(
          "AveragedModel",
          [averaged, current],
          (mean, value) => cast(avgFn(mean, cast(value, mean.dtype), nAveraged), mean.dtype),
        );
      return scope(() => {
        const isFirst = host((n) => n === 0 ? 1 : 0, nAveraged);
        const { params: next, buffers: others } = choose<ModelValues<P, B>>(
          "AveragedModel",
          isFirst,
          () => ({ params, buffers }),
          () => ({
            params: average(state.params, params),
            buffers: useBuffers ? average(state.buffers, buffers) : buffers,
          }),
        );
        return {
          kind: "averagedModel",
          nAveraged: host((n) => n + 1, nAveraged),
          params: next,
          buffers: others,
        };
      });
    },
  };
}

/**
 * The equal average of all values: `averaged + (current - averaged) / (n + 1)`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(torch.getSwaAvgFn()(tensor(1), tensor(4), 2).item(), 2);
 * ```
 */
export function getSwaAvgFn(): AverageFunction {
  return (averaged, current, numAveraged) =>
    add(averaged, divide(subtract(current, averaged), host((n) => n + 1, numAveraged)));
}

/**
 * The moving average `decay averaged + (1 - decay) current`.
 *
 * @param decay How much of the average stays; from 0 to 1.
 * @throws {TypeError} If the decay is not a number.
 * @throws {RangeError} If it is not from 0 to 1.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(torch.getEmaAvgFn(0.75)(tensor(1), tensor(5), 2).item(), 2);
 * ```
 */
export function getEmaAvgFn(decay: number = 0.999): AverageFunction {
  checkNumber("getEmaAvgFn", "decay", decay, PROPORTION);
  return (averaged, current) => add(multiply(averaged, decay), multiply(current, 1 - decay));
}
