/**
 * Loops over contiguous elements that also combine expressions of all elements, in WebAssembly SIMD.
 *
 * A unit is a chunk of elements, whose partial results have a place of their own; so nothing depends on how units
 * are cut into ranges. Elements are combined in the order in which a reduction along rows combines them.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { type Expression as Arithmetic, input } from "../expression.ts";
import type { KernelReference } from "../kernel.ts";
import type { Reduction } from "../reduce_form.ts";
import { accumulationOf } from "./accumulate.ts";
import { arithmeticOf, type SimdMode } from "./arithmetic.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { allNodes, defineHelpers, prepare } from "./emit.ts";
import { constant, type Expression, select } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { lowerExpressions } from "./lower.ts";
import type { Node } from "./nodes.ts";
import {
  argument,
  loadPartial,
  loadSplat,
  loadVector,
  operandAddress,
  sizeShift,
  storePartial,
  storeVector,
} from "./operands.ts";
import { accumulators, COPIES } from "./reduce_rows.ts";
import { i32 } from "./scalar.ts";

/** Elements of a chunk. */
export const TOTALS_CHUNK = 16384;

/** What a loop with totals is made for. */
export interface TotalsForm {
  /** A name for the expressions; forms of the same name have the same expressions. */
  readonly name: string;
  /** One for each output. */
  readonly expressions: readonly Arithmetic[];
  /** What is combined, of float32 values, and how. */
  readonly totals: readonly { readonly expression: Arithmetic; readonly reduction: Reduction }[];
  /** Types of the inputs. */
  readonly inputs: readonly DType[];
  /** Whether each input is a scalar; all others are contiguous, as the outputs are. */
  readonly scalar: readonly boolean[];
  /** Types of the outputs. */
  readonly outputs: readonly DType[];
  /** The type of the results of chunks: of a sum or a product "float64" where they are combined later. */
  readonly partials: readonly ("float32" | "float64")[];
}

const kernels = new Map<string, KernelReference | null>();

/**
 * The loop for a form. Arguments: addresses of the inputs, of the outputs and of the results of chunks, then the
 * number of elements. Units are chunks. Null where vectors do not cover an expression.
 */
