/**
 * The order of the steps of a loop over rows, and what it keeps between them.
 *
 * @module
 */
import { type Expression, input } from "../kernels/expression.ts";
import type { RowStep } from "../kernels/row_form.ts";

/** Where values of steps, and values that may be kept, are numbered from until the inputs are known. */
export const VALUES: number = 1 << 16;
export const NAMED: number = 1 << 20;

/** Steps that may read the inputs, the values of steps and what has a name, by the numbers above. */
export interface NamedSteps {
  /** How many inputs there are. */
  readonly inputs: number;
  /** The steps, each after what it reads. */
  readonly steps: readonly RowStep[];
  /** For each value its step. */
  readonly stepOf: readonly number[];
  /** Values of rows that cost something. */
  readonly named: readonly Expression[];
  /** What is stored. */
  readonly stored: readonly Expression[];
}

/**
 * The steps in an order in which those that do not wait for each other follow each other, with what is kept, and the
 * stored values in terms of them.
 */
export function orderSteps({ inputs, steps: given, stepOf, named, stored }: NamedSteps): {
  readonly steps: readonly RowStep[];
  readonly values: readonly Expression[];
} {
  const levels: number[] = [];
  const levelOf = memoized((node: Expression): number => {
    if (node.op === "input") {
      if (node.index >= NAMED) return levelOf(named[node.index - NAMED]);
      return node.index >= VALUES ? levels[stepOf[node.index - VALUES]] + 1 : 0;
    }
    return "operands" in node ? Math.max(0, ...node.operands.map(levelOf)) : 0;
  });
  for (const step of given) levels.push(levelOf(step.value));
  // What a kept value would be read for: the passes of these levels.
  const readers = named.map(() => new Set<number>());
  const visited = new Map<number, Set<Expression>>();
  const mark = (node: Expression, level: number): void => {
    let known = visited.get(level);
    if (known === undefined) visited.set(level, known = new Set());
    if (known.has(node)) return;
    known.add(node);
    if (node.op === "input") {
      if (node.index < NAMED) return;
      const name = node.index - NAMED;
      readers[name].add(level);
      mark(named[name], level);
    } else if ("operands" in node) node.operands.forEach((operand) => mark(operand, level));
  };
  given.forEach((step, i) => {
    // Such a step goes along the row more than once.
    mark(step.value, levels[i]);
    if (step.op !== "reduce") mark(step.value, levels[i] + 0.5);
  });
  stored.forEach((value) => mark(value, Infinity));
  const order: { readonly level: number; readonly step: number; readonly named: number }[] = [
    ...named.flatMap((value, named) =>
      readers[named].size > 1 ? [{ level: levelOf(value), step: -1, named }] : []
    ),
    ...given.map((_, step) => ({ level: levels[step], step, named: -1 })),
  ];
  order.sort((a, b) => a.level - b.level);
  const read = Array.from({ length: inputs }, (_, i) => input(i));
  const steps: RowStep[] = [];
  const values = stepOf.map((): Expression | null => null);
  const kept = named.map((): Expression | null => null);
  let next = inputs;
  const resolve = memoized((node: Expression): Expression => {
    if (node.op === "constant") return node;
    if (node.op !== "input") {
      return { ...node, operands: node.operands.map(resolve) } as unknown as Expression;
    }
    if (node.index < VALUES) return read[node.index];
    if (node.index < NAMED) return values[node.index - VALUES]!;
    return kept[node.index - NAMED] ?? resolve(named[node.index - NAMED]);
  });
  for (const { step, named: name } of order) {
    if (step < 0) {
      steps.push({ op: "keep", value: resolve(named[name]) });
      kept[name] = input(next++);
    } else {
      steps.push({ ...given[step], value: resolve(given[step].value) });
      stepOf.forEach((of, value) => {
        if (of === step) values[value] = input(next++);
      });
    }
  }
  return { steps, values: stored.map(resolve) };
}

/** A function of expressions that computes what was shared once. */
export function memoized<T>(compute: (node: Expression) => T): (node: Expression) => T {
  const known = new Map<Expression, T>();
  return (node) => {
    if (!known.has(node)) known.set(node, compute(node));
    return known.get(node)!;
  };
}
