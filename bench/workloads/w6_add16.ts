/**
 * A thousand eager additions of sixteen numbers, each of the one before: the overhead of an operation.
 *
 * @module
 */
import { type Input, normal } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { toJaxJs } from "./jax_js.ts";
import { type TfjsTensor, toTfjs } from "./tfjs.ts";
import { first, fromInput } from "./weft.ts";

const REPEATS = 1000;

const inputs = (): { readonly a: Input; readonly b: Input } => ({
  a: normal(600, 0, [16]),
  b: normal(600, 1, [16]),
});

/** W6: `c = c + b`, then a read; the time is of one addition. */
export const smallAdd: StepWorkload = {
  name: "W6_add16",
  flops: 0,
  bytes: 0,
  parts: REPEATS,
  weft(weft) {
    const { a, b } = fromInput(weft, inputs());
    const { add } = weft;
    return {
      step: () =>
        weft.scope(() => {
          let c = a;
          for (let i = 0; i < REPEATS; i++) c = add(c, b);
          return first(c);
        }),
    };
  },
  tfjs(tf) {
    const { a, b } = toTfjs(tf, inputs());
    return {
      step: () =>
        tf.tidy(() => {
          let c: TfjsTensor = a;
          for (let i = 0; i < REPEATS; i++) c = tf.add(c, b);
          return c.dataSync()[0];
        }),
    };
  },
  jaxJs({ jax, read }) {
    const { a, b } = toJaxJs(jax, inputs());
    return {
      step() {
        let c = a.ref;
        for (let i = 0; i < REPEATS; i++) c = c.add(b.ref);
        return read(c);
      },
    };
  },
};
