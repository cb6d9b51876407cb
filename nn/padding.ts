/**
 * New elements around the spatial axes, as layers.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  type AxisPadding,
  type ChannelOrder,
  pad,
  type PadMode,
  type PadOptions,
  slice,
  type Tensor,
} from "../tensor/mod.ts";
import { sidesOf } from "../tensor/ops/spatial/axes.ts";
import type { Empty, Layer } from "./layer.ts";
import { operationLayer } from "./operation_layer.ts";

/** Options of layers that pad. */
export interface PaddingOptions {
  /**
   * How many: one number for all sides, one for each spatial axis, or `[before, after]` for each. Negative ones leave
   * elements out.
   */
  readonly padding: Exclude<AxisPadding, string>;
  /** The order of axes: "channelsFirst", [n, c, ...] (the default), or "channelsLast", [n, ..., c]. */
  readonly layout?: ChannelOrder;
}

const PADDING_OPTIONS = { padding: true, layout: true } as const;

/** Options of `constantPad`. */
export interface ConstantPadOptions extends PaddingOptions {
  /** The value of the new elements. */
  readonly value: number;
}

const CONSTANT_PAD_OPTIONS = { value: true, padding: true, layout: true } as const;

/** The elements but for those that negative widths leave out. */
function without(x: Tensor, widths: readonly (readonly [number, number])[]): Tensor {
  const kept = widths.map(([before, after], i): readonly [number, number] => [
    Math.max(-before, 0),
    x.shape[i] - Math.max(-after, 0),
  ]);
  kept.forEach(([start, end], i) => {
    if (start > end) {
      throw new RangeError(
        `padding expects to leave out at most ${x.shape[i]} elements but got ${widths[i]}`,
      );
    }
  });
  return slice(x, kept);
}

function padding(
  name: string,
  { padding, layout = "channelsFirst" }: PaddingOptions,
  options: PadOptions & { readonly mode: PadMode },
): Layer<Empty, Empty> {
  return operationLayer(name, (x: Tensor) => {
    const from = layout === "channelsFirst" ? 2 : 1;
    if (x.rank < 3) throw new RangeError(`${name} expects inputs with spatial axes but got rank ${x.rank}`);
    const one = x.shape.slice(2).map(() => 1);
    const sides = sidesOf(name, padding, x.shape.slice(from, from + one.length), one, one);
    const widths = x.shape.map((_, i) => sides[i - from] ?? [0, 0]);
    const around = (input: Tensor): Tensor =>
      pad(
        input,
        widths.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)] as const),
        options,
      );
    if (widths.flat().every((width) => width >= 0)) return around(x);
    // What goes around goes around what is left; mirror images are those of the whole.
    return options.mode === "wrap" ? around(without(x, widths)) : without(around(x), widths);
  });
}

/**
 * Zeros around the spatial axes of `[n, channels, ...]`, as torch.nn.ZeroPad1d to 3d. It has no params.
 *
 * @throws {RangeError} If the padding does not fit the axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { zeroPad } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { output } = zeroPad({ padding: [[1, 0]] }).apply({ params: {}, state: {} }, tensor([[[1, 2]]]));
 * assertEquals(output.toArray(), [[[0, 1, 2]]]);
 * ```
 */
export function zeroPad(options: PaddingOptions): Layer<Empty, Empty> {
  checkOptionNames("zeroPad", options, PADDING_OPTIONS);
  return padding("zeroPad", options, { mode: "constant" });
}

/**
 * A value around the spatial axes of `[n, channels, ...]`, as torch.nn.ConstantPad1d to 3d. It has no params.
 *
 * @throws {RangeError} If the padding does not fit the axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { constantPad } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = constantPad({ padding: 1, value: 9 });
 * assertEquals(layer.apply({ params: {}, state: {} }, tensor([[[1, 2]]])).output.toArray(), [[[9, 1, 2, 9]]]);
 * ```
 */
export function constantPad(options: ConstantPadOptions): Layer<Empty, Empty> {
  checkOptionNames("constantPad", options, CONSTANT_PAD_OPTIONS);
  const { value, ...rest } = options;
  if (typeof value !== "number") {
    throw new TypeError(`constantPad expects value to be a number but got ${String(value)}`);
  }
  return padding("constantPad", rest, { mode: "constant", value });
}

/**
 * The mirror image at the outermost elements around the spatial axes of `[n, channels, ...]`, as torch.nn.ReflectionPad1d
 * to 3d. It has no params.
 *
 * @throws {RangeError} If the padding does not fit the axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { reflectionPad } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = reflectionPad({ padding: 1 });
 * assertEquals(layer.apply({ params: {}, state: {} }, tensor([[[1, 2]]])).output.toArray(), [[[2, 1, 2, 1]]]);
 * ```
 */
export function reflectionPad(options: PaddingOptions): Layer<Empty, Empty> {
  checkOptionNames("reflectionPad", options, PADDING_OPTIONS);
  return padding("reflectionPad", options, { mode: "reflect" });
}

/**
 * The outermost elements again around the spatial axes of `[n, channels, ...]`, as torch.nn.ReplicationPad1d to 3d. It has
 * no params.
 *
 * @throws {RangeError} If the padding does not fit the axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { replicationPad } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = replicationPad({ padding: 1 });
 * assertEquals(layer.apply({ params: {}, state: {} }, tensor([[[1, 2]]])).output.toArray(), [[[1, 1, 2, 2]]]);
 * ```
 */
export function replicationPad(options: PaddingOptions): Layer<Empty, Empty> {
  checkOptionNames("replicationPad", options, PADDING_OPTIONS);
  return padding("replicationPad", options, { mode: "edge" });
}

/**
 * The other end around the spatial axes of `[n, channels, ...]`, as torch.nn.CircularPad1d to 3d. It has no params.
 *
 * @throws {RangeError} If the padding does not fit the axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { circularPad } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = circularPad({ padding: 1 });
 * assertEquals(layer.apply({ params: {}, state: {} }, tensor([[[1, 2]]])).output.toArray(), [[[2, 1, 2, 1]]]);
 * ```
 */
export function circularPad(options: PaddingOptions): Layer<Empty, Empty> {
  checkOptionNames("circularPad", options, PADDING_OPTIONS);
  return padding("circularPad", options, { mode: "wrap" });
}
