/**
 * The inputs of the benchmark.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { labels, normal, oneHot } from "../../bench/inputs.ts";

Deno.test("normal() draws Box-Muller of mulberry32, as the peers in Python do", () => {
  const { data, shape } = normal(100, 0, [2, 2]);
  assertEquals(shape, [2, 2]);
  assertEquals([...data], [
    -0.03557886555790901,
    -0.6958370804786682,
    -0.21572774648666382,
    -0.1799824982881546,
  ]);
});

Deno.test("labels() draws classes", () => {
  const drawn = labels(200, 1, 4, 10);
  assertEquals([...drawn.data], [8, 5, 4, 3]);
  const rows = oneHot(drawn, 10);
  assertEquals(rows.shape, [4, 10]);
  assertEquals([...rows.data].reduce((sum, x) => sum + x), 4);
});
