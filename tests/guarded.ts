/**
 * Guard zones around every block of the heap, for a whole run of the tests: `deno task test:guarded`. A kernel that
 * writes beyond its ranges fails the run, and what it reads there is not a number.
 *
 * @module
 */
import { checkGuards, heapExists, setGuards } from "../tensor/runtime/heap.ts";

setGuards(true);
globalThis.addEventListener("unload", () => {
  if (heapExists()) checkGuards();
});
