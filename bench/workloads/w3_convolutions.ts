/**
 * Single convolutions with their gradients: odd windows, strides and sizes, beside an even one. TensorFlow.js is
 * left out: the one backend of it that has these gradients takes minutes.
 *
 * @module
 */
import { type Input, normal, weights } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { type JaxJsArray, jaxJsReader, toJaxJs } from "./jax_js.ts";
import { fromInput, reader, type WeftTensor } from "./weft.ts";

interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly features: number;
  readonly extent: number;
  readonly window: number;
  readonly stride: number;
}

function convolution(name: string, sizes: Sizes, even?: string): StepWorkload {
  const { batch, channels, features, extent, window, stride } = sizes;
  const output = Math.floor((extent - window) / stride) + 1;
  const inputs = (): { readonly x: Input; readonly kernel: Input } => ({
    x: normal(300, 10, [batch, channels, extent, extent]),
    kernel: weights(300, 11, [features, channels, window, window], channels * window ** 2),
  });
  return {
    name,
    flops: 3 * 2 * batch * output ** 2 * features * channels * window ** 2,
    bytes: 4 * batch * (3 * channels * extent ** 2 + 2 * features * output ** 2),
    ...(even === undefined ? {} : { even }),
    weft(weft) {
      const { x, kernel } = fromInput(weft, inputs());
      const { conv2d, multiply, square, sum, valueAndGrad } = weft;
      const energy = (x: WeftTensor, kernel: WeftTensor) =>
        multiply(sum(square(conv2d(x, kernel, { strides: stride }))), 0.5);
      const both = weft.compile((x: WeftTensor, kernel: WeftTensor) => {
        const { gradient } = valueAndGrad(energy, { argnums: [0, 1] })(x, kernel);
        return gradient as unknown as WeftTensor[];
      });
      const { step } = reader(weft, () => both(x, kernel)[0]);
      return { step, result: () => weft.scope(() => both(x, kernel)[1].data()) };
    },
    jaxJs(context) {
      const { jax } = context;
      const { x, kernel } = toJaxJs(jax, inputs());
      const energy = (x: JaxJsArray, kernel: JaxJsArray): JaxJsArray => {
        const y = jax.lax.conv(x, kernel, [stride, stride], "VALID");
        return y.ref.mul(y).sum().mul(0.5);
      };
      const both = jax.grad(energy, { argnums: [0, 1] });
      return jaxJsReader(context, (x, kernel) => both(x, kernel), [x, kernel]);
    },
  };
}

const EVEN: Sizes = { batch: 16, channels: 32, features: 64, extent: 34, window: 3, stride: 1 };

/** An even convolution of 3x3, and odd ones. */
export const convolutions: readonly StepWorkload[] = [
  convolution("W3_even_3x3", EVEN),
  convolution("W3_odd_3x3", { ...EVEN, channels: 29, features: 61, extent: 31 }, "W3_even_3x3"),
  convolution("W3_odd_1x1", { ...EVEN, extent: 31, window: 1 }, "W3_even_3x3"),
  convolution("W3_odd_stride2", { ...EVEN, extent: 35, stride: 2 }, "W3_even_3x3"),
  convolution("W3_odd_batch1", { ...EVEN, batch: 1, extent: 59 }, "W3_even_3x3"),
];
