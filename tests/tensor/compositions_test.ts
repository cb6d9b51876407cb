import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import { RUNS } from "../runs.ts";
import { base, TRANSFORMS } from "./compositions/transforms.ts";

const NAMES = Object.keys(TRANSFORMS);
const AT = [0.3, -0.7, 0.6];

/** Whether forward mode meets a function that has only a pullback, which it refuses. */
function refuses(names: readonly string[]): boolean {
  const modes = names.map((name) => TRANSFORMS[name].mode);
  return names.some((name, i) => {
    if (name !== "customVjp") return false;
    // Reverse mode leaves it as it is where another one holds it, whose forward function is run.
    let held = false;
    for (let k = i - 1; k >= 0; k--) {
      if (modes[k] === "forward" || (modes[k] === "both" && held)) return true;
      if (TRANSFORMS[names[k]].implicit && modes.slice(0, k).some((mode) => mode !== undefined)) return true;
      if (modes[k] !== undefined && !held) return false;
      held = names[k] === "customVjp" || (held && modes[k] === undefined);
    }
    return false;
  });
}

/** What is wrong with a composition, outermost transformation first; empty where nothing is. */
function complaint(names: readonly string[]): string {
  const transformed = names.reduceRight((f, name) => TRANSFORMS[name].transform(f), base.transform);
  const reference = names.reduceRight((f, name) => TRANSFORMS[name].reference(f), base.reference);
  const refused = refuses(names);
  return t.scope(() => {
    try {
      const actual = transformed(t.tensor(AT, { dtype: "float64" })).data();
      const expected = reference(AT) as readonly number[];
      const scale = Math.max(1, ...expected.map(Math.abs));
      const near = actual.length === expected.length &&
        expected.every((value, i) => Math.abs(actual[i] - value) <= 1e-9 * scale);
      if (refused) return `${names.join(" of ")}: expected an error but got ${actual}`;
      return near ? "" : `${names.join(" of ")}: expected ${expected} but got ${actual}`;
    } catch (error) {
      const known = error instanceof TypeError &&
        /^\w+ expects a pushforward rule but customVjp of \w+ has only a pullback/.test(error.message);
      return refused && known ? "" : `${names.join(" of ")}: ${error}`;
    }
  });
}

function assertAll(compositions: readonly (readonly string[])[]): void {
  const found = compositions.map(complaint).filter((text) => text !== "");
  if (found.length > 0) throw new Error(`${found.length} of ${compositions.length}:\n${found.join("\n")}`);
}

Deno.test("every transformation has the derivatives of dual numbers", () => {
  assertAll(NAMES.map((name) => [name]));
});

Deno.test("transformations compose in pairs in any order", () => {
  assertAll(NAMES.flatMap((a) => NAMES.map((b) => [a, b])));
});

Deno.test("transformations compose in triples in any order", () => {
  const all = NAMES.flatMap((a) => NAMES.flatMap((b) => NAMES.map((c) => [a, b, c])));
  // So many runs take less time on all of them.
  if (RUNS.numRuns >= 10_000) return assertAll(all);
  fc.assert(
    fc.property(fc.constantFrom(...all), (names) => {
      const text = complaint(names);
      if (text !== "") throw new Error(text);
    }),
    { numRuns: 3 * RUNS.numRuns },
  );
});
