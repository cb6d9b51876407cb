/**
 * Every kernel that ships with the library, under the name by which the threads find it.
 *
 * @module
 */
import {
  averagePoolFloat32,
  averagePoolFloat64,
  averagePoolGradientFloat32,
  averagePoolGradientFloat64,
} from "./average_pooling.ts";
import { convolutionFloat32, convolutionFloat64 } from "./convolution.ts";
import {
  convolutionKernelFloat32,
  convolutionKernelFloat64,
  sumSlicesFloat32,
  sumSlicesFloat64,
} from "./convolution_kernel.ts";
import type { Kernel, KernelReference } from "./kernel.ts";
import { matmulFloat32, matmulFloat64 } from "./matmul.ts";
import { matmulSkinnyFloat32, matmulSkinnyFloat64 } from "./matmul_skinny.ts";
import { maxPoolFloat32, maxPoolFloat64 } from "./max_pooling.ts";
import {
  maxPoolGatherFloat32,
  maxPoolGatherFloat64,
  maxPoolGradientFloat32,
  maxPoolGradientFloat64,
} from "./max_pooling_gradient.ts";
import { convolutionSimd } from "./simd/convolution.ts";
import { convolutionByPlaneSimd } from "./simd/convolution_by_plane.ts";
import { convolutionKernelSimd } from "./simd/convolution_kernel.ts";
import { convolutionKernelByPlaneSimd } from "./simd/convolution_kernel_by_plane.ts";
import { sumSlicesSimd, sumTilesSimd } from "./simd/convolution_kernel_sum.ts";
import { convolutionKernelTogetherSimd } from "./simd/convolution_kernel_together.ts";
import { convolutionScatterSimd } from "./simd/convolution_scatter.ts";
import { convolutionTogetherSimd } from "./simd/convolution_together.ts";
import { depthwiseAcrossSimd } from "./simd/depthwise_across.ts";
import { depthwiseAcrossKernelSimd } from "./simd/depthwise_across_kernel.ts";
import { matmulDoubleSimd } from "./simd/double_matmul.ts";
import { fourierColumnsSimd, fourierRealSimd, fourierRowsSimd } from "./simd/fourier.ts";
import { matmulSimd } from "./simd/matmul.ts";
import { matmulBatchSimd } from "./simd/matmul_batch.ts";
import { matmulSkinnySimd } from "./simd/matmul_skinny.ts";

/** The kernels by name. Their order is their id, the same in every thread of one version. */
export const KERNELS: Readonly<Record<string, Kernel>> = {
  "matmul.float32": matmulFloat32,
  "matmul.float64": matmulFloat64,
  "matmulSkinny.float32": matmulSkinnyFloat32,
  "matmulSkinny.float64": matmulSkinnyFloat64,
  "convolution.float32": convolutionFloat32,
  "convolution.float64": convolutionFloat64,
  "convolutionKernel.float32": convolutionKernelFloat32,
  "convolutionKernel.float64": convolutionKernelFloat64,
  "sumSlices.float32": sumSlicesFloat32,
  "sumSlices.float64": sumSlicesFloat64,
  "maxPool.float32": maxPoolFloat32,
  "maxPool.float64": maxPoolFloat64,
  "maxPoolGather.float32": maxPoolGatherFloat32,
  "maxPoolGather.float64": maxPoolGatherFloat64,
  "maxPoolGradient.float32": maxPoolGradientFloat32,
  "maxPoolGradient.float64": maxPoolGradientFloat64,
  "averagePool.float32": averagePoolFloat32,
  "averagePool.float64": averagePoolFloat64,
  "averagePoolGradient.float32": averagePoolGradientFloat32,
  "averagePoolGradient.float64": averagePoolGradientFloat64,
  "convolutionSimd.float32": convolutionSimd,
  "convolutionByPlaneSimd.float32": convolutionByPlaneSimd,
  "convolutionScatterSimd.float32": convolutionScatterSimd,
  "convolutionKernelTogetherSimd.float32": convolutionKernelTogetherSimd,
  "convolutionTogetherSimd.float32": convolutionTogetherSimd,
  "depthwiseAcrossSimd.float32": depthwiseAcrossSimd,
  "depthwiseAcrossKernelSimd.float32": depthwiseAcrossKernelSimd,
  "convolutionKernelByPlaneSimd.float32": convolutionKernelByPlaneSimd,
  "convolutionKernelSimd.float32": convolutionKernelSimd,
  "sumSlicesSimd.float32": sumSlicesSimd,
  "sumTilesSimd.float32": sumTilesSimd,
  "matmulSimd.float32": matmulSimd,
  "matmulBatchSimd.float32": matmulBatchSimd,
  "matmulSkinnySimd.float32": matmulSkinnySimd,
  "matmulSimd.float64": matmulDoubleSimd,
  fourierRowsSimd,
  fourierColumnsSimd,
  fourierRealSimd,
};

const REFERENCES: ReadonlyMap<string, KernelReference> = new Map(
  Object.entries(KERNELS).map(([name, run], id) => [name, { run, id, source: null }]),
);

/** The reference of the kernel called `name`, for launching it over the pool. */
export function kernelNamed(name: string): KernelReference {
  const reference = REFERENCES.get(name);
  if (reference === undefined) throw new RangeError(`Expected the name of a kernel but got ${name}`);
  return reference;
}
