/**
 * What loops compute as expressions, made once for all loops that compute the same, as those of repeated layers do.
 *
 * @module
 */
import { type Expression, formatExpressions, input, substitute } from "../../kernels/expression.ts";
import { simplifyExpressions } from "../../kernels/simplify.ts";

/** What a step reads: the input of the loop with this number, the result of step `-1 - number`, or a constant. */
export type LoopOperand = number | Expression;

/** A step of a loop. */
export interface LoopStep {
  /** What it computes from its operands. */
  readonly expression: Expression;
  /** The operands. */
  readonly operands: readonly LoopOperand[];
}

/** Expressions over the inputs of a loop, with a name that is the same for the same ones. */
export interface LoopForm {
  /** One for each result. */
  readonly expressions: readonly Expression[];
  /** A name for those that are named. */
  readonly name: string;
}

/** The expressions of the loops of a program. */
export class LoopForms {
  readonly #forms = new Map<string, LoopForm>();
  readonly #reduced = new Map<string, LoopForm>();
  readonly #numbers = new Map<Expression, number>();

  /** The results of some steps, the first `named` of which the name is of. */
  formOf(steps: readonly LoopStep[], results: readonly number[], named: number): LoopForm {
    let key = `${named}|${results}`;
    for (const { expression, operands } of steps) {
      key += `|${this.#numberOf(expression)}`;
      for (const operand of operands) key += ` ${textOf(operand)}`;
    }
    let form = this.#forms.get(key);
    if (form === undefined) this.#forms.set(key, form = makeForm(steps, results, named));
    return form;
  }

  /** An expression without repeats. */
  reduced(expression: Expression): LoopForm {
    const expressions = simplifyExpressions([expression]);
    const name = formatExpressions(expressions);
    let form = this.#reduced.get(name);
    if (form === undefined) this.#reduced.set(name, form = { expressions, name });
    return form;
  }

  /** The number of an expression, by which it is known. */
  #numberOf(expression: Expression): number {
    let number = this.#numbers.get(expression);
    if (number === undefined) this.#numbers.set(expression, number = this.#numbers.size);
    return number;
  }
}

function textOf(operand: LoopOperand): string | number {
  return typeof operand === "number" ? operand : formatExpressions([operand]);
}

function makeForm(steps: readonly LoopStep[], results: readonly number[], named: number): LoopForm {
  const values: Expression[] = [];
  const valueOf = (operand: LoopOperand): Expression => {
    if (typeof operand !== "number") return operand;
    return operand < 0 ? values[-1 - operand] : input(operand);
  };
  for (const { expression, operands } of steps) values.push(substitute(expression, operands.map(valueOf)));
  const expressions = simplifyExpressions(results.map((step) => values[step]));
  return { expressions, name: formatExpressions(expressions.slice(0, named)) };
}
