/**
 * The rules of a primitive: pullbacks, pushforwards and batching.
 *
 * @module
 */
import type { Tensor } from "./tensor.ts";

/** What a pullback rule may use. */
export interface PullbackContext<A> {
  /** The inputs of the application. */
  readonly inputs: readonly Tensor[];
  /** Its outputs. */
  readonly outputs: readonly Tensor[];
  /** Its attributes. */
  readonly attributes: A;
  /** Which inputs a cotangent is wanted for. */
  readonly wanted: readonly boolean[];
  /** Which outputs a cotangent has come to; those of the others are zeros. */
  readonly hasCotangent: readonly boolean[];
  /** The transformation that errors name. */
  readonly operation: string;
  /** Whether what is pulled back is linear in the inputs that a cotangent is wanted for, whose values are not known. */
  readonly linear: boolean;
}

/** What a pushforward rule may use. */
export interface PushforwardContext<A> {
  /** The inputs of the application. */
  readonly inputs: readonly Tensor[];
  /** Its outputs. */
  readonly outputs: readonly Tensor[];
  /** Its attributes. */
  readonly attributes: A;
  /** The transformation that errors name. */
  readonly operation: string;
}

/** Tangents, and outputs that were computed on the way: the first ones are needed no more where these take their place. */
export interface Pushed {
  /** The outputs. */
  readonly outputs: readonly Tensor[];
  /** Their tangents; null for zeros. */
  readonly tangents: readonly (Tensor | null)[];
}

/** See `Primitive.pushforward`; a null stands for zeros. */
export interface PushforwardRule<A> {
  /** Called with one tangent for each input, not all of them null. */
  rule(
    tangents: readonly (Tensor | null)[],
    context: PushforwardContext<A>,
  ): readonly (Tensor | null)[] | Pushed;
}

/** What a batching rule may use. */
export interface BatchContext<A> {
  /** The inputs of the application; those that are mapped have the batch axis first. */
  readonly inputs: readonly Tensor[];
  /** Which inputs are mapped; at least one is. */
  readonly batched: readonly boolean[];
  /** The extent of the batch axis. */
  readonly size: number;
  /** The attributes of the application to one example. */
  readonly attributes: A;
  /** Applies the primitive itself. */
  apply(inputs: readonly Tensor[], attributes: A): readonly Tensor[];
  /** The inputs, the shared ones repeated along a batch axis of their own. */
  all(): readonly Tensor[];
  /** The inputs with axes of extent 1 behind the batch axis, so that they broadcast as the examples do. */
  aligned(): readonly Tensor[];
}

/** Outputs of which only some are mapped. */
export interface BatchedOutputs {
  /** The outputs; those that are mapped have the batch axis first. */
  readonly outputs: readonly Tensor[];
  /** Which of them are mapped. */
  readonly batched: readonly boolean[];
}

/** See `Primitive.batch`. */
export interface BatchRule<A> {
  /** The outputs for a whole batch: all of them with the batch axis first, or told apart. */
  rule(context: BatchContext<A>): readonly Tensor[] | BatchedOutputs;
}

/** The rule of primitives that take leading axes of their one input as they come. */
export const batchInFront: BatchRule<object> = {
  rule: ({ inputs, attributes, apply }) => apply(inputs, attributes),
};

/** The rule of primitives whose inputs broadcast. */
export const batchByBroadcasting: BatchRule<object> = {
  rule: ({ aligned, attributes, apply }) => apply(aligned(), attributes),
};

/** See `Primitive.pullback`; a null stands for zeros. */
export interface PullbackRule<A> {
  /** Called with one cotangent for each output. */
  rule(cotangents: readonly Tensor[], context: PullbackContext<A>): readonly (Tensor | null)[];
}
