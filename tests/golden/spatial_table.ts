/**
 * The golden operations over windows, by the names of the golden files.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { type Options, product, type TableOperation } from "./table.ts";

type List = number | readonly number[];

const list = (value: unknown, rank: number, otherwise: number): readonly number[] =>
  value === undefined || value === null
    ? new Array<number>(rank).fill(otherwise)
    : typeof value === "number"
    ? new Array<number>(rank).fill(value)
    : value as readonly number[];

/** Padding in the words of JAX. */
function jaxPadding(padding: unknown): t.AxisPadding {
  if (typeof padding !== "string") return (padding ?? "valid") as t.AxisPadding;
  const names: Readonly<Record<string, t.AxisPadding>> = {
    VALID: "valid",
    SAME: "same",
    SAME_LOWER: "sameLower",
  };
  return names[padding];
}

/** Axes brought into an order of letters, the spatial ones in the order of `spatial`. */
function inOrder(x: Tensor, from: string, to: string): Tensor {
  return t.transpose(x, [...to].map((letter) => from.indexOf(letter)));
}

function jaxConv(x: Tensor, w: Tensor, options: Options, more: t.ConvOptions = {}): Tensor {
  const [input, weights, output] = options.dimension_numbers as readonly [string, string, string];
  const spatial = [...input].filter((letter) => letter !== "N" && letter !== "C").join("");
  const rank = spatial.length;
  const batches = Number(options.batch_group_count ?? 1);
  let image = inOrder(x, input, `NC${spatial}`);
  if (batches > 1) {
    // Groups of images become groups of channels.
    const [n, c, ...extents] = image.shape;
    const apart = t.reshape(image, [batches, n / batches, c, ...extents]);
    const axes = extents.map((_, i) => i + 3);
    image = t.reshape(t.transpose(apart, [1, 0, 2, ...axes]), [n / batches, batches * c, ...extents]);
  }
  const kernel = inOrder(w, weights, `OI${spatial}`);
  const sizes = {
    dilation: list(options.rhs_dilation, rank, 1),
    inputDilation: list(options.lhs_dilation, rank, 1),
  };
  const result = t.conv(image, kernel, {
    strides: list(options.strides, rank, 1),
    padding: jaxPadding(options.padding),
    groups: batches > 1 ? batches : Number(options.feature_group_count ?? 1),
    ...sizes,
    ...more,
  });
  return inOrder(result, `NC${spatial}`, output);
}

/** `jax.lax.conv_transpose`: a convolution of the input with zeros between its elements. */
function jaxConvTranspose(x: Tensor, w: Tensor, options: Options): Tensor {
  const [input, weights, output] = options.dimension_numbers as readonly [string, string, string];
  const spatial = [...input].filter((letter) => letter !== "N" && letter !== "C");
  const rank = spatial.length;
  const [strides, dilation] = [list(options.strides, rank, 1), list(options.rhs_dilation, rank, 1)];
  const reach = spatial.map((letter, i) => (w.shape[weights.indexOf(letter)] - 1) * dilation[i] + 1);
  const padding = typeof options.padding === "string"
    ? reach.map((k, i): readonly [number, number] => {
      const s = strides[i];
      if (options.padding === "SAME") {
        const total = k + s - 2;
        const before = s > k - 1 ? k - 1 : Math.ceil(total / 2);
        return [before, total - before];
      }
      return [k - 1, k + s - 2 + Math.max(k - s, 0) - (k - 1)];
    })
    : options.padding as t.AxisPadding;
  let kernel = w;
  let letters = weights;
  if (options.transpose_kernel === true) {
    kernel = t.flip(w, spatial.map((letter) => weights.indexOf(letter)));
    letters = weights.replace("I", "?").replace("O", "I").replace("?", "O");
  }
  return jaxConv(x, kernel, { dimension_numbers: [input, letters, output] }, {
    strides: 1,
    inputDilation: strides,
    dilation,
    padding,
  });
}

/** A convolution in the words of torch, with a bias as third input. */
function torchConv(
  [x, w, bias]: readonly Tensor[],
  options: Options,
  transposed: boolean,
): readonly Tensor[] {
  const rank = x.rank - 2;
  const common = {
    strides: list(options.stride, rank, 1),
    dilation: list(options.dilation, rank, 1),
    groups: Number(options.groups ?? 1),
  };
  const named = typeof options.padding === "string" ? options.padding as "same" | "valid" : null;
  const y = transposed
    ? t.convTranspose(x, w, {
      ...common,
      padding: list(options.padding, rank, 0),
      outputPadding: list(options.output_padding, rank, 0),
    })
    : t.conv(x, w, { ...common, padding: named ?? list(options.padding, rank, 0) });
  return [
    bias === undefined ? y : t.add(y, t.reshape(bias, [1, bias.size, ...new Array<number>(rank).fill(1)])),
  ];
}

