/**
 * Plain functions of plain data inside of a compiled program.
 *
 * @module
 */

import { host, tree } from "../../../tensor/mod.ts";
import { isTracedNumber } from "../../../tensor/host.ts";

/**
 * Applies a pure function to plain data and returns its result, which has the structure of the first of `values`. Where
 * numbers are traced, as inside of `compile`, it runs in the program's prologue; all that is no number must come back
 * as it went in.
 */
export function hostTree<T, Rest extends readonly unknown[]>(
  fn: (value: T, ...rest: Rest) => T,
  value: T,
  ...rest: Rest
): T {
  const all = tree.flatten([value, ...rest]);
  const isNumber = (leaf: unknown): boolean => typeof leaf === "number" || isTracedNumber(leaf);
  if (!all.leaves.some(isTracedNumber)) return fn(value, ...rest);
  const places = all.leaves.flatMap((leaf, i) => isNumber(leaf) ? [i] : []);
  const { leaves: own, structure } = tree.flatten(value);
  const run = remembering((numbers) => {
    const leaves = [...all.leaves];
    places.forEach((place, i) => leaves[place] = numbers[i]);
    const result = tree.flatten(fn(...tree.unflatten(all.structure, leaves) as [T, ...Rest])).leaves;
    if (result.length !== own.length) {
      throw new TypeError(
        `compile expects schedulers to keep as many values as they have but got ${result.length} for ${own.length}`,
      );
    }
    return result as number[];
  });
  const inputs = places.map((place) => all.leaves[place] as number);
  const results = own.map((leaf, i) =>
    isNumber(leaf) ? host((...numbers) => run(numbers)[i], ...inputs) : leaf
  );
  return tree.unflatten(structure, results) as T;
}

/** The function, which is run once for numbers that come again at once: each result of a program asks for one leaf. */
function remembering(fn: (numbers: readonly number[]) => number[]): (numbers: readonly number[]) => number[] {
  let last: { readonly numbers: readonly number[]; readonly leaves: number[] } | null = null;
  return (numbers) => {
    const same = last?.numbers.every((number, i) => Object.is(number, numbers[i])) === true;
    if (!same) last = { numbers, leaves: fn(numbers) };
    return last!.leaves;
  };
}
