/**
 * MindSpore's LARS, around another optimizer.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { chain } from "../chain.ts";
import { checkNumber, FINITE, NOT_NEGATIVE } from "../checks.ts";
import { masked } from "../masked.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { scaleByLars } from "../scale_by_lars.ts";
import { inverted, type Selector } from "../select.ts";
import type { AnyTransform } from "../transform_type.ts";
import { tree } from "../../tensor/mod.ts";
import { checkBoolean } from "./checks.ts";
import { makeOptimizer, type Optimizer, type Settings, unscaling } from "./optimizer.ts";

/** Options of {@linkcode LARS}. */
export interface LARSOptions {
  /** Added to the norms that are divided by; not negative. @default {1e-5} */
  readonly epsilon?: number;
  /** What the ratio of the norms is multiplied by. @default {0.001} */
  readonly coefficient?: number;
  /** Whether the ratio is `min(ratio / learningRate, 1)`. @default {false} */
  readonly useClip?: boolean;
  /**
   * The leaves that are scaled and decay; the others pass as they are. By default those with neither `LayerNorm` nor
   * `bias` in their path.
   */
  readonly larsFilter?: Selector;
}

const LARS_OPTIONS = { epsilon: true, coefficient: true, useClip: true, larsFilter: true } as const;

const PASS = { rest: "pass" } as const;

const byName = (path: string): boolean => !path.includes("LayerNorm") && !path.includes("bias");

/**
 * `mindspore.nn.LARS`: another optimizer whose gradients are scaled leaf by leaf before it takes them,
 * `g = (g + weightDecay p) coefficient |p| / (|g| + weightDecay |p| + epsilon)`. Weight decay and loss scale of the
 * optimizer are done here in place of there, so leaves outside of `larsFilter` do not decay. You et al. 2017.
 *
 * @throws {TypeError} If the optimizer is none of MindSpore's, or an option is unknown or of another type.
 * @throws {RangeError} If a number is outside of its range, or `useClip` meets groups with rates that change.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const momentum = mindspore.Momentum({ learningRate: 1, momentum: 0.9 });
 * const optimizer = mindspore.LARS(momentum, { coefficient: 0.1, epsilon: 0 });
 * const params = { weight: tensor([3, 4]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { weight: tensor([0, 30]) }, params);
 * assertAlmostEquals(next.weight.data()[1], 3.5, 1e-6);
 * ```
 */
export function LARS(optimizer: Optimizer, options: LARSOptions = {}): Optimizer {
  checkOptionNames("LARS", options, LARS_OPTIONS);
  const definition = optimizer?.definition;
  if (definition === undefined) {
    throw new TypeError(`LARS expects an optimizer of MindSpore's but got ${tree.describe(optimizer)}`);
  }
  const { epsilon = 1e-5, coefficient = 0.001, useClip = false, larsFilter = byName } = options;
  checkNumber("LARS", "epsilon", epsilon, NOT_NEGATIVE);
  checkNumber("LARS", "coefficient", coefficient, FINITE);
  checkBoolean("LARS", "useClip", useClip);
  const ratio = { eps: Math.fround(epsilon), trustCoefficient: Math.fround(coefficient) };
  const scaling = ({ learningRate }: Settings, weightDecay: ScalarOrSchedule): AnyTransform =>
    scaleByLars({ ...ratio, weightDecay, ...(useClip ? { clipAt: learningRate } : {}) });
  return makeOptimizer({
    ...definition,
    name: "LARS",
    before: (settings) => {
      const { lossScale, centralization, decays } = settings;
      if (useClip && definition.options.params?.some((group) => "lr" in group) === true) {
        checkFixed(settings);
      }
      const scaled = settings.weightDecay;
      const weightDecay: ScalarOrSchedule = typeof scaled === "function"
        ? (count) => scaled(count) / lossScale
        : scaled / lossScale;
      const decayed = masked(scaling(settings, weightDecay), decays, PASS);
      const others = masked(scaling(settings, 0), inverted(decays), PASS);
      return [...unscaling(settings), masked(chain(decayed, others), larsFilter, PASS), ...centralization];
    },
    rule: (settings) => definition.rule({ ...settings, weightDecay: 0 }),
  });
}

function checkFixed({ learningRate }: Settings): void {
  if (typeof learningRate !== "function") return;
  throw new RangeError("LARS expects useClip without groups whose learning rates change but got both");
}
