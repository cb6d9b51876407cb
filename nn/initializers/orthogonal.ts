/**
 * Initializers that keep lengths.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { moveAxis, multiply, pad, random, reshape, type Tensor, zeros } from "../../tensor/mod.ts";
import { formatShape, normalizeAxis, type Shape, sizeOf } from "../../tensor/shape.ts";
import { checkKey, checkNumber, type Initializer, scoped } from "./initializer.ts";

/** Options of `orthogonal`. */
export interface OrthogonalInitializerOptions {
  /** What lengths are multiplied by. @default {1} */
  readonly scale?: number;
  /** The axis of the columns; the others are taken as one, that of the rows. 0 for kernels OIHW. @default {-1} */
  readonly columnAxis?: number;
}

const ORTHOGONAL_INITIALIZER_OPTIONS = { scale: true, columnAxis: true } as const;

/**
 * Matrices with orthonormal columns, or rows where there are fewer, evenly distributed over all of them, as
 * jax.nn.initializers.orthogonal; after Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep
 * linear neural networks" (2014).
 *
 * @throws {RangeError} If the scale is not finite, the shape has fewer than two axes, or there is no such axis.
 *
 * @example
 * ```ts
 * import { matmul, random, swapAxes } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const q = initializers.orthogonal({ scale: 2 })(random.key(0), [4, 3]);
 * assertAlmostEquals(matmul(swapAxes(q, 0, 1), q).data()[0], 4, 1e-5);
 * ```
 */
export function orthogonal(options: OrthogonalInitializerOptions = {}): Initializer {
  checkOptionNames("orthogonal", options, ORTHOGONAL_INITIALIZER_OPTIONS);
  const { scale = 1, columnAxis = -1 } = options;
  checkNumber("orthogonal", "scale", scale);
  return scoped(
    "orthogonal",
    (key, shape, { dtype = "float32" }) =>
      orthogonalOf("orthogonal", key, shape, { scale, columnAxis, dtype }),
  );
}

function orthogonalOf(
  operation: string,
  key: Tensor,
  shape: Shape,
  { scale, columnAxis, dtype }: {
    readonly scale: number;
    readonly columnAxis: number;
    readonly dtype: "float32" | "float64";
  },
): Tensor {
  checkKey(operation, key);
  if (shape.length < 2) {
    throw new RangeError(`${operation} expects a shape of two axes or more but got ${formatShape(shape)}`);
  }
  const axis = normalizeAxis(operation, columnAxis, shape.length);
  if (sizeOf(shape) === 0) return zeros(shape, { dtype });
  const columns = shape[axis];
  const others = shape.filter((_, i) => i !== axis);
  const drawn = random.orthogonal(key, sizeOf(others), { columns, dtype });
  const placed = moveAxis(reshape(drawn, [...others, columns]), -1, axis);
  return scale === 1 ? placed : multiply(placed, scale);
}

/** Options of `deltaOrthogonal`. */
export interface DeltaOrthogonalOptions extends OrthogonalInitializerOptions {
  /** Whether kernels are [window..., inputs, outputs], as in JAX, or [outputs, inputs, window...]. @default {"channelsLast"} */
  readonly layout?: "channelsLast" | "channelsFirst";
}

const DELTA_ORTHOGONAL_OPTIONS = { layout: true, scale: true, columnAxis: true } as const;

/**
 * Kernels of convolutions in one to three dimensions that are an orthogonal matrix in the middle of the window and 0
 * elsewhere, as jax.nn.initializers.delta_orthogonal; after Xiao et al., "Dynamical Isometry and a Mean Field Theory
 * of CNNs" (2018). There must be no fewer outputs than inputs.
 *
 * @throws {RangeError} If the scale is not finite, or the shape is none of such a kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const kernel = initializers.deltaOrthogonal()(random.key(0), [3, 2, 2]);
 * assertEquals(kernel.at(0).toArray(), [[0, 0], [0, 0]]);
 * ```
 */
export function deltaOrthogonal(options: DeltaOrthogonalOptions = {}): Initializer {
  checkOptionNames("deltaOrthogonal", options, DELTA_ORTHOGONAL_OPTIONS);
  const { scale = 1, columnAxis = -1, layout = "channelsLast" } = options;
  checkNumber("deltaOrthogonal", "scale", scale);
  if (layout !== "channelsLast" && layout !== "channelsFirst") {
    throw new RangeError(
      `deltaOrthogonal expects layout "channelsLast" or "channelsFirst" but got ${String(layout)}`,
    );
  }
  const last = layout === "channelsLast";
  return scoped("deltaOrthogonal", (key, shape, { dtype = "float32" }) => {
    const window = last ? shape.slice(0, -2) : shape.slice(2);
    const [inputs, outputs] = last ? shape.slice(-2) : [shape[1], shape[0]];
    if (shape.length < 3 || shape.length > 5 || inputs > outputs) {
      throw new RangeError(
        `deltaOrthogonal expects a kernel of 3 to 5 axes with no fewer outputs than inputs but got ${
          formatShape(shape)
        }`,
      );
    }
    const matrix = orthogonalOf("deltaOrthogonal", key, [inputs, outputs], { scale, columnAxis, dtype });
    const around = window.map((extent) => [(extent - 1) >> 1, extent - 1 - ((extent - 1) >> 1)] as const);
    const middle = reshape(matrix, [...window.map(() => 1), inputs, outputs]);
    const kernel = pad(middle, [...around, [0, 0], [0, 0]]);
    return last ? kernel : moveAxis(moveAxis(kernel, -1, 0), -1, 1);
  });
}
