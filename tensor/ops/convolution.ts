/**
 * Convolution in two dimensions. Its three faces (output, gradient for the image, gradient for the weights) are
 * primitives whose pullbacks are one another, so gradients of any order need no others.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { isFloating } from "../dtype.ts";
import { vectorMode } from "../kernel_choice.ts";
import {
  convolutionInputPlan,
  convolutionPlan,
  forwardPatches,
  inputPatches,
} from "../kernels/convolution.ts";
import { convolutionKernelPlan } from "../kernels/convolution_kernel.ts";
import { convolutionShape, type ConvolutionSizes, type Strides } from "../kernels/convolution_sizes.ts";
import type { FloatingDType, KernelPlan } from "../kernels/plan.ts";
import { convolutionInputSimdPlan, convolutionSimdPlan } from "../kernels/simd/convolution.ts";
import { convolutionKernelSimdPlan } from "../kernels/simd/convolution_kernel_plan.ts";
import { goesTogetherByTap } from "../kernels/simd/convolution_kernel_together.ts";
import { goesTogether } from "../kernels/simd/convolution_together_plan.ts";
import { goesAcross } from "../kernels/simd/depthwise_across_plan.ts";
import { copyInto } from "../launch_elementwise.ts";
import { launchPlan } from "../launch_plan.ts";
import { unrepeated } from "../operand.ts";
import type { BatchContext } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import type { Machine, Operand } from "../machine.ts";
import { arePatches, launchPatches, launchPatchesInput, launchPatchesKernel } from "../patches.ts";
import { areSingles, launchSingles, launchSinglesInput } from "../singles.ts";
import { launchKernelTogether, launchTogether } from "../together.ts";
import { contiguousStrides, formatShape, isContiguous, sizeOf } from "../shape.ts";
import { type Abstract, describe, type Tensor } from "../tensor.ts";
import { checkTensor } from "../check_tensor.ts";
import { promoted } from "./convert.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";
import { type Padding, paddingOf, type Pair, pairOf } from "./window.ts";

/** The attributes of all three faces; shapes are NCHW for images and OIHW for weights. */
type Attributes = Omit<ConvolutionSizes, "dtype">;

function withDType(x: Abstract, attributes: Attributes): ConvolutionSizes {
  return { ...attributes, dtype: x.dtype as FloatingDType };
}

/** Whether vectors fuse their multiplications and additions; null where there are no vectors. */
function relaxedFor(x: Abstract): boolean | null {
  const mode = x.dtype === "float32" ? vectorMode() : null;
  return mode === null ? null : mode === "relaxed";
}

/**
 * Launches the plan for a result, which may have other strides than those of its order where vectors have a plan for them;
 * otherwise it is copied there.
 */
function launchInto(
  machine: Machine,
  inputs: readonly Operand[],
  result: Operand,
  relaxed: boolean | null,
  vectorsFor: (strides: readonly number[], relaxed: boolean) => KernelPlan | null,
  plan: () => KernelPlan,
): void {
  const wanted = (strides: readonly number[]) => relaxed === null ? null : vectorsFor(strides, relaxed);
  const direct = wanted(result.strides);
  if (direct !== null || isContiguous(result.shape, result.strides)) {
    return launchPlan(direct ?? plan(), [...inputs, result], machine);
  }
  const made = machine.temporary(result.dtype, result.shape);
  launchPlan(wanted(made.strides) ?? plan(), [...inputs, made], machine);
  copyInto(made, result, machine);
}

/** Whether a result, or a gradient for the image, may have strides with which the channels of a pixel are neighbours. */
function mayLieAcross(strides: readonly number[], attributes: Attributes): boolean {
  return strides[1] === 1 && vectorMode() !== null && goesAcross(attributes);
}

/** The operands with a place for each pixel, also where one number stands for many: vectors sum neighbours in an order of their own. */
function writtenOut(operands: readonly Operand[], machine: Machine): readonly Operand[] {
  return operands.map((operand) => unrepeated(operand, [2, 3], machine));
}

