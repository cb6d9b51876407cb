/**
 * Initializers that keep lengths or inputs, and sparse ones.
 *
 * @module
 */
import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import {
  arange,
  broadcastTo,
  less,
  multiply,
  random,
  type Tensor,
  tensor,
  where,
} from "../../../tensor/mod.ts";
import { formatShape, sizeOf } from "../../../tensor/shape.ts";
import { checkNumber, type Initializer, scoped } from "../initializer.ts";
import { orthogonal as orthogonalOf } from "../orthogonal.ts";

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** What lengths are multiplied by. @default {1} */
  readonly gain?: number;
  /** The axis of the outputs: -1 for dense kernels and HWIO, 0 for OIHW. @default {-1} */
  readonly outAxis?: number;
}

const ORTHOGONAL_OPTIONS = { gain: true, outAxis: true } as const;

/**
 * Orthogonal along the axis of the outputs, the others taken as one, as torch.nn.init.orthogonal_. It is
 * `initializers.orthogonal` under torch's names.
 *
 * @throws {RangeError} If the gain is not finite, or the shape has fewer than two axes.
 *
 * @example
 * ```ts
 * import { matmul, random, swapAxes } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const q = initializers.torch.orthogonal({ gain: 2 })(random.key(0), [2, 3]);
 * assertAlmostEquals(matmul(q, swapAxes(q, 0, 1)).data()[0], 4, 1e-5);
 * ```
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  checkOptionNames("orthogonal", options, ORTHOGONAL_OPTIONS);
  const { gain = 1, outAxis = -1 } = options;
  checkNumber("orthogonal", "gain", gain);
  return orthogonalOf({ scale: gain, columnAxis: outAxis });
}

/** Options of `sparse`. */
export interface SparseOptions {
  /** The share of weights that are 0, from 0 to 1. */
  readonly sparsity: number;
  /** The deviation of the others. @default {0.01} */
  readonly standardDeviation?: number;
}

const SPARSE_OPTIONS = { sparsity: true, standardDeviation: true } as const;

/**
 * A kernel [inputs, outputs] whose weights are normal but for `ceil(sparsity outputs)` of each input's, drawn anew for
 * each, which are 0, as torch.nn.init.sparse_ of the transposed weight of torch; after Martens, "Deep learning via
 * Hessian-free optimization" (2010).
 *
 * @throws {RangeError} If the sparsity is no share, the deviation not finite, or what is to be made no matrix.
 *
 * @example
 * ```ts
 * import { equal, random, sum } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const kernel = initializers.torch.sparse({ sparsity: 0.5 })(random.key(0), [3, 4]);
 * assertEquals(sum(equal(kernel, 0), { axes: 1 }).toArray(), [2, 2, 2]);
 * ```
 */
export function sparse(options: SparseOptions): Initializer {
  checkOptionNames("sparse", options, SPARSE_OPTIONS);
  const { sparsity, standardDeviation = 0.01 } = options;
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new RangeError(`sparse expects sparsity from 0 to 1 but got ${String(sparsity)}`);
  }
  checkNumber("sparse", "standardDeviation", standardDeviation);
  return scoped("sparse", (key, shape, { dtype = "float32" }) => {
    if (shape.length !== 2) {
      throw new RangeError(`sparse expects the shape of a matrix but got ${formatShape(shape)}`);
    }
    const [weightKey, placeKey] = random.split(key);
    const weights = multiply(random.normal(weightKey, shape, { dtype }), standardDeviation);
    const numbers = broadcastTo(arange(shape[1], { dtype: "int32" }), shape);
    const places = random.permutation(placeKey, numbers, { axis: 1, independent: true });
    return where(less(places, Math.ceil(sparsity * shape[1])), 0, weights);
  });
}

/** Options of `dirac`. */
export interface DiracOptions {
  /** In how many groups the outputs stand. @default {1} */
  readonly groups?: number;
  /** Whether kernels are [outputs, inputs, window...], as in torch, or [window..., inputs, outputs]. @default {"channelsFirst"} */
  readonly layout?: "channelsFirst" | "channelsLast";
}

const DIRAC_OPTIONS = { groups: true, layout: true } as const;

/**
 * Kernels of convolutions in one to three dimensions that pass on as many channels as they can, in each group the same
 * ones, as torch.nn.init.dirac_: 1 in the middle of the window, 0 elsewhere.
 *
 * @throws {RangeError} If the groups do not divide the outputs, or the shape is none of such a kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const kernel = initializers.torch.dirac()(random.key(0), [2, 2, 3]);
 * assertEquals(kernel.toArray(), [[[0, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 0]]]);
 * ```
 */
export function dirac(options: DiracOptions = {}): Initializer {
  checkOptionNames("dirac", options, DIRAC_OPTIONS);
  const { groups = 1, layout = "channelsFirst" } = options;
  if (layout !== "channelsFirst" && layout !== "channelsLast") {
    throw new RangeError(`dirac expects layout "channelsFirst" or "channelsLast" but got ${String(layout)}`);
  }
  return scoped("dirac", (_key, shape, { dtype = "float32" }): Tensor => {
    const first = layout === "channelsFirst";
    if (shape.length < 3 || shape.length > 5) {
      throw new RangeError(`dirac expects a kernel of 3 to 5 axes but got ${formatShape(shape)}`);
    }
    const window = first ? shape.slice(2) : shape.slice(0, -2);
    const [outputs, inputs] = first ? shape : [shape[shape.length - 1], shape[shape.length - 2]];
    if (!Number.isInteger(groups) || groups < 1 || outputs % groups !== 0) {
      throw new RangeError(`dirac expects groups to divide its ${outputs} outputs but got ${String(groups)}`);
    }
    const values = new Array<number>(sizeOf(shape)).fill(0);
    const middle = window.reduce((at, extent) => at * extent + (extent >> 1), 0);
    const size = sizeOf(window);
    const each = outputs / groups;
    for (let output = 0; output < outputs; output++) {
      const input = output % each;
      if (input >= inputs) continue;
      const at = first
        ? (output * inputs + input) * size + middle
        : (middle * inputs + input) * outputs + output;
      values[at] = 1;
    }
    return tensor(values, { shape, dtype });
  });
}
