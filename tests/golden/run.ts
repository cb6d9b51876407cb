/**
 * Replays every golden file of a folder: `deno run -A tests/golden/run.ts [DIR]`. Prints each failure and ends
 * with the counts; the exit code is 1 if there are failures.
 *
 * @module
 */

import { WITHOUT } from "./optax_without.ts";
import type { GoldenFile, Replay, Skipped } from "./replay.ts";
import { isPartOfRun, replayCarriedRuns } from "./replay_carried_run.ts";
import { replayFile } from "./replayers.ts";

if (import.meta.main) {
  const folder = Deno.args[0] ?? new URL(".", import.meta.url).pathname;
  Deno.exitCode = replayFolder(folder) === 0 ? 0 : 1;
}

/** Replays a folder's files, prints what came of it and returns the number of failures. */
export function replayFolder(folder: string): number {
  const names = [...Deno.readDirSync(folder)].filter((entry) => entry.isFile && entry.name.endsWith(".json"))
    .map((entry) => entry.name).sort();
  const skipped: Skipped[] = [];
  let [passed, failed] = [0, 0];
  const count = (name: string, { results, skipped: left }: Replay): void => {
    const failures = results.filter((result) => !result.passed);
    for (const { message } of failures) console.log(`FAILED ${name}: ${message}`);
    passed += results.length - failures.length;
    failed += failures.length;
    skipped.push(...left);
  };
  for (const name of names.filter((name) => !isPartOfRun(name))) {
    const file = JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)) as GoldenFile;
    const replay = replayFile(file);
    if (replay === null) {
      console.log(`${name}: not a form of file that can be replayed`);
      continue;
    }
    count(name, replay);
  }
  count("torch_run", replayCarriedRuns(folder));
  for (const [operation, reason] of Object.entries(WITHOUT)) {
    const count = skipped.filter((one) => one.operation === operation).length;
    if (count > 0) console.log(`${count} skipped of ${operation}: ${reason}`);
  }
  for (const reason of new Set(skipped.flatMap(({ reason }) => reason ?? []))) {
    console.log(`${skippedFor(reason, skipped)}: ${reason}`);
  }
  const others = skipped.filter(({ operation, reason }) =>
    reason === undefined && !Object.hasOwn(WITHOUT, operation)
  );
  if (others.length > 0) {
    console.log(`${others.length} skipped, as there is no such operation or option: ${byOperation(others)}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}

function skippedFor(reason: string, skipped: readonly Skipped[]): string {
  const some = skipped.filter((one) => one.reason === reason);
  return `${some.length} skipped, of ${byOperation(some)}`;
}

function byOperation(skipped: readonly Skipped[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of skipped) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([operation, count]) => `${operation} ${count}`).join(
    ", ",
  );
}
