/**
 * From works on the same rows to the form of one loop.
 *
 * @module
 */
import { costOf, type Expression, formatExpressions, input, substituteAll } from "../kernels/expression.ts";
import type { RowForm, RowOutput, RowStep } from "../kernels/row_form.ts";
import type { Operand } from "../machine.ts";
import { primitiveOf, type Tape } from "../primitive.ts";
import { broadcastStrides, equalShapes, type Shape } from "../shape.ts";
import { outputsOf, type Work } from "./fuse/work.ts";
import { extentOf, type Rows } from "./row_extent.ts";

/** A loop over rows in place of several works. */
export interface RowsWork extends Rows {
  readonly kind: "rows";
  /** What is computed. */
  readonly form: RowForm;
  /** The inputs, each with the shape of what reads it, to which it broadcasts. */
  readonly inputs: readonly { readonly slot: number; readonly shape: Shape }[];
  /** What is stored. */
  readonly outputs: readonly number[];
  /** The works themselves, for operands that no loop can walk along. */
  readonly parts: readonly Work[];
  /** The names of the entries. */
  readonly entries: readonly string[];
}

/** What computing an element anew may cost, in plain operations, rather than keeping it. */
const CHEAP = 8;

/** Where values of steps, and values that may be kept, are numbered from until the inputs are known. */
const VALUES = 1 << 16;
const NAMED = 1 << 20;

/** The form of works on the same rows, of which `leaves` tells what is needed elsewhere; `constants` are those of the tape. */
export function formOfRows(
  rows: Rows,
  parts: readonly Work[],
  tape: Tape,
  constants: ReadonlyMap<number, Expression>,
  leaves: (slot: number) => boolean,
): RowsWork {
  return new Forming(rows, parts, tape, constants, leaves).result();
}

class Forming {
  readonly #rows: Rows;
  readonly #parts: readonly Work[];
  readonly #tape: Tape;
  readonly #leaves: (slot: number) => boolean;
  readonly #inputs: { slot: number; shape: Shape }[] = [];
  readonly #steps: RowStep[] = [];
  /** For each value its step. */
  readonly #stepOf: number[] = [];
  /** Values of rows that cost something. */
  readonly #named: Expression[] = [];
  readonly #known = new Map<number, Expression>();
  readonly #constants: ReadonlyMap<number, Expression>;
  readonly #entries: string[] = [];

  constructor(
    rows: Rows,
    parts: readonly Work[],
    tape: Tape,
    constants: ReadonlyMap<number, Expression>,
    leaves: (slot: number) => boolean,
  ) {
    this.#constants = constants;
    this.#rows = rows;
    this.#parts = parts;
    this.#tape = tape;
    this.#leaves = leaves;
  }