export function simdTotalsKernel(form: TotalsForm, mode: SimdMode): KernelReference | null {
  const { name, totals, inputs, scalar, outputs, partials } = form;
  const reductions = totals.map(({ reduction }) => reduction);
  const key = `totals|${mode}|${name}|${reductions}|${inputs}|${scalar.map(Number)}|${outputs}|${partials}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const roots = lowerExpressions(
      [...form.expressions, ...totals.map(({ expression }) => expression)],
      inputs,
      [...outputs, ...totals.map(() => "float32" as const)],
      arithmeticOf(mode),
    );
    kernel = roots === null ? null : simdKernel(key, (module) => define(module, form, roots, mode), true);
    kernels.set(key, kernel);
  }
  return kernel;
}

function define(module: ModuleBuilder, form: TotalsForm, roots: readonly Node[], mode: SimdMode): void {
  const { inputs, scalar, outputs, partials } = form;
  const dtypes = [...inputs, ...outputs];
  const chunk = defineChunk(module, form, roots, mode);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const bases = dtypes.map((dtype, i) => f.local("i32", operandAddress(block, i, dtype)));
    const results = partials.map((dtype, i) =>
      f.local("i32", i32.shl(argument(block, dtypes.length + i), dtype === "float64" ? 3 : 2))
    );
    const length = f.local("i32", argument(block, dtypes.length + partials.length));
    const start = f.local("i32");
    const count = f.local("i32");
    f.until(begin, end, 1, () => {
      f.set(start, i32.mul(begin, TOTALS_CHUNK));
      f.set(count, i32.sub(length, start));
      f.set(count, select(i32.ltU(count, TOTALS_CHUNK), count, constant("i32", TOTALS_CHUNK)));
      f.call(
        chunk,
        count,
        ...bases.map((base, i) =>
          scalar[i] === true ? base : i32.add(base, i32.shl(start, sizeShift(dtypes[i])))
        ),
        ...results.map((base, i) => i32.add(base, i32.shl(begin, partials[i] === "float64" ? 3 : 2))),
      );
    });
  });
}

/** The function that computes the elements of a chunk, their number first, and stores its results. */
function defineChunk(module: ModuleBuilder, form: TotalsForm, roots: readonly Node[], mode: SimdMode) {
  const { inputs, outputs, partials } = form;
  const helpers = defineHelpers(module, roots);
  const size = allNodes(roots).length;
  const together = size <= 50 ? COPIES : size <= 300 ? COPIES / 2 : 1;
  const parameters = new Array<"i32">(1 + inputs.length + outputs.length + partials.length).fill("i32");
  return module.define(null, parameters, null, (f, count, ...addresses) => {
    const results = addresses.splice(inputs.length + outputs.length);
    const splats = inputs.map((dtype, i) =>
      form.scalar[i] ? f.local("v128", loadSplat(dtype, addresses[i])) : null
    );
    const write = prepare(f, roots, helpers, splats);
    const totals = form.totals.map((_, i) => totalOf(f, form, i, mode));
    totals.forEach(({ start }) => start());
    const offset = (dtype: DType, copy: number): number => copy << (2 + sizeShift(dtype));
    const advance = (vectors: number): void => {
      [...inputs, ...outputs].forEach((dtype, i) => {
        if (form.scalar[i] !== true) f.advance(addresses[i], offset(dtype, vectors));
      });
      f.advance(count, -4 * vectors);
    };
    const eachOutput = (values: readonly Local<"v128">[], store: Store): void =>
      outputs.forEach((dtype, i) => store(dtype, addresses[inputs.length + i], values[i]));
    f.while(i32.geU(count, 4 * COPIES), () => {
      const all: (readonly Local<"v128">[])[] = [];
      for (let first = 0; first < COPIES; first += together) {
        const loads = Array.from(
          { length: together },
          (_, copy) =>
            inputs.map((dtype, i) =>
              splats[i] ?? loadVector(dtype, addresses[i], offset(dtype, first + copy))
            ),
        );
        write(loads).forEach((values, copy) => {
          eachOutput(
            values,
            (dtype, address, value) => storeVector(f, dtype, address, value, offset(dtype, first + copy)),
          );
          all.push(values);
        });
      }
      totals.forEach((total, i) => total.addAll(all.map((values) => values[outputs.length + i])));
      advance(COPIES);
    });
    f.while(count, () => {
      const whole = i32.geU(count, 4);
      const loads = inputs.map((_, i) => splats[i] ?? f.local("v128"));
      f.if(whole, () =>
        inputs.forEach((dtype, i) => {
          if (splats[i] === null) f.set(loads[i], loadVector(dtype, addresses[i]));
        }), () =>
        inputs.forEach((dtype, i) => {
          if (splats[i] !== null) return;
          f.set(loads[i], loadPartial(f, dtype, addresses[i], count, 1 << sizeShift(dtype)));
        }));
      const [values] = write([loads]);
      f.if(whole, () => {
        eachOutput(values, (dtype, address, value) => storeVector(f, dtype, address, value));
        totals.forEach((total, i) => total.add(values[outputs.length + i]));
        advance(1);
      }, () => {
        eachOutput(values, (dtype, address, value) => storePartial(f, dtype, address, value, count));
        totals.forEach((total, i) => total.addPartial(values[outputs.length + i], count));
        f.set(count, 0);
      });
    });
    totals.forEach(({ store }, i) => store(results[i]));
  });
}

type Store = (dtype: DType, address: Expression<"i32">, value: Local<"v128">) => void;

/** The accumulators of one total. */
function totalOf(f: FunctionBuilder, form: TotalsForm, index: number, mode: SimdMode) {
  const { reduction } = form.totals[index];
  const accumulation = accumulationOf(reduction, "float32", mode === "relaxed")!;
  const reduced = { name: "input", expression: input(0), inputs: ["float32"], reducedSteps: ["1"] } as const;
  return accumulators(f, {
    form: { ...reduced, reduction, output: form.partials[index], kept: 0, reduced: 1, keptSteps: [] },
    value: "float32",
    accumulation,
    root: { kind: "input", index: 0 },
  });
}
