/**
 * One layer many times, as a loop.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkpoint, index, random, scan, scope, stack, type Tensor, tree } from "../tensor/mod.ts";
import { equalShapes, formatShape } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply } from "./check.ts";
import type { Layer, Observed, Params, ParamsOf, StateOf, Variables } from "./layer.ts";
import { stackedTrees } from "./stacked.ts";
import { inside, torchOf } from "./torch_form.ts";

/** Options of `repeat`. */
export interface RepeatOptions {
  /** How many times; a positive integer. */
  readonly count: number;
  /** Whether the backward pass computes what is inside of each layer anew, which saves memory; false by default. */
  readonly checkpoint?: boolean;
}

const REPEAT_OPTIONS = { count: true, checkpoint: true } as const;

/**
 * A layer applied `count` times, one after the other, with params of its own each time. The params are stacked along a
 * first axis, and the layer runs as a loop: a program of it is as small as that of one layer. The layer must keep the
 * shape of its input.
 *
 * @throws {RangeError} If the layer changes the shape of its input.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dense, relu, repeat, residual, sequential } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const block = residual(sequential({ linear: dense({ features: 16 }), relu }));
 * const net = repeat(block, { count: 12 });
 * const { params } = net.init(random.key(0), [16]);
 * assertEquals(params.body.linear.kernel.shape, [12, 16, 16]);
 * ```
 */
export function repeat<L extends Layer>(layer: L, options: RepeatOptions): Layer<ParamsOf<L>, StateOf<L>> {
  checkOptionNames("repeat", options, REPEAT_OPTIONS);
  const { count, checkpoint: saves = false } = options;
  checkPositiveInteger("repeat", "count", count);
  if (typeof layer?.init !== "function" || typeof layer.apply !== "function") {
    throw new TypeError(`repeat expects a layer but got ${tree.describe(layer)}`);
  }
  const stacked = (parts: readonly Params[]): Params =>
    tree.zip(
      "repeat",
      [parts[0], ...parts.slice(1)],
      (leaves) => stack(leaves as readonly Tensor[]),
    ) as Params;
  const part = (whole: Params, i: number): Params =>
    tree.map(whole, (leaf) => index(leaf as Tensor, i)) as Params;
  return {
    name: "repeat",
    torch: {
      toTorch(variables) {
        const tensors: Record<string, Tensor> = {};
        for (let i = 0; i < count; i++) {
          const one = { params: part(variables.params, i), state: part(variables.state, i) };
          for (const [name, value] of Object.entries(torchOf("toTorch", "repeat", layer).toTorch(one))) {
            tensors[`${i}/${name}`] = value;
          }
        }
        return tensors;
      },
      fromTorch(tensors, like) {
        const form = torchOf("fromTorch", "repeat", layer);
        const parts = stackedTrees(count, (i) => {
          const one = { params: part(like.params, i), state: part(like.state, i) };
          return { ...form.fromTorch(inside(tensors, String(i)), one) };
        });
        return parts as unknown as Variables<Params, Params>;
      },
      ignored: Array.from(
        { length: count },
        (_, i) => (layer.torch?.ignored ?? []).map((name) => `${i}/${name}`),
      )
        .flat(),
    },
    init(key, inputShape, context = {}) {
      const at = placeOf("repeat", context);
      return scope(() => {
        const parts = Array.from(
          { length: count },
          (_, i) => layer.init(random.foldIn(key, i), inputShape, context),
        );
        if (!equalShapes(parts[0].outputShape, inputShape)) {
          throw new RangeError(
            `${at} expects a layer that keeps the shape ${formatShape(inputShape)} but got one that gives ${
              formatShape(parts[0].outputShape)
            }`,
          );
        }
        return {
          params: stacked(parts.map(({ params }) => params)) as ParamsOf<L>,
          state: stacked(parts.map(({ state }) => state)) as StateOf<L>,
          outputShape: inputShape,
        };
      });
    },
    apply({ params, state }, x, options = {}) {
      checkTensor(placeOfApply("repeat", options), x);
      const { key, observe, ...others } = options;
      const keys = key === undefined ? null : random.split(key, count);
      type Parts = { readonly params: Params; readonly state: Params; readonly key: Tensor | null };
      const one = (input: Tensor, { params, state, key }: Parts): { output: Tensor; state: Params } =>
        layer.apply({ params, state }, input, { ...others, key: key ?? undefined });
      if (observe !== undefined) {
        // What is inside of the loop has no values to show.
        const first = { params: part(params as Params, 0), state: part(state as Params, 0) };
        const told = (seen: Observed): void => observe({ ...seen, times: count * (seen.times ?? 1) });
        layer.apply(first, x, { ...others, key: keys?.at(0), observe: told });
      }
      const step = saves ? checkpoint(one) : one;
      const [output, after] = scan(
        (input: Tensor, parts: Parts): [Tensor, Params] => {
          const applied = step(input, parts);
          return [applied.output, applied.state];
        },
        x,
        { params: params as Params, state: state as Params, key: keys } as Parts,
        { length: count },
      ) as unknown as [Tensor, Params];
      return { output, state: after as StateOf<L> };
    },
  };
}