  #shape(slot: number): Shape {
    return this.#tape.slots[slot].shape;
  }

  /** The values of the inputs that expressions over them read; the others are left as they are. */
  #readAll(
    slots: readonly number[],
    shape: Shape,
    expressions: readonly Expression[],
  ): readonly Expression[] {
    const used = new Set(expressions.flatMap(inputsOfExpression));
    return slots.map((slot, i) => used.has(i) ? this.#read(slot, shape) : input(i));
  }

  /** The value of a slot where elements of `shape` read it. */
  #read(slot: number, shape: Shape): Expression {
    const known = this.#known.get(slot) ?? this.#constants.get(slot);
    if (known !== undefined) return known;
    let index = this.#inputs.findIndex((other) => other.slot === slot && equalShapes(other.shape, shape));
    if (index < 0) index = this.#inputs.push({ slot, shape }) - 1;
    return input(index);
  }

  /** Adds a step and gives its values. */
  #step(step: RowStep, count: number): readonly Expression[] {
    const at = this.#steps.push(step) - 1;
    return Array.from({ length: count }, () => input(VALUES + this.#stepOf.push(at) - 1));
  }

  #add(work: Work): void {
    const { shape } = this.#rows;
    if (work.kind === "reduction") {
      const values = this.#readAll(work.inputs, shape, [work.expression]);
      const [value] = substituteAll([work.expression], values);
      const [made] = this.#step({ op: "reduce", reduction: work.reduction, value }, 1);
      this.#known.set(work.output, made);
      this.#entries.push(...work.entries, work.reduction);
    } else if (work.kind === "loop") {
      const own = this.#shape(work.outputs[0]);
      const values = substituteAll(work.expressions, this.#readAll(work.inputs, own, work.expressions));
      const whole = extentOf(this.#rows, own) === "whole";
      work.outputs.forEach((slot, i) => {
        const costly = whole && this.#tape.slots[slot].dtype === "float32" && costOf(values[i]) > CHEAP;
        this.#known.set(slot, costly ? input(NAMED + this.#named.push(values[i]) - 1) : values[i]);
      });
      this.#entries.push(...work.entries.map(({ primitive }) => primitive.name));
    } else {
      const { entry } = work;
      const primitive = primitiveOf(entry);
      this.#entries.push(entry.primitive.name);
      const from = this.#read(entry.inputs[0], this.#shape(entry.inputs[0]));
      if (primitive.rowStep !== undefined) {
        const step = primitive.rowStep(entry.attributes);
        const [value] = substituteAll([step.value], [from]);
        const values = this.#step({ ...step, value }, entry.outputs.length);
        entry.outputs.forEach((slot, i) => this.#known.set(slot, values[i]));
      } else if (primitive.reduction !== undefined) {
        const [made] = this.#step({ op: "reduce", reduction: primitive.reduction, value: from }, 1);
        this.#known.set(entry.outputs[0], made);
      } else this.#known.set(entry.outputs[0], from);
    }
  }

  result(): RowsWork {
    for (const work of this.#parts) this.#add(work);
    const outputs = this.#parts.flatMap(outputsOf).filter(this.#leaves);
    const stored = outputs.map((slot) => this.#known.get(slot)!);
    const { steps, values } = this.#ordered(stored);
    const form: Omit<RowForm, "name"> = {
      inputs: this.#inputs.map(({ slot }) => this.#tape.slots[slot].dtype),
      steps,
      outputs: outputs.map((slot, i): RowOutput => {
        const { dtype, shape } = this.#tape.slots[slot];
        return { value: values[i], dtype, whole: extentOf(this.#rows, shape) === "whole" };
      }),
    };
    return {
      ...this.#rows,
      kind: "rows",
      form: { ...form, name: nameOf(form) },
      inputs: this.#inputs,
      outputs,
      parts: this.#parts,
      entries: this.#entries,
    };
  }

  /**
   * The steps in an order in which those that do not wait for each other follow each other, with what is kept, and the
   * stored values in terms of them.
   */
  #ordered(stored: readonly Expression[]): {
    readonly steps: readonly RowStep[];
    readonly values: readonly Expression[];
  } {
    const levels: number[] = [];
    const levelOf = memoized((node: Expression): number => {
      if (node.op === "input") {
        if (node.index >= NAMED) return levelOf(this.#named[node.index - NAMED]);
        return node.index >= VALUES ? levels[this.#stepOf[node.index - VALUES]] + 1 : 0;
      }
      return "operands" in node ? Math.max(0, ...node.operands.map(levelOf)) : 0;
    });
    for (const step of this.#steps) levels.push(levelOf(step.value));
    // What a kept value would be read for: the passes of these levels.
    const readers = this.#named.map(() => new Set<number>());
    const visited = new Set<string>();
    const mark = (node: Expression, level: number): void => {
      if (node.op === "input") {
        if (node.index < NAMED) return;
        const name = node.index - NAMED;
        if (visited.has(`${name} ${level}`)) return;
        visited.add(`${name} ${level}`);
        readers[name].add(level);
        mark(this.#named[name], level);
      } else if ("operands" in node) node.operands.forEach((operand) => mark(operand, level));
    };
    this.#steps.forEach((step, i) => {
      // Such a step goes along the row more than once.
      mark(step.value, levels[i]);
      if (step.op !== "reduce") mark(step.value, levels[i] + 0.5);
    });
    stored.forEach((value) => mark(value, Infinity));
    const order: { readonly level: number; readonly step: number; readonly named: number }[] = [
      ...this.#named.flatMap((value, named) =>
        readers[named].size > 1 ? [{ level: levelOf(value), step: -1, named }] : []
      ),
      ...this.#steps.map((_, step) => ({ level: levels[step], step, named: -1 })),
    ];
    order.sort((a, b) => a.level - b.level);
    const inputs = this.#inputs.map((_, i) => input(i));
    const steps: RowStep[] = [];
    const values = this.#stepOf.map((): Expression | null => null);
    const named = this.#named.map((): Expression | null => null);
    let next = inputs.length;
    const resolve = memoized((node: Expression): Expression => {
      if (node.op === "constant") return node;
      if (node.op !== "input") {
        return { ...node, operands: node.operands.map(resolve) } as unknown as Expression;
      }
      if (node.index < VALUES) return inputs[node.index];
      if (node.index < NAMED) return values[node.index - VALUES]!;
      return named[node.index - NAMED] ?? resolve(this.#named[node.index - NAMED]);
    });
    for (const { step, named: name } of order) {
      if (step < 0) {
        steps.push({ op: "keep", value: resolve(this.#named[name]) });
        named[name] = input(next++);
      } else {
        steps.push({ ...this.#steps[step], value: resolve(this.#steps[step].value) });
        this.#stepOf.forEach((of, value) => {
          if (of === step) values[value] = input(next++);
        });
      }
    }
    return { steps, values: stored.map(resolve) };
  }
}

/** A function of expressions that computes what was shared once. */
function memoized<T>(compute: (node: Expression) => T): (node: Expression) => T {
  const known = new Map<Expression, T>();
  return (node) => {
    if (!known.has(node)) known.set(node, compute(node));
    return known.get(node)!;
  };
}

/** The places of the inputs that an expression reads. */
function inputsOfExpression(expression: Expression): readonly number[] {
  const found = new Set<number>();
  const visit = memoized((node: Expression): void => {
    if (node.op === "input") found.add(node.index);
    else if ("operands" in node) node.operands.forEach(visit);
  });
  visit(expression);
  return [...found];
}

/** A text that is the same for the same steps and outputs. */
function nameOf({ steps, outputs }: Omit<RowForm, "name">): string {
  const kinds = steps.map((step) =>
    step.op === "reduce" ? step.reduction : step.op === "normalize" ? `normalize ${step.eps}` : step.op
  );
  return `${kinds}|${formatExpressions([...steps, ...outputs].map(({ value }) => value))}`;
}

/** An operand that broadcasts to `shape`, which is that of rows or of one element of each, over the shape of the rows. */
export function overRows(x: Operand, shape: Shape, rows: Rows): Operand {
  const own = broadcastStrides(x.shape, x.strides, shape);
  if (equalShapes(shape, rows.shape)) return { ...x, shape: rows.shape, strides: own };
  const all = shape.length === rows.shape.length;
  let next = 0;
  const strides = rows.shape.map((_, axis) => {
    if (rows.axes.includes(axis)) {
      if (all) next++;
      return 0;
    }
    return own[next++];
  });
  return { ...x, shape: rows.shape, strides };
}
