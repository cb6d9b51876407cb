/**
 * What layers begin with where no initializer is named.
 *
 * @module
 */
import { constant } from "./constant.ts";
import type { Initializer } from "./initializer.ts";
import { kaimingUniform } from "./torch/kaiming.ts";
import { lecunNormal } from "./variance_scaling.ts";

/** Whose defaults a layer begins with. */
export interface InitOptions {
  /**
   * Whose defaults make the params that no initializer is named for, "flax" or "torch"; "flax" by default. Kernels of
   * flax are `initializers.lecunNormal` and biases zeros; both of torch are uniform within `1 / sqrt(fanIn)`, which is
   * `initializers.torch.kaimingUniform({ a: Math.sqrt(5) })`.
   */
  readonly init?: "flax" | "torch";
}

/** Options of layers with a kernel and a bias. */
export interface KernelInitOptions extends InitOptions {
  /** Makes the kernel; `initializers.lecunNormal` by default, as in flax. */
  readonly kernelInitializer?: Initializer;
  /** Makes the bias; zeros by default. */
  readonly biasInitializer?: Initializer;
}

/** Uniform within `1 / sqrt(fanIn)`, as torch.nn.init.kaiming_uniform_ with a slope of sqrt(5). */
export const torchUniform: Initializer = kaimingUniform({ a: Math.sqrt(5) });

/** What is named, or the default of the library. */
export function initializersOf(
  layer: string,
  options: KernelInitOptions,
): { readonly kernelInitializer: Initializer; readonly biasInitializer: Initializer } {
  const torch = checkInit(layer, options.init ?? "flax") === "torch";
  const { kernelInitializer, biasInitializer } = options;
  return {
    kernelInitializer: kernelInitializer ?? (torch ? torchUniform : lecunNormal),
    biasInitializer: biasInitializer ?? (torch ? torchUniform : constant(0)),
  };
}

/** Throws unless `init` is a library whose defaults are known. */
export function checkInit(layer: string, init: "flax" | "torch"): "flax" | "torch" {
  if (init === "flax" || init === "torch") return init;
  throw new RangeError(`${layer} expects init "flax" or "torch" but got ${String(init)}`);
}
