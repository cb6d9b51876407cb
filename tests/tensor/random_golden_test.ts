/**
 * Random numbers against those that JAX printed.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as random from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import "../../tensor/ops/mod.ts";
import { assertNumbersClose, fromGolden, goldenData, type GoldenTensor, readCases } from "./golden.ts";

interface RandomCase {
  readonly name: string;
  readonly op: string;
  readonly options: {
    readonly shape?: readonly number[];
    readonly num?: number | readonly number[];
    readonly n?: number;
    readonly data?: number;
    readonly dtype?: string;
    readonly minval?: number;
    readonly maxval?: number;
    readonly axis?: number;
    readonly independent?: boolean;
  };
  readonly dtype: "float32" | "float64";
  readonly partitionable: boolean;
  readonly seed: string;
  readonly key: readonly [number, number];
  readonly inputs?: readonly GoldenTensor[];
  readonly output: GoldenTensor;
}

function draw({ op, options, dtype, partitionable, seed, inputs }: RandomCase): Tensor {
  const key = random.key(BigInt(seed));
  const layout = { partitionable };
  const { shape = [] } = options;
  switch (op) {
    case "key":
      return random.keyData(key);
    case "split":
      return random.keyData(random.split(key, options.num, layout));
    case "split_of_split":
      return random.keyData(random.split(random.split(key, 2, layout).at(1), 2, layout).at(1));
    case "fold_in":
      return random.keyData(random.foldIn(key, options.data!));
    case "fold_in_twice":
      return random.keyData(random.foldIn(random.foldIn(key, 3), 5));
    case "bits_of_fold_in":
      return random.bits(random.foldIn(key, 3), shape, layout);
    case "bits":
      return random.bits(key, shape, { ...layout, width: options.dtype === "uint8" ? 8 : 32 });
    case "uniform": {
      const { minval: min = 0, maxval: max = 1 } = options;
      return random.uniform(key, shape, { ...layout, dtype, min, max });
    }
    case "normal":
      return random.normal(key, shape, { ...layout, dtype });
    case "bernoulli": {
      const probability = fromGolden(inputs![0]);
      return random.bernoulli(key, { ...layout, probability, shape: options.shape ?? probability.shape });
    }
    case "permutation":
      return random.permutation(key, options.n ?? fromGolden(inputs![0]), { ...layout, ...options });
    case "randint": {
      const [min, max] = inputs?.map(fromGolden) ?? [options.minval!, options.maxval!];
      return random.randint(key, shape, {
        ...layout,
        min,
        max,
        dtype: options.dtype === "uint32" ? "uint32" : "int32",
      });
    }
  }
  throw new RangeError(`Expected a known sampler but got ${op}`);
}

/** What floats that pass erfinv may differ by; everything else is equal. */
function toleranceOf({ op, dtype }: RandomCase): number {
  if (op === "normal") return dtype === "float64" ? 1e-12 : 2e-6;
  return op === "uniform" && dtype === "float64" ? 1e-15 : 0;
}

for (const golden of readCases<RandomCase>("random.json")) {
  Deno.test(`${golden.name} has JAX's values`, () => {
    const result = draw(golden);
    const { output } = golden;
    assertEquals(result.dtype, output.dtype);
    assertEquals(result.shape, output.shape);
    const data = result.data();
    const tolerance = toleranceOf(golden);
    if (output.data !== undefined) {
      const rounded = output.dtype === "float32" ? goldenData(output).map(Math.fround) : goldenData(output);
      return assertNumbersClose(data, rounded, tolerance);
    }
    const round = output.dtype === "float32" ? Math.fround : (x: number) => x;
    assertNumbersClose(data.slice(0, output.head!.length), output.head!.map(round), tolerance);
    assertNumbersClose(data.slice(-output.tail!.length), output.tail!.map(round), tolerance);
    if (output.xor !== undefined) {
      const xor = (data as Uint32Array).reduce((sum, word) => sum ^ word, 0) >>> 0;
      const sum = (data as Uint32Array).reduce((total, word) => (total + word) >>> 0, 0);
      assertEquals([xor, sum], [output.xor, output.sum!]);
    }
    if (output.mean64 !== undefined) {
      let total = 0;
      for (const value of data) total += value;
      assertNumbersClose([total / data.length], [output.mean64], 1e-6);
    }
  });
}
