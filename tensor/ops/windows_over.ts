/**
 * Windows over axes as a view of their elements, and the sum of what lies in windows, which may overlap.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { copyInto, launchElementwise } from "../launch_elementwise.ts";
import { mergeAxes } from "../merge_axes.ts";
import { vectorMode } from "../kernel_choice.ts";
import { binary, input } from "../kernels/expression.ts";
import { simdAddWindowsKernel, windowPlaneNumbers, type WindowPlanes } from "../kernels/simd/add_windows.ts";
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

/** Places of windows whose positions are arguments, and elements that a thread adds at a time. */
const [MOST_TAPS, CHUNK] = [128, 65536];

/** Whether windows do not overlap. */
function areApart({ window, strides, dilation }: WindowsOver): boolean {
  return window.every((extent, i) => (extent - 1) * dilation[i] < strides[i]);
}

const ADDED = [binary("add", input(0), input(1))];

/** How far each place of a window is from the first one, along the axes of a window in two operands. */
function tapsOf(
  window: readonly number[],
  ...strides: readonly (readonly number[])[]
): readonly (readonly number[])[] {
  return window.reduce<readonly (readonly number[])[]>(
    (taps, extent, axis) =>
      taps.flatMap((tap) =>
        Array.from({ length: extent }, (_, place) => tap.map((at, i) => at + place * strides[i][axis]))
      ),
    [strides.map(() => 0)],
  );
}

/** Adds the elements at each place of the windows in turn. */
function addTaps(x: Operand, output: Operand, windows: WindowsOver, machine: Machine): void {
  const rank = output.shape.length;
  const shape = x.shape.slice(0, rank);
  const strides = windowStrides(output.strides, windows);
  for (const [from, to] of tapsOf(windows.window, x.strides.slice(rank), strides.slice(rank))) {
    const target = { ...pick(output), shape, strides: strides.slice(0, rank), offset: output.offset + to };
    const source = { ...pick(x), shape, strides: x.strides.slice(0, rank), offset: x.offset + from };
    launchElementwise("add", ADDED, [target, source], [target], machine);
  }
}

/** The planes of up to two axes in which windows are added up; null where columns are no neighbours. */
function planesOf(x: Operand, output: Operand, windows: WindowsOver): WindowPlanes | null {
  const { axes, window } = windows;
  const rank = output.shape.length;
  const strides = windowStrides(output.strides, windows);
  const last = axes.indexOf(rank - 1);
  const rows = axes.filter((axis) => axis !== rank - 1);
  if (rows.length > 1) return null;
  const others = <T>(list: readonly T[]): T[] =>
    list.filter((_, axis) => axis < rank && !axes.includes(axis));
  const { shape, strides: [from, to] } = mergeAxes(others(x.shape), [
    others(x.strides),
    others(output.strides),
  ]);
  const taps = tapsOf(window, x.strides.slice(rank), strides.slice(rank)).map(([a, b]) => [a, b] as const);
  const [row = null] = rows;
  const columns = last >= 0
    ? {
      count: x.shape[rank - 1],
      from: x.strides[rank - 1],
      to: strides[rank - 1],
      extent: output.shape[rank - 1],
    }
    : shape.length === 0
    ? null
    : { count: shape.at(-1)!, from: from.at(-1)!, to: to.at(-1)!, extent: shape.at(-1)! };
  if (columns === null || (last < 0 ? columns.to : output.strides[rank - 1]) !== 1) return null;
  const outer = <T>(list: readonly T[]): readonly T[] => last >= 0 ? list : list.slice(0, -1);
  return {
    counts: [row === null ? 1 : x.shape[row], columns.count],
    from: [row === null ? 0 : x.strides[row], columns.from],
    to: [row === null ? 0 : strides[row], columns.to],
    extents: [row === null ? 1 : output.shape[row], columns.extent],
    pitch: row === null ? 0 : output.strides[row],
    taps,
    outer: outer(shape),
    fromOuter: outer(from),
    toOuter: outer(to),
  };
}

/** Adds up windows plane by plane; false where there are no vectors for that. */
function addPlanes(x: Operand, output: Operand, windows: WindowsOver, machine: Machine): boolean {
  const planes = vectorMode() === null || x.dtype !== "float32" ? null : planesOf(x, output, windows);
  if (planes === null || planes.taps.length > MOST_TAPS) return false;
  const units = sizeOf(planes.outer);
  const work = planes.counts[0] * planes.counts[1] * planes.taps.length;
  const numbers = windowPlaneNumbers(planes);
  const grain = Math.max(1, Math.round(CHUNK / work));
  machine.launch(simdAddWindowsKernel(planes.outer.length), [x, output], numbers, units, grain);
  return true;
}

const addWindowsPrimitive: Primitive<WindowsWithin> = definePrimitive<WindowsWithin>({
  name: "addWindows",
  flops: ([x]) => sizeOf(x.shape),
  infer: ([x], { axes, extents }) => {
    const shape = x.shape.slice(0, x.shape.length - axes.length);
    return [{ dtype: x.dtype, shape: shape.map((count, axis) => extents[axes.indexOf(axis)] ?? count) }];
  },
  execute([x], [output], attributes, machine) {
    const { axes, window, strides, extents } = attributes;
    const apart = areApart(attributes);
    if (!apart && sizeOf(x.shape) > 0 && addPlanes(x, output, attributes, machine)) return;
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
