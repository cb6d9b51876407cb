/**
 * The primitive of Fourier transforms, over the last axis.
 *
 * @module
 */
import { applyAll } from "../../apply.ts";
import { fourierArea, fourierLoop, fourierSize } from "../../kernels/fourier.ts";
import { matrixKernel } from "../../kernels/linalg/matrix_kernel.ts";
import type { FloatingDType } from "../../kernels/plan.ts";
import { contiguousOperand } from "../../operand.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";

/** Complex numbers as two tensors of one shape and dtype. */
export interface Complex {
  /** The real parts. */
  readonly real: Tensor;
  /** The imaginary parts. */
  readonly imag: Tensor;
}

const fourierPrimitive: Primitive<{ readonly sign: 1 | -1 }> = definePrimitive<{ readonly sign: 1 | -1 }>({
  name: "fourier",
  flops: ([{ shape }]) => 5 * sizeOf(shape) * Math.log2(Math.max(2, shape[shape.length - 1])),
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }, { dtype: x.dtype, shape: x.shape }],
  execute(inputs, outputs, { sign }, machine) {
    const [{ dtype, shape }] = inputs;
    const n = shape[shape.length - 1];
    const [lines, area] = [sizeOf(shape.slice(0, -1)), fourierArea(n)];
    const operands = [...inputs, ...outputs].map((x) => contiguousOperand(x, machine));
    machine.launch(
      matrixKernel("fourier", dtype as FloatingDType, fourierLoop),
      [...operands, machine.temporary("float64", [lines, area])],
      [n, fourierSize(n), sign, area],
      n === 0 ? 0 : lines,
      Math.max(1, Math.round(20_000 / (n * Math.log2(n + 1) + 1))),
    );
  },
  pullback: {
    // The matrix of the transform is symmetric, so its transpose over real pairs is the one with the other sign.
    rule: (cotangents, { attributes: { sign } }) =>
      applyAll(fourierPrimitive, cotangents, { sign: sign === 1 ? -1 : 1 }),
  },
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** The transform over the last axis, `exp(-2 pi i j k / n)` for a sign of -1, without a factor. */
export function fourier({ real, imag }: Complex, sign: 1 | -1): Complex {
  const [a, b] = applyAll(fourierPrimitive, [real, imag], { sign });
  return { real: a, imag: b };
}
