/**
 * Kernels that hand over each rectangle of their result when it is finished.
 *
 * @module
 */
import { convolutionFloat32, convolutionFloat64 } from "./convolution.ts";
import type { FinishingKernel, KernelReference } from "./kernel.ts";
import { matmulFloat32, matmulFloat64 } from "./matmul.ts";
import { convolutionSimd } from "./simd/convolution.ts";
import { convolutionScatterSimd } from "./simd/convolution_scatter.ts";
import { matmulDoubleSimd } from "./simd/double_matmul.ts";
import { matmulSimd } from "./simd/matmul.ts";
import { matmulBatchSimd } from "./simd/matmul_batch.ts";

/** The kernels by name; generated kernels call them as `kernels["matmul.float32"]`. */
export const FINISHING: Readonly<Record<string, FinishingKernel>> = {
  "matmul.float32": matmulFloat32,
  "matmul.float64": matmulFloat64,
  "matmulSimd.float32": matmulSimd,
  "matmulSimd.float64": matmulDoubleSimd,
  "matmulBatchSimd.float32": matmulBatchSimd,
  "convolution.float32": convolutionFloat32,
  "convolution.float64": convolutionFloat64,
  "convolutionSimd.float32": convolutionSimd,
  "convolutionScatterSimd.float32": convolutionScatterSimd,
};

/** Addresses that each of them takes before its numbers; the last is that of the result. */
export const FINISHING_OPERANDS = 3;

/** A kernel whose result is seen as matrices of rows of columns. */
export interface Finishing {
  /** Its name in `FINISHING`. */
  readonly name: string;
  /** Rows of a matrix. */
  readonly rows: number;
  /** Columns of a row. */
  readonly columns: number;
}

/** How a launch hands over its result; null where it does not. */
export function finishingOf(kernel: KernelReference, numbers: readonly number[]): Finishing | null {
  for (const name in FINISHING) {
    if (FINISHING[name] !== kernel.run) continue;
    if (name.startsWith("matmul")) return { name, rows: numbers[0], columns: numbers[2] };
    if (kernel.run === convolutionScatterSimd) {
      return { name, rows: numbers[0], columns: numbers[1] * numbers[2] };
    }
    // The loops over typed arrays go through an expanded image phase by phase, not rectangle by rectangle.
    if (kernel.run !== convolutionSimd && (numbers[20] !== 1 || numbers[24] !== 1)) return null;
    return { name, rows: numbers[1], columns: numbers[16] * numbers[17] };
  }
  return null;
}
