/**
 * The primitives of Fourier transforms.
 *
 * @module
 */
import { apply, applyAll } from "../../apply.ts";
import { launchAcross, launchLines, launchReal, launchToReal, type Parts } from "../../fourier.ts";
import type { Operand } from "../../machine.ts";
import { contiguousOperand, seenAs } from "../../operand.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { multiply } from "../arithmetic.ts";
import { tensor } from "../create.ts";

/** Complex numbers as two tensors of one shape and dtype. */
export interface Complex {
  /** The real parts. */
  readonly real: Tensor;
  /** The imaginary parts. */
  readonly imag: Tensor;
}

/** The transform along an axis, counted from the end. */
interface Along {
  readonly sign: 1 | -1;
  readonly axis: number;
}

function workOf(shape: readonly number[], n: number): number {
  return 5 * sizeOf(shape) * Math.log2(Math.max(2, n));
}

const fourierPrimitive: Primitive<Along> = definePrimitive<Along>({
  name: "fourier",
  flops: ([{ shape }], _, { axis }) => workOf(shape, shape[shape.length + axis]),
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }, { dtype: x.dtype, shape: x.shape }],
  execute(inputs, outputs, { sign, axis }, machine) {
    const { shape } = outputs[0];
    if (sizeOf(shape) === 0) return;
    const at = shape.length + axis;
    const sizes = [sizeOf(shape.slice(0, at)), shape[at], sizeOf(shape.slice(at + 1))] as const;
    const [re, im, toRe, toIm] = [...inputs, ...outputs].map((x) =>
      seenAs(contiguousOperand(x, machine), sizes)
    );
    const [matrices, n, columns] = sizes;
    if (columns === 1) launchLines(machine, [re, im], [toRe, toIm], matrices, n, sign);
    else launchAcross(machine, [re, im], [toRe, toIm], sizes, sign);
  },
  pullback: {
    // The matrix of the transform is symmetric, so its transpose over real pairs is the one with the other sign.
    rule: (cotangents, { attributes: { sign, axis } }) =>
      applyAll(fourierPrimitive, cotangents, { sign: sign === 1 ? -1 : 1, axis }),
  },
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** The transform over an axis counted from the end, `exp(-2 pi i j k / n)` for a sign of -1, without a factor. */
export function fourier({ real, imag }: Complex, sign: 1 | -1, axis = -1): Complex {
  const [a, b] = applyAll(fourierPrimitive, [real, imag], { sign, axis });
  return { real: a, imag: b };
}

/** Operands whose last axis becomes lines. */
function linesOf(operands: readonly Operand[]): { readonly lines: number; readonly last: number } {
  const { shape } = operands[0];
  return { lines: sizeOf(shape.slice(0, -1)), last: shape[shape.length - 1] };
}

const fromRealPrimitive: Primitive<{ readonly wide: number }> = definePrimitive<{ readonly wide: number }>({
  name: "fourierOfReal",
  flops: ([{ shape }]) => workOf(shape, shape[shape.length - 1]) / 2,
  infer([{ dtype, shape }], { wide }) {
    const one = { dtype, shape: [...shape.slice(0, -1), wide] };
    return [one, one];
  },
  execute(inputs, outputs, { wide }, machine) {
    const x = contiguousOperand(inputs[0], machine);
    const { lines, last: n } = linesOf(inputs);
    if (lines > 0) launchReal(machine, x, outputs as unknown as Parts, lines, n, wide);
  },
  pullback: {
    rule([real, imag], { inputs: [{ shape }], attributes: { wide } }) {
      const n = shape[shape.length - 1];
      if (wide === n && n > 2) return [fourier({ real, imag }, 1).real];
      const weights = weightsOf(real, n, 0.5);
      return [fourierToReal({ real: multiply(real, weights), imag: multiply(imag, weights) }, n)];
    },
  },
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** A factor for the elements of half a spectrum that stand for two of the whole one, 1 for the others. */
function weightsOf({ dtype }: Tensor, n: number, factor: number): Tensor {
  const wide = Math.floor(n / 2) + 1;
  return tensor(Float64Array.from({ length: wide }, (_, k) => k === 0 || 2 * k === n ? 1 : factor), {
    dtype,
  });
}

/** The spectra of real lines along the last axis: all of their elements, or the half of them and one that tell the rest. */
export function fourierOfReal(x: Tensor, whole: boolean): Complex {
  const n = x.shape[x.rank - 1];
  const [real, imag] = applyAll(fromRealPrimitive, [x], { wide: whole ? n : Math.floor(n / 2) + 1 });
  return { real, imag };
}

const toRealPrimitive: Primitive<{ readonly n: number }> = definePrimitive<{ readonly n: number }>({
  name: "fourierToReal",
  flops: (_, [{ shape }]) => workOf(shape, shape[shape.length - 1]) / 2,
  infer: ([{ dtype, shape }], { n }) => [{ dtype, shape: [...shape.slice(0, -1), n] }],
  execute(inputs, outputs, { n }, machine) {
    const [re, im] = inputs.map((x) => contiguousOperand(x, machine));
    const { lines } = linesOf(inputs);
    if (lines > 0) launchToReal(machine, [re, im], outputs[0], lines, n);
  },
  pullback: {
    rule([cotangent], { attributes: { n } }) {
      const { real, imag } = fourierOfReal(cotangent, false);
      const weights = weightsOf(real, n, 2);
      return [multiply(real, weights), multiply(imag, weights)];
    },
  },
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** The n real numbers, not divided by n, whose spectra along the last axis begin with `floor(n / 2) + 1` elements. */
export function fourierToReal({ real, imag }: Complex, n: number): Tensor {
  return apply(toRealPrimitive, [real, imag], { n });
}
