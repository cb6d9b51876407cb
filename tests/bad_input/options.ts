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

/** The names of the options that a function reads. */
function optionsRead(f: Factory, options: object): readonly string[] {
  const read = new Set<string>();
  const watched = new Proxy(options, {
    get(target, key) {
      if (typeof key === "string") read.add(key);
      return Reflect.get(target, key);
    },
  });
  f(watched);
  return [...read];
}

/**
 * Calls of functions with each option that they read in turn as text and as NaN, which they have to refuse by its name.
 *
 * @param unchecked Names of options for which any value counts: flags, and what is looked at later.
 */
export function optionRows(
  factories: Readonly<Record<string, readonly [f: Factory, options: object]>>,
  unchecked: readonly string[],
): readonly Row[] {
  return Object.entries(factories).flatMap(([name, [f, options]]) =>
    optionsRead(f, options).filter((key) => !unchecked.includes(key)).flatMap((key): Row[] =>
      ["x", NaN].map((value): Row => [
        name,
        () => f({ ...options, [key]: wrong(value) }),
        "either",
        key,
      ])
    )
  );
}
