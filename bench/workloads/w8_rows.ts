/**
 * Softmax and layer norm over rows, and over columns.
 *
 * @module
 */
import { type Input, normal } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { type JaxJsArray, jaxJsReader, toJaxJs } from "./jax_js.ts";
import { tfjsReader, type TfjsTensor, toTfjs } from "./tfjs.ts";
import { fromInput, reader, type WeftTensor } from "./weft.ts";

type Weft = Parameters<StepWorkload["weft"]>[0];
type Tfjs = Parameters<NonNullable<StepWorkload["tfjs"]>>[0];
type JaxJs = Parameters<NonNullable<StepWorkload["jaxJs"]>>[0]["jax"];

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly axis: 0 | 1;
}

function softmax(name: string, { rows, columns, axis }: Shape, even?: string): StepWorkload {
  const inputs = (): { readonly x: Input } => ({ x: normal(800, 0, [rows, columns]) });
  const size = rows * columns;
  return {
    name,
    // About 12 instructions of a vector for the exponential, and 4 besides.
    flops: 32 * size,
    bytes: 8 * size,
    ...(even === undefined ? {} : { even }),
    weft(weft) {
      const { x } = fromInput(weft, inputs());
      const run = weft.compile((x: WeftTensor) => weft.softmax(x, { axes: axis }));
      return reader(weft, () => run(x));
    },
    ...(axis === 0 ? {} : {
      tfjs(tf) {
        const { x } = toTfjs(tf, inputs());
        return tfjsReader(tf, () => tf.softmax(x));
      },
    }),
    jaxJs(context) {
      const { x } = toJaxJs(context.jax, inputs());
      return jaxJsReader(context, (x) => [context.jax.nn.softmax(x, axis)], [x]);
    },
  };
}

/** Layer norm along an axis in weft, in public operations. */
export function weftLayerNorm(
  weft: Weft,
  x: WeftTensor,
  gain: WeftTensor,
  shift: WeftTensor,
  axis = -1,
): WeftTensor {
  const { add, multiply, standardize } = weft;
  return add(multiply(standardize(x, { axes: axis, eps: 1e-5 }), gain), shift);
}

/** The same in TensorFlow.js. */
export function tfjsLayerNorm(
  tf: Tfjs,
  x: TfjsTensor,
  gain: TfjsTensor,
  shift: TfjsTensor,
  axis = -1,
): TfjsTensor {
  const centered = tf.sub(x, tf.mean(x, axis, true));
  const normal = tf.mul(centered, tf.rsqrt(tf.add(tf.mean(tf.square(centered), axis, true), 1e-5)));
  return tf.add(tf.mul(normal, gain), shift);
}

/** The same in jax-js, which takes its arguments over. */
export function jaxJsLayerNorm(
  { numpy: np }: JaxJs,
  x: JaxJsArray,
  gain: JaxJsArray,
  shift: JaxJsArray,
  axis = -1,
): JaxJsArray {
  const centered = x.ref.sub(x.mean(axis, { keepdims: true }));
  const variance = np.square(centered.ref).mean(axis, { keepdims: true });
  return centered.div(np.sqrt(variance.add(1e-5))).mul(gain).add(shift);
}

function layerNorm(name: string, { rows, columns, axis }: Shape, even?: string): StepWorkload {
  const along = axis === 1 ? [columns] : [rows, 1];
  const inputs = (): Record<"x" | "gain" | "shift", Input> => ({
    x: normal(800, 0, [rows, columns]),
    gain: normal(800, 1, along, 0.1, 1),
    shift: normal(800, 2, along, 0.1),
  });
  const size = rows * columns;
  return {
    name,
    flops: 8 * size,
    bytes: 8 * size,
    ...(even === undefined ? {} : { even }),
    weft(weft) {
      const { x, gain, shift } = fromInput(weft, inputs());
      const run = weft.compile((x: WeftTensor, gain: WeftTensor, shift: WeftTensor) =>
        weftLayerNorm(weft, x, gain, shift, axis)
      );
      return reader(weft, () => run(x, gain, shift));
    },
    tfjs(tf) {
      const { x, gain, shift } = toTfjs(tf, inputs());
      return tfjsReader(tf, () => tfjsLayerNorm(tf, x, gain, shift, axis));
    },
    jaxJs(context) {
      const { x, gain, shift } = toJaxJs(context.jax, inputs());
      return jaxJsReader(
        context,
        (x, gain, shift) => [jaxJsLayerNorm(context.jax, x, gain, shift, axis)],
        [x, gain, shift],
      );
    },
  };
}

const rowsOf = { rows: 512, columns: 1024, axis: 1 } as const;
const columnsOf = { rows: 1024, columns: 512, axis: 0 } as const;

/** W8, and the same work along axis 0 and over odd rows. */
export const rows: readonly StepWorkload[] = [
  softmax("W8_softmax", rowsOf),
  layerNorm("W8_layernorm", rowsOf),
  softmax("W8_axis0_softmax", columnsOf, "W8_softmax"),
  layerNorm("W8_axis0_layernorm", columnsOf, "W8_layernorm"),
  softmax("W8_odd_softmax", { rows: 511, columns: 1021, axis: 1 }, "W8_softmax"),
  layerNorm("W8_odd_layernorm", { rows: 511, columns: 1021, axis: 1 }, "W8_layernorm"),
];
