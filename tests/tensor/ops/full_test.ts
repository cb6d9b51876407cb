import { assertEquals } from "@std/assert/equals";
import { full, info, ones, onesLike, tensor, zeros, zerosLike } from "../../../tensor/mod.ts";

Deno.test("full(), zeros() and ones() take no memory", () => {
  const before = info().allocations;
  const made = [full([1000, 1000], 3), zeros([9]), ones([2, 2], { dtype: "uint8" })];
  assertEquals(info().allocations, before);
  assertEquals(made[2].toArray(), [[1, 1], [1, 1]]);
  assertEquals(full([2], tensor(2.5)).toArray(), [2.5, 2.5]);
  assertEquals(zerosLike(made[2]).dtype, "uint8");
  assertEquals(onesLike(tensor([1, 2])).toArray(), [1, 1]);
});
