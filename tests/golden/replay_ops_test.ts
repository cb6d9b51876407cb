import { assertEquals } from "@std/assert/equals";
import { replayOps } from "./replay_ops.ts";

function read(name: string): unknown {
  return JSON.parse(Deno.readTextFileSync(new URL(name, import.meta.url)));
}

for (
  const [name, least] of [
    ["ops_elementwise.json", 740],
    ["ops_reduce_shape.json", 640],
    [
      "indexing.json",
      280,
    ],
    ["special.json", 118],
    ["numerical.json", 170],
  ] as const
) {
  Deno.test(`operations agree with ${name}`, () => {
    const { results, skipped } = replayOps(read(name));
    const failed = results.filter(({ passed }) => !passed).map(({ name, message }) => `${name}: ${message}`);
    assertEquals(failed, []);
    assertEquals(skipped, []);
    assertEquals(results.length >= least, true);
  });
}

Deno.test("replayOps() names what differs", () => {
  const scalar = (value: number): unknown => ({ shape: [], dtype: "float32", data: [value] });
  const wrong = {
    name: "exp/wrong",
    op: "exp",
    options: {},
    dtype: "float32",
    inputs: [scalar(0)],
    output: scalar(2),
  };
  const { results } = replayOps({ cases: [wrong] });
  assertEquals(results, [{
    name: "exp/wrong",
    passed: false,
    message: "output: expected 2 at 0 but got 1, 8388608 units in the last place off",
  }]);
});

Deno.test("replayOps() skips operations and options that the library lacks", () => {
  const one = {
    options: {},
    dtype: "float32",
    inputs: [],
    output: { shape: [0], dtype: "float32", data: [] },
  };
  const { results, skipped } = replayOps({
    cases: [{ ...one, name: "a", op: "nothing" }, { ...one, name: "b", op: "exp", options: { base: 2 } }],
  });
  assertEquals(results, []);
  assertEquals(skipped, ["a", "b"]);
});
