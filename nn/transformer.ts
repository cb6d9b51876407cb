/**
 * Blocks of transformers.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, type Tensor } from "../tensor/mod.ts";
import { relu } from "./activation.ts";
import { checkTensor, placeOf, placeOfApply, shapeError } from "./check.ts";
import { applyChild, initChild, setPart } from "./children.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { layerNorm } from "./layer_norm.ts";
import type { ApplyOptions, Empty, Layer, Params, TorchForm, TorchTensors } from "./layer.ts";
import { multiHeadAttention } from "./multi_head_attention.ts";
import { lazyTensors, torchChildren } from "./torch_form.ts";
import {
  TRANSFORMER_LAYER_OPTIONS,
  type TransformerLayerOptions,
  type TransformerLayerParams,
} from "./transformer_params.ts";

/** Names here and in torch. */
const TORCH_NAMES: Readonly<Record<string, string>> = {
  selfAttention: "self_attn",
  crossAttention: "multihead_attn",
  hidden: "linear1",
  out: "linear2",
};

function renamed(tensors: TorchTensors, names: Readonly<Record<string, string>>): TorchTensors {
  const given = Object.keys(tensors).map((path) => {
    const [first, ...rest] = path.split("/");
    return [[names[first] ?? first, ...rest].join("/"), path];
  });
  const places = Object.fromEntries(given);
  return lazyTensors(Object.keys(places), (path) => tensors[places[path]]);
}

function transformerLayer(
  name: string,
  crosses: boolean,
  options: TransformerLayerOptions,
): Layer<TransformerLayerParams, Empty> {
  const { features, hiddenFeatures = 4 * features, activation = relu, normFirst = false } = options;
  const { heads, keyValueHeads, causal, localWindow, rotary, bias = true, blockSize, dropoutRate = 0 } =
    options;
  const begin = options.init === undefined ? {} : { init: options.init };
  const selfAttention = multiHeadAttention({
    ...begin,
    heads,
    bias,
    dropoutRate,
    ...(keyValueHeads === undefined ? {} : { keyValueHeads }),
    ...(causal === undefined ? {} : { causal }),
    ...(localWindow === undefined ? {} : { localWindow }),
    ...(rotary === undefined ? {} : { rotary }),
    ...(blockSize === undefined ? {} : { blockSize }),
  });
  const crossAttention = multiHeadAttention({ ...begin, heads, bias, dropoutRate });
  const norm = layerNorm(options.eps === undefined ? {} : { eps: options.eps });
  const dropping = dropout({ rate: dropoutRate });
  const parts: Readonly<Record<string, unknown>> = {
    selfAttention,
    ...(crosses ? { crossAttention } : {}),
    hidden: dense({ ...begin, features: hiddenFeatures, bias }),
    out: dense({ ...begin, features, bias }),
    norm1: norm,
    norm2: norm,
    ...(crosses ? { norm3: norm } : {}),
  };
  const children = Object.entries(parts) as [string, Layer][];
  const form = torchChildren(name, children);
  const backwards = Object.fromEntries(Object.entries(TORCH_NAMES).map(([here, there]) => [there, here]));
  const torch: TorchForm = {
    toTorch: (variables) => renamed(form.toTorch(variables), TORCH_NAMES),
    fromTorch: (tensors, like) => form.fromTorch(renamed(tensors, backwards), like),
    ignored: form.ignored,
  };
  return {
    name,
    torch,
    init(key, inputShape, context = {}) {
      const at = placeOf(name, context);
      if (inputShape.length !== 2 || inputShape[1] !== features) {
        throw shapeError(at, `an input shape [length, ${features}]`, inputShape);
      }
      const params: Record<string, Params> = {};
      for (const child of children) {
        const shape = child[0] === "out" ? [inputShape[0], hiddenFeatures] : inputShape;
        setPart(params, child[0], initChild(child, key, shape, context).params);
      }
      return { params: params as unknown as TransformerLayerParams, state: {}, outputShape: inputShape };
    },
    apply(variables, x, given = {}) {
      const at = placeOfApply(name, given);
      checkTensor(at, x);
      const { crossAttention: kept } = variables.state as { readonly crossAttention?: Params };
      if (crosses && given.context === undefined && kept === undefined) {
        throw new TypeError(`${at} expects a context but got none: pass { context }`);
      }
      const own: ApplyOptions = { ...given, context: undefined, contextValue: undefined };
      const state: Record<string, Params> = {};
      const call = (child: string, y: Tensor, how: ApplyOptions = own): Tensor => {
        const applied = applyChild([child, parts[child] as Layer], variables, y, how);
        setPart(state, child, applied.state);
        return applied.output;
      };
      const drop = (child: string, y: Tensor): Tensor =>
        applyChild([child, dropping as unknown as Layer], variables, y, own).output;
      const feed = (y: Tensor): Tensor => {
        const active = activation.apply({ params: {}, state: {} }, call("hidden", y)).output;
        return call("out", drop("dropoutHidden", active));
      };
      const steps: readonly ((y: Tensor) => Tensor)[] = [
        (y) => call("selfAttention", y),
        ...(crosses ? [(y: Tensor) => call("crossAttention", y, given)] : []),
        feed,
      ];
      const output = steps.reduce((y, step, i) => {
        const normed = (z: Tensor): Tensor => call(`norm${i + 1}`, z);
        const dropped = (z: Tensor): Tensor => drop(`dropout${i + 1}`, z);
        return normFirst ? add(y, dropped(step(normed(y)))) : normed(add(y, dropped(step(y))));
      }, x);
      return { output, state };
    },
  };
}

