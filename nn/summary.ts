/**
 * A network as a table.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cost, type DType, random, record, scope, type Shape, Tensor, tree, zeros } from "../tensor/mod.ts";
import { itemSize } from "../tensor/dtype.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { ApplyOptions, Layer, Observed, Params } from "./layer.ts";

/** A layer of a summary. */
export interface SummaryRow {
  /** The path of the layer; empty for a network of one. */
  readonly path: string;
  /** What the layer is called in errors. */
  readonly layer: string;
  /** The shape of its output, without the batch axis. */
  readonly outputShape: Shape;
  /** Number of trained elements. */
  readonly parameters: number;
  /** Bytes of params and state. */
  readonly bytes: number;
  /** Floating-point operations of the forward pass of one input. */
  readonly flops: number;
}

/** What `summary` returns; as text it is a table. */
export interface Summary {
  /** The layers in the order in which they are applied, without combinators. */
  readonly rows: readonly SummaryRow[];
  /** Number of trained elements. */
  readonly parameters: number;
  /** Bytes of params and state. */
  readonly bytes: number;
  /** Floating-point operations of the forward pass of one input. */
  readonly flops: number;
  /** The table. */
  toString(): string;
}

/** Options of `summary`. */
export interface SummaryOptions {
  /** The dtype of the input; float32 by default, and int32 is for a network that begins with an embedding. */
  readonly dtype?: DType;
  /** What else the network is applied with, for a batch of one, such as a context; nothing by default. */
  readonly apply?: Omit<ApplyOptions, "observe" | "path">;
}

const SUMMARY_OPTIONS = { dtype: true, apply: true } as const;

/**
 * The layers of a network: where they stand, the shapes of their outputs, parameters, bytes, and floating-point
 * operations of the forward pass, all for one input. The network is initialized and applied once, on zeros. Layers
 * inside of `repeat` have a row for all of their repetitions together. Operations of combinators themselves, such as
 * the sum of `residual`, count in the total alone.
 *
 * @param net The network.
 * @param inputShape The shape of one input, without the batch axis.
 * @throws {TypeError} If the network is no layer.
 * @throws {RangeError} If the input does not fit the network; the error names the layer's path.
 *
 * @example
 * ```ts
 * import { dense, relu, sequential, summary } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const table = summary(sequential({ hidden: dense({ features: 8 }), relu, head: dense({ features: 3 }) }), [4]);
 * assertEquals(table.rows.map(({ path }) => path), ["hidden", "relu", "head"]);
 * assertEquals(table.parameters, 4 * 8 + 8 + 8 * 3 + 3);
 * console.log(String(table));
 * ```
 */
export function summary(net: Layer, inputShape: Shape, options: SummaryOptions = {}): Summary {
  checkOptionNames("summary", options, SUMMARY_OPTIONS);
  if (typeof net?.init !== "function" || typeof net.apply !== "function") {
    throw new TypeError(`summary expects a layer but got ${tree.describe(net)}`);
  }
  const { dtype = "float32", apply = {} } = options;
  return scope(() => {
    const variables = net.init(random.key(0), inputShape);
    const input = zeros([1, ...inputShape], { dtype });
    const seen: Observed[] = [];
    const { output } = net.apply(variables, input, { ...apply, observe: (one) => seen.push(one) });
    const whole = { path: "", layer: net, variables, input, output };
    // A layer that others stand inside of is a combinator.
    const rows = (seen.length === 0 ? [whole] : seen)
      .filter(({ path }) => path === "" || !seen.some((one) => one.path.startsWith(`${path}/`)))
      .map((one) => rowOf(one, apply));
    const { parameters, bytes, flops } = rowOf(whole, apply);
    const table = { rows, parameters, bytes, flops };
    return { ...table, toString: () => draw(table) };
  });
}

function rowOf(
  { path, layer, variables, input, output, times = 1 }: Observed,
  options: ApplyOptions,
): SummaryRow {
  const { tape } = record(
    (params: Params, state: Params, x: Tensor) => layer.apply({ params, state }, x, options).output,
    { name: "summary" },
  )(variables.params, variables.state, zeros(input.shape, { dtype: input.dtype }));
  return {
    path,
    layer: layer.name ?? "layer",
    outputShape: output.shape.slice(1),
    parameters: times * countOf(variables.params),
    bytes: times * (bytesOf(variables.params) + bytesOf(variables.state)),
    flops: times * cost(tape).flops,
  };
}

function tensorsOf(part: Params): readonly Tensor[] {
  return tree.leaves(part).filter((leaf) => leaf instanceof Tensor);
}

function countOf(part: Params): number {
  return tensorsOf(part).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function bytesOf(part: Params): number {
  return tensorsOf(part).reduce((sum, { dtype, shape }) => sum + itemSize(dtype) * sizeOf(shape), 0);
}

function draw({ rows, parameters, bytes, flops }: Omit<Summary, "toString">): string {
  const number = (value: number): string => Math.round(value).toLocaleString("en");
  const cells = [
    ["path", "layer", "output", "parameters", "bytes", "flops"],
    ...rows.map((row) => [
      row.path,
      row.layer,
      formatShape(row.outputShape),
      number(row.parameters),
      number(row.bytes),
      number(row.flops),
    ]),
    ["total", "", "", number(parameters), number(bytes), number(flops)],
  ];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => i < 3 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [line(cells[0]), rule, ...cells.slice(1, -1).map(line), rule, line(cells[cells.length - 1])].join(
    "\n",
  );
}
