/**
 * Every schedule against the values that optax printed.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import type { GoldenFile } from "../golden/replay.ts";
import { replaySchedules } from "../golden/replay_schedules.ts";

const path = new URL("../golden/optax_schedules.json", import.meta.url);
const file = JSON.parse(Deno.readTextFileSync(path)) as GoldenFile;

Deno.test("schedules have optax's values, and throw where optax does", () => {
  const { results, skipped } = replaySchedules(file);
  assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
  assertEquals(skipped, []);
  assertEquals(results.length, file.cases.length);
});

Deno.test("replaySchedules() reports the first difference", () => {
  const golden = {
    name: "linear",
    dtype: "float64",
    schedule: "optax.linear_schedule(1.0, 0.0, 4)",
    options: { init_value: 1, end_value: 0, transition_steps: 4 },
    steps: [0, 1, 2],
    values: [1, 0.75, 0.5 + 2 ** -30],
  };
  const { results } = replaySchedules({ cases: [golden] });
  assertEquals(results[0].passed, false);
  assertEquals(results[0].message.startsWith("linear float64: step 2: expected 0.5000000009"), true);
});
