/**
 * Where elements are not zero.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { nonzeroKernel } from "../kernels/nonzero.ts";
import { contiguousOperand } from "../operand.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { batchInFront } from "../rules.ts";
import { contiguousStrides, sizeOf } from "../shape.ts";
import { describe, type Tensor, type TensorLike } from "../tensor.ts";
import { cast } from "./cast.ts";
import { less, notEqual } from "./comparison.ts";
import { asTensor, numbers } from "./convert.ts";
import { full } from "./full.ts";
import { floorDivide, remainder } from "./division.ts";
import { sum } from "./reduce.ts";
import { where } from "./selection.ts";
import { ravel } from "./reshape.ts";
import { stack } from "./concatenate.ts";

/** Options of `nonzero`. */
export interface NonzeroOptions {
  /**
   * How many positions are given, which must be known inside of compile: further ones are left out, missing ones
   * filled. As many as there are by default.
   */
  readonly size?: number;
  /** The index that fills each axis of a missing position; 0 by default. */
  readonly fillValue?: number;
}

/** Work of a chunk, in elements and positions. */
const CHUNK = 32768;

const NONZERO_OPTIONS = { size: true, fillValue: true } as const;

interface Listed {
  /** How many positions are listed. */
  readonly count: number;
}

/** The positions along the last axis where bools are true, -1 for a missing one. */
const nonzeroPrimitive: Primitive<Listed> = definePrimitive<Listed>({
  name: "nonzero",
  infer: ([x], { count }) => [{ dtype: "int32", shape: [...x.shape.slice(0, -1), count] }],
  execute([x], [positions], { count }, machine) {
    const length = x.shape[x.shape.length - 1];
    machine.launch(
      nonzeroKernel(),
      [contiguousOperand(x, machine), positions],
      [length, count],
      count === 0 ? 0 : sizeOf(x.shape.slice(0, -1)),
      Math.max(1, Math.round(CHUNK / (length + count))),
    );
  },
  pullback: null,
  batch: batchInFront,
});

/** The positions of elements that are not 0 in the flattened tensor, -1 for a missing one. */
export function flatPositions(operation: string, x: Tensor, size: number | undefined): Tensor {
  const chosen = ravel(x.dtype === "bool" ? x : notEqual(x, 0));
  if (size === undefined && x.node !== null) {
    throw new TypeError(
      `${operation} expects a size for ${
        describe(x)
      }, whose elements are not known yet: their number would not be`,
    );
  }
  const count = size ?? sum(cast(chosen, "int32")).item();
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`${operation} expects a non-negative integer as size but got ${String(size)}`);
  }
  return apply(nonzeroPrimitive, [chosen], { count });
}

/**
 * The positions of the elements that are not 0, in their row-major order: int32 indices for each axis.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where the elements are not known yet, without a size.
 * @throws {RangeError} If the size is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { nonzero, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [rows, columns] = nonzero(tensor([[1, 0], [0, 2]]));
 * assertEquals([rows.toArray(), columns.toArray()], [[0, 1], [0, 1]]);
 * ```
 */
export function nonzero(x: TensorLike, options: NonzeroOptions = NO_OPTIONS): Tensor[] {
  checkOptionNames("nonzero", options, NONZERO_OPTIONS);
  return indicesFor("nonzero", x, options);
}

function indicesFor(operation: string, x: TensorLike, { size, fillValue = 0 }: NonzeroOptions): Tensor[] {
  const tensor = numbers(operation, x);
  const flat = flatPositions(operation, tensor, size);
  return contiguousStrides(tensor.shape).map((stride, axis) => {
    const lines = stride === 1 ? flat : floorDivide(flat, stride);
    const index = axis === 0 ? lines : remainder(lines, tensor.shape[axis]);
    return size === undefined ? index : where(less(flat, 0), fillValue, index);
  });
}

/**
 * The positions of the elements that are not 0 as rows [count, rank], in their row-major order.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, without a size.
 * @throws {RangeError} If the size is not a non-negative integer.
 *
 * @example
 * ```ts
 * import { argwhere, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(argwhere(tensor([[1, 0], [0, 2]])).toArray(), [[0, 0], [1, 1]]);
 * ```
 */
export function argwhere(x: TensorLike, options: NonzeroOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argwhere", options, NONZERO_OPTIONS);
  const indices = indicesFor("argwhere", x, options);
  if (indices.length > 0) return stack(indices, 1);
  const flat = flatPositions("argwhere", numbers("argwhere", x), options.size);
  return full([flat.size, 0], 0, { dtype: "int32" });
}

/** The positions of the elements that are not 0 in the flattened tensor; see `nonzero`. */
export function flatNonzero(x: TensorLike, options: NonzeroOptions = NO_OPTIONS): Tensor {
  checkOptionNames("flatNonzero", options, NONZERO_OPTIONS);
  const flat = flatPositions("flatNonzero", asTensor("flatNonzero", x), options.size);
  return options.size === undefined ? flat : where(less(flat, 0), options.fillValue ?? 0, flat);
}
