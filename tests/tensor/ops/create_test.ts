import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import {
  arange,
  eye,
  full,
  info,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from "../../../tensor/mod.ts";

Deno.test("tensor() takes nested arrays, typed arrays and scalars", () => {
  assertEquals(tensor([[1, 2], [3, 4]]).toArray(), [[1, 2], [3, 4]]);
  assertEquals(tensor(3).shape, []);
  assertEquals(tensor([]).shape, [0]);
  assertEquals(tensor([[], []]).shape, [2, 0]);
  assertEquals(tensor([true, false]).dtype, "bool");
  assertEquals(tensor([true, 2]).dtype, "float32");
  assertEquals(tensor(true, { shape: [1, 1] }).toArray(), [[true]]);
  assertEquals(tensor(new Float64Array([0.1])).toArray(), [0.1]);
  assertEquals(tensor(new Uint8Array([0, 2]), { dtype: "bool" }).toArray(), [false, true]);
  assertEquals(tensor([1, 2, 3, 4], { shape: [2, 2], dtype: "int32" }).toArray(), [[1, 2], [3, 4]]);
});

Deno.test("tensor() copies what it is given", () => {
  const data = new Float32Array([1, 2]);
  const x = tensor(data);
  data[0] = 9;
  assertEquals(x.toArray(), [1, 2]);
  x.data()[0] = 9;
  assertEquals(x.toArray(), [1, 2]);
});

Deno.test("full(), zeros() and ones() take no memory", () => {
  const before = info().allocations;
  const made = [full([1000, 1000], 3), zeros([9]), ones([2, 2], { dtype: "uint8" })];
  assertEquals(info().allocations, before);
  assertEquals(made[2].toArray(), [[1, 1], [1, 1]]);
  assertEquals(full([2], tensor(2.5)).toArray(), [2.5, 2.5]);
  assertEquals(zerosLike(made[2]).dtype, "uint8");
  assertEquals(onesLike(tensor([1, 2])).toArray(), [1, 1]);
});

Deno.test("arange() steps from start to before stop", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -20, max: 20 }),
      fc.constantFrom(1, 2, 3, -1, -4),
      (start, stop, step) => {
        const expected: number[] = [];
        for (let x = start; step > 0 ? x < stop : x > stop; x += step) expected.push(x);
        for (const dtype of ["float32", "float64", "int32"] as const) {
          assertEquals(arange(stop, { start, step, dtype }).toArray(), expected);
        }
      },
    ),
  );
});

Deno.test("linspace() has both ends exactly", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.integer({ min: 2, max: 9 }), (start, stop, count) => {
      const data = linspace(start, stop, { count, dtype: "float64" }).data();
      assertEquals([data[0], data[count - 1]], [start, stop]);
      assertEquals(data.length, count);
    }),
  );
  assertEquals(linspace(3, 5, { count: 1 }).toArray(), [3]);
  assertEquals(linspace(3, 5, { count: 0 }).toArray(), []);
});

Deno.test("eye() has ones where row and column agree", () => {
  assertEquals(eye(2, { columns: 3, dtype: "int32" }).toArray(), [[1, 0, 0], [0, 1, 0]]);
  assertEquals(eye(0).shape, [0, 0]);
});
