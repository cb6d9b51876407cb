import { assertEquals } from "@std/assert/equals";
import { tensor } from "../../../tensor/mod.ts";

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
