/**
 * Bad options of functions that take them as one object.
 *
 * @module
 */
import { wrong } from "./operands.ts";
import type { Row } from "./row.ts";

/** A function of options. */
// deno-lint-ignore no-explicit-any -- options of every kind are given
type Factory = (options: any) => unknown;

/** The names of the options that a function takes, which it says when it is given another one. */
function optionsTaken(f: Factory, options: object): readonly string[] {
  f(options);
  try {
    f({ ...options, unheardOf: 0 });
  } catch (error) {
    const list = / expects the options? (.*) but got unheardOf$/.exec((error as Error).message);
    if (list !== null) return list[1].split(/, | and /);
  }
  return [];
}

/**
 * Calls of functions with each option that they take in turn as text and as NaN, which they have to refuse by its name.
 *
 * @param unchecked Names of options for which any value counts: flags, and what is looked at later.
 */
export function optionRows(
  factories: Readonly<Record<string, readonly [f: Factory, options: object]>>,
  unchecked: readonly string[],
): readonly Row[] {
  return Object.entries(factories).flatMap(([name, [f, options]]) =>
    optionsTaken(f, options).filter((key) => !unchecked.includes(key)).flatMap((key): Row[] =>
      ["x", NaN].map((value): Row => [
        name,
        () => f({ ...options, [key]: wrong(value) }),
        "either",
        key,
      ])
    )
  );
}
