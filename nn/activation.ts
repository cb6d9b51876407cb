/**
 * Activations as layers: elementwise functions without params, for use in `sequential`. The functions of the same
 * names that take tensors are exported by `@weft/weft`.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import * as tensor from "../tensor/mod.ts";
import { THRESHOLD_OPTIONS } from "../tensor/ops/shrinkage.ts";
import type { Empty, Layer } from "./layer.ts";
import { operationLayer } from "./operation_layer.ts";
import { parameterless } from "./parameterless.ts";

/** Options of `activation`. */
export interface ActivationOptions {
  /** What the layer is called in errors; the name of the function by default. */
  readonly name?: string;
}

const ACTIVATION_OPTIONS = { name: true } as const;

/**
 * A layer that applies a function which keeps the shape, such as an activation with options of its own.
 *
 * @example
 * ```ts
 * import { leakyRelu, random, tensor } from "@weft/weft";
 * import { activation } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const steep = activation((x) => leakyRelu(x, { negativeSlope: 0.5 }), { name: "steep" });
 * const { params, state } = steep.init(random.key(0), [2]);
 * assertEquals(steep.apply({ params, state }, tensor([[-2, 2]])).output.toArray(), [[-1, 2]]);
 * ```
 */
export function activation(
  f: (x: tensor.Tensor) => tensor.Tensor,
  options: ActivationOptions = {},
): Layer<Empty, Empty> {
  checkOptionNames("activation", options, ACTIVATION_OPTIONS);
  if (typeof f !== "function") {
    throw new TypeError(`activation expects a function of a tensor but got ${tensor.tree.describe(f)}`);
  }
  const name = options.name ?? (f.name === "" ? "activation" : f.name);
  return parameterless(name, { outputShape: (inputShape) => inputShape, output: (x) => f(x) });
}

/** `max(x, 0)`, as a layer. */
export const relu: Layer<Empty, Empty> = activation((x) => tensor.relu(x), { name: "relu" });

/** `min(max(x, 0), 6)`, as a layer. */
export const relu6: Layer<Empty, Empty> = activation((x) => tensor.relu6(x), { name: "relu6" });

/** `x` from 0 on and `0.01 x` below; use `activation` for another slope, as a layer. */
export const leakyRelu: Layer<Empty, Empty> = activation((x) => tensor.leakyRelu(x), { name: "leakyRelu" });

/** `x` above 0 and `e^x - 1` below; use `activation` for another limit, as a layer. */
export const elu: Layer<Empty, Empty> = activation((x) => tensor.elu(x), { name: "elu" });

/** `x Phi(x)` with the exact normal distribution function; use `activation` for the approximation by tanh, as a layer. */
export const gelu: Layer<Empty, Empty> = activation((x) => tensor.gelu(x), { name: "gelu" });

/** `x sigmoid(x)`, also called swish, as a layer. */
export const silu: Layer<Empty, Empty> = activation((x) => tensor.silu(x), { name: "silu" });

/** `1 / (1 + e^-x)`, as a layer. */
export const sigmoid: Layer<Empty, Empty> = activation((x) => tensor.sigmoid(x), { name: "sigmoid" });

/** `log(sigmoid(x))`, as a layer. */
export const logSigmoid: Layer<Empty, Empty> = activation((x) => tensor.logSigmoid(x), {
  name: "logSigmoid",
});

/** `tanh(x)`, as a layer. */
export const tanh: Layer<Empty, Empty> = activation((x) => tensor.tanh(x), { name: "tanh" });

/** `log(1 + e^x)`, as a layer. */
export const softplus: Layer<Empty, Empty> = activation((x) => tensor.softplus(x), { name: "softplus" });

/** `x / (1 + |x|)`, as a layer. */
export const softSign: Layer<Empty, Empty> = activation((x) => tensor.softSign(x), { name: "softSign" });

/** `x tanh(softplus(x))`, as a layer. */
export const mish: Layer<Empty, Empty> = activation((x) => tensor.mish(x), { name: "mish" });

/** `min(max(x, -1), 1)`, as a layer. */
export const hardTanh: Layer<Empty, Empty> = activation((x) => tensor.hardTanh(x), { name: "hardTanh" });

