/**
 * Loops over elements for scalar expressions, for any layout of their operands.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { type ElementwiseForm, isStrideOfWords } from "./elementwise_form.ts";
import { generatedKernel } from "./generated.ts";
import { expressionSource, viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/**
 * The loop for a form. Arguments: the address of each operand, inputs first; then, unless every operand is
 * contiguous or scalar in a single axis, the extent of each axis, and for each operand its stride along each.
 * Units are elements, row-major.
 */
export function elementwiseKernel(form: ElementwiseForm): KernelReference {
  const flat = form.rank === 1 && !form.steps.includes("s");
  const name = `${form.name}|${form.inputs}|${form.outputs}|${form.rank}|${form.steps.join("")}`;
  return generatedKernel(name, () => (flat ? flatSource(form) : stridedSource(form)), true);
}

/** Names of the operands, inputs first. */
export function operandNames(form: ElementwiseForm): string[] {
  return [...form.inputs.map((_, i) => `a${i}`), ...form.outputs.map((_, i) => `o${i}`)];
}

/** Statements that name the views. */
export function header(form: ElementwiseForm): string {
  const views = new Set([...form.inputs, ...form.outputs].map(viewName));
  return `const F = Math.fround, p = views.float64;\n` +
    [...views].map((view) => `const ${view}_ = views.${view};\n`).join("");
}

/** An element of a view, as source. */
export function element(dtype: DType, index: string): string {
  return `${viewName(dtype)}_[${index}]`;
}

/** The statements of one element, its operands at the given places. */
export function body(form: ElementwiseForm, places: readonly string[], hoisted: readonly boolean[]): string {
  const names = form.inputs.map((_, i) => `x${i}`);
  const loads = form.inputs.map((_, i) => hoisted[i] ? "" : `const x${i} = ${places[i]};\n`);
  const { statements, values } = expressionSource(form.expressions, names, form.inputs, form.outputs);
  const stores = form.outputs.map((_, i) => `${places[form.inputs.length + i]} = ${values[i]};\n`);
  return loads.join("") + statements.join("\n") + "\n" + stores.join("");
}

/** Elements from which views of their own, which V8 indexes faster than an offset, pay for being made. */
const LONG = 4096;

function flatSource(form: ElementwiseForm): string {
  const names = operandNames(form);
  const dtypes = [...form.inputs, ...form.outputs];
  const scalar = form.steps.map((step) => step === "0");
  const addresses = names.map((name, i) => `const ${name} = p[at + ${i}] >>> 0;\n`).join("");
  const hoists = form.inputs.map((dtype, i) =>
    scalar[i] ? `const x${i} = ${element(dtype, names[i])};\n` : ""
  );
  const places = (index: string): string[] =>
    names.map((name, i) =>
      element(
        dtypes[i],
        scalar[i] ? name : `${name} + ${form.steps[i] === "1" ? "" : `${form.steps[i]} * `}${index}`,
      )
    );
  const short = places("i");
  const far = places("(begin + i)");
  const long = names.map((name, i) => form.steps[i] === "1" ? `${name}v[i]` : far[i]);
  const windows = names.map((name, i) =>
    form.steps[i] === "1"
      ? `const ${name}v = ${viewName(dtypes[i])}_.subarray(${name} + begin, ${name} + end);\n`
      : ""
  );
  return `(views, at, begin, end) => {
${header(form)}${addresses}${hoists.join("")}if (end - begin >= ${LONG}) {
${windows.join("")}const n = end - begin;
for (let i = 0; i < n; i++) {
${body(form, long, scalar)}}
return;
}
for (let i = begin; i < end; i++) {
${body(form, short, scalar)}}
}`;
}

function stridedSource(form: ElementwiseForm): string {
  const names = operandNames(form);
  const { rank } = form;
  const count = names.length;
  const lines: string[] = [];
  names.forEach((name, i) => lines.push(`const ${name} = p[at + ${i}] >>> 0;`));
  for (let d = 0; d < rank; d++) lines.push(`const n${d} = p[at + ${count + d}] >>> 0;`);
  names.forEach((name, i) => {
    for (let d = 0; d < rank; d++) {
      if (d < rank - 1 || isStrideOfWords(form.steps[i]) || form.steps[i] === "s") {
        lines.push(`const ${name}_${d} = p[at + ${count + rank * (1 + i) + d}] | 0;`);
      }
    }
  });
  const last = rank - 1;
  const indices = names.map((name, i) =>
    form.steps[i] === "0"
      ? `${name}b`
      : form.steps[i] === "1"
      ? `${name}b + j`
      : `${name}b + j * ${name}_${last}`
  );
  const scalar = form.inputs.map((_, i) => form.steps[i] === "0");
  const hoists = form.inputs.map((dtype, i) =>
    scalar[i] ? `const x${i} = ${element(dtype, indices[i])};\n` : ""
  );
  const dtypes = [...form.inputs, ...form.outputs];
  const places = indices.map((index, i) => element(dtypes[i], index));
  const decode: string[] = [];
  if (rank > 1) {
    decode.push(`let rest = row;`);
    for (let d = last - 1; d >= 1; d--) {
      decode.push(`const q${d} = Math.floor(rest / n${d}), i${d} = rest - q${d} * n${d}; rest = q${d};`);
    }
    decode.push(`const i0 = rest;`);
  }
  const bases = names.map((name) => {
    const terms = Array.from({ length: last }, (_, d) => ` + i${d} * ${name}_${d}`).join("");
    return `const ${name}b = ${name}${terms};`;
  });
  return `(views, at, begin, end) => {
${header(form)}${lines.join("\n")}
let row = Math.floor(begin / n${last}), first = begin - row * n${last};
for (let done = begin; done < end; row++, first = 0) {
const stop = Math.min(n${last}, first + end - done);
${decode.join("\n")}
${bases.join("\n")}
${hoists.join("")}for (let j = first; j < stop; j++) {
${body(form, places, scalar)}}
done += stop - first;
}
}`;
}
