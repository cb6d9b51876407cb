import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import { RUNS } from "../runs.ts";
import { assertPlain, type Plain } from "./ops/reference.ts";
import { laidOut, LAYOUT } from "./primitives/layouts.ts";
import { LINALG } from "./primitives/linalg.ts";
import { operandsFor } from "./primitives/operands.ts";
import { MOMENTS, REFERENCES } from "./primitives/references/table.ts";
import { shapesOf } from "./primitives/shapes.ts";
import { TABLE } from "./primitives/table.ts";

/** The elements of a tensor, or the words of a key. */
function plainOf(x: t.Tensor): Plain {
  const given = x.dtype === "key" ? t.random.keyData(x) : x;
  return { shape: given.shape, data: [...given.data()] };
}

Deno.test("every primitive has a naive reference, and nothing else has one", () => {
  const names = t.primitiveNames();
  const listed = [...Object.keys(REFERENCES), ...Object.keys(MOMENTS)];
  const missing = names.filter((name) => !listed.includes(name));
  const unknown = listed.filter((name) => !names.includes(name));
  if (missing.length + unknown.length > 0) {
    throw new Error(`Expected a reference for ${missing.join(", ")} and none for ${unknown.join(", ")}`);
  }
});

for (const [name, reference] of Object.entries(REFERENCES)) {
  Deno.test(`${name} is what its naive reference computes, on operands of any shape and layout`, () => {
    const entry = TABLE[name];
    const small = entry.small();
    const isLinalg = Object.hasOwn(LINALG, name);
    const property = fc.property(
      shapesOf(name, small.length, small[0].dtype === "key"),
      fc.array(LAYOUT, { minLength: small.length, maxLength: small.length }),
      fc.nat(30),
      (shapes, layouts, start) => {
        t.scope(() => {
          const views = operandsFor(small, shapes, start, isLinalg).map((x, i) =>
            // Equal rows would make matrices singular.
            x.dtype === "key" ? x : laidOut(x, isLinalg ? { ...layouts[i], repeated: 0 } : layouts[i])
          );
          const actual = entry.f(...views);
          const tolerance = isLinalg ? 1e-8 : actual.dtype === "float32" ? 1e-6 : 1e-11;
          assertPlain(actual, reference(...views.map(plainOf)), actual.dtype, tolerance);
          return null;
        });
      },
    );
    fc.assert(property, RUNS);
  });
}

for (const [name, { mean, variance }] of Object.entries(MOMENTS)) {
  Deno.test(`${name} has the mean and the variance of its distribution`, () => {
    const drawn = [...TABLE[name].f(...TABLE[name].large()).data()];
    const found = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const spread = drawn.reduce((sum, x) => sum + (x - found) ** 2, 0) / drawn.length;
    const bound = 5 * Math.sqrt(variance / drawn.length);
    if (Math.abs(found - mean) > bound) throw new Error(`Expected a mean of ${mean} but got ${found}`);
    if (Math.abs(spread / variance - 1) > 0.15) {
      throw new Error(`Expected a variance of ${variance} but got ${spread}`);
    }
  });
}
