/**
 * The order in which to contract operands two at a time.
 *
 * @module
 */

/** Labels of an operand, or of what a pair of operands becomes. */
type Labels = ReadonlySet<string>;

/** Up to so many operands every order is weighed; beyond, the cheapest next pair is taken. */
const MOST_WEIGHED = 8;

function product(labels: Iterable<string>, sizes: ReadonlyMap<string, number>): number {
  let size = 1;
  for (const label of labels) size *= sizes.get(label)!;
  return size;
}

/** The pairs to contract, each as positions in the list that is left, the result going to its end. */
export function contractionOrder(
  operands: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): readonly (readonly [number, number])[] {
  if (operands.length <= 2) return operands.length === 2 ? [[0, 1]] : [];
  return operands.length <= MOST_WEIGHED
    ? cheapest(operands, output, sizes)
    : greedy(operands, output, sizes);
}

/** The labels that stay when two operands are contracted while others are left. */
function kept(a: Labels, b: Labels, others: readonly Labels[], output: Labels): Set<string> {
  const result = new Set<string>();
  for (const label of [...a, ...b]) {
    if (output.has(label) || others.some((other) => other.has(label))) result.add(label);
  }
  return result;
}

interface Partial {
  readonly labels: Labels;
  readonly cost: number;
  readonly parts: readonly [number, number] | null;
}

/** Dynamic programming over the sets of operands: the order with the fewest multiplications. */
function cheapest(
  operands: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): readonly (readonly [number, number])[] {
  const count = operands.length;
  const all = 2 ** count - 1;
  const best = new Map<number, Partial>(
    operands.map((labels, i) => [1 << i, { labels, cost: 0, parts: null }]),
  );
  for (let set = 1; set <= all; set++) {
    if ((set & (set - 1)) === 0) continue;
    const others = operands.filter((_, i) => (set & (1 << i)) === 0);
    for (let part = (set - 1) & set; part > 0; part = (part - 1) & set) {
      const rest = set ^ part;
      if (part < rest) continue;
      const [a, b] = [best.get(part)!, best.get(rest)!];
      const cost = a.cost + b.cost + product(new Set([...a.labels, ...b.labels]), sizes);
      if (cost >= (best.get(set)?.cost ?? Infinity)) continue;
      best.set(set, { labels: kept(a.labels, b.labels, others, output), cost, parts: [part, rest] });
    }
  }
  const order: (readonly [number, number])[] = [];
  const list = operands.map((_, i) => 1 << i);
  const follow = (set: number): void => {
    const { parts } = best.get(set)!;
    if (parts === null) return;
    parts.forEach(follow);
    order.push(take(list, [list.indexOf(parts[0]), list.indexOf(parts[1])], set));
  };
  follow(all);
  return order;
}

/** Replaces two places of a list by one at its end, and returns them in order. */
function take<T>(list: T[], [i, j]: readonly [number, number], made: T): readonly [number, number] {
  const pair = i < j ? [i, j] as const : [j, i] as const;
  list.splice(pair[1], 1);
  list.splice(pair[0], 1);
  list.push(made);
  return pair;
}

/** Always the pair whose result is smallest beside what it replaces. */
function greedy(
  operands: readonly Labels[],
  output: Labels,
  sizes: ReadonlyMap<string, number>,
): readonly (readonly [number, number])[] {
  const list: Labels[] = [...operands];
  const order: (readonly [number, number])[] = [];
  while (list.length > 1) {
    let least = Infinity;
    let chosen: readonly [number, number] = [0, 1];
    for (let i = 0; i < list.length; i++) {
      for (let j = i + 1; j < list.length; j++) {
        const others = list.filter((_, k) => k !== i && k !== j);
        const gain = product(kept(list[i], list[j], others, output), sizes) -
          product(list[i], sizes) - product(list[j], sizes);
        if (gain < least) {
          least = gain;
          chosen = [i, j];
        }
      }
    }
    const [i, j] = chosen;
    const others = list.filter((_, k) => k !== i && k !== j);
    order.push(take(list, chosen, kept(list[i], list[j], others, output)));
  }
  return order;
}
