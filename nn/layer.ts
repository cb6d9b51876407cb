/**
 * What a layer is: two pure functions, one that makes params and state and one that applies them.
 *
 * @module
 */
import type { Shape, Tensor } from "../tensor/mod.ts";

/** Params or state by name: tensors, nested to any depth. */
export type Params = { readonly [name: string]: Tensor | Params };

/** Params or state of a layer that has none. */
export type Empty = Readonly<Record<never, Tensor>>;

/** Where a layer stands, for its errors. Combinators pass it; users need not. */
export interface LayerContext {
  /** The names of the layers around it and its own, joined by "/"; empty by default. */
  readonly path?: string | undefined;
}

/** How a layer is applied. */
export interface ApplyOptions extends LayerContext {
  /** Whether this is a step of training, where layers such as dropout and batch normalization differ; false by default. */
  readonly training?: boolean | undefined;
  /** The random key of layers that draw, such as dropout; needed only where they draw. */
  readonly key?: Tensor | undefined;
  /**
   * Told of each layer inside of a combinator once it was applied, as `summary` needs it.
   *
   * @internal
   */
  readonly observe?: ((seen: Observed) => void) | undefined;
  /**
   * What positions may see of each other, for attention: true is seen. Of a shape that broadcasts to [n, heads,
   * queries, keys]; all is seen by default.
   */
  readonly mask?: Tensor | undefined;
  /**
   * The second input of layers that take two: what attention takes its keys and values from, [n, length, features], or
   * the other factor of `bilinear`.
   */
  readonly context?: Tensor | undefined;
  /** What attention takes its values from instead of `context`, of the same length. */
  readonly contextValue?: Tensor | undefined;
  /** As `mask`, for the attention to `context`. */
  readonly contextMask?: Tensor | undefined;
  /** How long each sequence of the batch is, integers [n]; what comes after that does not count. All by default. */
  readonly lengths?: Tensor | undefined;
  /**
   * How many positions attention keeps room for: the state after it then holds their keys and values, and applied with
   * that state it goes on from there, position by position. No cache by default.
   */
  readonly cacheLength?: number | undefined;
  /** Which elements count in the statistics of norms (true), of a shape that broadcasts to their inputs; all by default. */
  readonly normMask?: Tensor | undefined;
  /** What batch normalization takes for its own momentum, as `updateBatchNorm` does; for training only. */
  readonly batchNormMomentum?: number | undefined;
}

/** An application of a layer inside of a combinator. */
export interface Observed {
  /** Where the layer stands. */
  readonly path: string;
  /** The layer. */
  readonly layer: Layer;
  /** Its params and state. */
  readonly variables: Variables;
  /** What it was given. */
  readonly input: Tensor;
  /** What it gave. */
  readonly output: Tensor;
  /** How many times it is applied like this, each with variables of its own; 1 by default. */
  readonly times?: number;
}

/** What `Layer.init` returns. */
export interface Initialized<P = Params, S = Params> {
  /** What is trained: a tree of tensors. */
  readonly params: P;
  /** What changes without gradients, such as running statistics: a tree of tensors. */
  readonly state: S;
  /** The shape of the output for the given input shape, without the batch axis. */
  readonly outputShape: Shape;
}

/** What `Layer.apply` takes: what `init` returned, or what training made of it. */
export interface Variables<P = Params, S = Params> {
  /** What is trained. */
  readonly params: P;
  /** What changes without gradients. */
  readonly state: S;
}

/** What `Layer.apply` returns. */
export interface Applied<S = Params> {
  /** The output, with the batch axis first. */
  readonly output: Tensor;
  /** The state after this application, with the structure of the state before. */
  readonly state: S;
}

/** Tensors by torch's names. Layers inside of others stand before a name as in a path: `block/conv/weight`. */
export type TorchTensors = Readonly<Record<string, Tensor>>;

/**
 * What a layer says of torch's form of its tensors: two functions, each the inverse of the other. They are linear, so
 * that moments of optimizers, which have the structure of params, go through them too.
 */
export interface TorchForm {
  /** The tensors under torch's names and in torch's layout. Params or state may be missing, if only the others count. */
  toTorch(variables: Variables<Params, Params>): TorchTensors;
  /** Params and state like those given, out of tensors of torch with the names that `toTorch` gives for those. */
  fromTorch(tensors: TorchTensors, like: Variables<Params, Params>): Variables<Params, Params>;
  /** Names that torch has for what a layer here does without, such as a count of batches. */
  readonly ignored: readonly string[];
}

/**
 * A layer: a pair of pure functions. It holds no tensors itself; they go in as params and state. A layer without
 * params or state has `{}` for them, and combinators leave such layers out of their trees, so that a leaf's path
 * (`conv/kernel`) says where a parameter lives.
 *
 * @example A layer of one's own: a learned factor
 * ```ts
 * import { multiply, ones, random, tensor, type Tensor } from "@weft/weft";
 * import { dense, type Layer, sequential } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const factor: Layer<{ readonly factor: Tensor }> = {
 *   init: (_key, inputShape) => ({ params: { factor: ones([]) }, state: {}, outputShape: inputShape }),
 *   apply: ({ params, state }, x) => ({ output: multiply(x, params.factor), state }),
 * };
 * const net = sequential({ factor, head: dense({ features: 3 }) });
 * const { params, state } = net.init(random.key(0), [2]);
 * assertEquals(Object.keys(params), ["factor", "head"]);
 * assertEquals(net.apply({ params, state }, tensor([[1, 2]])).output.shape, [1, 3]);
 * ```
 */
export interface Layer<P = Params, S = Params> {
  /** What the layer is called in errors, such as "dense". */
  readonly name?: string;
  /** How its params and state stand in a state_dict of torch, for `toTorch` and `fromTorch`. */
  readonly torch?: TorchForm;
  /**
   * Makes params and state.
   *
   * @param key A random key, as `random.key(seed)` makes it.
   * @param inputShape The shape of one input, without the batch axis.
   */
  init(key: Tensor, inputShape: Shape, context?: LayerContext): Initialized<P, S>;
  /**
   * Computes the output, and the state after it.
   *
   * @param variables Params and state.
   * @param x A batch of inputs, the batch axis first.
   */
  apply(variables: Variables<P, S>, x: Tensor, options?: ApplyOptions): Applied<S>;
}

/** The params of a layer, as a type. */
export type ParamsOf<L extends Layer> = ReturnType<L["init"]>["params"];

/** The state of a layer, as a type. */
export type StateOf<L extends Layer> = ReturnType<L["init"]>["state"];