const convolutionPrimitive: Primitive<Attributes> = definePrimitive<Attributes>({
  name: "convolution",
  flops: (_, __, attributes) => flopsOf(attributes),
  finishes: true,
  anyStrides: mayLieAcross,
  infer: ([x], { output }) => [{ dtype: x.dtype, shape: output }],
  execute(inputs, [y], attributes, machine) {
    const sizes = withDType(inputs[0], attributes);
    const relaxed = relaxedFor(inputs[0]);
    const [x, w] = relaxed === null ? inputs : writtenOut(inputs, machine);
    if (relaxed !== null && arePatches(attributes)) return launchPatches(x, w, y, attributes, machine);
    if (relaxed !== null && areSingles(attributes)) return launchSingles(x, w, y, attributes, machine);
    if (relaxed === true) {
      const patches = forwardPatches(sizes, x.strides, w.strides);
      if (goesTogether(patches)) return launchTogether(x, w, y, patches, machine);
    }
    launchInto(
      machine,
      [x, w],
      y,
      relaxed,
      (strides, relaxed) => convolutionSimdPlan(sizes, x.strides, w.strides, relaxed, strides),
      () => convolutionPlan(sizes, x.strides, w.strides),
    );
  },
  pullback: {
    rule: ([g], { inputs: [x, w], attributes, wanted }) => [
      wanted[0] ? apply(convolutionInputPrimitive, [g, w], attributes) : null,
      wanted[1] ? apply(convolutionKernelPrimitive, [x, g], attributes) : null,
    ],
  },
  batch: {
    rule(context) {
      const { inputs: [x, w], batched, all, attributes, apply } = context;
      if (!batched[1]) return [examples(apply([together(x), w], manyImages(context))[0], context)];
      const [images, weights] = all();
      // Without groups, examples of weights are more outputs of one image.
      if (!batched[0] && attributes.groups === 1) {
        const { output, weights: shape } = attributes;
        const sizes = { ...attributes, weights: widen(shape, 0, context), output: widen(output, 1, context) };
        return [channels(apply([x, together(w)], sizes)[0], context)];
      }
      return [channels(apply([asGroups(images), together(weights)], manyGroups(context))[0], context)];
    },
  },
});

/** The gradient of a convolution for its images, which is a transposed convolution. */
export const convolutionInputPrimitive: Primitive<Attributes> = definePrimitive<Attributes>({
  name: "convolutionInput",
  flops: (_, __, attributes) => flopsOf(attributes),
  finishes: true,
  anyStrides: mayLieAcross,
  infer: ([y], { image }) => [{ dtype: y.dtype, shape: image }],
  execute(inputs, [x], attributes, machine) {
    const sizes = withDType(inputs[0], attributes);
    const relaxed = relaxedFor(inputs[0]);
    const [y, w] = relaxed === null ? inputs : writtenOut(inputs, machine);
    if (relaxed !== null && arePatches(attributes)) return launchPatchesInput(y, w, x, attributes, machine);
    if (relaxed !== null && areSingles(attributes)) return launchSinglesInput(y, w, x, attributes, machine);
    if (relaxed === true) {
      const patches = inputPatches(sizes, y.strides, w.strides);
      if (goesTogether(patches)) return launchTogether(y, w, x, patches, machine);
    }
    launchInto(
      machine,
      [y, w],
      x,
      relaxed,
      (strides, relaxed) => convolutionInputSimdPlan(sizes, y.strides, w.strides, relaxed, strides),
      () => convolutionInputPlan(sizes, y.strides, w.strides),
    );
  },
  pullback: {
    rule: ([g], { inputs: [y, w], attributes, wanted }) => [
      wanted[0] ? apply(convolutionPrimitive, [g, w], attributes) : null,
      wanted[1] ? apply(convolutionKernelPrimitive, [g, y], attributes) : null,
    ],
  },
  batch: {
    rule(context) {
      const { inputs: [y, w], batched, all, apply } = context;
      if (!batched[1]) return [examples(apply([together(y), w], manyImages(context))[0], context)];
      const [outputs, weights] = all();
      return [channels(apply([asGroups(outputs), together(weights)], manyGroups(context))[0], context)];
    },
  },
});

