/**
 * Loops over rows in WebAssembly SIMD: the vector form of `kernels/rows.ts`, with its arguments and units, but that the
 * rows that are kept between passes are operands as well, after the outputs.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import type { RowForm, RowLayout } from "../row_form.ts";
import type { SimdMode } from "./arithmetic.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { simdKernel } from "./generated.ts";
import { defineAcross } from "./rows_across.ts";
import { defineAlong } from "./rows_along.ts";
import { defineTogether } from "./rows_together.ts";
import { defineUnrolled, isUnrolled } from "./rows_unrolled.ts";
import { hoistNumbers } from "./row_numbers.ts";
import { rowPasses, type TotalsKind } from "./row_passes.ts";
import type { RowPasses } from "./row_pass.ts";

const kernels = new Map<string, KernelReference | null>();

/** The loop for a form whose operands lie so; null where vectors do not cover it. */
export function simdRowKernel(form: RowForm, layout: RowLayout, mode: SimdMode): KernelReference | null {
  const outputs = form.outputs.map(({ dtype, whole }) => `${dtype}${whole ? "" : "1"}`);
  const { along, axes, steps, kept, same, apart } = layout;
  // Sums along rows have an order of their own, which strict arithmetic keeps.
  const short = mode === "relaxed" ? layout.short : null;
  const together = mode === "relaxed" && layout.together;
  const key = `simd|${mode}|rows|${form.name}|${form.inputs}|${outputs}|${along}|${axes}|${
    steps.join("")
  }|${kept}|${same.map(Number).join("")}|${!along && apart}|${short}|${together}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const make = defining(form, { ...layout, together }, mode, short);
    kernel = make === null ? null : simdKernel(key, make);
    kernels.set(key, kernel);
  }
  return kernel;
}

/** What defines the loop; null where vectors do not cover the form. */
function defining(
  form: RowForm,
  layout: RowLayout,
  mode: SimdMode,
  short: number | null,
): ((module: ModuleBuilder) => void) | null {
  const passesOf = (totals: TotalsKind): RowPasses | null => {
    const passes = rowPasses(form, mode, totals);
    return passes === null ? null : hoistNumbers(passes);
  };
  if (short !== null) {
    const passes = passesOf("single");
    const loop = passes === null ? null : { form, layout, passes };
    if (loop !== null && isUnrolled(loop, short)) return (module) => defineUnrolled(module, loop, short);
  }
  const passes = passesOf(layout.along && !layout.together ? "same" : "halves");
  const define = layout.together ? defineTogether : layout.along ? defineAlong : defineAcross;
  return passes === null ? null : (module) => define(module, { form, layout, passes });
}
