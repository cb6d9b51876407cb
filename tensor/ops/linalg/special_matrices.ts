/**
 * Matrices of a given pattern.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor, type TensorLike } from "../../tensor.ts";
import { divide } from "../arithmetic.ts";
import { concatenate } from "../concatenate.ts";
import { asTensor, numbers, promoted } from "../convert.ts";
import { arange } from "../ranges.ts";
import { CREATE_OPTIONS, type CreateOptions, tensor } from "../create.ts";
import { zerosLike } from "../full.ts";
import { pad } from "../pad.ts";
import { take } from "../indexing.ts";
import { ravel, reshape } from "../reshape.ts";
import { flip, slice } from "../slice.ts";

/**
 * Matrices along the diagonal of one, with zeros elsewhere; a number is a matrix of one element, a vector a row.
 *
 * @throws {RangeError} If there are none, or one has more than 2 axes.
 *
 * @example
 * ```ts
 * import { blockDiag, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(blockDiag([tensor([[1, 2]]), 3]).toArray(), [[1, 2, 0], [0, 0, 3]]);
 * ```
 */
export function blockDiag(blocks: readonly TensorLike[]): Tensor {
  if (!Array.isArray(blocks) || blocks.length === 0) {
    throw new RangeError("blockDiag expects at least one matrix but got none");
  }
  const matrices = blocks.map((block: TensorLike) => {
    const x = numbers("blockDiag", asTensor("blockDiag", block));
    if (x.rank > 2) throw new RangeError(`blockDiag expects matrices but got ${describe(x)}`);
    return x.rank === 2 ? x : reshape(x, [1, x.size]);
  });
  const width = matrices.reduce((sum, { shape }) => sum + shape[1], 0);
  let before = 0;
  const rows = matrices.map((x) => {
    const left = before;
    before += x.shape[1];
    return pad(x, [[0, 0], [left, width - before]]);
  });
  return rows.reduce((above, row) => concatenate([...promoted("blockDiag", above, row)]));
}

function vector(operation: string, x: TensorLike): Tensor {
  return ravel(numbers(operation, asTensor(operation, x)));
}

/** The matrix whose element (i, j) is that of a line at `start + rowStep i + columnStep j`. */
function strided(
  line: Tensor,
  [rows, columns]: readonly number[],
  at: readonly [number, number, number],
): Tensor {
  const [start, rowStep, columnStep] = at;
  const places = new Int32Array(rows * columns);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      places[k++] = (start + rowStep * i + columnStep * j + 2 * line.size) % line.size;
    }
  }
  return take(line, asPlaces(places, rows, columns));
}

function asPlaces(places: Int32Array, rows: number, columns: number): Tensor {
  return reshape(tensor(places), [rows, columns]);
}

/**
 * The matrix that is the same along each diagonal, with a first column and a first row (the column by default), as
 * `jax.scipy.linalg.toeplitz`. The first element of the row is not read.
 *
 * @example
 * ```ts
 * import { tensor, toeplitz } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(toeplitz(tensor([1, 2]), tensor([0, 3])).toArray(), [[1, 3], [2, 1]]);
 * ```
 */
export function toeplitz(column: TensorLike, row: TensorLike = column): Tensor {
  const [c, r] = promoted("toeplitz", vector("toeplitz", column), vector("toeplitz", row));
  const line = concatenate([flip(c), slice(r, [[1, null]])]);
  return strided(line, [c.size, r.size], [c.size - 1, -1, 1]);
}

/**
 * The matrix that is the same along each anti-diagonal, with a first column and a last row (zeros by default), as
 * `jax.scipy.linalg.hankel`. The first element of the row is not read.
 *
 * @example
 * ```ts
 * import { hankel, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hankel(tensor([1, 2])).toArray(), [[1, 2], [2, 0]]);
 * ```
 */
export function hankel(column: TensorLike, row?: TensorLike): Tensor {
  const first = vector("hankel", column);
  const [c, r] = promoted("hankel", first, row === undefined ? zerosLike(first) : vector("hankel", row));
  return strided(concatenate([c, slice(r, [[1, null]])]), [c.size, r.size], [0, 1, 1]);
}

/**
 * The square matrix whose columns are one vector, each turned one place further down.
 *
 * @example
 * ```ts
 * import { circulant, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(circulant(tensor([1, 2, 3])).toArray(), [[1, 3, 2], [2, 1, 3], [3, 2, 1]]);
 * ```
 */
export function circulant(column: TensorLike): Tensor {
  const c = vector("circulant", column);
  return strided(c, [c.size, c.size], [c.size, 1, -1]);
}

/**
 * The matrix of Hilbert, `1 / (i + j + 1)`, which is badly conditioned.
 *
 * @throws {RangeError} If the size is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { hilbert } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(hilbert(2).toArray(), [[1, 0.5], [0.5, Math.fround(1 / 3)]]);
 * ```
 */
export function hilbert(size: number, options: CreateOptions = NO_OPTIONS): Tensor {
  checkOptionNames("hilbert", options, CREATE_OPTIONS);
  if (!Number.isInteger(size) || size < 0) {
    throw new RangeError(`hilbert expects a size of at least 0 but got ${String(size)}`);
  }
  const line = divide(1, arange(2 * size, { start: 1, ...options }));
  return strided(line, [size, size], [0, 1, 1]);
}
