/**
 * What runs the launches of a program, stage by stage.
 *
 * @module
 */
import type { Callee } from "../machine.ts";
import { chunksOf, type Launch } from "../runtime/claim.ts";
import { views } from "../runtime/heap.ts";
import { isWorthSharing, runner, tableLength } from "../runtime/pool.ts";
import type { Span } from "./stages.ts";

/** A call, whose operands' addresses lie at `at` as those of a kernel do. */
export interface Call {
  /** What is called. */
  readonly callee: Callee;
  /** The float64 address of the operands' addresses. */
  readonly at: number;
  /** Bytes of an element of each operand. */
  readonly sizes: readonly number[];
}

/** What to run. */
export interface Running {
  /** The functions to call, in order. */
  readonly runners: readonly (() => void)[];
  /** How many of them have run before one may write over a donated argument. */
  readonly harmless: number;
}

/**
 * What runs the launches in order: the stages that are worth it on all threads, and what lies between them in one
 * go. Tables of stages lie at the float64 address `table`; launch `overwriting` is the first that writes over an
 * argument.
 */
export function runnersOf(
  launches: readonly (Launch | Call)[],
  stages: readonly Span[],
  table: number,
  overwriting: number,
): Running {
  const runners: (() => void)[] = [];
  let harmless = -1;
  let alone: Launch[] = [];
  const flush = (): void => {
    if (alone.length > 0) runners.push(runner(alone, false, 0));
    alone = [];
  };
  for (const { first, last } of stages) {
    if (harmless < 0 && last >= overwriting) {
      flush();
      harmless = runners.length;
    }
    const stage: Launch[] = [];
    for (const launch of launches.slice(first, last + 1)) {
      if ("kernel" in launch) stage.push(launch);
      else {
        flush();
        runners.push(caller(launch));
      }
    }
    if (!isWorthSharing(stage)) alone.push(...stage);
    else {
      flush();
      // Short launches fill the gaps that long ones leave at the end.
      const sorted = stage.toSorted((a, b) => Math.sign(chunksOf(b) - 1) - Math.sign(chunksOf(a) - 1));
      runners.push(runner(sorted, true, table + tableLength(first)));
    }
  }
  flush();
  return { runners, harmless: harmless < 0 ? runners.length : harmless };
}

function caller({ callee, at, sizes }: Call): () => void {
  return () => {
    const { float64 } = views();
    callee.run(sizes.map((size, i) => float64[at + i] * size));
  };
}
