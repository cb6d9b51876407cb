/**
 * Loops over rows that have to be read whole. Sums are accumulated in double precision.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { type Expression, typeOf } from "./expression.ts";
import { generatedKernel } from "./generated.ts";
import { expressionSource, viewName } from "./javascript.ts";
import type { KernelReference } from "./kernel.ts";
import { combineSource, initialSource } from "./reduce.ts";
import { type RowForm, type RowStep, rowValues } from "./row_form.ts";

/**
 * The loop for a form; `along` says how reductions are to be ordered, as neighbours in memory are of one row. Arguments: addresses of the inputs and of the outputs; the number of elements of a row; extents
 * of the axes of the rows; then for each operand its strides along those axes and along a row. A unit is a row.
 */
export function rowKernel(form: RowForm, along: boolean, axes: number): KernelReference {
  const outputs = form.outputs.map(({ dtype, whole }) => `${dtype}${whole ? "" : "1"}`);
  const key = `rows|${form.name}|${form.inputs}|${outputs}|${along}|${axes}`;
  return generatedKernel(key, () => new Source(form, along, axes).text());
}

/** How a value is found at element j of a row. */
type Value =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "number" }
  /** Computed from its step's own expression x and numbers, as source. */
  | { readonly kind: "row"; readonly from: Expression; readonly make: (x: string) => string };

class Source {
  readonly #form: RowForm;
  readonly #along: boolean;
  readonly #axes: number;
  readonly #dtypes: readonly DType[];
  readonly #values: Value[];
  readonly #lines: string[] = [];

  constructor(form: RowForm, along: boolean, axes: number) {
    this.#form = form;
    this.#along = along;
    this.#axes = axes;
    this.#dtypes = [...form.inputs, ...rowValues(form).map(({ dtype }) => dtype)];
    this.#values = form.inputs.map((_, index) => ({ kind: "input", index }));
  }

