import { assertEquals } from "@std/assert/equals";
import type { DType } from "../../../../tensor/dtype.ts";
import { cast, input } from "../../../../tensor/kernels/expression.ts";
import { fromStored, toStored, viewOf } from "../../../../tensor/kernels/kernel.ts";
import { simdElementwiseKernel } from "../../../../tensor/kernels/simd/elementwise.ts";
import { lib } from "../../../../tensor/kernels/scalar.ts";
import { cast as castTo, tensor } from "../../../../tensor/mod.ts";
import { AREA_START, views } from "./memory.ts";

const HALVES = ["float16", "bfloat16"] as const;
const MODES = ["strict", "relaxed"] as const;

/** Casts what lies at the start of the area. */
function castAll(from: DType, to: DType, length: number, mode: "strict" | "relaxed"): ArrayLike<number> {
  const form = {
    name: `cast ${from} ${to}`,
    expressions: [cast(input(0), to)],
    inputs: [from],
    outputs: [to],
    rank: 1,
    steps: ["1", "1"] as const,
  };
  const output = AREA_START + 4 * length;
  const [source, target] = [viewOf(views, from), viewOf(views, to)];
  views.float64.set([AREA_START / source.BYTES_PER_ELEMENT, output / target.BYTES_PER_ELEMENT], 64);
  simdElementwiseKernel(form, mode)!.run(views, 64, 0, length);
  return target.slice(output / target.BYTES_PER_ELEMENT, output / target.BYTES_PER_ELEMENT + length);
}

Deno.test("every float16 and bfloat16 is read by vectors as by itself", () => {
  for (const dtype of HALVES) {
    for (const mode of MODES) {
      const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
      views.uint16.set(all, AREA_START / 2);
      const found = castAll(dtype, "float32", 65536, mode);
      assertEquals(all.findIndex((bits) => !Object.is(found[bits], fromStored(dtype, bits))), -1);
    }
  }
});

Deno.test("float32 beside and between float16 and bfloat16 are rounded by vectors as by themselves", () => {
  const words = new Uint32Array(1);
  const floats = new Float32Array(words.buffer);
  for (const dtype of HALVES) {
    for (const mode of MODES) {
      for (const shift of [-1, 0, 1]) {
        // Each of them with the bit that is lost first, and the neighbours of that.
        const values = Float32Array.from({ length: 65536 }, (_, i) => {
          floats[0] = fromStored(dtype, i);
          if (floats[0] !== floats[0]) return NaN;
          words[0] += (dtype === "float16" ? 1 << 12 : 1 << 15) + shift;
          return floats[0];
        });
        views.float32.set(values, AREA_START / 4);
        const found = castAll("float32", dtype, 65536, mode);
        assertEquals(values.findIndex((value, i) => found[i] !== toStored(dtype, value)), -1);
      }
    }
  }
});

Deno.test("integers of any size are rounded to float16 by way of float32, beyond which those of many digits are", () => {
  const sizes = Array.from({ length: 70000 }, (_, i) => i).concat([2 ** 24 + 1, 2 ** 25 + 3, 2 ** 31 - 64]);
  for (const dtype of ["int32", "uint32"] as const) {
    const values = dtype === "uint32" ? sizes.concat([2 ** 32 - 1]) : sizes.concat(sizes.map((x) => 0 - x));
    const found = castTo(tensor(values, { dtype }), "float16").toArray();
    assertEquals(found, values.map((x) => lib.fromFloat16(lib.toFloat16(x))));
  }
});

Deno.test("integers of many digits are rounded to bfloat16 once, without vectors", () => {
  for (const from of ["int32", "uint32"] as const) {
    const form = {
      name: `cast ${from}`,
      expressions: [cast(input(0), "bfloat16")],
      inputs: [from],
      outputs: ["bfloat16"] as const,
      rank: 1,
      steps: ["1", "1"] as const,
    };
    assertEquals(simdElementwiseKernel(form, "strict"), null);
  }
});
