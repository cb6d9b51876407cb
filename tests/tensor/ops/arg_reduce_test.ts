import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import { assertPlain, type NumberDType, operand, reduceAll } from "./reference.ts";
import { RUNS } from "../../runs.ts";

const DTYPES: readonly NumberDType[] = ["float32", "float64", "int32", "uint32", "uint8", "bool"];

Deno.test("argmax() and argmin() find the first extreme or NaN", () => {
  const first = (better: (x: number, y: number) => boolean) => (elements: number[]): number => {
    const nan = elements.findIndex(Number.isNaN);
    if (nan >= 0) return nan;
    return elements.reduce((best, x, i) => better(x, elements[best]) ? i : best, 0);
  };
  for (const dtype of DTYPES) {
    fc.assert(
      fc.property(operand(dtype), fc.nat(3), fc.boolean(), ({ tensor, plain }, turn, keepDims) => {
        if (plain.data.length === 0) return;
        const { shape } = plain;
        const axis = shape.length === 0 ? undefined : turn % shape.length;
        const list = axis === undefined ? [] : [axis];
        const flat = axis === undefined ? { shape: [1], data: plain.data } : plain;
        for (
          const [f, better] of [
            [t.argmax, (x: number, y: number): boolean => x > y],
            [t.argmin, (x: number, y: number): boolean => x < y],
          ] as const
        ) {
          const dropped = reduceAll(flat, axis === undefined ? [0] : list, first(better));
          const kept = shape.map((extent, i) => list.includes(i) ? 1 : extent);
          const expected = keepDims ? { shape: kept, data: dropped.data } : dropped;
          assertPlain(f(tensor, { keepDims, ...(axis === undefined ? {} : { axis }) }), expected, "int32");
          const all = { shape: [], data: [first(better)([...plain.data])] };
          assertPlain(f(tensor), all, "int32");
        }
      }),
      RUNS,
    );
  }
});

Deno.test("argmax() and argmin() of few columns find the first extreme or NaN of each", () => {
  for (const [outer, rows, columns] of [[1, 3000, 2], [1, 2001, 3], [60, 41, 2], [90, 33, 3], [40, 30, 4]]) {
    for (const dtype of ["float32", "int32", "uint32"] as const) {
      const data = Float32Array.from(
        { length: outer * rows * columns },
        (_, i) => Math.round(9 * Math.sin(i) + 9),
      );
      if (dtype === "float32") { for (const place of [4, 700, 701, 2300]) data[place] = NaN; }
      const found = t.scope(() => {
        const x = t.cast(t.tensor(data, { shape: [outer, rows, columns] }), dtype);
        return [t.argmax, t.argmin].map((f) => Array.from(f(x, { axis: 1 }).data() as Int32Array));
      });
      for (let i = 0; i < outer * columns; i++) {
        const list = Array.from(
          { length: rows },
          (_, row) => data[(Math.floor(i / columns) * rows + row) * columns + i % columns],
        );
        const missing = list.findIndex(Number.isNaN);
        const expected = [Math.max, Math.min].map((f) => missing < 0 ? list.indexOf(f(...list)) : missing);
        assertEquals(found.map((positions) => positions[i]), expected);
      }
    }
  }
});
