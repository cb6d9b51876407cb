/**
 * Bad input of every function of one tensor or number.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import { keys } from "../operands.ts";
import type { Row } from "../row.ts";

/** The names of exports that can be called. */
type Name = { [K in keyof typeof t]: (typeof t)[K] extends (...args: never[]) => unknown ? K : never }[
  keyof typeof t
];

/** Calls of each of these functions with what is no number. */
export function takeNumbers(names: readonly Name[]): readonly Row[] {
  return names.flatMap((name): Row[] => {
    const f = t[name] as (x: unknown) => unknown;
    return [
      [name, () => f("x"), "TypeError", "expects a tensor or a number", "a string"],
      [name, () => f([1, 2]), "TypeError", "an array"],
      [name, () => f(null), "TypeError", "null"],
      [name, () => f(keys), "TypeError", "key"],
    ];
  });
}
