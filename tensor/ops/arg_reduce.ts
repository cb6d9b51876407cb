/**
 * Positions of the greatest and the least elements.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { itemSize } from "../dtype.ts";
import { positionLoopOf, vectorMode } from "../kernel_choice.ts";
import type { Machine, Operand } from "../machine.ts";
import { asNeighbours, contiguousOperand, permuted } from "../operand.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { axesOf } from "../merge_axes.ts";
import { formatShape, normalizeAxis, reducedShape, sizeOf } from "../shape.ts";
import { ARG_REDUCE_OPTIONS, type ArgReduceOptions, type Tensor, type TensorLike } from "../tensor.ts";
import { numbers } from "./convert.ts";
import { ravel, reshape } from "./reshape.ts";

interface Axis {
  readonly axis: number;
}

/** Neighbours that stay up to which they are turned, and elements from which it pays. */
const [FEW, MANY] = [3, 4096];

/** An operand with few neighbours along its last axis turned so that neighbours are along `axis`; others as they are. */
function inRows(x: Operand, axis: number, machine: Machine): Operand {
  const { shape, strides } = x;
  const kept = axesOf(shape, [strides], (i) => i !== axis);
  const neighbours = kept.shape.at(-1) ?? 0;
  const turns = neighbours > 1 && neighbours <= FEW && kept.strides[0].at(-1) === 1 && shape[axis] > FEW;
  if (vectorMode() === null || !turns || itemSize(x.dtype) !== 4 || sizeOf(shape) < MANY) return x;
  const order = [...shape.map((_, i) => i).filter((i) => i !== axis), axis];
  const copy = contiguousOperand(permuted(x, order), machine);
  return permuted(copy, shape.map((_, i) => order.indexOf(i)));
}

function definePosition(name: string, greatest: boolean): Primitive<Axis> {
  return definePrimitive<Axis>({
    name,
    infer: ([x], { axis }) => [{ dtype: "int32", shape: reducedShape(x.shape, [axis], false) }],
    execute([given], [output], { axis }, machine) {
      const x = inRows(asNeighbours(given, machine), axis, machine);
      const kept = axesOf(x.shape, [x.strides], (i) => i !== axis);
      const outputs = sizeOf(kept.shape);
      const numbers = [x.shape[axis], x.strides[axis], ...kept.shape, ...kept.strides[0]];
      // Outputs whose elements are neighbours go along together.
      const together = kept.strides[0].at(-1) === 1 ? 16 : 1;
      const grain = Math.max(together, Math.round(32768 / x.shape[axis]));
      machine.launch(
        positionLoopOf(greatest, x.dtype, x.strides[axis], x.shape[axis], kept.strides[0]),
        [x, output],
        numbers,
        outputs,
        grain,
      );
    },
    pullback: null,
    batch: { rule: ({ inputs, attributes: { axis }, apply }) => apply(inputs, { axis: axis + 1 }) },
  });
}

const argmaxPrimitive: Primitive<Axis> = definePosition("argmax", true);

const argminPrimitive: Primitive<Axis> = definePosition("argmin", false);

function position(primitive: Primitive<Axis>, x: Tensor, options: ArgReduceOptions): Tensor {
  const flat = options.axis === undefined ? ravel(x) : x;
  const axis = normalizeAxis(primitive.name, options.axis ?? 0, flat.rank);
  if (flat.shape[axis] === 0) {
    throw new RangeError(
      `${primitive.name} expects at least one element but got shape ${formatShape(x.shape)}`,
    );
  }
  const result = apply(primitive, [flat], { axis });
  if (options.keepDims !== true) return result;
  return reshape(
    result,
    options.axis === undefined ? x.shape.map(() => 1) : reducedShape(x.shape, [axis], true),
  );
}

/**
 * The position of the greatest element along an axis (int32), or in the flattened tensor; the first NaN if there
 * is one, else the first of equals.
 *
 * @throws {RangeError} If there is no element.
 *
 * @example
 * ```ts
 * import { argmax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(argmax(tensor([[1, 5], [7, 2]]), { axis: 1 }).toArray(), [1, 0]);
 * ```
 */
export function argmax(x: TensorLike, options: ArgReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argmax", options, ARG_REDUCE_OPTIONS);
  return position(argmaxPrimitive, numbers("argmax", x), options);
}

/** The position of the least element, as `argmax` finds the greatest. */
export function argmin(x: TensorLike, options: ArgReduceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("argmin", options, ARG_REDUCE_OPTIONS);
  return position(argminPrimitive, numbers("argmin", x), options);
}
