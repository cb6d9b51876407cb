/**
 * Weights to and from torch.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, scope, type Shape, type Tensor } from "../tensor/mod.ts";
import { abstractInit } from "./infer_shape.ts";
import type { Layer, Params, Variables } from "./layer.ts";
import { lazyTensors, torchOf } from "./torch_form.ts";
import { named, naming, TORCH_NAMES, type TorchNames } from "./torch_names.ts";
import { checkFit, sourceOf, type TorchSource } from "./torch_source.ts";

/** Options of {@linkcode fromTorch}: `like` or `inputShape`. */
export interface FromTorchOptions<P, S> extends TorchNames {
  /** What `init` gave: the structure, shapes and dtypes that come out. */
  readonly like?: Variables<P, S>;
  /** The shape of one input, without the batch axis, in place of `like`: nothing is initialized for it. */
  readonly inputShape?: Shape;
}

const FROM_TORCH_OPTIONS = { like: true, inputShape: true, names: true } as const;

/**
 * Params and state under torch's names and in torch's layout: what `module.state_dict()` gives for the same network.
 * `encodeSafetensors` writes them. Each layer says its own part: `docs/layers.md` has the names and layouts of all, such
 * as kernel [inputs, features] of `dense` here for weight [features, inputs] there.
 *
 * @param layer A layer, or layers in combinators.
 * @param variables Its params and state.
 * @param options Other paths of layers in torch.
 * @throws {TypeError} If a layer with tensors does not say how they stand in torch.
 * @throws {RangeError} If two tensors would have one name.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dense, relu, sequential, toTorch } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const net = sequential({ hidden: dense({ features: 3 }), relu, head: dense({ features: 1 }) });
 * const tensors = toTorch(net, net.init(random.key(0), [2]), { names: { hidden: "0", head: "2" } });
 * assertEquals(Object.keys(tensors), ["0.weight", "0.bias", "2.weight", "2.bias"]);
 * assertEquals(tensors["0.weight"].shape, [3, 2]);
 * ```
 */
export function toTorch<P, S>(
  layer: Layer<P, S>,
  variables: Variables<P, S>,
  options: TorchNames = {},
): Record<string, Tensor> {
  checkOptionNames("toTorch", options, TORCH_NAMES);
  return named("toTorch", formOf("toTorch", layer).toTorch(untyped(variables)), options);
}

/**
 * Params and state out of the tensors of a module of torch: the inverse of {@linkcode toTorch}. They get the dtypes of
 * `like`. All that does not fit is listed in one error, and nothing is loaded then.
 *
 * @param layer A layer, or layers in combinators.
 * @param tensors What `module.state_dict()` gave, as `decodeSafetensors` or `loadTorch` reads it, or a source such as
 * `openSafetensors` gives, of which the shapes are checked first and then one tensor after the other is read: what is
 * needed is the memory of the result and of the tensor that is read.
 * @param options What `init` gave or the shape of an input, and other paths of layers in torch.
 * @throws {TypeError} If a layer with tensors does not say how they stand in torch, or neither `like` nor `inputShape`
 * is given.
 * @throws {RangeError} If tensors are missing, unexpected or misshapen.
 *
 * @example
 * ```ts
 * import { ones } from "@weft/weft";
 * import { dense, fromTorch } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = dense({ features: 3 });
 * const tensors = { weight: ones([3, 2]), bias: ones([3]) };
 * const { params } = fromTorch(layer, tensors, { inputShape: [2] });
 * assertEquals(params.kernel.shape, [2, 3]);
 * ```
 */
export function fromTorch<P, S>(
  layer: Layer<P, S>,
  tensors: Readonly<Record<string, Tensor>> | TorchSource,
  options: FromTorchOptions<P, S>,
): { readonly params: P; readonly state: S } {
  checkOptionNames("fromTorch", options, FROM_TORCH_OPTIONS);
  return scope(() => {
    const form = formOf("fromTorch", layer);
    const like = likeOf(layer, options);
    const expected = form.toTorch(like);
    const nameOf = naming(options);
    const ignored = new Set(form.ignored.map(nameOf));
    const { shapes, read } = sourceOf(tensors);
    checkFit(named("fromTorch", expected, options), shapes, ignored);
    const own = lazyTensors(Object.keys(expected), (path) => {
      const { dtype } = expected[path];
      return scope(() => {
        const tensor = read(nameOf(path));
        return tensor.dtype === dtype ? tensor : cast(tensor, dtype);
      });
    });
    // The form of a layer gives what is like its own params and state.
    return form.fromTorch(own, like) as unknown as { readonly params: P; readonly state: S };
  });
}

/** Params, and what is like them, under torch's names and back. */
export interface TorchParams<P> {
  /** A tree like the params under torch's names and in torch's layout, in the order of `module.parameters()`. */
  toTorch(params: P): Record<string, Tensor>;
  /** The tree of tensors under torch's names. */
  fromTorch(tensors: Readonly<Record<string, Tensor>>): P;
}

/**
 * The two functions between trees like the params of a layer, such as the moments of an optimizer, and torch's names and
 * layouts; what `torch.stateDict` and `torch.loadStateDict` of `@weft/weft/optim` take.
 *
 * @param layer A layer, or layers in combinators.
 * @param params Its params: the structure of all that comes out.
 * @param options Other paths of layers in torch.
 * @throws {TypeError} If a layer with tensors does not say how they stand in torch.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dense, torchParams } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = dense({ features: 3 });
 * const { params } = layer.init(random.key(0), [2]);
 * const { toTorch, fromTorch } = torchParams(layer, params);
 * assertEquals(fromTorch(toTorch(params)).kernel.toArray(), params.kernel.toArray());
 * ```
 */
export function torchParams<P, S>(layer: Layer<P, S>, params: P, options: TorchNames = {}): TorchParams<P> {
  checkOptionNames("torchParams", options, TORCH_NAMES);
  const form = formOf("torchParams", layer);
  const like = untyped({ params, state: {} });
  const paths = Object.keys(form.toTorch(like));
  const nameOf = naming(options);
  return {
    toTorch: (values) => named("torchParams", form.toTorch(untyped({ params: values, state: {} })), options),
    fromTorch(tensors) {
      const own = Object.fromEntries(paths.map((path) => [path, tensors[nameOf(path)]]));
      return form.fromTorch(own, like).params as unknown as P;
    },
  };
}

function likeOf<P, S>(layer: Layer<P, S>, options: FromTorchOptions<P, S>): Variables<Params, Params> {
  const { like, inputShape } = options;
  if ((like === undefined) === (inputShape === undefined)) {
    throw new TypeError(
      `fromTorch expects like or inputShape but got ${like === undefined ? "neither" : "both"}`,
    );
  }
  return untyped(like ?? abstractInit("fromTorch", layer, inputShape!));
}

function formOf<P, S>(operation: string, layer: Layer<P, S>): ReturnType<typeof torchOf> {
  return torchOf(operation, "", layer as unknown as Layer);
}

function untyped(variables: Variables<unknown, unknown>): Variables<Params, Params> {
  return variables as Variables<Params, Params>;
}
