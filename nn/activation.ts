/**
 * Activations as layers: elementwise functions without params, for use in `sequential`. The functions of the same
 * names that take tensors are exported by `@weft/weft`.
 *
 * @module
 */
import * as tensor from "../tensor/mod.ts";
import type { Empty, Layer } from "./layer.ts";
import { parameterless } from "./parameterless.ts";

/** Options of `activation`. */
export interface ActivationOptions {
  /** What the layer is called in errors; the name of the function by default. */
  readonly name?: string;
}

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
