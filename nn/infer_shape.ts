/**
 * Shapes of outputs, from the operations themselves.
 *
 * @module
 */
import type { Shape, Tensor } from "../tensor/mod.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Initialized, Layer } from "./layer.ts";
import { TapeRecorder } from "../tensor/tape_recorder.ts";

/** The shape that `f` makes of one input, without the batch axis; nothing is computed. */
export function inferShape(at: string, inputShape: Shape, f: (x: Tensor) => Tensor): Shape {
  const recorder = new TapeRecorder(at, true);
  const x = recorder.input({ dtype: "float32", shape: [1, ...inputShape] });
  return within(at, inputShape, () => f(x)).shape.slice(1);
}

/** What `init` would give: tensors that have a shape and a dtype alone; nothing is computed. */
export function abstractInit<P, S>(
  operation: string,
  layer: Layer<P, S>,
  inputShape: Shape,
): Initialized<P, S> {
  const recorder = new TapeRecorder(operation, true);
  return layer.init(recorder.input({ dtype: "key", shape: [] }), inputShape);
}

/** What `f` gives; an error of an operation in it tells the layer and the shape of its input too. */
export function within<T>(at: string, shape: Shape, f: () => T): T {
  try {
    return f();
  } catch (error) {
    // Only what an operation refuses has more to tell.
    if (
      !(error instanceof RangeError || error instanceof TypeError) || !error.message.includes(" expects ")
    ) {
      throw error;
    }
    const Kind = error instanceof RangeError ? RangeError : TypeError;
    throw new Kind(`${at} expects an input that fits it but got ${formatShape(shape)}: ${error.message}`, {
      cause: error,
    });
  }
}

/** The shape that `f` makes of several tensors, all without their batch axes; nothing is computed. */
export function abstractOutput(
  at: string,
  shapes: readonly Shape[],
  f: (xs: readonly Tensor[]) => Tensor,
): Shape {
  const recorder = new TapeRecorder(at, true);
  return f(shapes.map((shape) => recorder.input({ dtype: "float32", shape: [1, ...shape] }))).shape.slice(1);
}
