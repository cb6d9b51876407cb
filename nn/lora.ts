/**
 * Low-rank adaptation.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, matmul, multiply, random, reshape, stopGradient, type Tensor, zeros } from "../tensor/mod.ts";
import { checkPositiveInteger, checkTensor, placeOfApply, variable } from "./check.ts";
import type { DenseParams } from "./dense.ts";
import { varianceScaling } from "./initializers.ts";
import type { Empty, Layer, Params, TorchForm } from "./layer.ts";
import { torchChildren, torchEntries } from "./torch_form.ts";

/** Options of `lora`. */
export interface LoraOptions {
  /** The rank of what is added; a positive integer. */
  readonly rank: number;
  /** What is added counts `alpha / rank` times; the rank by default. */
  readonly alpha?: number;
}

const LORA_OPTIONS = { rank: true, alpha: true } as const;

/** Params of `lora`. */
export type LoraParams = {
  /** The params of the layer itself, which get no gradient. */
  readonly base: DenseParams;
  /** Made with the layer: [inputs, rank], evenly distributed as torch's layers are. */
  readonly down: Tensor;
  /** [rank, features]; zeros at first, so that the layer begins as it was. */
  readonly up: Tensor;
};

/**
 * A dense layer to whose output `x down up alpha / rank` is added, while its own params stay as they are (Hu et al.,
 * "LoRA", 2021). Freeze `base` in the optimizer too, so that it costs nothing. In torch its tensors have the names of
 * the PEFT library.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dense, lora } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = lora(dense({ features: 6 }), { rank: 2 });
 * const { params } = layer.init(random.key(0), [4]);
 * assertEquals([params.down.shape, params.up.shape], [[4, 2], [2, 6]]);
 * ```
 */
export function lora(layer: Layer<DenseParams, Empty>, options: LoraOptions): Layer<LoraParams, Empty> {
  checkOptionNames("lora", options, LORA_OPTIONS);
  const { rank, alpha = rank } = options;
  checkPositiveInteger("lora", "rank", rank);
  if (!Number.isFinite(alpha)) throw new RangeError(`lora expects alpha to be finite but got ${alpha}`);
  const initializer = varianceScaling({ scale: 1 / 3, mode: "fanIn", distribution: "uniform" });
  return {
    name: "lora",
    ...torchForm(layer),
    init(key, inputShape, context = {}) {
      const [baseKey, downKey] = random.split(key);
      const { params: base, outputShape } = layer.init(baseKey, inputShape, context);
      const [inputs, features] = base.kernel.shape;
      const down = initializer(downKey, [inputs, rank], { fanIn: inputs, fanOut: rank });
      return { params: { base, down, up: zeros([rank, features]) }, state: {}, outputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply("lora", context);
      checkTensor(at, x);
      const base = Object.fromEntries(
        Object.entries(params.base ?? {}).map(([name, value]) => [name, stopGradient(value as Tensor)]),
      ) as DenseParams;
      const { output } = layer.apply({ params: base, state: {} }, x, context);
      const down = variable(at, "params", params, "down");
      const up = variable(at, "params", params, "up");
      const rows = reshape(x, [-1, x.shape[x.rank - 1]]);
      const added = reshape(matmul(matmul(rows, down), up), output.shape);
      return { output: add(output, multiply(added, alpha / rank)), state };
    },
  };
}

const ADDITIONS = torchEntries([
  { kind: "params", key: "down", name: "lora_A/default/weight", axes: [1, 0] },
  { kind: "params", key: "up", name: "lora_B/default/weight", axes: [1, 0] },
]);

/** The names of PEFT: the layer stands under `base_layer`. */
function torchForm(layer: Layer<DenseParams, Empty>): { readonly torch?: TorchForm } {
  if (layer.torch === undefined) return {};
  const base = torchChildren("lora", [["base_layer", layer as unknown as Layer]]);
  const inside = ({ base_layer: base }: Params): Params => base === undefined ? {} : { base };
  const outside = ({ base }: Params): Params => base === undefined ? {} : { base_layer: base };
  return {
    torch: {
      toTorch: (variables) => ({
        ...base.toTorch({ params: outside(variables.params), state: {} }),
        ...ADDITIONS.toTorch(variables),
      }),
      fromTorch(tensors, like) {
        const { params } = base.fromTorch(tensors, { params: outside(like.params), state: {} });
        return { params: { ...inside(params), ...ADDITIONS.fromTorch(tensors, like).params }, state: {} };
      },
      ignored: base.ignored,
    },
  };
}

/**
 * The params of the dense layer that a trained `lora` is equal to: `kernel + down up alpha / rank`.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { dense, lora, mergeLora } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = lora(dense({ features: 6 }), { rank: 2 });
 * const { params, state } = layer.init(random.key(0), [4]);
 * const merged = mergeLora(params, { rank: 2 });
 * const [a, b] = [
 *   layer.apply({ params, state }, ones([1, 4])).output,
 *   dense({ features: 6 }).apply({ params: merged, state }, ones([1, 4])).output,
 * ];
 * assertEquals(a.toArray(), b.toArray());
 * ```
 */
export function mergeLora(params: LoraParams, options: LoraOptions): DenseParams {
  checkOptionNames("mergeLora", options, LORA_OPTIONS);
  const { rank, alpha = rank } = options;
  checkPositiveInteger("mergeLora", "rank", rank);
  const { base, down, up } = params;
  return { ...base, kernel: add(base.kernel, multiply(matmul(down, up), alpha / rank)) };
}
