/**
 * AdamW over ten million numbers, the gradients clipped to global norm 1 before.
 *
 * @module
 */
import { type Input, normal } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { adamStep, type Carried, type JaxJsArray, type JaxJsParams, toJaxJs, zeroMoments } from "./jax_js.ts";
import { type TfjsTensor, toTfjs } from "./tfjs.ts";
import { first, fromInput, type WeftTensor } from "./weft.ts";

const COUNT = 20;
const SIZE = 500_000;

/** Streams of 20 arrays from `stream` on, of a standard deviation. */
function arrays(stream: number, deviation: number): Record<string, Input> {
  return Object.fromEntries(
    Array.from(
      { length: COUNT },
      (_, i) => [`p${i}`.padStart(3, "_"), normal(400, stream + i, [SIZE], deviation)],
    ),
  );
}
const initial = (): Record<string, Input> => arrays(0, 0.02);
const gradients = (): Record<string, Input> => arrays(COUNT, 0.01);

/** W4: learning rate 1e-3, weight decay 0.01. */
export const adamw: StepWorkload = {
  name: "W4_adamw",
  flops: 17 * COUNT * SIZE,
  // The gradients once for their norm; then param, gradient and two moments read, all but the gradient written.
  bytes: 4 * 8 * COUNT * SIZE,
  weft(weft) {
    const { adamW, chain, clipByGlobalNorm } = weft.optim;
    const optimizer = chain(clipByGlobalNorm(1), adamW({ learningRate: 1e-3, weightDecay: 0.01 }));
    type Params = Record<string, WeftTensor>;
    const params: Params = fromInput(weft, initial());
    const given: Params = fromInput(weft, gradients());
    const step = weft.compile((carried: { params: Params; state: unknown }, gradients: Params) => {
      const { params, state } = optimizer.step(carried.state as never, gradients, carried.params);
      return { params: params as Params, state: state as unknown };
    }, { donate: [0], name: "update" });
    let carried: { params: Params; state: unknown } = { params, state: optimizer.init(params) };
    const name = Object.keys(params)[0];
    return {
      step() {
        carried = weft.scope(() => step(carried, given));
        return weft.scope(() => first(carried.params[name]));
      },
    };
  },
  tfjs(tf) {
    const given = Object.values(toTfjs(tf, gradients()));
    interface Parameter {
      readonly value: TfjsTensor;
      readonly first: TfjsTensor;
      readonly second: TfjsTensor;
    }
    let parameters: Parameter[] = Object.values(toTfjs(tf, initial())).map((value) => ({
      value,
      first: tf.zerosLike(value),
      second: tf.zerosLike(value),
    }));
    let count = 0;
    return {
      step() {
        count++;
        const next = tf.tidy(() => {
          const squares = given.map((g) => tf.sum(tf.square(g)));
          const norm = tf.sqrt(tf.addN(squares));
          const factor = tf.minimum(1, tf.div(1, norm));
          return parameters.map(({ value, first, second }, i) => {
            const g = tf.mul(given[i], factor);
            const m = tf.add(tf.mul(first, 0.9), tf.mul(g, 0.1));
            const v = tf.add(tf.mul(second, 0.999), tf.mul(tf.square(g), 0.001));
            const move = tf.div(
              tf.div(m, 1 - 0.9 ** count),
              tf.add(tf.sqrt(tf.div(v, 1 - 0.999 ** count)), 1e-8),
            );
            const p = tf.sub(value, tf.mul(tf.add(move, tf.mul(value, 0.01)), 1e-3));
            return { value: p as TfjsTensor, first: m as TfjsTensor, second: v as TfjsTensor };
          }) as never;
        }) as unknown as Parameter[];
        tf.dispose(parameters as never);
        parameters = next;
        return tf.tidy(() => tf.slice(parameters[0].value, [0], [1]).dataSync()[0]);
      },
    };
  },
  jaxJs({ jax, read }) {
    const { numpy: np } = jax;
    const params = toJaxJs(jax, initial());
    const given = toJaxJs(jax, gradients());
    const step = jax.jit(
      (carried: Carried, gradients: JaxJsParams, first: JaxJsArray, second: JaxJsArray) => {
        const squares = Object.values(gradients).map((g) => np.square(g.ref).sum());
        const norm = np.sqrt(squares.reduce((total, square) => total.add(square)));
        const scale = np.minimum(1, np.reciprocal(norm));
        const options = { learningRate: 1e-3, weightDecay: 0.01, scale };
        const next = adamStep(jax, carried, gradients, [first, second], options);
        return { carried: next, read: Object.values(next.params)[0].ref.slice(0) };
      },
    );
    let carried: Carried = { params, first: zeroMoments(jax, params), second: zeroMoments(jax, params) };
    let count = 0;
    return {
      step() {
        count++;
        const corrections = [np.array(1 - 0.9 ** count), np.array(1 - 0.999 ** count)] as const;
        const next = step(carried, jax.tree.ref(given), ...corrections) as unknown as {
          readonly carried: Carried;
          readonly read: JaxJsArray;
        };
        carried = next.carried;
        return read(next.read);
      },
    };
  },
};
