import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { isFloating } from "../../tensor/dtype.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { RUNS } from "../runs.ts";
import { type Entry, numbers } from "./primitives/entry.ts";
import { laidOut, LAYOUT } from "./primitives/layouts.ts";
import { LINALG } from "./primitives/linalg.ts";
import { operandsFor } from "./primitives/operands.ts";
import { shapesOf } from "./primitives/shapes.ts";
import { TABLE } from "./primitives/table.ts";

type Function = Entry["f"];

/** The same bits where the operation is exact, and numbers up to the rounding of another order of sums. */
function assertNear(actual: Tensor, expected: Tensor, tolerance: number, what: string): void {
  assertEquals([actual.dtype, actual.shape], [expected.dtype, expected.shape], what);
  const [a, b] = [actual.data(), expected.data()];
  let scale = 1;
  for (const value of b) scale = Math.max(scale, Math.abs(value));
  const most = isFloating(actual.dtype) ? tolerance * scale : 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i] || Math.abs(a[i] - b[i]) <= most) continue;
    throw new Error(`${what}: expected ${b[i]} at ${i} but got ${a[i]}`);
  }
}

/** The gradient of a sum of the results by every operand that is a float, each with weights of its own. */
function slopesOf(f: Function, given: readonly Tensor[]): readonly Tensor[] {
  const value = f(...given);
  const { pullback } = t.vjp((...xs: Tensor[]) => f(...xs), ...given);
  const pulled = pullback(numbers(value.shape, -1, 2, value.dtype)) as readonly (Tensor | null)[];
  return pulled.filter((g) => g !== null);
}

/** The derivative along a direction by central differences, and by the pullback. */
function assertSlopes(f: Function, given: readonly Tensor[], slopes: readonly Tensor[]): void {
  const floats = given.filter((x) => isFloating(x.dtype));
  const directions = floats.map((x, i) => numbers(x.shape, -1, 1 + i, x.dtype));
  const moved = (by: number): Tensor => {
    const value = f(...given.map((x) => {
      const i = floats.indexOf(x);
      return i < 0 ? x : t.add(x, t.multiply(directions[i], by));
    }));
    return t.sum(t.multiply(value, numbers(value.shape, -1, 2, value.dtype)));
  };
  const step = 1e-6;
  const differences = (moved(step).item() - moved(-step).item()) / (2 * step);
  const parts = slopes.map((g, i) => t.multiply(g, directions[i]));
  const along = parts.reduce((total, part) => total + t.sum(part).item(), 0);
  const scale = parts.reduce((total, part) => total + t.sum(t.abs(part)).item(), 1);
  if (Math.abs(along - differences) <= 2e-6 * scale * scale) return;
  throw new Error(`slopes: expected ${differences} but got ${along}`);
}

for (const [name, entry] of Object.entries(TABLE)) {
  Deno.test(`${name} is the same for operands of any shape that lie in any way`, () => {
    const small = entry.small();
    const ofKey = small[0].dtype === "key";
    const isLinalg = Object.hasOwn(LINALG, name);
    const property = fc.property(
      shapesOf(name, small.length, ofKey),
      fc.array(LAYOUT, { minLength: small.length, maxLength: small.length }),
      fc.nat(30),
      fc.constantFrom("compiled", "batch", "slopes", "second"),
      fc.nat(2 ** small.length - 2),
      (shapes, layouts, start, law, alone) => {
        t.scope(() => {
          const views = operandsFor(small, shapes, start, isLinalg).map((x, i) =>
            // Equal rows would make matrices singular.
            x.dtype === "key" ? x : laidOut(x, isLinalg ? { ...layouts[i], repeated: 0 } : layouts[i])
          );
          const copies = views.map((x) =>
            x.dtype === "key" ? x : t.tensor(x.data().slice(), { shape: x.shape, dtype: x.dtype })
          );
          const value = entry.f(...copies);
          const tolerance = isLinalg ? 1e-9 : value.dtype === "float32" ? 1e-5 : 1e-12;
          assertNear(entry.f(...views), value, tolerance, "views");
          const tied = layouts.some(({ repeated }) => repeated !== 0);
          if (law === "compiled") {
            // A program takes its arguments as they come in order, whose sums are those of the copies. A sum over
            // the first axis of an outer product, as in the gradient of a power, has another order in a program.
            assertNear(t.compile(entry.f)(...views), value, name === "logOfBase" ? 1e-14 : 0, "compiled");
          } else if (law === "batch") {
            const mapped = views.map((x, i) => x.dtype !== "key" && (alone >> i) % 2 === 0);
            if (!mapped.includes(true)) return null;
            const axes = views.map((x, i) => layouts[i].turn % (x.rank + 1));
            const batch = views.map((x, i) => mapped[i] ? t.stack([x, t.flip(x)], axes[i]) : x);
            const inAxes = mapped.map((is, i) => is ? axes[i] : null);
            const flipped = views.map((x, i) => mapped[i] ? t.flip(x) : x);
            const expected = t.stack([entry.f(...views), entry.f(...flipped)]);
            assertNear(t.vmap(entry.f, { inAxes })(...batch), expected, tolerance, "batch");
          } else if (entry.order === 2) {
            const first = (...given: Tensor[]): Tensor =>
              slopesOf(entry.f, given).reduce(
                (total, g) => t.add(total, t.sum(t.sin(g))),
                t.tensor(0, {
                  dtype: "float64",
                }),
              );
            const f = law === "slopes" ? entry.f : first;
            const slopes = slopesOf(f, views);
            slopesOf(f, copies).forEach((g, i) => assertNear(slopes[i], g, isLinalg ? 1e-6 : 1e-11, law));
            if (!tied) assertSlopes(f, views, slopes);
          }
          return null;
        });
      },
    );
    t.configure({ simd: "strict" });
    try {
      fc.assert(property, RUNS);
    } finally {
      t.configure({ simd: "relaxed" });
    }
  });
}
