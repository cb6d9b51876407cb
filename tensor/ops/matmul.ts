/**
 * Products of matrices.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { launchProduct } from "../product.ts";
import { broadcastShapes, formatShape, sizeOf } from "../shape.ts";
import { describe, nameOf, Tensor } from "../tensor.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { floor } from "./rounding.ts";
import { greaterEqual } from "./comparison.ts";
import { promoted } from "./convert.ts";
import { cast } from "./cast.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { swapAxes } from "./transpose.ts";

const matmulPrimitive: Primitive = definePrimitive({
  name: "matmul",
  finishes: true,
  flops: ([a], [output]) => 2 * sizeOf(output.shape) * a.shape[a.shape.length - 1],
  infer([a, b]) {
    if (!isFloating(a.dtype) || a.dtype !== b.dtype) {
      throw new TypeError(
        `matmul expects float32 or float64 operands but got ${describe(a)} and ${describe(b)}`,
      );
    }
    const batch = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [{ dtype: a.dtype, shape: [...batch, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]] }];
  },
  execute: ([a, b], [output], _, machine) => launchProduct(a, b, output, machine),
  pullback: {
    rule: ([g], { inputs: [a, b], wanted }) => [
      wanted[0] ? product(g, swapAxes(b, -1, -2)) : null,
      wanted[1] ? product(swapAxes(a, -1, -2), g) : null,
    ],
  },
  batch: {
    rule({ inputs: [a, b], batched, size, attributes, apply, aligned }) {
      if (batched[1] || a.rank !== 3 || b.rank !== 2) return apply(aligned(), attributes);
      // Rows of all examples by one matrix are one product.
      const [rows] = apply([reshape(a, [size * a.shape[1], a.shape[2]]), b], attributes);
      return [reshape(rows, [size, a.shape[1], b.shape[1]])];
    },
  },
});

function kindOf(x: Tensor): string {
  return x instanceof Tensor ? describe(x) : nameOf(x);
}

function product(a: Tensor, b: Tensor): Tensor {
  return apply(matmulPrimitive, [a, b], {});
}

/** The product of integers modulo 2^32 (or 2^8), exact in float64 by halves of 16 bits. */
function integerProduct(x: Tensor, y: Tensor): Tensor {
  const [a, b] = [cast(x, "float64"), cast(y, "float64")];
  if (x.dtype === "bool") return cast(matmul(a, b), "bool");
  const modulo = (value: Tensor, range: number): Tensor =>
    subtract(value, multiply(floor(multiply(value, 1 / range)), range));
  const wrapped = (value: Tensor): Tensor => {
    if (x.dtype === "uint8") return modulo(value, 2 ** 8);
    const whole = modulo(value, 2 ** 32);
    return x.dtype === "uint32"
      ? whole
      : subtract(whole, multiply(cast(greaterEqual(whole, 2 ** 31), "float64"), 2 ** 32));
  };
  const [lowA, lowB] = [modulo(a, 2 ** 16), modulo(b, 2 ** 16)];
  const [highA, highB] = [subtract(a, lowA), subtract(b, lowB)].map((high) => multiply(high, 2 ** -16));
  const across = modulo(add(matmul(highA, lowB), matmul(lowA, highB)), 2 ** 16);
  return cast(wrapped(add(matmul(lowA, lowB), multiply(across, 2 ** 16))), x.dtype);
}

/**
 * The matrix product over the last two axes, `[..., m, k]` by `[..., k, n]` to `[..., m, n]`; the axes before
 * them broadcast. An operand of one axis is a row on the left and a column on the right, and that axis
 * disappears from the result. Products of integers wrap around, as in
 * JAX.
 *
 * @throws {RangeError} If an operand is a scalar, or the inner dimensions differ.
 *
 * @example
 * ```ts
 * import { matmul, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(matmul(tensor([[1, 2], [3, 4]]), tensor([[5], [6]])).toArray(), [[17], [39]]);
 * assertEquals(matmul(tensor([1, 2]), tensor([3, 4])).item(), 11);
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (!(a instanceof Tensor) || !(b instanceof Tensor)) {
    throw new TypeError(`matmul expects tensors but got ${kindOf(a)} and ${kindOf(b)}`);
  }
  if (a.rank === 0 || b.rank === 0) {
    throw new RangeError(
      `matmul expects operands with axes but got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  const [x, y] = promoted("matmul", a, b);
  if (!isFloating(x.dtype)) return integerProduct(x, y);
  const left = a.rank === 1 ? reshape(x, [1, a.shape[0]]) : x;
  const right = b.rank === 1 ? reshape(y, [b.shape[0], 1]) : y;
  if (left.shape[left.rank - 1] !== right.shape[right.rank - 2]) {
    throw new RangeError(
      `matmul expects inner dimensions to agree but got ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  // A sum keeps more digits of a long product of vectors than matrices do.
  if (a.rank === 1 && b.rank === 1) return sum(multiply(x, y));
  const result = product(left, right);
  if (a.rank > 1 && b.rank > 1) return result;
  return reshape(
    result,
    b.rank === 1 ? result.shape.slice(0, -1) : [...result.shape.slice(0, -2), result.shape[result.rank - 1]],
  );
}
