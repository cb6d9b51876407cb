/**
 * A program that saves checkpoints until it is killed, each with one number everywhere, on a disk that is slow and
 * takes few bytes at a time, so that it is nearly always in the middle of a write.
 *
 * @module
 */

import { saveCheckpointSync } from "../../../tensor/io/checkpoint.ts";
import { full } from "../../../tensor/ops/full.ts";

const { writeSync } = Deno.FsFile.prototype;

Deno.FsFile.prototype.writeSync = function (bytes: Uint8Array): number {
  for (const start = performance.now(); performance.now() < start + 0.2;);
  return writeSync.call(this, bytes.subarray(0, 1000));
};
// What a killed process wrote stays; only a machine that stops needs it.
Deno.FsFile.prototype.syncSync = () => {};

for (let count = 1;; count++) {
  saveCheckpointSync(Deno.args[0], { count, parts: [full([10_000], count), full([20_000], count)] });
  if (count === 1) console.log("saved");
}
