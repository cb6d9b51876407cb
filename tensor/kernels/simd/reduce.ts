/**
 * Reductions in WebAssembly SIMD.
 *
 * Along rows, a vector takes four neighbouring elements of what is reduced into one output; along columns, one of
 * each of four neighbouring outputs. The order in which an output's elements are combined depends on its extents
 * alone.
 *
 * @module
 */
import { type DType, isHalf } from "../../dtype.ts";
import { isNear } from "../elementwise_form.ts";
import { typeOf } from "../expression.ts";
import type { KernelReference } from "../kernel.ts";
import type { ReduceForm } from "../reduce_form.ts";
import { type Accumulation, accumulationOf } from "./accumulate.ts";
import { arithmeticOf, type SimdMode } from "./arithmetic.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { doubleReductionOf } from "./double_reduce.ts";
import { simdKernel } from "./generated.ts";
import { lowerExpressions } from "./lower.ts";
import { defineColumns } from "./reduce_columns.ts";
import { defineRows } from "./reduce_rows.ts";
import { defineRuns } from "./reduce_runs.ts";
import { defineShortRows, isShort } from "./reduce_short.ts";
import { unrolledReduction } from "./reduce_unrolled.ts";
import type { Reducing } from "./reducing.ts";

const kernels = new Map<string, KernelReference | null>();

/**
 * The loop for a form, with the arguments and the units of the JavaScript loop. Null where vectors do not cover
 * the expression or the combination of types: float64 with others, bytes, and bools other than by all and any.
 *
 * float32 sums are accumulated in double precision: in strict mode every element, with the bits of the JavaScript
 * loop along rows; in relaxed mode the sums of some, of sixteen at most, which are float32.
 */
export function simdReduceKernel(form: ReduceForm, mode: SimdMode): KernelReference | null {
  const { name, reduction, inputs, output, kept, reduced, keptSteps, reducedSteps, extent, narrow, columns } =
    form;
  const key = `simd|${mode}|${name}|${reduction}|${inputs}|${output}|${kept}|${reduced}|${
    keptSteps.join("")
  }|${reducedSteps.join("")}|${extent}|${narrow}|${columns}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const reducing = reducingOf(form, mode);
    const made = reducing === null
      ? (columns === undefined ? doubleReductionOf(form, mode) : null)
      : (mode === "relaxed" ? unrolled(reducing) : null) ??
        ((module: ModuleBuilder): void => defineReduction(module, reducing));
    kernel = made === null ? null : simdKernel(key, made);
    kernels.set(key, kernel);
  }
  return kernel;
}

/** What defines the loop over rows of very few elements; null for others. */
function unrolled(reducing: Reducing): ((module: ModuleBuilder) => void) | null {
  const { extent } = reducing.form;
  const short = extent !== undefined && !inColumns(reducing.form) && isShort(reducing, extent);
  return short ? unrolledReduction(reducing, extent) : null;
}

function defineReduction(module: ModuleBuilder, reducing: Reducing): void {
  const { form } = reducing;
  if (form.columns !== undefined) defineRuns(module, reducing, form.columns);
  else if (inColumns(form)) defineColumns(module, reducing);
  else if (form.extent !== undefined && isShort(reducing, form.extent)) {
    defineShortRows(module, reducing, form.extent);
  } else defineRows(module, reducing);
}

/** Whether neighbouring outputs read neighbouring elements, but neighbouring elements are of other outputs. */
function inColumns({ kept, keptSteps, reducedSteps }: ReduceForm): boolean {
  return kept > 0 && !keptSteps.includes("s") && keptSteps.some(isNear) && !reducedSteps.some(isNear);
}

function reducingOf(form: ReduceForm, mode: SimdMode): Reducing | null {
  const value = typeOf(form.expression, form.inputs);
  if (value === "float64" || value === "key" || isHalf(value)) return null;
  const accumulation = accumulationOf(form.reduction, value, mode === "relaxed");
  if (accumulation === null || !storable(accumulation, value, form.output)) return null;
  const roots = lowerExpressions([form.expression], form.inputs, [value], arithmeticOf(mode));
  return roots === null ? null : { form, value, accumulation, root: roots[0] };
}

function storable({ precise }: Accumulation, value: DType, output: DType): boolean {
  switch (value) {
    case "float32":
      return output === "float32" || (precise && output === "float64");
    case "bool":
      return output === "bool";
    default:
      return output === "int32" || output === "uint32";
  }
}