  text(): string {
    const { inputs, steps, outputs } = this.#form;
    const operands = [...inputs, ...outputs.map(({ dtype }) => dtype)];
    const lines = this.#lines;
    lines.push("const F = Math.fround, p = views.float64;");
    for (const view of new Set(operands.map(viewName))) lines.push(`const ${view}_ = views.${view};`);
    operands.forEach((_, i) => lines.push(`const a${i} = p[at + ${i}] >>> 0;`));
    let next = operands.length;
    lines.push(`const n = p[at + ${next++}] >>> 0;`);
    for (let d = 0; d < this.#axes; d++) lines.push(`const n${d} = p[at + ${next++}] >>> 0;`);
    operands.forEach((_, i) => {
      for (let d = 0; d < this.#axes; d++) lines.push(`const a${i}s${d} = p[at + ${next++}] | 0;`);
      lines.push(`const a${i}r = p[at + ${next++}] | 0;`);
    });
    lines.push("for (let u = begin; u < end; u++) {", "let rest = u;");
    operands.forEach((_, i) => lines.push(`let b${i} = a${i};`));
    for (let d = this.#axes - 1; d >= 0; d--) {
      const moves = operands.map((_, i) => `b${i} += i * a${i}s${d};`).join(" ");
      lines.push(`{ const q = Math.floor(rest / n${d}), i = rest - q * n${d}; ${moves} rest = q; }`);
    }
    for (const step of steps) this.#step(step);
    const first = inputs.length;
    const rows = outputs.flatMap((output, i) => output.whole ? [{ ...output, at: first + i }] : []);
    if (rows.length > 0) {
      this.#loop(
        rows.map(({ value }) => value),
        rows.map(({ dtype }) => dtype),
        "j",
        (values) =>
          rows.map(({ dtype, at }, i) => `${viewName(dtype)}_[b${at} + j * a${at}r] = ${values[i]};`).join(
            " ",
          ),
      );
    }
    outputs.forEach(({ value, dtype, whole }, i) => {
      if (whole) return;
      const { statements, values } = this.#element([value], [dtype], "0");
      lines.push(`{ ${statements} ${viewName(dtype)}_[b${first + i}] = ${values[0]}; }`);
    });
    lines.push("}");
    return `(views, at, begin, end) => {\n${lines.join("\n")}\n}`;
  }

  /** Expressions at element j: statements, then values. */
  #element(
    expressions: readonly Expression[],
    dtypes: readonly DType[],
    j: string,
  ): { readonly statements: string; readonly values: readonly string[] } {
    const used = new Set<number>();
    const found = new Set<Expression>();
    const find = (node: Expression): void => {
      if (found.has(node)) return;
      found.add(node);
      if (node.op === "input") {
        if (used.has(node.index)) return;
        const value = this.#values[node.index];
        if (value.kind === "row") find(value.from);
        used.add(node.index);
      } else if ("operands" in node) node.operands.forEach(find);
    };
    expressions.forEach(find);
    const names = this.#values.map((_, i) => `v${i}`);
    const parts: string[] = [];
    for (const i of used) {
      const value = this.#values[i];
      if (value.kind === "input") {
        const view = viewName(this.#form.inputs[value.index]);
        parts.push(`const v${i} = ${view}_[b${value.index} + (${j}) * a${value.index}r];`);
      } else if (value.kind === "row") {
        const dtype = this.#dtypes[i];
        const made = expressionSource([value.from], names, this.#dtypes, [dtype]);
        parts.push(`let v${i}; { ${made.statements.join(" ")} v${i} = ${value.make(made.values[0])}; }`);
      }
    }
    const { statements, values } = expressionSource(expressions, names, this.#dtypes, dtypes);
    return { statements: [...parts, ...statements].join(" "), values };
  }

  /** A loop over the row. */
  #loop(
    expressions: readonly Expression[],
    dtypes: readonly DType[],
    j: string,
    body: (values: readonly string[]) => string,
  ): void {
    const { statements, values } = this.#element(expressions, dtypes, j);
    this.#lines.push(`for (let j = 0; j < n; j++) { ${statements} ${body(values)} }`);
  }

  #step(step: RowStep): void {
    const { value } = step;
    const at = this.#values.length;
    const dtype = typeOf(value, this.#dtypes);
    const round = dtype === "float32" ? "F" : "";
    const lines = this.#lines;
    const loop = (body: (x: string) => string): void => this.#loop([value], [dtype], "j", ([x]) => body(x));
    switch (step.op) {
      case "keep":
        this.#values.push({ kind: "row", from: value, make: (x) => x });
        return;
      case "reduce": {
        lines.push(`let v${at};`, "{");
        this.#reduce(step.reduction, value, dtype, `v${at}`);
        lines.push("}");
        if (dtype === "float32") lines.push(`v${at} = F(v${at});`);
        this.#values.push({ kind: "number" });
        return;
      }
      case "normalize": {
        const [m, r] = [`m${at}`, `v${at + 1}`];
        lines.push(`let ${m} = 0, ${r} = 0;`);
        loop((x) => `${m} += ${x};`);
        lines.push(`${m} /= n;`);
        loop((x) => `const d = ${x} - ${m}; ${r} += d * d;`);
        lines.push(`${r} = ${round}(1 / Math.sqrt(${r} / n + ${step.eps}));`);
        this.#values.push(
          { kind: "row", from: value, make: (x) => `${round}((${x} - ${m}) * ${r})` },
          { kind: "number" },
        );
        return;
      }
      default: {
        const [m, s] = [`m${at}`, `s${at}`];
        lines.push(`let ${m} = -Infinity, ${s} = 0;`);
        loop((x) => `${m} = Math.max(${m}, ${x});`);
        // Where the greatest is infinite, subtracting it would make NaN of the others.
        if (step.op === "logSumExp") lines.push(`if (${m} - ${m} !== 0) ${m} = 0;`);
        const exponential = (x: string): string => `${round}(Math.exp(${round}(${x} - ${m})))`;
        loop((x) => `${s} += ${exponential(x)};`);
        if (step.op === "softmax") {
          lines.push(`${s} = ${round}(${s});`);
          this.#values.push({ kind: "row", from: value, make: (x) => `${round}(${exponential(x)} / ${s})` });
        } else if (step.op === "logSoftmax") {
          lines.push(`${s} = ${round}(Math.log(${s}));`);
          this.#values.push({
            kind: "row",
            from: value,
            make: (x) => `${round}(${round}(${x} - ${m}) - ${s})`,
          });
        } else {
          lines.push(`const v${at} = ${round}(Math.log(${s}) + ${m});`);
          this.#values.push({ kind: "number" });
        }
      }
    }
  }

  /** Combines a row in the order in which the loop of the reduction alone does. */
  #reduce(
    reduction: Extract<RowStep, { op: "reduce" }>["reduction"],
    value: Expression,
    dtype: DType,
    target: string,
  ): void {
    const lines = this.#lines;
    const totals = this.#along ? [0, 1, 2, 3].map((i) => `w${i}`) : ["w0"];
    lines.push(`let ${totals.map((w) => `${w} = ${initialSource(reduction, dtype)}`).join(", ")}, j = 0;`);
    const add = (w: string, j: string): string => {
      const { statements, values } = this.#element([value], [dtype], j);
      return `{ ${statements} ${w} = ${combineSource(reduction, dtype, w, values[0])}; }`;
    };
    if (this.#along) {
      lines.push(`for (; j + 4 <= n; j += 4) { ${totals.map((w, i) => add(w, `j + ${i}`)).join(" ")} }`);
    }
    lines.push(`for (; j < n; j++) ${add("w0", "j")}`);
    const join = (a: string, b: string): string => `(${combineSource(reduction, dtype, a, b)})`;
    lines.push(`${target} = ${this.#along ? join(join("w0", "w1"), join("w2", "w3")) : "w0"};`);
  }
}
