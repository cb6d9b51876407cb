/**
 * What an initializer is, and the fans of a kernel.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { scope, type Shape, Tensor, tree } from "../../tensor/mod.ts";
import { checkShape, formatShape, sizeOf } from "../../tensor/shape.ts";
import { describe } from "../../tensor/tensor.ts";

/** How many inputs an output depends on, and how many outputs an input takes part in. */
export interface Fans {
  /** Inputs of one output. */
  readonly fanIn: number;
  /** Outputs of one input. */
  readonly fanOut: number;
}

/** What an initializer is told besides the key and the shape. */
export interface InitializerOptions extends Partial<Fans> {
  /** The dtype of the tensor. @default {"float32"} */
  readonly dtype?: "float32" | "float64";
}

/**
 * Makes a tensor of a shape from a random key. Layers tell the fans of their params; without them they follow from
 * the shape, see `fansOf`.
 */
export type Initializer = (key: Tensor, shape: Shape, options?: InitializerOptions) => Tensor;

/** Axes of a kernel, which are by default those of JAX: inputs last but one, outputs last, none of a batch. */
export interface FanAxes {
  /** The axis of the inputs, or several. @default {-2} */
  readonly inAxis?: number | readonly number[];
  /** The axis of the outputs, or several. @default {-1} */
  readonly outAxis?: number | readonly number[];
  /** Axes of kernels that stand beside each other; none by default. */
  readonly batchAxis?: number | readonly number[];
}

const FAN_AXES = { inAxis: true, outAxis: true, batchAxis: true } as const;

/**
 * The fans of a kernel that ends with the axes of inputs and outputs, `[window..., inputs, outputs]`, as JAX has
 * them: `fanIn = window * inputs` and `fanOut = window * outputs`. A vector has both as its extent. A kernel with
 * its axes in another order, such as OIHW, needs `inAxis` and `outAxis`.
 *
 * @throws {RangeError} If the shape has no such axis.
 *
 * @example
 * ```ts
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(initializers.fansOf([3, 3, 8, 16]), { fanIn: 72, fanOut: 144 });
 * assertEquals(initializers.fansOf([16, 8, 3, 3], { inAxis: 1, outAxis: 0 }), { fanIn: 72, fanOut: 144 });
 * ```
 */
export function fansOf(shape: Shape, axes: FanAxes = {}): Fans {
  checkOptionNames("fansOf", axes, FAN_AXES);
  checkShape("fansOf", shape);
  const { inAxis = -2, outAxis = -1, batchAxis = [] } = axes;
  if (axes.inAxis === undefined && axes.outAxis === undefined && shape.length < 2) {
    const extent = shape[0] ?? 1;
    return { fanIn: extent, fanOut: extent };
  }
  const extents = (axis: number | readonly number[]): number =>
    [axis].flat().reduce((product: number, one) => {
      const extent = shape[one < 0 ? one + shape.length : one];
      if (extent === undefined) {
        throw new RangeError(`fansOf expects an axis of the shape ${formatShape(shape)} but got ${one}`);
      }
      return product * extent;
    }, 1);
  const [inputs, outputs] = [extents(inAxis), extents(outAxis)];
  const all = inputs * outputs * extents(batchAxis);
  const window = all === 0 ? 0 : sizeOf(shape) / all;
  return { fanIn: inputs * window, fanOut: outputs * window };
}

/** The fans that axes tell, or that a layer tells, or that follow from the shape. */
export function fansFor(shape: Shape, options: InitializerOptions, axes: FanAxes = {}): Fans {
  const told = Object.values(axes).some((axis) => axis !== undefined);
  const { fanIn, fanOut } = options;
  if (!told && fanIn !== undefined && fanOut !== undefined) return { fanIn, fanOut };
  return fansOf(shape, axes);
}

const INITIALIZER_OPTIONS = { dtype: true, fanIn: true, fanOut: true } as const;

/** The initializer whose draws leave nothing behind but their result: what is made on the way is many times as large. */
export function scoped(
  operation: string,
  initializer: (key: Tensor, shape: Shape, options: InitializerOptions) => Tensor,
): Initializer {
  return (key, shape, options = {}) => {
    checkOptionNames(operation, options, INITIALIZER_OPTIONS);
    return scope(() => initializer(key, shape, options));
  };
}

/** Rounds as numbers of the dtype are. */
export function rounding(dtype: "float32" | "float64"): (x: number) => number {
  return dtype === "float32" ? Math.fround : (x) => x;
}

/** Throws unless `key` is a random key, which initializers that draw nothing do not see otherwise. */
export function checkKey(operation: string, key: unknown): void {
  if (key instanceof Tensor && key.dtype === "key") return;
  const got = key instanceof Tensor ? describe(key) : tree.describe(key);
  throw new TypeError(`${operation} expects a random key but got ${got}`);
}

/** Throws unless `value` is a finite number. */
export function checkNumber(operation: string, name: string, value: number): void {
  if (typeof value !== "number") {
    throw new TypeError(`${operation} expects ${name} to be a number but got ${tree.describe(value)}`);
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`${operation} expects ${name} to be finite but got ${value}`);
  }
}
