/**
 * Kernels whose size or spectrum is bound.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  divide,
  matmul,
  multiply,
  random,
  reshape,
  sqrt,
  square,
  stopGradient,
  sum,
  swapAxes,
  type Tensor,
  transpose,
} from "../tensor/mod.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import { checkPositiveInteger, placeOf, placeOfApply, variable } from "./check.ts";
import { spectralNormTorch, weightNormTorch } from "./kernel_norm_torch.ts";
import type { Layer, Params } from "./layer.ts";

/** Options of `weightNorm` and `spectralNorm`. */
export interface KernelNormOptions {
  /** The name of the kernel in the params of the layer; "kernel" by default. */
  readonly kernel?: string;
  /** The axis of the kernel along which the outputs are; 0 by default, that of convolutions (-1 for `dense`). */
  readonly axis?: number;
}

const KERNEL_NORM_OPTIONS = { kernel: true, axis: true } as const;

/** Params of `weightNorm`. */
export type WeightNormParams = {
  /** The lengths of the kernel's parts, one an output. */
  readonly magnitude: Tensor;
  /** The params of the layer, whose kernel tells directions only. */
  readonly base: Params;
};

function lengths(kernel: Tensor, axis: number): Tensor {
  const axes = kernel.shape.map((_, i) => i).filter((i) => i !== axis);
  return sqrt(sum(square(kernel), { axes, keepDims: true }));
}

/**
 * A layer whose kernel is `magnitude direction / |direction|`, length and direction of each output trained apart, as
 * torch.nn.utils.parametrizations.weight_norm (Salimans and Kingma, 2016).
 *
 * @throws {RangeError} If the kernel has no such axis.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { conv2d, weightNorm } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = weightNorm(conv2d({ features: 4, kernelSize: 3 }));
 * assertEquals(layer.init(random.key(0), [2, 8, 8]).params.magnitude.shape, [4, 1, 1, 1]);
 * ```
 */
export function weightNorm(layer: Layer, options: KernelNormOptions = {}): Layer<WeightNormParams> {
  checkOptionNames("weightNorm", options, KERNEL_NORM_OPTIONS);
  const { kernel: name = "kernel", axis = 0 } = options;
  return {
    name: "weightNorm",
    ...weightNormTorch(layer, name),
    init(key, inputShape, context = {}) {
      const at = placeOf("weightNorm", context);
      const { params, state, outputShape } = layer.init(key, inputShape, context);
      const kernel = variable(at, "params", params, name);
      const magnitude = lengths(kernel, normalizeAxis(at, axis, kernel.rank));
      return { params: { magnitude, base: params }, state, outputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply("weightNorm", context);
      const direction = variable(at, "params", params.base, name);
      const along = normalizeAxis(at, axis, direction.rank);
      const kernel = multiply(
        direction,
        divide(variable(at, "params", params, "magnitude"), lengths(direction, along)),
      );
      return layer.apply({ params: { ...params.base, [name]: kernel }, state }, x, context);
    },
  };
}

/** Options of `spectralNorm`. */
export interface SpectralNormOptions extends KernelNormOptions {
  /** Rounds of power iteration in each step of training; 1 by default. */
  readonly iterations?: number;
  /** What lengths are at least; 1e-12 by default. */
  readonly eps?: number;
}

const SPECTRAL_NORM_OPTIONS = { iterations: true, eps: true, kernel: true, axis: true } as const;

/** State of `spectralNorm`. */
export type SpectralNormState = {
  /** The left singular vector that the iteration has come to, [outputs]. */
  readonly left: Tensor;
  /** The right singular vector, [inputs]. */
  readonly right: Tensor;
  /** The state of the layer. */
  readonly base: Params;
};

function normalized(x: Tensor, eps: number): Tensor {
  return divide(x, sqrt(sum(square(x))).maximum(eps));
}

/**
 * A layer whose kernel is divided by its greatest singular value, which power iteration follows from step to step, as
 * torch.nn.utils.parametrizations.spectral_norm (Miyato et al., 2018). In evaluation the vectors stay.
 *
 * @throws {RangeError} If an option is out of range, or the kernel has no such axis.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dense, type Layer, spectralNorm } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = spectralNorm(dense({ features: 4 }) as unknown as Layer, { axis: -1 });
 * assertEquals(layer.init(random.key(0), [3]).state.left.shape, [4]);
 * ```
 */
export function spectralNorm(
  layer: Layer,
  options: SpectralNormOptions = {},
): Layer<Params, SpectralNormState> {
  checkOptionNames("spectralNorm", options, SPECTRAL_NORM_OPTIONS);
  const { kernel: name = "kernel", axis = 0, iterations = 1, eps = 1e-12 } = options;
  checkPositiveInteger("spectralNorm", "iterations", iterations);
  const matrixOf = (at: string, kernel: Tensor): Tensor => {
    const along = normalizeAxis(at, axis, kernel.rank);
    const others = kernel.shape.map((_, i) => i).filter((i) => i !== along);
    return reshape(transpose(kernel, [along, ...others]), [kernel.shape[along], -1]);
  };
  return {
    name: "spectralNorm",
    ...spectralNormTorch(layer, name, axis),
    init(key, inputShape, context = {}) {
      const at = placeOf("spectralNorm", context);
      const [baseKey, leftKey, rightKey] = random.split(key, 3);
      const { params, state, outputShape } = layer.init(baseKey, inputShape, context);
      const matrix = matrixOf(at, variable(at, "params", params, name));
      let left = normalized(random.normal(leftKey, [matrix.shape[0]]), eps);
      let right = normalized(random.normal(rightKey, [matrix.shape[1]]), eps);
      // So that the first step already divides by about the right value, as in torch.
      for (let i = 0; i < 15; i++) {
        right = normalized(matmul(swapAxes(matrix, 0, 1), left), eps);
        left = normalized(matmul(matrix, right), eps);
      }
      return { params, state: { left, right, base: state }, outputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply("spectralNorm", context);
      const kernel = variable(at, "params", params, name);
      const matrix = matrixOf(at, kernel);
      let left = variable(at, "state", state, "left");
      let right = variable(at, "state", state, "right");
      if (context.training === true) {
        const fixed = stopGradient(matrix);
        for (let i = 0; i < iterations; i++) {
          left = normalized(matmul(fixed, right), eps);
          right = normalized(matmul(swapAxes(fixed, 0, 1), left), eps);
        }
      }
      const sigma = matmul(left, matmul(matrix, right));
      const applied = layer.apply(
        { params: { ...params, [name]: divide(kernel, sigma) }, state: state.base },
        x,
        context,
      );
      return { output: applied.output, state: { left, right, base: applied.state } };
    },
  };
}