const convolutionKernelPrimitive: Primitive<Attributes> = definePrimitive<Attributes>({
  name: "convolutionKernel",
  flops: (_, __, attributes) => flopsOf(attributes),
  infer: ([x], { weights }) => [{ dtype: x.dtype, shape: weights }],
  execute(inputs, [w], attributes, machine) {
    const sizes = withDType(inputs[0], attributes);
    const relaxed = relaxedFor(inputs[0]);
    const [x, y] = relaxed === null ? inputs : writtenOut(inputs, machine);
    if (relaxed !== null && arePatches(attributes)) return launchPatchesKernel(x, y, w, attributes, machine);
    if (relaxed === true) {
      // Its strides of the weights do not matter.
      const patches = forwardPatches(sizes, x.strides, contiguousStrides(w.shape) as Strides);
      if (goesTogetherByTap(patches)) return launchKernelTogether(x, y, w, patches, machine);
    }
    const plan =
      (relaxed === null ? null : convolutionKernelSimdPlan(sizes, x.strides, y.strides, relaxed)) ??
        convolutionKernelPlan(sizes, x.strides, y.strides);
    if (plan.combine === null) return launchPlan(plan.partial, [x, y, w], machine);
    const partial = machine.temporary("float64", [plan.temporary]);
    launchPlan(plan.partial, [x, y, partial], machine);
    launchPlan(plan.combine, [partial, w], machine);
  },
  pullback: {
    rule: ([g], { inputs: [x, y], attributes, wanted }) => [
      wanted[0] ? apply(convolutionInputPrimitive, [y, g], attributes) : null,
      wanted[1] ? apply(convolutionPrimitive, [x, g], attributes) : null,
    ],
  },
  batch: {
    rule(context) {
      const [images, outputs] = context.all();
      return [
        examples(context.apply([asGroups(images), asGroups(outputs)], manyGroups(context))[0], context),
      ];
    },
  },
});

/** Of each face alike: a multiplication and an addition for each tap of each output. */
function flopsOf({ output, weights }: Attributes): number {
  return 2 * sizeOf(output) * sizeOf(weights.slice(1));
}

type Batch = BatchContext<Attributes>;

function widen(shape: readonly number[], axis: number, { size }: Batch): number[] {
  return shape.map((extent, i) => i === axis ? size * extent : extent);
}

/** The sizes where examples are more images of one batch. */
function manyImages(context: Batch): Attributes {
  const { attributes } = context;
  return {
    ...attributes,
    image: widen(attributes.image, 0, context),
    output: widen(attributes.output, 0, context),
  };
}

/** The sizes where every example is a group of channels of its own. */
function manyGroups(context: Batch): Attributes {
  const { attributes, size } = context;
  return {
    ...attributes,
    image: widen(attributes.image, 1, context),
    weights: widen(attributes.weights, 0, context),
    output: widen(attributes.output, 1, context),
    groups: size * attributes.groups,
  };
}

/** The batch axis merged with the first axis of examples. */
function together(x: Tensor): Tensor {
  return reshape(x, [x.shape[0] * x.shape[1], ...x.shape.slice(2)]);
}

/** The batch axis merged with the channels of images. */
function asGroups(x: Tensor): Tensor {
  const [size, count, each, rows, columns] = x.shape;
  return reshape(transpose(x, [1, 0, 2, 3, 4]), [count, size * each, rows, columns]);
}

/** The batch axis taken out of the first axis. */
function examples(x: Tensor, { size }: Batch): Tensor {
  return reshape(x, [size, x.shape[0] / size, ...x.shape.slice(1)]);
}

/** The batch axis taken out of the channels. */
function channels(x: Tensor, { size }: Batch): Tensor {
  const [count, each, rows, columns] = x.shape;
  return transpose(reshape(x, [count, size, each / size, rows, columns]), [1, 0, 2, 3, 4]);
}

/** Whether each pixel of the output is made of the one pixel of the image in its place. */
function isPointwise({ weights, strides, padding, groups }: Omit<Attributes, "output">): boolean {
  return groups === 1 && weights[2] * weights[3] === 1 && strides.every((stride) => stride === 1) &&
    padding.flat().every((width) => width === 0);
}

/** Such a convolution of images whose channels come last: a product of their pixels, which nothing has to turn. */
function productOfPixels(x: Tensor, weights: Tensor): Tensor {
  const [images, rows, columns, channels] = x.shape;
  const outputs = weights.shape[3];
  const pixels = reshape(x, [images * rows * columns, channels]);
  return reshape(matmul(pixels, reshape(weights, [channels, outputs])), [images, rows, columns, outputs]);
}

