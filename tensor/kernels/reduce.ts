/**
 * Reductions over any axes of any layout. Float sums and products are accumulated in double precision.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { generatedKernel } from "./generated.ts";
import { viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";

/** What elements are combined to. */
export type Reduction = "sum" | "prod" | "max" | "min" | "all" | "any";

/** What a reducing loop is made for. */
export interface ReduceForm {
  /** What elements are combined to. */
  readonly reduction: Reduction;
  /** Type of the input. */
  readonly input: DType;
  /** Type of the output. */
  readonly output: DType;
  /** Number of axes that stay. */
  readonly kept: number;
  /** Number of axes that are reduced, at least 1. */
  readonly reduced: number;
  /** Whether neighbouring outputs read neighbouring elements, so that eight of them go along together. */
  readonly columns: boolean;
}

const COLUMNS = 8;

/**
 * The loop for a form. Arguments: addresses of input and output; the number of outputs; the extent that a chunk
 * takes of the outermost reduced axis; extents and then strides of the kept axes; extents and then strides of
 * the reduced axes. A unit is one output of one chunk, chunk after chunk: unit `c * outputs + o` is written at
 * that place of the output.
 */
export function reduceKernel(form: ReduceForm): KernelReference {
  const { reduction, input, output, kept, reduced, columns } = form;
  return generatedKernel(
    `${reduction}|${input}|${output}|${kept}|${reduced}|${columns}`,
    () => sourceOf(form),
  );
}

function initial(reduction: Reduction, dtype: DType): string {
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

function combine(reduction: Reduction, dtype: DType, a: string, x: string): string {
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
  const { kept, reduced } = form;
  const lines = [
    `const p = views.float64, x = views.${viewName(form.input)}, y = views.${viewName(form.output)};`,
    `const a = p[at] >>> 0, o = p[at + 1] >>> 0, outputs = p[at + 2] >>> 0, chunk = p[at + 3] >>> 0;`,
  ];
  let next = 4;
  for (let d = 0; d < kept; d++) lines.push(`const n${d} = p[at + ${next++}] >>> 0;`);
  for (let d = 0; d < kept; d++) lines.push(`const s${d} = p[at + ${next++}] | 0;`);
  for (let d = 0; d < reduced; d++) lines.push(`const m${d} = p[at + ${next++}] >>> 0;`);
  for (let d = 0; d < reduced; d++) lines.push(`const r${d} = p[at + ${next++}] | 0;`);
  const decode = ["const part = Math.floor(u / outputs);", "let rest = u - part * outputs, base = a;"];
  for (let d = kept - 1; d >= 0; d--) {
    const column = d === kept - 1 ? `column = rest - q * n${d}; ` : "";
    decode.push(
      `{ const q = Math.floor(rest / n${d}); ${column}base += (rest - q * n${d}) * s${d}; rest = q; }`,
    );
  }
  const columnDeclaration = kept > 0 ? "let column = 0;" : "";
  const single = loops(form, 1);
  const block = form.columns
    ? `if (column + ${COLUMNS} <= n${kept - 1} && u + ${COLUMNS} <= end) {\n${
      loops(form, COLUMNS)
    }u += ${COLUMNS}; continue;\n}\n`
    : "";
  return `(views, at, begin, end) => {
${lines.join("\n")}
let u = begin;
while (u < end) {
${columnDeclaration}
${decode.join("\n")}
const first = part * chunk, stop = Math.min(m0, first + chunk);
${block}${single}u++;
}
}`;
}

/** Nested loops over the reduced axes that accumulate `width` neighbouring outputs and store them. */
function loops(form: ReduceForm, width: number): string {
  const { reduction, input, reduced } = form;
  const last = reduced - 1;
  const accumulators = Array.from({ length: Math.max(width, 4) }, (_, i) => `v${i}`);
  const open: string[] = [
    `let ${accumulators.map((v) => `${v} = ${initial(reduction, input)}`).join(", ")};\n`,
  ];
  let close = "";
  let base = "base";
  for (let d = 0; d < last; d++) {
    open.push(
      `for (let i${d} = ${d === 0 ? "first" : "0"}; i${d} < ${d === 0 ? "stop" : `m${d}`}; i${d}++) {\n`,
    );
    open.push(`const b${d} = ${base} + i${d} * r${d};\n`);
    base = `b${d}`;
    close += "}\n";
  }
  const from = last === 0 ? "first" : "0";
  const to = last === 0 ? "stop" : `m${last}`;
  const step = (v: string, index: string): string => `${v} = ${combine(reduction, input, v, `x[${index}]`)};`;
  if (width > 1) {
    const steps = accumulators.map((v, i) => step(v, `k + ${i}`)).join(" ");
    open.push(`for (let j = ${from}; j < ${to}; j++) { const k = ${base} + j * r${last}; ${steps} }\n`);
    return open.join("") + close + accumulators.map((v, i) => `y[o + u + ${i}] = ${v};\n`).join("");
  }
  // Four accumulators hide the latency of the addition; their order depends on the extents alone.
  const unrolled = accumulators.map((v, i) => step(v, `k + ${i} * r${last}`)).join(" ");
  open.push(`let j = ${from};\n`);
  open.push(`for (; j + 4 <= ${to}; j += 4) { const k = ${base} + j * r${last}; ${unrolled} }\n`);
  open.push(`for (; j < ${to}; j++) { ${step("v0", `${base} + j * r${last}`)} }\n`);
  const join = (a: string, b: string): string => `(${combine(reduction, input, a, b)})`;
  return open.join("") + close + `y[o + u] = ${join(join("v0", "v1"), join("v2", "v3"))};\n`;
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
