/**
 * Windows over axes as a view of their elements, and the sum of what lies in windows, which may overlap.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { copyInto, launchElementwise } from "../elementwise.ts";
import { binary, input } from "../kernels/expression.ts";
import type { Machine, Operand } from "../machine.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { defineView, pick } from "./define_view.ts";

/** Windows over some axes. */
export interface WindowsOver {
  /** The axes. */
  readonly axes: readonly number[];
  /** Extents of a window. */
  readonly window: readonly number[];
  /** Steps from one window to the next. */
  readonly strides: readonly number[];
  /** Steps from one element of a window to the next. */
  readonly dilation: readonly number[];
}

interface WindowsWithin extends WindowsOver {
  /** Extents of the axes. */
  readonly extents: readonly number[];
}

/** How many windows lie in an axis, or 0. */
function countOf(extent: number, window: number, stride: number, dilation: number): number {
  return Math.max(0, Math.floor((extent - (window - 1) * dilation - 1) / stride) + 1);
}

/** Strides of windows over something with these strides: along the windows, then inside of them. */
function windowStrides(x: readonly number[], { axes, strides, dilation }: WindowsOver): readonly number[] {
  const along = x.map((stride, axis) => stride * (axes.includes(axis) ? strides[axes.indexOf(axis)] : 1));
  return [...along, ...axes.map((axis, i) => x[axis] * dilation[i])];
}

const windowsPrimitive: Primitive<WindowsOver> = defineView<WindowsOver>(
  "windows",
  (shape, { axes, window, strides, dilation }) => {
    const counts = shape.map((extent, axis) => {
      const i = axes.indexOf(axis);
      return i < 0 ? extent : countOf(extent, window[i], strides[i], dilation[i]);
    });
    return [...counts, ...window];
  },
  (x, shape, windows) => ({ shape, strides: windowStrides(x.strides, windows), offset: x.offset }),
  (g, x, windows) => addWindows(g, { ...windows, extents: windows.axes.map((axis) => x.shape[axis]) }),
  {
    rule: ({ inputs, attributes, apply }) =>
      apply(inputs, { ...attributes, axes: attributes.axes.map((axis) => axis + 1) }),
  },
);

const ADDED = [binary("add", input(0), input(1))];

/** Adds the elements at each place of the windows in turn. */
function addTaps(x: Operand, output: Operand, windows: WindowsOver, machine: Machine): void {
  const rank = output.shape.length;
  const shape = x.shape.slice(0, rank);
  const strides = windowStrides(output.strides, windows);
  const taps = sizeOf(windows.window);
  for (let tap = 0; tap < taps; tap++) {
    let [rest, from, to] = [tap, x.offset, output.offset];
    for (let i = windows.window.length - 1; i >= 0; i--) {
      const place = rest % windows.window[i];
      rest = Math.floor(rest / windows.window[i]);
      from += place * x.strides[rank + i];
      to += place * strides[rank + i];
    }
    const target = { ...pick(output), shape, strides: strides.slice(0, rank), offset: to };
    const source = { ...pick(x), shape, strides: x.strides.slice(0, rank), offset: from };
    launchElementwise("add", ADDED, [target, source], [target], machine);
  }
}

const addWindowsPrimitive: Primitive<WindowsWithin> = definePrimitive<WindowsWithin>({
  name: "addWindows",
  flops: ([x]) => sizeOf(x.shape),
  infer: ([x], { axes, extents }) => {
    const shape = x.shape.slice(0, x.shape.length - axes.length);
    return [{ dtype: x.dtype, shape: shape.map((count, axis) => extents[axes.indexOf(axis)] ?? count) }];
  },
  execute([x], [output], attributes, machine) {
    const { axes, window, strides, dilation, extents } = attributes;
    const apart = window.every((extent, i) => (extent - 1) * dilation[i] < strides[i]);
    const covers = apart &&
      window.every((extent, i) => extent === strides[i] && x.shape[axes[i]] * extent === extents[i]);
    if (!covers) launchElementwise("fill 0", [{ op: "constant", value: 0 }], [], [output], machine);
    if (sizeOf(x.shape) === 0) return;
    if (!apart) return addTaps(x, output, attributes, machine);
    const target = { ...pick(output), shape: x.shape, strides: windowStrides(output.strides, attributes) };
    copyInto(x, target, machine);
  },
  pullback: {
    rule: ([g], { attributes: { axes, window, strides, dilation } }) => [
      windowsOver(g, { axes, window, strides, dilation }),
    ],
  },
  batch: {
    rule: ({ inputs, attributes, apply }) =>
      apply(inputs, { ...attributes, axes: attributes.axes.map((axis) => axis + 1) }),
  },
});

/** The windows, a view: their axes in place of those they lie over, then the axes of a window. */
export function windowsOver(x: Tensor, windows: WindowsOver): Tensor {
  return apply(windowsPrimitive, [x], windows);
}

/** The transpose of `windowsOver`: axes of these extents with what the windows that see an element have there. */
export function addWindows(
  x: Tensor,
  windows: WindowsOver & { readonly extents: Shape },
): Tensor {
  return apply(addWindowsPrimitive, [x], windows);
}
