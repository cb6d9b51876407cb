/**
 * Gelu by tanh, written in elementwise operations: forward, and its gradient.
 *
 * @module
 */
import { normal } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { type JaxJsArray, jaxJsReader, toJaxJs } from "./jax_js.ts";
import { tfjsReader, type TfjsTensor, toTfjs } from "./tfjs.ts";
import { first, fromInput, reader, type WeftTensor } from "./weft.ts";

const SIZE = 4_000_000;
const [SLOPE, CUBIC] = [0.79788456, 0.044715];

const inputs = (): { readonly x: ReturnType<typeof normal> } => ({ x: normal(500, 0, [SIZE]) });

type WeftModule = Parameters<StepWorkload["weft"]>[0];
type TfjsModule = Parameters<NonNullable<StepWorkload["tfjs"]>>[0];
type JaxJsModule = Parameters<NonNullable<StepWorkload["jaxJs"]>>[0]["jax"];

/** `0.5 x (1 + tanh(0.79788456 (x + 0.044715 x^3)))` in weft. */
export function weftGelu({ add, multiply, tanh }: WeftModule, x: WeftTensor): WeftTensor {
  const cube = multiply(x, multiply(x, x));
  return multiply(multiply(x, 0.5), add(tanh(multiply(add(x, multiply(cube, CUBIC)), SLOPE)), 1));
}

/** The same in TensorFlow.js. */
export function tfjsGelu(tf: TfjsModule, x: TfjsTensor): TfjsTensor {
  const cube = tf.mul(x, tf.mul(x, x));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(cube, CUBIC)), SLOPE)), 1));
}

/** The same in jax-js, which takes x over. */
export function jaxJsGelu({ numpy: np }: JaxJsModule, x: JaxJsArray): JaxJsArray {
  const cube = x.ref.mul(x.ref).mul(x.ref);
  return x.ref.mul(0.5).mul(np.tanh(x.add(cube.mul(CUBIC)).mul(SLOPE)).add(1));
}

const forward: StepWorkload = {
  name: "W5_gelu_fwd",
  // About 20 instructions of a vector, a tanh at 2 units in the last place among them.
  flops: 40 * SIZE,
  bytes: 8 * SIZE,
  weft(weft) {
    const { x } = fromInput(weft, inputs());
    const gelu = weft.compile((x: WeftTensor) => weftGelu(weft, x));
    return reader(weft, () => gelu(x));
  },
  tfjs(tf) {
    const { x } = toTfjs(tf, inputs());
    return tfjsReader(tf, () => tfjsGelu(tf, x));
  },
  jaxJs(context) {
    const { x } = toJaxJs(context.jax, inputs());
    return jaxJsReader(context, (x) => [jaxJsGelu(context.jax, x)], [x]);
  },
};

const gradient: StepWorkload = {
  name: "W5_gelu_grad",
  flops: 56 * SIZE,
  bytes: 8 * SIZE,
  weft(weft) {
    const { x } = fromInput(weft, inputs());
    const both = weft.compile((x: WeftTensor) => {
      const { value, gradient } = weft.valueAndGrad((x: WeftTensor) => weft.sum(weftGelu(weft, x)))(x);
      return { value, gradient };
    });
    return {
      step: () =>
        weft.scope(() => {
          const { value, gradient } = both(x);
          return value.item() + 0 * first(gradient);
        }),
      result: () => weft.scope(() => both(x).gradient.data()),
    };
  },
  tfjs(tf) {
    const { x } = toTfjs(tf, inputs());
    const both = tf.valueAndGrad((x) => tf.sum(tfjsGelu(tf, x as TfjsTensor)));
    return {
      step: () => tf.tidy(() => both(x).value.dataSync()[0]),
      result: () => tf.tidy(() => both(x).grad.dataSync()),
    };
  },
  jaxJs(context) {
    const { jax } = context;
    const { x } = toJaxJs(jax, inputs());
    const both = jax.valueAndGrad((x: JaxJsArray) => jaxJsGelu(jax, x).sum());
    return jaxJsReader(context, (x) => both(x) as unknown as readonly JaxJsArray[], [x]);
  },
};

/** W5: forward, and the sum with its gradient. */
export const gelus: readonly StepWorkload[] = [forward, gradient];
