/**
 * Tensors as the files of torch and MindSpore have them.
 *
 * @module
 */

import { type SparseGradient, sparseGradient } from "../../optim/mod.ts";
import { type Tensor, tensor } from "../../tensor/mod.ts";
import type { GoldenNumber } from "./replay_optax.ts";
import { UnsupportedError } from "./replay.ts";

/** The precision of a case. */
export type Precision = "float32" | "float64";

/** A tensor of a file: its data, a formula for them, or rows of a sparse gradient. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data?: readonly GoldenNumber[];
  readonly rows?: readonly number[];
  readonly ramp?: {
    readonly multiplier: number;
    readonly offset?: number;
    readonly modulus: number;
    readonly scale: number;
  };
}

/** The numbers of a tensor. */
export function elements({ shape, data, ramp }: GoldenTensor): number[] {
  if (data !== undefined) return data.map(Number);
  if (ramp === undefined) throw new UnsupportedError("a tensor without data");
  const { multiplier, offset = 0, modulus, scale } = ramp;
  return Array.from(
    { length: shape.reduce((size, extent) => size * extent, 1) },
    (_, i) => ((i * multiplier + offset) % modulus / modulus - 0.5) * scale,
  );
}

/** A tensor of a file, in the precision of the case. */
export function tensorOf(golden: GoldenTensor, dtype: Precision): Tensor {
  if (dtype !== "float32" && dtype !== "float64") {
    throw new UnsupportedError(`a tensor in ${dtype as string}`);
  }
  return tensor(elements(golden), { dtype }).reshape([...golden.shape]);
}

/** A gradient of a file: a tensor, or rows of one. */
export function gradientOf(golden: GoldenTensor, dtype: Precision): Tensor | SparseGradient {
  const { shape, rows } = golden;
  if (rows === undefined) return tensorOf(golden, dtype);
  const values = tensorOf({ ...golden, shape: [rows.length, ...shape.slice(1)] }, dtype);
  return sparseGradient({ indices: tensor([...rows], { dtype: "int32" }), values, shape });
}
