import { assertEquals } from "@std/assert/equals";
import { compile } from "../../tensor/mod.ts";
import type { GoldenFunction } from "./autodiff_functions.ts";
import type { GoldenFile } from "./replay.ts";
import { autodiffReplayer, runCase } from "./replay_autodiff.ts";

const FILE = JSON.parse(
  Deno.readTextFileSync(new URL("autodiff.json", import.meta.url)),
) as GoldenFile;

Deno.test("transforms agree with autodiff.json", () => {
  const { results, skipped } = autodiffReplayer.replay(FILE);
  assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
  assertEquals(skipped, []);
  assertEquals(results.length, 540);
});

Deno.test("compiled transforms agree with autodiff.json", () => {
  // The functions of float64 are those of float32; each compiles to a program.
  const cases = FILE.cases as readonly Parameters<typeof runCase>[0][];
  const found = cases.filter(({ dtype }) => dtype === "float64").map((one) =>
    runCase(one, (f) => compile(f) as GoldenFunction)
  );
  assertEquals(found.filter((message) => message !== ""), []);
});

Deno.test("the replay names what differs and what it does not know", () => {
  const scalar = (value: number): unknown => ({ shape: [], dtype: "float64", data: [value] });
  const one = { function: "wave", transform: "call", options: {}, dtype: "float64", inputs: [scalar(0)] };
  const { results, skipped } = autodiffReplayer.replay({
    cases: [
      { ...one, name: "right", output: scalar(0) },
      { ...one, name: "wrong", output: scalar(1) },
      { ...one, name: "no error", raises: "TypeError" },
      { ...one, name: "unknown function", function: "nothing", output: scalar(0) },
      { ...one, name: "unknown transform", transform: "nothing", output: scalar(0) },
    ],
  });
  assertEquals(results.map(({ passed }) => passed), [true, false, false]);
  assertEquals(results[1].message.startsWith("wrong: output: expected 1 at 0 but got 0"), true);
  assertEquals(skipped.map(({ case: name }) => name), ["unknown function", "unknown transform"]);
});