/**
 * Attention and two dense layers, each added to its input and normed (Vaswani et al., "Attention Is All You Need",
 * 2017), as torch.nn.TransformerEncoderLayer with the batch first: [n, length, features] to the same. With `causal` and
 * `normFirst` it is the block of GPT. `repeat` makes many of them; `mask` and `lengths` of `apply` reach all. With
 * `cacheLength` the state keeps keys and values, so that the next positions alone need to be computed.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 * @throws {TypeError} If a key is missing in training with dropout.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { gelu, repeat, transformerEncoderLayer } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const block = transformerEncoderLayer({ features: 8, heads: 2, activation: gelu, causal: true, normFirst: true });
 * const net = repeat(block, { count: 3 });
 * const variables = net.init(random.key(0), [5, 8]);
 * assertEquals(net.apply(variables, ones([1, 5, 8])).output.shape, [1, 5, 8]);
 * ```
 *
 * @example A prompt, and then position by position
 * ```ts
 * import { random, slice } from "@weft/weft";
 * import { repeat, transformerEncoderLayer } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const net = repeat(transformerEncoderLayer({ features: 8, heads: 2, causal: true }), { count: 2 });
 * const { params, state } = net.init(random.key(0), [4, 8]);
 * const x = random.normal(random.key(1), [1, 4, 8]);
 * const whole = net.apply({ params, state }, x).output;
 *
 * let step = net.apply({ params, state }, slice(x, [null, [0, 3]]), { cacheLength: 4 });
 * step = net.apply({ params, state: step.state }, slice(x, [null, [3, 4]]));
 * assertAlmostEquals(step.output.data()[0], whole.at(0).at(3).data()[0], 1e-5);
 * ```
 */
export function transformerEncoderLayer(
  options: TransformerLayerOptions,
): Layer<TransformerLayerParams, Empty> {
  checkOptionNames("transformerEncoderLayer", options, TRANSFORMER_LAYER_OPTIONS);
  return transformerLayer("transformerEncoderLayer", false, options);
}

/**
 * As `transformerEncoderLayer` with attention to the `context` of `apply` in between, as
 * torch.nn.TransformerDecoderLayer with the batch first. With `cacheLength` the state keeps the keys and values of the
 * context too, which is not needed any more then.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 * @throws {TypeError} If there is no context, or a key is missing in training with dropout.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { transformerDecoderLayer } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = transformerDecoderLayer({ features: 8, heads: 2, causal: true });
 * const variables = layer.init(random.key(0), [5, 8]);
 * const { output } = layer.apply(variables, ones([1, 5, 8]), { context: ones([1, 3, 8]) });
 * assertEquals(output.shape, [1, 5, 8]);
 * ```
 */
export function transformerDecoderLayer(
  options: TransformerLayerOptions,
): Layer<TransformerLayerParams, Empty> {
  checkOptionNames("transformerDecoderLayer", options, TRANSFORMER_LAYER_OPTIONS);
  return transformerLayer("transformerDecoderLayer", true, options);
}
