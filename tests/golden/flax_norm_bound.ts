/**
 * How far apart results of norms of flax and of ours may be.
 *
 * @module
 */
import {
  cast,
  einsum,
  max,
  mean,
  min,
  square,
  type Tensor,
  variance as varianceOf,
} from "../../tensor/mod.ts";
import { fromGolden } from "../tensor/golden.ts";
import { listOf } from "./flax_case.ts";
import type { NnCase } from "./nn_cases.ts";

/** The elements whose variance is taken together, along the axes that come with them; null without a variance. */
function lanesOf({ op, options }: NnCase, x: Tensor): readonly [x: Tensor, axes: readonly number[]] | null {
  const all = x.shape.map((_, i) => i);
  const others = (kept: readonly number[]): readonly number[] =>
    all.filter((i) => !kept.some((axis) => (axis + x.rank) % x.rank === i));
  switch (op) {
    case "LayerNorm":
      return [x, listOf(options.reduction_axes) ?? [-1]];
    case "BatchNorm":
      return [x, others(listOf(options.axis) ?? [-1])];
    case "InstanceNorm":
      return [x, others([0, ...listOf(options.feature_axes) ?? [-1]])];
    case "GroupNorm": {
      const channels = x.shape[x.rank - 1];
      const size = (options.group_size ?? channels / ((options.num_groups ?? 32) as number)) as number;
      const axes = (listOf(options.reduction_axes) ?? others([0])).map((axis) => (axis + x.rank) % x.rank);
      const between = axes.filter((axis) => axis !== x.rank - 1);
      return [x.reshape([...x.shape.slice(0, -1), channels / size, size]), [...between, x.rank]];
    }
    default:
      return null;
  }
}

/**
 * How far apart results of norms may be, relative to the largest; 0 of other cases. Where the variance is
 * mean(x^2) - mean(x)^2, as in flax unless told otherwise, its error is that of sums of squares, however small it is.
 */
export function normBound(one: NnCase): number {
  const { ref, options, inputs = [], inputNames = [] } = one;
  if (!ref.startsWith("flax") || options.training === false) return 0;
  const read = (name: string): Tensor | undefined => {
    const found = inputs[inputNames.indexOf(name)];
    return found === undefined ? undefined : cast(fromGolden(found), "float64");
  };
  const x = read("x") ?? read("query") ?? read(inputNames[inputNames.length - 1]);
  if (x === undefined) return 0;
  const normed: readonly (readonly [Tensor, readonly number[]] | null)[] =
    read("params/query_ln/scale") === undefined
      ? [lanesOf(one, x)]
      : (["query", "key"] as const).map((name) => {
        const from = name === "query" ? x : read("keyValue") ?? read("key") ?? x;
        const heads = einsum("...i,ihd->...hd", from, read(`params/${name}/kernel`)!);
        const bias = read(`params/${name}/bias`);
        return [bias === undefined ? heads : heads.add(bias), [-1]] as const;
      });
  return Math.max(...normed.map((lanes) => lanes === null ? 0 : lossOf(one, ...lanes)));
}

/** What variances along axes lose by rounding, times how large terms of their gradients are. */
function lossOf({ options, dtype }: NnCase, x: Tensor, axes: readonly number[]): number {
  const variance = varianceOf(x, { axes }).add((options.epsilon ?? 1e-6) as number);
  const isFast = options.use_fast_variance !== false;
  const loss = isFast ? max(mean(square(x), { axes }).divide(variance)).item() : 1;
  // Terms of gradients, which cancel where few elements are normed together, are as large as the inverse deviation.
  const size = Math.max(1, 1 / Math.sqrt(min(variance).item()));
  return 8 * (dtype === "float64" ? 2 ** -52 : 2 ** -23) * loss * size;
}