const CONV = ["stride", "padding", "dilation", "groups"];
const CONV_TRANSPOSE = [...CONV, "output_padding"];

function torchPool(x: Tensor, options: Options): t.PoolOptions {
  const rank = x.rank - 2;
  const window = list(options.kernel_size, rank, 1);
  return {
    window,
    strides: options.stride === undefined || options.stride === null ? window : list(options.stride, rank, 1),
    padding: list(options.padding, rank, 0),
    dilation: list(options.dilation, rank, 1),
    ceilMode: options.ceil_mode === true,
  };
}

const MAX_POOL = ["kernel_size", "stride", "padding", "dilation", "ceil_mode"];
const AVERAGE_POOL = [
  "kernel_size",
  "stride",
  "padding",
  "ceil_mode",
  "count_include_pad",
  "divisor_override",
];

const torchMaxPool = product(([x], options) => [t.maxPool(x, torchPool(x, options))], MAX_POOL);
const torchAveragePool = product(([x], options) => {
  const { divisor_override: divisor, count_include_pad: counts } = options;
  const { dilation: _, ...rest } = torchPool(x, options);
  return [
    t.avgPool(x, {
      ...rest,
      countIncludePad: counts !== false,
      ...(typeof divisor === "number" ? { divisor } : {}),
    }),
  ];
}, AVERAGE_POOL);

/** A pooling of flax: channels last, and strides of 1 by default. */
function flaxPool(options: Options): t.PoolOptions {
  const window = options.window as List;
  return {
    window,
    strides: (options.strides ?? 1) as List,
    padding: jaxPadding(options.padding ?? "VALID"),
    layout: "channelsLast",
  };
}

function window(operation: "max" | "min" | "sum"): TableOperation {
  return product(([x], options) => {
    const factors = list(options.base_dilation, x.rank, 1);
    const spread = factors.every((factor) => factor === 1) ? x : apart(x, factors);
    return [
      t.reduceWindow(spread, {
        operation,
        window: options.window as number[],
        strides: list(options.strides, x.rank, 1),
        padding: jaxPadding(options.padding),
        dilation: list(options.window_dilation, x.rank, 1),
      }),
    ];
  }, ["window", "strides", "padding", "window_dilation", ...(operation === "sum" ? ["base_dilation"] : [])]);
}

/** Zeros between the elements of each axis. */
function apart(x: Tensor, factors: readonly number[]): Tensor {
  const places = factors.map((factor, axis) =>
    t.tensor(Int32Array.from({ length: x.shape[axis] }, (_, i) => i * factor))
  );
  return places.reduce(
    (result, at, axis) => t.scatterAdd(result, at, { axis, extent: (x.shape[axis] - 1) * factors[axis] + 1 }),
    x,
  );
}

/** `torch.nn.functional.pad`, whose widths go from the last axis to the first. */
function torchPad(x: Tensor, { pad, mode = "constant", value }: Options): Tensor {
  const given = pad as readonly number[];
  const widths = x.shape.map((_, axis): [number, number] => {
    const at = 2 * (x.rank - 1 - axis);
    return [given[at] ?? 0, given[at + 1] ?? 0];
  });
  if (mode !== "constant") {
    const modes: Readonly<Record<string, t.PadMode>> = { replicate: "edge", circular: "wrap" };
    return t.pad(x, widths, { mode: modes[String(mode)] ?? mode as t.PadMode });
  }
  return t.pad(x, widths, { value: (value ?? 0) as number, interior: x.shape.map(() => 0) });
}