/** Options of `conv2d`. */
export interface Conv2dOptions {
  /** Steps of the window over rows and columns; 1 by default. */
  readonly strides?: Pair;
  /** Zeros around the image; "valid" (none) by default. */
  readonly padding?: Padding;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: Pair;
  /** Groups of channels that do not mix; 1 by default. */
  readonly groups?: number;
  /** The order of the axes: "NCHW" with weights OIHW (the default), or "NHWC" with weights HWIO. */
  readonly layout?: "NCHW" | "NHWC";
}

const CONV2D_OPTIONS = { strides: true, padding: true, dilation: true, groups: true, layout: true } as const;

/**
 * The convolution (cross-correlation) of images with weights, as torch.nn.functional.conv2d computes it:
 *
 * `y[n, o, i, j] = sum over c, a, b of x[n, c, i s + a d - p, j s + b d - p] w[o, c, a, b]`
 *
 * @param x Images of shape [n, c, rows, columns].
 * @param weights Weights of shape [o, c / groups, window rows, window columns].
 * @throws {RangeError} If the shapes do not fit each other or the options.
 *
 * @example
 * ```ts
 * import { conv2d, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const y = conv2d(ones([1, 3, 64, 32]), ones([64, 3, 3, 3]));
 * assertEquals(y.shape, [1, 64, 62, 30]);
 * assertEquals(y.slice([[0, 1], [0, 1], [0, 1], [0, 1]]).item(), 27);
 * ```
 */
export function conv2d(x: Tensor, weights: Tensor, options: Conv2dOptions = NO_OPTIONS): Tensor {
  checkOptionNames("conv2d", options, CONV2D_OPTIONS);
  const { layout = "NCHW", groups = 1 } = options;
  if (layout !== "NCHW" && layout !== "NHWC") {
    throw new RangeError(`conv2d expects layout "NCHW" or "NHWC" but got ${String(layout)}`);
  }
  checkTensor("conv2d", x);
  checkTensor("conv2d", weights);
  if (x.rank !== 4 || weights.rank !== 4) {
    throw new RangeError(
      `conv2d expects images and weights of rank 4 but got ${formatShape(x.shape)} and ${
        formatShape(weights.shape)
      }`,
    );
  }
  const [a, b] = promoted("conv2d", x, weights);
  if (!isFloating(a.dtype)) {
    throw new TypeError(`conv2d expects float32 or float64 but got ${describe(x)} and ${describe(weights)}`);
  }
  const image = layout === "NCHW" ? a : transpose(a, [0, 3, 1, 2]);
  const kernel = layout === "NCHW" ? b : transpose(b, [3, 2, 0, 1]);
  const strides = pairOf("conv2d", "strides", options.strides ?? 1, 1);
  const dilation = pairOf("conv2d", "dilation", options.dilation ?? 1, 1);
  const [channels, outputs] = [image.shape[1], kernel.shape[0]];
  if (
    !Number.isInteger(groups) || groups < 1 || outputs % groups !== 0 || kernel.shape[1] * groups !== channels
  ) {
    throw new RangeError(
      `conv2d expects ${groups} groups of channels to agree but got images ${
        formatShape(x.shape)
      } and weights ${formatShape(weights.shape)}`,
    );
  }
  const reach = [(kernel.shape[2] - 1) * dilation[0] + 1, (kernel.shape[3] - 1) * dilation[1] + 1] as const;
  const extents = [image.shape[2], image.shape[3]] as const;
  const padding = paddingOf("conv2d", options.padding ?? "valid", extents, reach, strides);
  if (([0, 1] as const).some((i) => extents[i] + padding[i][0] + padding[i][1] < reach[i])) {
    throw new RangeError(
      `conv2d expects images at least as large as the window but got ${formatShape(x.shape)} and ${
        formatShape(weights.shape)
      }`,
    );
  }
  const sizes = { image: image.shape, weights: kernel.shape, strides, padding, dilation, groups };
  if (layout === "NHWC" && isPointwise(sizes)) return productOfPixels(a, b);
  const result = apply(convolutionPrimitive, [image, kernel], { ...sizes, output: convolutionShape(sizes) });
  return layout === "NCHW" ? result : transpose(result, [0, 2, 3, 1]);
}
