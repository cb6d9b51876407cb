/**
 * Fusing entries of a tape: chains of elementwise entries become one loop, and what feeds a reduction becomes
 * part of it.
 *
 * @module
 */
import type { Recomputed } from "../recompute.ts";
import { absorb } from "./absorb.ts";
import { formWorks } from "./form_works.ts";
import { startFusion } from "./fusion.ts";
import { startGroups } from "./groups.ts";
import { joinFinishes } from "./join_finishes.ts";
import { joinLoops } from "./join_loops.ts";
import { joinTotals } from "./join_totals.ts";
import type { Work } from "./work.ts";

/**
 * Groups entries into work, in an order in which each finds its inputs ready. `given` are the slots whose memory may be
 * written over.
 */
export function fuse(
  recomputed: Recomputed,
  outputs: readonly number[],
  given: readonly number[] = [],
): readonly Work[] {
  const fusion = startFusion(recomputed, new Set(outputs), new Set(given));
  absorb(fusion);
  const grouping = startGroups(fusion);
  joinLoops(grouping);
  joinFinishes(grouping);
  joinTotals(grouping);
  return formWorks(grouping);
}
