/**
 * Reductions over any axes of any layout. Float sums and products are accumulated in double precision.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { isNear, isStrideOfWords } from "./elementwise_form.ts";
import { typeOf } from "./expression.ts";
import { generatedKernel } from "./generated.ts";
import { expressionSource, viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";
import type { ReduceForm, Reduction } from "./reduce_form.ts";

const COLUMNS = 8;

/** Whether neighbouring outputs read neighbouring elements, so that eight of them go along together. */
function inColumns(form: ReduceForm): boolean {
  return form.kept > 0 && form.keptSteps.every((step) => step !== "s") && !form.reducedSteps.some(isNear);
}

/**
 * The loop for a form. Arguments: addresses of the inputs and of the output; the number of outputs; the extent
 * that a chunk takes of the outermost reduced axis; extents of the kept axes, then of the reduced axes; then for
 * each input its strides along the kept and the reduced axes. A unit is one output of one chunk, chunk after
 * chunk: unit `c * outputs + o` is written at that place of the output.
 */
export function reduceKernel(form: ReduceForm): KernelReference {
  const { name, reduction, inputs, output, kept, reduced, keptSteps, reducedSteps } = form;
  const key = `${name}|${reduction}|${inputs}|${output}|${kept}|${reduced}|${keptSteps.join("")}|${
    reducedSteps.join("")
  }`;
  return generatedKernel(key, () => sourceOf(form));
}

/** Where a reduction of values of a dtype starts, as source. */
export function initialSource(reduction: Reduction, dtype: DType): string {
  switch (reduction) {
    case "sum":
    case "any":
      return "0";
    case "prod":
    case "all":
      return "1";
    case "max":
      return lowest(dtype);
    case "min":
      return highest(dtype);
  }
}

/** The least value of a dtype, as source. */
export function lowest(dtype: DType): string {
  return dtype === "int32" ? "-2147483648" : dtype === "float32" || dtype === "float64" ? "-Infinity" : "0";
}

/** The greatest value of a dtype, as source. */
export function highest(dtype: DType): string {
  return dtype === "int32"
    ? "2147483647"
    : dtype === "uint32"
    ? "4294967295"
    : dtype === "uint8"
    ? "255"
    : dtype === "bool"
    ? "1"
    : "Infinity";
}

/** The combination of `a` and `x`, as source. */
export function combineSource(reduction: Reduction, dtype: DType, a: string, x: string): string {
  const float = dtype === "float32" || dtype === "float64";
  switch (reduction) {
    case "sum":
      return float ? `${a} + ${x}` : `(${a} + ${x}) | 0`;
    case "prod":
      return float ? `${a} * ${x}` : `Math.imul(${a}, ${x})`;
    case "max":
      return `Math.max(${a}, ${x})`;
    case "min":
      return `Math.min(${a}, ${x})`;
    case "all":
      return `${a} & ${x}`;
    case "any":
      return `${a} | ${x}`;
  }
}

function sourceOf(form: ReduceForm): string {
  const { kept, reduced, inputs } = form;
  const names = inputs.map((_, i) => `a${i}`);
  const views = [...new Set([...inputs, form.output].map(viewName))];
  let next = 0;
  const argument = (): string => `p[at + ${next++}]`;
  const lines = ["const F = Math.fround, p = views.float64;"];
  for (const view of views) lines.push(`const ${view}_ = views.${view};`);
  for (const name of names) lines.push(`const ${name} = ${argument()} >>> 0;`);
  lines.push(`const o = ${argument()} >>> 0, outputs = ${argument()} >>> 0, chunk = ${argument()} >>> 0;`);
  for (let d = 0; d < kept; d++) lines.push(`const n${d} = ${argument()} >>> 0;`);
  for (let d = 0; d < reduced; d++) lines.push(`const m${d} = ${argument()} >>> 0;`);
  for (const name of names) {
    for (let d = 0; d < kept; d++) lines.push(`const ${name}s${d} = ${argument()} | 0;`);
    for (let d = 0; d < reduced; d++) lines.push(`const ${name}r${d} = ${argument()} | 0;`);
  }
  const decode = ["const part = Math.floor(u / outputs);", "let rest = u - part * outputs, column = 0;"];
  for (const name of names) decode.push(`let ${name}b = ${name};`);
  for (let d = kept - 1; d >= 0; d--) {
    const column = d === kept - 1 ? "column = i; " : "";
    const moves = names.map((name) => `${name}b += i * ${name}s${d};`).join(" ");
    decode.push(`{ const q = Math.floor(rest / n${d}), i = rest - q * n${d}; ${column}${moves} rest = q; }`);
  }
  const block = inColumns(form)
    ? `if (column + ${COLUMNS} <= n${kept - 1} && u + ${COLUMNS} <= end) {\n${
      loops(form, COLUMNS)
    }u += ${COLUMNS}; continue;\n}\n`
    : "";
  return `(views, at, begin, end) => {
${lines.join("\n")}
let u = begin;
while (u < end) {
${decode.join("\n")}
const first = part * chunk, stop = Math.min(m0, first + chunk);
${block}${loops(form, 1)}u++;
}
}`;
}

