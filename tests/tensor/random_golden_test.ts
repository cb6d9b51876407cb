/**
 * Random numbers against those that JAX printed.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { replayRandom } from "../golden/replay_random.ts";
import type { GoldenFile } from "../golden/replay.ts";

for (const name of ["random.json", "distributions.json"]) {
  Deno.test(`the numbers of ${name} are those of JAX`, () => {
    const path = new URL(`../golden/${name}`, import.meta.url);
    const file = JSON.parse(Deno.readTextFileSync(path)) as GoldenFile;
    const { results, skipped } = replayRandom(file);
    assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
    // Initializers are replayed with the layers.
    const known = /^jax\.random\.\w*(initializer|_uniform|_normal|scaling|orthogonal)$/;
    assertEquals(skipped.filter(({ operation }) => !known.test(operation)), []);
    assertEquals(results.length + skipped.length, file.cases.length);
  });
}

Deno.test("replayRandom() names what differs and what it does not know", () => {
  const one = {
    name: "key",
    op: "key",
    options: {},
    dtype: "float32",
    partitionable: true,
    seed: "5",
    key: [0, 5],
    output: { shape: [2], dtype: "uint32", data: [0, 6] },
  };
  const { results, skipped } = replayRandom({ cases: [one, { ...one, name: "dice", op: "dice" }] });
  assertEquals(results.length, 1);
  assertEquals(results[0].message.startsWith("key: element 1: expected 6 but got 5, "), true);
  assertEquals(skipped, [{ case: "dice", operation: "jax.random.dice" }]);
});
