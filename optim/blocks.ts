/**
 * Matrices cut into blocks of one size.
 *
 * @module
 */

import { pad, reshape, slice, type Tensor, transpose } from "../tensor/mod.ts";

/** How matrices of an extent are cut into blocks. */
export interface Blocks {
  /** The extents of a block. */
  readonly shape: readonly [rows: number, columns: number];
  /** How many blocks a matrix has. */
  readonly count: number;
  /**
   * Matrices `[batch, rows, columns]` as blocks `[batch * count, ...shape]`; the last ones are filled up with
   * zeros.
   */
  readonly toBlocks: (x: Tensor) => Tensor;
  /** The way back. */
  readonly fromBlocks: (x: Tensor) => Tensor;
}

/** Cuts matrices into blocks that are no larger than `blockSize` either way, and as alike as can be. */
export function blocksOf(rows: number, columns: number, blockSize: number): Blocks {
  const [down, across] = [Math.ceil(rows / blockSize), Math.ceil(columns / blockSize)];
  const [height, width] = [Math.ceil(rows / down), Math.ceil(columns / across)];
  const after: [number, number][] = [[0, 0], [0, down * height - rows], [0, across * width - columns]];
  const isWhole = after.every(([, extent]) => extent === 0);
  return {
    shape: [height, width],
    count: down * across,
    toBlocks: (x) => {
      const filled = isWhole ? x : pad(x, after);
      const cut = transpose(reshape(filled, [-1, down, height, across, width]), [0, 1, 3, 2, 4]);
      return reshape(cut, [-1, height, width]);
    },
    fromBlocks: (x) => {
      const joined = transpose(reshape(x, [-1, down, across, height, width]), [0, 1, 3, 2, 4]);
      const filled = reshape(joined, [-1, down * height, across * width]);
      return isWhole ? filled : slice(filled, [null, [0, rows], [0, columns]]);
    },
  };
}
