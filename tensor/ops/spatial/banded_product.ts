/**
 * Products along an axis with a matrix whose rows have few neighbouring elements that are not 0.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { bandedProductLoopOf } from "../../kernel_choice.ts";
import { contiguousOperand } from "../../operand.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { tensor } from "../create.ts";

/** Work of a chunk, in products. */
const CHUNK = 32768;

/** A matrix [rows, extent]: row i has `taps` weights from column `starts[i]` on. */
export interface Band {
  /** How many weights a row has. */
  readonly taps: number;
  /** The column of each row's first weight. */
  readonly starts: Int32Array;
  /** The weights, row by row. */
  readonly weights: Float64Array;
}

/** A matrix from the columns and the weights of each of its rows; weights of one column add up. */
export function bandOf(
  rows: readonly (readonly (readonly [column: number, weight: number])[])[],
  extent: number,
): Band {
  const [first, last] = [Math.min, Math.max].map((extreme) =>
    rows.map((row) => row.reduce((found, [column]) => extreme(found, column), row[0]?.[0] ?? 0))
  );
  const widest = rows.reduce((most, _, i) => Math.max(most, last[i] - first[i] + 1), 1);
  // Whole vectors of taps where the axis has as many.
  const taps = Math.min(extent, 4 * Math.ceil(widest / 4));
  const starts = Int32Array.from(first, (column) => Math.min(column, extent - taps));
  const weights = new Float64Array(rows.length * taps);
  rows.forEach((row, i) => {
    for (const [column, weight] of row) weights[i * taps + column - starts[i]] += weight;
  });
  return { taps, starts, weights };
}

/** Operands: the elements; weights and starts of the matrix; weights and starts of its transpose, for the gradient. */
const bandedProductPrimitive: Primitive<{ readonly axis: number }> = definePrimitive<
  { readonly axis: number }
>({
  name: "bandedProduct",
  flops: ([, weights], [y]) => 2 * sizeOf(y.shape) * weights.shape[1],
  infer: ([x, , starts], { axis }) => [
    { dtype: x.dtype, shape: x.shape.toSpliced(axis, 1, starts.shape[0]) },
  ],
  execute([x, weights, starts], [output], { axis }, machine) {
    const [to, taps] = weights.shape;
    const size = sizeOf(x.shape.slice(axis + 1));
    machine.launch(
      bandedProductLoopOf(x.dtype as "float32" | "float64", size === 1),
      [x, weights, starts].map((operand) => contiguousOperand(operand, machine)).concat(output),
      [x.shape[axis], to, taps, size],
      size === 0 ? 0 : sizeOf(x.shape.slice(0, axis)) * to,
      Math.max(1, Math.round(CHUNK / Math.max(1, taps * size))),
    );
  },
  pullback: {
    rule([g], { inputs: [, weights, starts, backWeights, backStarts], attributes }) {
      const operands = [g, backWeights, backStarts, weights, starts];
      return [apply(bandedProductPrimitive, operands, attributes), null, null, null, null];
    },
  },
  batch: {
    rule: ({ inputs, attributes, apply, all }) =>
      apply([all()[0], ...inputs.slice(1)], { axis: attributes.axis + 1 }),
  },
});

/** The product of a matrix with every line along an axis. */
export function bandedProduct(x: Tensor, axis: number, matrix: Band, transpose: Band): Tensor {
  const operands = [matrix, transpose].flatMap(({ taps, starts, weights }) => [
    tensor(weights, { dtype: x.dtype, shape: [starts.length, taps] }),
    tensor(starts),
  ]);
  return apply(bandedProductPrimitive, [x, ...operands], { axis });
}
