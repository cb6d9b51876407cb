/**
 * From works on the same rows to the form of one loop.
 *
 * @module
 */
import { costOf, type Expression, formatExpressions, input, substituteAll } from "../kernels/expression.ts";
import type { RowForm, RowOutput, RowStep } from "../kernels/row_form.ts";
import { primitiveOf, type Tape } from "../primitive.ts";
import { equalShapes, type Shape } from "../shape.ts";
import { outputsOf, type Work } from "./fuse/work.ts";
import { extentOf, type Rows } from "./row_extent.ts";
import { memoized, NAMED, orderSteps, VALUES } from "./row_steps.ts";

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
    const { steps, values } = orderSteps({
      inputs: this.#inputs.length,
      steps: this.#steps,
      stepOf: this.#stepOf,
      named: this.#named,
      stored,
    });
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