/** By the names of the golden files. */
export const SPATIAL: Readonly<Record<string, TableOperation>> = {
  conv: product(([x, w], options) => [jaxConv(x, w, options)], [
    "batch_group_count",
    "dimension_numbers",
    "feature_group_count",
    "lhs_dilation",
    "padding",
    "rhs_dilation",
    "strides",
  ]),
  conv_transpose: product(([x, w], options) => [jaxConvTranspose(x, w, options)], [
    "dimension_numbers",
    "padding",
    "rhs_dilation",
    "strides",
    "transpose_kernel",
  ]),
  pad: product(([x], options) => [torchPad(x, options)], ["pad", "mode", "value"]),
  convolve: product(([a, b], { mode = "full" }) => [t.convolve(a, b, { mode: mode as "full" })], ["mode"]),
  correlate: product(([a, b], { mode = "valid" }) => [t.correlate(a, b, { mode: mode as "full" })], ["mode"]),
  // Of a window with a NaN, JAX gives the gradient to the greatest of what comes after it.
  reduce_window_max: { ...window("max"), nanGradients: false },
  reduce_window_min: { ...window("min"), nanGradients: false },
  reduce_window_sum: window("sum"),
  max_pool: product(([x], options) => [t.maxPool(x, flaxPool(options))], ["window", "strides", "padding"]),
  min_pool: product(([x], options) => [t.minPool(x, flaxPool(options))], ["window", "strides", "padding"]),
  avg_pool: product(
    (
      [x],
      options,
    ) => [t.avgPool(x, { ...flaxPool(options), countIncludePad: options.count_include_pad !== false })],
    ["window", "strides", "padding", "count_include_pad"],
  ),
  resize: product(
    ([x], { shape, method, antialias }) => [
      t.resize(x, shape as number[], { method: method as "linear", antialias: antialias !== false }),
    ],
    ["shape", "method", "antialias"],
  ),
  conv1d: product((inputs, options) => torchConv(inputs, options, false), CONV),
  conv2d: product((inputs, options) => torchConv(inputs, options, false), CONV),
  conv3d: product((inputs, options) => torchConv(inputs, options, false), CONV),
  conv_transpose1d: product((inputs, options) => torchConv(inputs, options, true), CONV_TRANSPOSE),
  conv_transpose2d: product((inputs, options) => torchConv(inputs, options, true), CONV_TRANSPOSE),
  conv_transpose3d: product((inputs, options) => torchConv(inputs, options, true), CONV_TRANSPOSE),
  max_pool1d: torchMaxPool,
  max_pool2d: product(([x], options) => {
    const pool = torchPool(x, options);
    return [t.maxPool(x, pool), t.maxPoolWithIndices(x, pool).indices];
  }, MAX_POOL),
  max_pool3d: torchMaxPool,
  avg_pool1d: torchAveragePool,
  avg_pool2d: torchAveragePool,
  avg_pool3d: torchAveragePool,
  lp_pool2d: product(([x], options) => {
    const { window, strides, ceilMode } = torchPool(x, options);
    return [
      t.lpPool(x, {
        window,
        ...(strides === undefined ? {} : { strides }),
        ceilMode: ceilMode === true,
        order: Number(options.norm_type),
      }),
    ];
  }, ["norm_type", "kernel_size", "stride", "ceil_mode"]),
  adaptive_avg_pool1d: product(
    ([x], { output_size }) => [t.adaptiveAvgPool(x, { outputSize: output_size as List })],
    ["output_size"],
  ),
  adaptive_avg_pool2d: product(
    ([x], { output_size }) => [t.adaptiveAvgPool(x, { outputSize: output_size as List })],
    ["output_size"],
  ),
  adaptive_max_pool2d: product(([x], { output_size }) => {
    const { output, indices } = t.adaptiveMaxPoolWithIndices(x, { outputSize: output_size as List });
    return [output, indices];
  }, ["output_size"]),
  interpolate: product(([x], options) => {
    const { size, scale_factor: scaleFactor, mode, align_corners: corners, antialias } = options;
    return [
      t.interpolate(x, {
        ...(size === undefined || size === null ? {} : { size: size as List }),
        ...(scaleFactor === undefined || scaleFactor === null ? {} : { scaleFactor: scaleFactor as List }),
        mode: mode as "bilinear",
        alignCorners: corners === true,
        antialias: antialias === true,
      }),
    ];
  }, ["size", "scale_factor", "mode", "align_corners", "antialias"]),
  pixel_shuffle: product(([x], { upscale_factor: factor }) => [t.pixelShuffle(x, Number(factor))], [
    "upscale_factor",
  ]),
  pixel_unshuffle: product(([x], { downscale_factor: factor }) => [t.pixelUnshuffle(x, Number(factor))], [
    "downscale_factor",
  ]),
  unfold: product(([x], options) => [
    t.unfold(x, {
      window: options.kernel_size as List,
      strides: (options.stride ?? 1) as List,
      padding: (options.padding ?? 0) as List,
      dilation: (options.dilation ?? 1) as List,
    }),
  ], ["kernel_size", "stride", "padding", "dilation"]),
  fold: product(([x], options) => [
    t.fold2d(x, {
      outputSize: options.output_size as List,
      window: options.kernel_size as List,
      strides: (options.stride ?? 1) as List,
      padding: (options.padding ?? 0) as List,
      dilation: (options.dilation ?? 1) as List,
    }),
  ], ["output_size", "kernel_size", "stride", "padding", "dilation"]),
};
