/**
 * Matrix products: square ones, and the odd shapes.
 *
 * @module
 */
import { type Input, normal } from "../inputs.ts";
import type { StepWorkload } from "../workload.ts";
import { fromInput, reader } from "./weft.ts";
import { tfjsReader, toTfjs } from "./tfjs.ts";
import { jaxJsReader, toJaxJs } from "./jax_js.ts";

interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Whether a is stored transposed, and so read with strides. */
  readonly transposed?: boolean;
}

function matmulWorkload(name: string, sizes: Sizes, even?: string): StepWorkload {
  const { rows, inner, columns, transposed = false } = sizes;
  const inputs = (): { readonly a: Input; readonly b: Input } => ({
    a: normal(100, 0, transposed ? [inner, rows] : [rows, inner]),
    b: normal(100, 1, [inner, columns]),
  });
  return {
    name,
    flops: 2 * rows * inner * columns,
    bytes: 4 * (rows * inner + inner * columns + rows * columns),
    ...(even === undefined ? {} : { even }),
    weft(weft) {
      const { a, b } = fromInput(weft, inputs());
      const product = weft.compile((x: typeof a, y: typeof a) =>
        weft.matmul(transposed ? weft.transpose(x) : x, y)
      );
      return reader(weft, () => product(a, b));
    },
    tfjs(tf) {
      const { a, b } = toTfjs(tf, inputs());
      return tfjsReader(tf, () => tf.matMul(a, b, transposed));
    },
    jaxJs(context) {
      const { a, b } = toJaxJs(context.jax, inputs());
      const product = (x: typeof a, y: typeof a): typeof a =>
        context.jax.numpy.matmul(transposed ? x.transpose() : x, y);
      return jaxJsReader(context, (x, y) => [product(x, y)], [a, b]);
    },
  };
}

const square = (n: number): Sizes => ({ rows: n, inner: n, columns: n });

/** The squares of W1, and products whose sizes are no multiples of a tile. */
export const matmuls: readonly StepWorkload[] = [
  matmulWorkload("W1_matmul_256", square(256)),
  matmulWorkload("W1_matmul_512", square(512)),
  matmulWorkload("W1_matmul_960", square(960)),
  matmulWorkload("W1_odd_961", square(961), "W1_matmul_960"),
  matmulWorkload("W1_odd_253", square(253), "W1_matmul_256"),
  matmulWorkload("W1_odd_transposed", { ...square(959), transposed: true }, "W1_matmul_960"),
  matmulWorkload("W1_odd_tall", { rows: 4001, inner: 131, columns: 67 }, "W1_matmul_512"),
  matmulWorkload("W1_odd_wide", { rows: 67, inner: 131, columns: 4001 }, "W1_matmul_512"),
  matmulWorkload("W1_odd_batch1", { rows: 1, inner: 1021, columns: 1021 }),
];
