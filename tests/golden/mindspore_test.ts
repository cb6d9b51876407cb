/**
 * Our optimizers and schedules under MindSpore's names against the numbers that MindSpore printed.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import type { GoldenFile } from "./replay.ts";
import { mindsporeReplayer } from "./replay_mindspore.ts";

const folder = new URL(".", import.meta.url);
for (const { name } of Deno.readDirSync(folder)) {
  if (!name.startsWith("mindspore_") || !name.endsWith(".json")) continue;
  const file = JSON.parse(Deno.readTextFileSync(new URL(name, folder))) as GoldenFile;
  Deno.test(`${name} has MindSpore's numbers`, () => {
    assertEquals(mindsporeReplayer.match(file), true);
    const { results, skipped } = mindsporeReplayer.replay(file);
    assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
    assertEquals(results.length + skipped.length, file.cases.length);
  });
}

const golden = {
  name: "sgd",
  kind: "optimizer",
  module: "nn",
  optimizer: "SGD",
  options: { learning_rate: 1 },
  dtype: "float32",
  params: { x: { shape: [2], data: [1, 1] } },
  grads: [{ x: { shape: [2], data: [0.5, 0.5] } }],
  expect: [{ params: { x: [0.5, 0.50001] } }],
};

Deno.test("mindsporeReplayer reports the first difference", () => {
  const { results } = mindsporeReplayer.replay({ framework: "mindspore", cases: [golden] });
  assertEquals(results, [{
    case: "sgd",
    passed: false,
    message:
      "sgd: step 1: x[1]: expected 0.50001 but got 0.5, 168 units in the last place apart, more than 4.77e-7",
  }]);
});

Deno.test("mindsporeReplayer says what it leaves out", () => {
  const cases = [{ ...golden, optimizer: "Other" }, { name: "unknown", kind: "other" }];
  const { results, skipped } = mindsporeReplayer.replay({ framework: "mindspore", cases });
  assertEquals([results, skipped.map(({ operation }) => operation)], [[], ["nn Other", "the kind other"]]);
});

Deno.test("mindsporeReplayer fails what throws, and what does not throw where MindSpore does", () => {
  const refused = { ...golden, kind: "construction", expect: { type: "ValueError", message: "no" } };
  const broken = { ...golden, name: "broken", options: { learning_rate: -1 } };
  const { results } = mindsporeReplayer.replay({ framework: "mindspore", cases: [refused, broken] });
  assertEquals(results.map(({ passed }) => passed), [false, false]);
});