/** `relu6(x + 3) / 6`, as a layer. */
export const hardSigmoid: Layer<Empty, Empty> = activation((x) => tensor.hardSigmoid(x), {
  name: "hardSigmoid",
});

/** `x hardSigmoid(x)`, as a layer. */
export const hardSilu: Layer<Empty, Empty> = activation((x) => tensor.hardSilu(x), { name: "hardSilu" });

/** `x` above 0 and `e^x - 1` below, which has no kink; use `activation` for another limit, as a layer. */
export const celu: Layer<Empty, Empty> = activation((x) => tensor.celu(x), { name: "celu" });

/** `elu` scaled so that means stay 0 and variances 1, as a layer. */
export const selu: Layer<Empty, Empty> = activation((x) => tensor.selu(x), { name: "selu" });

/** `(x + sqrt(x^2 + 4)) / 2`; use `activation` for another bend, as a layer. */
export const squareplus: Layer<Empty, Empty> = activation((x) => tensor.squareplus(x), {
  name: "squareplus",
});

/** `x` where `|x| > 0.5`, and 0 elsewhere; use `activation` for another bound, as a layer. */
export const hardShrink: Layer<Empty, Empty> = activation((x) => tensor.hardShrink(x), {
  name: "hardShrink",
});

/** `x` pulled towards 0 by up to 0.5; use `activation` for another bound, as a layer. */
export const softShrink: Layer<Empty, Empty> = activation((x) => tensor.softShrink(x), {
  name: "softShrink",
});

/** `x - tanh(x)`, as a layer. */
export const tanhShrink: Layer<Empty, Empty> = activation((x) => tensor.tanhShrink(x), {
  name: "tanhShrink",
});

/** 0 up to -1, `(x + 1)^2 / 4` up to 1 and `x` from there on, as a layer. */
export const sparsePlus: Layer<Empty, Empty> = activation((x) => tensor.sparsePlus(x), {
  name: "sparsePlus",
});

/** 0 up to -1, `(x + 1) / 2` up to 1 and 1 from there on, as a layer. */
export const sparseSigmoid: Layer<Empty, Empty> = activation((x) => tensor.sparseSigmoid(x), {
  name: "sparseSigmoid",
});

/** `x` where `x > threshold`, and `value` elsewhere, as a layer. */
export function threshold(options: tensor.ThresholdOptions): Layer<Empty, Empty> {
  checkOptionNames("threshold", options, THRESHOLD_OPTIONS);
  tensor.threshold(0, options);
  return activation((x) => tensor.threshold(x, options), { name: "threshold" });
}

/** Exponentials that sum to 1 along the last axis; use `activation` for another axis, as a layer. */
export const softmax: Layer<Empty, Empty> = activation((x) => tensor.softmax(x), { name: "softmax" });

/** The logarithm of `softmax` along the last axis; use `activation` for another axis, as a layer. */
export const logSoftmax: Layer<Empty, Empty> = activation((x) => tensor.logSoftmax(x), {
  name: "logSoftmax",
});

/** The softmax of `-x` along the last axis; use `activation` for another axis, as a layer. */
export const softmin: Layer<Empty, Empty> = activation((x) => tensor.softmin(x), { name: "softmin" });

/** The input as it is, as a layer. */
export const identity: Layer<Empty, Empty> = activation((x) => x, { name: "identity" });

/** Options of `glu`. */
export interface GluOptions {
  /** The axis that is halved, counted with the batch axis; the last by default. */
  readonly axis?: number;
}

const GLU_OPTIONS = { axis: true } as const;

/**
 * The first half along an axis times the sigmoid of the second (Dauphin et al., 2017), as a layer.
 *
 * @throws {RangeError} If there is no such axis, or its extent is odd.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { glu } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(glu().apply({ params: {}, state: {} }, tensor([[3, 0]])).output.toArray(), [[1.5]]);
 * ```
 */
export function glu(options: GluOptions = {}): Layer<Empty, Empty> {
  checkOptionNames("glu", options, GLU_OPTIONS);
  const { axis = -1 } = options;
  return operationLayer("glu", (x) => tensor.glu(x, axis));
}
