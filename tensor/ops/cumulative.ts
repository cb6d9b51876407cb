/**
 * Running sums along an axis.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { cumsumKernel } from "../kernels/cumulative.ts";
import { contiguousOperand } from "../operand.ts";
import { batchInFront, definePrimitive, type Primitive } from "../primitive.ts";
import { normalizeAxis, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { cast } from "./cast.ts";
import { numeric } from "./convert.ts";
import { swapAxes } from "./structure.ts";

/** Work of a chunk, in elements. */
const CHUNK = 32768;

interface Cumulative {
  readonly reverse: boolean;
}

const cumsumPrimitive: Primitive<Cumulative> = definePrimitive<Cumulative>({
  name: "cumsum",
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  execute([x], [output], { reverse }, machine) {
    const length = x.shape[x.shape.length - 1];
    machine.launch(
      cumsumKernel(x.dtype, reverse),
      [contiguousOperand(x, machine), output],
      [length],
      length === 0 ? 0 : sizeOf(x.shape.slice(0, -1)),
      Math.max(1, Math.round(CHUNK / Math.max(1, length))),
    );
  },
  pullback: {
    rule: ([g], { attributes: { reverse } }) => [apply(cumsumPrimitive, [g], { reverse: !reverse })],
  },
  batch: batchInFront,
});

/** Options of `cumsum`. */
export interface CumsumOptions {
  /** The axis along which sums run, negative from the end; the last by default. */
  readonly axis?: number;
  /** Whether sums run from the end of the axis to its start; false by default. */
  readonly reverse?: boolean;
}

/**
 * The sums of the elements up to each place along an axis, as `jnp.cumsum` and, in reverse, `jax.lax.cumsum`. Bools
 * count as int32 and bytes as uint32. Floats are accumulated in double precision.
 *
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { cumsum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cumsum(tensor([1, 2, 3])).toArray(), [1, 3, 6]);
 * assertEquals(cumsum(tensor([[1, 2], [3, 4]]), { axis: 0, reverse: true }).toArray(), [[4, 6], [3, 4]]);
 * ```
 */
export function cumsum(x: TensorLike, options: CumsumOptions = {}): Tensor {
  const { axis = -1, reverse = false } = options;
  const given = numeric("cumsum", x);
  const tensor = given.dtype === "uint8" ? cast(given, "uint32") : given;
  const at = normalizeAxis("cumsum", axis, tensor.rank);
  return swapAxes(apply(cumsumPrimitive, [swapAxes(tensor, at, -1)], { reverse }), at, -1);
}
