/**
 * Our losses and functions on trees against the numbers that optax printed.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { WITHOUT } from "./optax_without.ts";
import type { GoldenFile } from "./replay.ts";
import { functionReplayer, replayFunctions } from "./replay_functions.ts";

const folder = new URL(".", import.meta.url);
for (const { name } of Deno.readDirSync(folder)) {
  if (!name.startsWith("optax_") || !name.endsWith(".json")) continue;
  const file = JSON.parse(Deno.readTextFileSync(new URL(name, folder))) as GoldenFile;
  if (!functionReplayer.match(file)) continue;
  Deno.test(`${name} has optax's values and gradients`, () => {
    const { results, skipped } = replayFunctions(file);
    assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
    assertEquals(skipped.filter(({ operation }) => !Object.hasOwn(WITHOUT, operation)), []);
    for (const { case: one, operation } of skipped) console.log(`${one} is left out: ${WITHOUT[operation]}`);
    assertEquals(results.length + skipped.length, file.cases.length);
  });
}

Deno.test("replayFunctions() reports the first difference of values and of gradients", () => {
  const x = { shape: [2], dtype: "float64", data: [3, 1] };
  const golden = {
    name: "l2",
    dtype: "float64",
    code: "optax.losses.l2_loss(x)",
    inputs: { x },
    value: { ...x, data: [4.5, 0.5] },
    grads: { x: { ...x, data: [3, 1.5] } },
  };
  const { results } = replayFunctions({ cases: [golden, { ...golden, value: x }] });
  assertEquals(
    results[0].message.startsWith("l2 float64, eager: gradient of x: element 1: expected 1.5 but got 1, "),
    true,
  );
  assertEquals(
    results[1].message.startsWith("l2 float64, eager: value: element 0: expected 3 but got 4.5, "),
    true,
  );
});
