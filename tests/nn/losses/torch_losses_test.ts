/**
 * Losses against numbers and gradients that torch printed.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import type { GoldenFile } from "../../golden/replay.ts";
import { tableReplayer } from "../../golden/replay_tables.ts";

const file = new URL("../../golden/torch_losses.json", import.meta.url);
const golden = JSON.parse(Deno.readTextFileSync(file)) as GoldenFile;
const { results, skipped } = tableReplayer.replay(golden);
const operations = new Set((golden.cases as readonly { readonly op: string }[]).map(({ op }) => op));

for (const op of operations) {
  Deno.test(`${op} has the numbers of torch`, () => {
    const own = results.filter((one) => one.case.startsWith(`${op}/`));
    assertEquals(own.filter(({ passed }) => !passed).map(({ message }) => message), []);
    assertEquals(own.length > 0, true);
  });
}

Deno.test("no case of torch_losses.json is skipped", () => assertEquals(skipped, []));
