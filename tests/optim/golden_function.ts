/**
 * Inputs and values of the golden cases of functions.
 *
 * @module
 */

import { type Tensor, tensor } from "../../tensor/mod.ts";

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One case. */
export interface GoldenFunction {
  /** An input that is a flat tree of tensors. */
  readonly input: (name: string) => Readonly<Record<string, Tensor>>;
  /** The elements of what came out, by path. */
  readonly value: (path: string) => readonly number[];
}

/** The case of a name in `optax_functions.json`. */
export function goldenFunction(name: string, dtype: "float32" | "float64"): GoldenFunction {
  const file = new URL("../golden/optax_functions.json", import.meta.url);
  const { cases } = JSON.parse(Deno.readTextFileSync(file));
  const found = cases.find((one: { name: string; dtype: string }) =>
    one.name === name && one.dtype === dtype
  );
  if (found === undefined) throw new Error(`No case ${name} ${dtype}`);
  return {
    input: (input) =>
      Object.fromEntries(
        Object.entries(found.inputs[input] as Record<string, GoldenTensor>).map(([path, { shape, data }]) => {
          const array = dtype === "float32" ? Float32Array : Float64Array;
          return [path, tensor(array.from(data), { shape, dtype })];
        }),
      ),
    value: (path) => found.value[path].data,
  };
}
