/**
 * Functions of plain numbers within a program: what `host` records where numbers change while the program runs, as
 * from step to step of a loop.
 *
 * @module
 */
import { callHost } from "./host.ts";
import { contiguousOperand } from "./operand.ts";
import { definePrimitive, type Primitive } from "./primitive.ts";
import { views } from "./runtime/heap.ts";
import { sizeOf } from "./shape.ts";

/** A function of numbers, which listings and comparisons know by a name unlike that of every other. */
interface Call {
  readonly fn: (...numbers: number[]) => number;
  toJSON(): string;
}

let calls = 0;

/** A function for one application of the primitive. */
export function callOf(fn: (...numbers: number[]) => number): { readonly call: Call } {
  const name = `${fn.name || "host"}#${++calls}`;
  return { call: { fn, toJSON: () => name } };
}

/** The inputs are float64 of one shape, so is the output: the numbers of each place go through the function. */
export const hostFunction: Primitive<{ readonly call: Call }> = definePrimitive<{ readonly call: Call }>({
  name: "host",
  infer: ([x]) => [{ dtype: "float64", shape: x.shape }],
  execute(inputs, [output], { call: { fn } }, machine) {
    const given = inputs.map((x) => contiguousOperand(x, machine));
    const size = sizeOf(output.shape);
    machine.call(() => ({
      run(addresses) {
        const places = addresses.map((address) => address / 8);
        const to = places[inputs.length];
        for (let i = 0; i < size; i++) {
          const { float64 } = views();
          const value = callHost(fn, places.slice(0, -1).map((place) => float64[place + i]));
          views().float64[to + i] = value;
        }
      },
      release() {},
    }), [...given, output]);
  },
  // Plain numbers have no derivatives.
  pullback: null,
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});
