/**
 * Loops over rows in WebAssembly SIMD: the vector form of `kernels/rows.ts`, with its arguments and units, but that the
 * rows that are kept between passes are operands as well, after the outputs.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import type { RowForm, RowLayout } from "../row_form.ts";
import type { SimdMode } from "./arithmetic.ts";
import { simdKernel } from "./generated.ts";
import { defineAcross } from "./rows_across.ts";
import { defineAlong } from "./rows_along.ts";
import { defineShort, isTurnable } from "./rows_short.ts";
import { hoistNumbers } from "./row_numbers.ts";
import { rowPasses } from "./row_passes.ts";

const kernels = new Map<string, KernelReference | null>();

/** The loop for a form whose operands lie so; null where vectors do not cover it. */
export function simdRowKernel(form: RowForm, layout: RowLayout, mode: SimdMode): KernelReference | null {
  const outputs = form.outputs.map(({ dtype, whole }) => `${dtype}${whole ? "" : "1"}`);
  const { along, axes, steps, kept, same } = layout;
  // Sums along rows have an order of their own, which strict arithmetic keeps.
  const short = layout.short && mode === "relaxed" && isTurnable({ form, layout });
  const key = `simd|${mode}|rows|${form.name}|${form.inputs}|${outputs}|${along}|${axes}|${
    steps.join("")
  }|${kept}|${same.map(Number).join("")}|${short}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const made = rowPasses(form, mode, along && !short);
    const passes = made === null ? null : hoistNumbers(made);
    const define = short ? defineShort : along ? defineAlong : defineAcross;
    kernel = passes === null ? null : simdKernel(key, (module) => define(module, { form, layout, passes }));
    kernels.set(key, kernel);
  }
  return kernel;
}
