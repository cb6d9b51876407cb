import { assertEquals } from "@std/assert/equals";
import * as weft from "../../mod.ts";
import type { Weft } from "../../bench/workload.ts";
import { tinyMlp } from "../../bench/workloads/w6_tiny_mlp.ts";

Deno.test("steps of a tiny network are never shared", () => {
  weft.configure({ threads: 4 });
  const { step } = tinyMlp.weft(weft as Weft);
  for (let i = 0; i < 3000; i++) step();
  assertEquals(weft.info().workers, 0);
});
