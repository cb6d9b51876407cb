/**
 * What optimizers cost.
 *
 * @module
 */
import { configure, shutdown } from "@weft/weft";
import { aliasCosts } from "./aliases.ts";
import { groupCosts } from "./groups.ts";

/** Prints the tables. */
export async function optimizers(): Promise<void> {
  for (const threads of [1, 2]) {
    configure({ threads });
    console.log(`\n${threads} thread${threads > 1 ? "s" : ""}`);
    groupCosts();
  }
  await aliasCosts();
  shutdown();
}
