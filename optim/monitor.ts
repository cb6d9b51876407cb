/**
 * Numbers about a run, kept in the state.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, divide, equal, host, multiply, sqrt, type Tensor, tree, where } from "../tensor/mod.ts";
import { innerProduct } from "./inner_product.ts";
import { checkNumber, FRACTION } from "./checks.ts";
import { isGrouped, isState } from "./hyperparameters.ts";
import { type Tree, zerosLikeTree } from "./leaves.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Computes something of the updates at a place in a chain and of the params: a tensor or a tree of them. */
export type Measure = (updates: Tree, params: Tree) => Tree;

/** The moving mean of a measure, which {@linkcode measureWithEma} makes. */
export interface MovingMeasure {
  /** What is averaged. */
  readonly measure: Measure;
  /** How much of the mean stays at each step. */
  readonly decay: number;
  /** Whether the mean is corrected for its start at 0. */
  readonly debias: boolean;
}

/** Options of {@linkcode measureWithEma}. */
export interface MeasureWithEmaOptions {
  /** How much of the mean stays at each step; at least 0 and below 1. */
  readonly decay: number;
  /** Corrects the mean for its start at 0. @default {true} */
  readonly debias?: boolean;
}

const MEASURE_WITH_EMA_OPTIONS = { decay: true, debias: true } as const;

/** The state of {@linkcode monitor}. */
export interface MonitorState<Name extends string = string> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "monitor";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
  /** What each measure gave in the last step; before the first step zeros. */
  readonly measurements: { readonly [K in Name]: Tree };
  /** The moving means, not corrected; zeros for measures without one. */
  readonly means: { readonly [K in Name]: Tree };
}

/**
 * Passes updates as they come, and keeps what some measures say of them in the state, as `optax.monitor`. What it
 * sees depends on its place in the chain: before a clip the gradients, after it the clipped ones.
 * {@linkcode measurements} reads all monitors of a state.
 *
 * @param measures A measure or a moving mean of one for each name.
 * @throws {TypeError} If a measure is none.
 *
 * @example The norm before and after a clip, and how far a step goes
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { chain, clipByGlobalNorm, globalNorm, measurements, monitor, sgd, updateToWeightRatio } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = chain(
 *   monitor({ before: globalNorm }),
 *   clipByGlobalNorm(1),
 *   monitor({ after: globalNorm }),
 *   sgd({ learningRate: 0.5 }),
 *   monitor({ ratio: updateToWeightRatio }),
 * );
 * const params = { x: tensor([3, 4]) };
 * const { state } = optimizer.step(optimizer.init(params), { x: tensor([0, 8]) }, params);
 * assertEquals(measurements(state), { before: 8, after: 1, ratio: Math.fround(0.1) });
 * ```
 */
export function monitor<Name extends string>(
  measures: { readonly [K in Name]: Measure | MovingMeasure },
): Transform<unknown, MonitorState<Name>> {
  if (!tree.isNode(measures) || Array.isArray(measures)) {
    throw new TypeError(`monitor expects measures by name but got ${tree.describe(measures)}`);
  }
  const list = (Object.entries(measures) as [Name, Measure | MovingMeasure][]).map(([name, given]) => {
    const moving = typeof given === "function" ? { measure: given, decay: 0, debias: false } : given;
    if (typeof moving?.measure !== "function") {
      throw new TypeError(`monitor expects ${name} to be a measure but got ${tree.describe(given)}`);
    }
    return { name, isMoving: typeof given !== "function", ...moving };
  });
  type Values = Record<Name, Tree>;
  return transform<MonitorState<Name>>({
    name: "monitor",
    hyperparameters: {},
    init: (params) => {
      const zero = zerosLikeTree(params);
      const values = {} as Values;
      for (const { name, measure } of list) values[name] = zerosLikeTree(measure(zero, params));
      return { measurements: values, means: values };
    },
    update: ({ state, grads, params, step }) => {
      const measurements = {} as Values;
      const means = {} as Values;
      for (const { name, isMoving, measure, decay, debias } of list) {
        const value = measure(grads, params);
        means[name] = state.means[name];
        measurements[name] = value;
        if (!isMoving) continue;
        const mean = tree.zip("monitor", [value, state.means[name]], ([now, before]) => {
          const [x, mean] = [now as Tensor, before as Tensor];
          return add(multiply(mean, decay), multiply(cast(x, mean.dtype), 1 - decay));
        });
        means[name] = mean;
        const factor = debias ? host((t) => 1 / (1 - decay ** t), step) : 1;
        measurements[name] = tree.map(mean, (x) => multiply(x as Tensor, factor));
      }
      return { state: { measurements, means }, updates: grads };
    },
  });
}