/** Nested loops over the reduced axes that accumulate `width` neighbouring outputs and store them. */
function loops(form: ReduceForm, width: number): string {
  const { reduction, reduced, inputs, output } = form;
  const last = reduced - 1;
  const value = typeOf(form.expression, inputs);
  const names = inputs.map((_, i) => `a${i}`);
  const accumulators = Array.from({ length: Math.max(width, 4) }, (_, i) => `v${i}`);
  const open: string[] = [
    `let ${accumulators.map((v) => `${v} = ${initialSource(reduction, value)}`).join(", ")};\n`,
  ];
  let close = "";
  let suffix = "b";
  for (let d = 0; d < last; d++) {
    open.push(
      `for (let i${d} = ${d === 0 ? "first" : "0"}; i${d} < ${d === 0 ? "stop" : `m${d}`}; i${d}++) {\n`,
    );
    for (const name of names) open.push(`const ${name}b${d} = ${name}${suffix} + i${d} * ${name}r${d};\n`);
    suffix = `b${d}`;
    close += "}\n";
  }
  const from = last === 0 ? "first" : "0";
  const to = last === 0 ? "stop" : `m${last}`;
  // The place of an input at step j of the innermost reduced axis, for the column `lane`.
  const place = (i: number, j: string, lane: number): string => {
    const name = names[i];
    const along = form.reducedSteps[i] === "0"
      ? ""
      : form.reducedSteps[i] === "1"
      ? ` + ${j}`
      : ` + (${j}) * ${name}r${last}`;
    const step = form.keptSteps[i];
    const across = lane === 0 || step === "0"
      ? ""
      : ` + ${isStrideOfWords(step) ? Number(step) * lane : lane}`;
    return `${viewName(inputs[i])}_[${name}${suffix}${along}${across}]`;
  };
  const step = (v: string, j: string, lane: number): string => {
    const loads = inputs.map((_, i) => `const x${i} = ${place(i, j, lane)};`).join(" ");
    const { statements, values } = expressionSource(
      [form.expression],
      inputs.map((_, i) => `x${i}`),
      inputs,
      [value],
    );
    return `{ ${loads} ${statements.join(" ")} ${v} = ${combineSource(reduction, value, v, values[0])}; }\n`;
  };
  const store = `${viewName(output)}_`;
  if (width > 1) {
    const steps = accumulators.map((v, lane) => step(v, "j", lane)).join("");
    open.push(`for (let j = ${from}; j < ${to}; j++) {\n${steps}}\n`);
    return open.join("") + close + accumulators.map((v, i) => `${store}[o + u + ${i}] = ${v};\n`).join("");
  }
  if (inColumns(form)) {
    // The order of a column in a block, so that the cut of the work does not show.
    open.push(`for (let j = ${from}; j < ${to}; j++) ${step("v0", "j", 0)}`);
    return open.join("") + close + `${store}[o + u] = v0;\n`;
  }
  // Four accumulators hide the latency of the addition; their order depends on the extents alone.
  open.push(`let j = ${from};\n`);
  const unrolled = accumulators.map((v, i) => step(v, `j + ${i}`, 0)).join("");
  open.push(`for (; j + 4 <= ${to}; j += 4) {\n${unrolled}}\n`);
  open.push(`for (; j < ${to}; j++) ${step("v0", "j", 0)}`);
  const join = (a: string, b: string): string => `(${combineSource(reduction, value, a, b)})`;
  return open.join("") + close + `${store}[o + u] = ${join(join("v0", "v1"), join("v2", "v3"))};\n`;
}

/**
 * The loop that finds the position of the greatest or least element along one axis: the first NaN if there is
 * one, else the first of equals. Arguments: addresses of input and output; extent and stride of the axis; extents
 * and then strides of the kept axes. Units are outputs.
 */
export function argReduceKernel(greatest: boolean, input: DType, kept: number): KernelReference {
  return generatedKernel(`arg|${greatest}|${input}|${kept}`, () => {
    const lines: string[] = [];
    for (let d = 0; d < kept; d++) {
      lines.push(`const n${d} = p[at + ${4 + d}] >>> 0, s${d} = p[at + ${4 + kept + d}] | 0;`);
    }
    const decode: string[] = [];
    for (let d = kept - 1; d >= 0; d--) {
      decode.push(`{ const q = Math.floor(rest / n${d}); base += (rest - q * n${d}) * s${d}; rest = q; }`);
    }
    return `(views, at, begin, end) => {
const p = views.float64, x = views.${viewName(input)}, y = views.int32;
const a = p[at] >>> 0, o = p[at + 1] >>> 0, n = p[at + 2] >>> 0, s = p[at + 3] | 0;
${lines.join("\n")}
for (let u = begin; u < end; u++) {
let rest = u, base = a;
${decode.join("\n")}
let best = 0, value = x[base];
for (let j = 1; j < n && value === value; j++) {
const next = x[base + j * s];
if (next ${greatest ? ">" : "<"} value || next !== next) { best = j; value = next; }
}
y[o + u] = best;
}
}`;
  });
}
