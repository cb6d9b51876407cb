/**
 * Several fully connected layers in a row.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkPositiveInteger } from "./check.ts";
import { dense, DENSE_OPTIONS, type DenseOptions, type DenseParams } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { relu } from "./activation.ts";
import type { Empty, Layer } from "./layer.ts";
import { sequential } from "./sequential.ts";

/** Options of `mlp`. */
export interface MlpOptions extends Omit<DenseOptions, "features"> {
  /** The outputs of each layer, in order; at least one. */
  readonly features: readonly number[];
  /** What stands between the layers; relu by default. */
  readonly activation?: Layer<Empty, Empty>;
  /** The share of activations that is dropped in training; 0 by default. */
  readonly dropout?: number;
}

const MLP_OPTIONS = { ...DENSE_OPTIONS, activation: true, dropout: true } as const;

/** Params of `mlp`, those of each layer by its name `layer0`, `layer1`, ... */
export type MlpParams = { readonly [name: string]: DenseParams };

/**
 * Fully connected layers with an activation between them: `layer0`, `layer1`, ...; none after the last one.
 *
 * @throws {RangeError} If there is no layer, or an option is out of range.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { mlp } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { params, outputShape } = mlp({ features: [32, 10] }).init(random.key(0), [784]);
 * assertEquals([Object.keys(params), outputShape], [["layer0", "layer1"], [10]]);
 * ```
 */
export function mlp(options: MlpOptions): Layer<MlpParams, Empty> {
  checkOptionNames("mlp", options, MLP_OPTIONS);
  const { features, activation = relu, dropout: rate = 0, ...rest } = options;
  if (!Array.isArray(features) || features.length === 0) {
    throw new RangeError(
      `mlp expects the features of at least one layer but got ${JSON.stringify(features)}`,
    );
  }
  const layers: Record<string, Layer> = {};
  features.forEach((count, i) => {
    checkPositiveInteger("mlp", "features", count);
    layers[`layer${i}`] = dense({ ...rest, features: count }) as unknown as Layer;
    if (i === features.length - 1) return;
    layers[`activation${i}`] = activation as unknown as Layer;
    if (rate > 0) layers[`dropout${i}`] = dropout({ rate }) as unknown as Layer;
  });
  return { ...sequential(layers), name: "mlp" } as unknown as Layer<MlpParams, Empty>;
}