/**
 * The moving mean of a measure, for {@linkcode monitor}, as `optax.measure_with_ema`.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `decay` is outside of [0, 1).
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { globalNorm, measurements, measureWithEma, monitor } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const watch = monitor({ norm: measureWithEma(globalNorm, { decay: 0.5, debias: false }) });
 * const params = { x: tensor([0]) };
 * const { state } = watch.update(watch.init(params), { x: tensor([4]) }, params);
 * assertEquals(measurements(state), { norm: 2 });
 * ```
 */
export function measureWithEma(measure: Measure, options: MeasureWithEmaOptions): MovingMeasure {
  checkOptionNames("measureWithEma", options, MEASURE_WITH_EMA_OPTIONS);
  const { decay, debias = true } = options;
  checkNumber("measureWithEma", "decay", decay, FRACTION);
  return { measure, decay, debias };
}

/**
 * A measure under one name, as `optax.snapshot`: a {@linkcode monitor} of it.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { globalNorm, measurements, snapshot } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor([3, 4]) };
 * const { state } = snapshot("norm", globalNorm).update(snapshot("norm", globalNorm).init(params), params, params);
 * assertEquals(measurements(state), { norm: 5 });
 * ```
 */
export function snapshot<Name extends string>(
  name: Name,
  measure: Measure,
): Transform<unknown, MonitorState<Name>> {
  if (typeof measure !== "function") {
    throw new TypeError(`snapshot expects a measure as a function but got ${tree.describe(measure)}`);
  }
  return monitor({ [name]: measure } as { readonly [K in Name]: Measure });
}

/**
 * A measure for {@linkcode monitor}: the norm of the updates over that of the params, for the end of a chain. Of a
 * healthy run it is about 1e-3. Where the params are all 0 it is 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { updateToWeightRatio } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(updateToWeightRatio({ x: tensor([3, 4]) }, { x: tensor([6, 8]) }).item(), 0.5);
 * ```
 */
export function updateToWeightRatio(updates: Tree, params: Tree): Tensor {
  const norm = (values: Tree): Tensor => sqrt(innerProduct("updateToWeightRatio", values, values));
  const weight = norm(params);
  const isZero = equal(weight, 0);
  return where(isZero, 0, divide(norm(updates), where(isZero, 1, weight)));
}

/**
 * What all monitors of a state measured in the last step, by path: the groups around a monitor and the name, and
 * below it the path in the measurement if that is a tree. Scalars are numbers, other tensors nested lists. Of two
 * with one path the later one stands.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { globalNorm, measurements, monitor } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const watch = monitor({ norm: globalNorm, updates: (updates) => updates });
 * const params = { x: tensor([3, 4]) };
 * const { state } = watch.update(watch.init(params), params, params);
 * assertEquals(measurements(state), { norm: 5, "updates/x": [3, 4] });
 * ```
 */
export function measurements(state: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const visit = (value: unknown, groups: readonly string[]): void => {
    if (!isState(value)) return;
    if (value.kind === "monitor") {
      for (const { path, value: leaf } of tree.entries(value.measurements)) {
        const measured = leaf as Tensor;
        found[[...groups, path].join("/")] = measured.rank === 0 ? measured.item() : measured.toArray();
      }
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      visit(child, isGrouped(value) ? [...groups, key] : groups);
    }
  };
  visit(state, []);
  return found;
}
