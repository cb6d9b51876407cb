/**
 * The pool: every unit once, errors, restarts.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import type { KernelReference } from "../../../tensor/kernels/kernel.ts";
import { configure, info, shutdown } from "../../../tensor/runtime/configure.ts";
import { allocate, ARGUMENTS, release, views } from "../../../tensor/runtime/heap.ts";
import { runner, tableLength } from "../../../tensor/runtime/pool.ts";
import { run } from "../../../tensor/runtime/run.ts";
import { kernelFromSource } from "../../../tensor/kernels/source.ts";

let ids = 0;
let warmed = 0;

function kernel(source: string): KernelReference {
  return { run: kernelFromSource(source), id: ids -= 1, source };
}

const count = kernel(`(views, at, begin, end) => {
  const start = views.float64[at];
  for (let i = begin; i < end; i += 1) views.int32[start + i] += 1;
}`);

/** Spends a few microseconds a unit, so that workers are worth it. */
const slow = kernel(`(views, at, begin, end) => {
  const start = views.float64[at];
  for (let i = begin; i < end; i += 1) {
    let sum = i;
    for (let j = 0; j < 2000; j += 1) sum = Math.sqrt(sum + j);
    views.float32[start + i] = lib.erf(sum / 100);
  }
}`);

/** Works until `workers` have joined; they start by themselves after some work that has not been timed before. */
function warmUp(workers: number): void {
  const address = allocate(4 * 1000);
  warmed += 1;
  views().float64[ARGUMENTS] = address / 4;
  const deadline = performance.now() + 10_000;
  while (info().workers < workers && performance.now() < deadline) run(slow, ARGUMENTS, 1000 - warmed, 10);
  release(address);
  assertEquals(info().workers, workers);
}

for (const threads of [1, 2, 3, 8]) {
  Deno.test(`run() and runner() do each unit exactly once with ${threads} threads`, () => {
    configure({ threads });
    warmUp(threads - 1);
    const most = 300;
    const address = allocate(4 * most);
    const cells = views().int32.subarray(address / 4, address / 4 + most);
    views().float64[ARGUMENTS] = address / 4;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: most }), fc.integer({ min: 1, max: 20 }), (total, grain) => {
        cells.fill(0);
        run(count, ARGUMENTS, total, grain);
        for (let i = 0; i < most; i += 1) if (cells[i] !== (i < total ? 1 : 0)) return false;
        return true;
      }),
      { numRuns: 500 },
    );
    const table = allocate(8 * tableLength(5)) / 8;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: most / 5 }), fc.integer({ min: 1, max: 20 })), {
          minLength: 1,
          maxLength: 5,
        }),
        (sizes) => {
          cells.fill(0);
          const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, [total]) => sum + total, 0));
          const launches = sizes.map(([total, grain], i) => ({
            ...{ kernel: count, at: ARGUMENTS + i, total, grain },
          }));
          starts.forEach((start, i) => views().float64[ARGUMENTS + i] = address / 4 + start);
          const shared = runner(launches, true, table);
          shared();
          shared();
          const used = sizes.reduce((sum, [total]) => sum + total, 0);
          return cells.every((cell, i) => cell === (i < used ? 2 : 0));
        },
      ),
      { numRuns: 500 },
    );
    views().float64[ARGUMENTS] = address / 4;
    release(8 * table);
    cells.fill(0);
    const rounds = 5000;
    for (let round = 0; round < rounds; round += 1) run(count, ARGUMENTS, 16, 1);
    assertEquals([...cells.subarray(0, 17)], [...new Array<number>(16).fill(rounds), 0]);
    release(address);
    shutdown();
    assertEquals(info().workers, 0);
  });
}

Deno.test("run() gives the same bits with every number of threads", () => {
  const address = allocate(4 * 500);
  const results: Float32Array[] = [];
  for (const threads of [1, 2, 8]) {
    configure({ threads });
    warmUp(threads - 1);
    views().float64[ARGUMENTS] = address / 4;
    run(slow, ARGUMENTS, 500, 7);
    results.push(views().float32.slice(address / 4, address / 4 + 500));
  }
  assertEquals(results[1], results[0]);
  assertEquals(results[2], results[0]);
  release(address);
  shutdown();
});

Deno.test("run() throws what a kernel throws, wherever it ran", () => {
  configure({ threads: 3 });
  warmUp(2);
  const main = kernelFromSource("() => {}");
  const source = "() => { throw new RangeError('no such unit') }";
  const everywhere = kernel(source);
  const onlyWorkers = { run: main, id: ids -= 1, source };
  const onlyMain = { run: everywhere.run, id: ids -= 1, source: "() => {}" };
  const failing = { run: main, id: ids -= 1, source: "() => { throw new Error('out of order') }" };
  const broken = { run: main, id: ids -= 1, source: "this is no JavaScript" };
  // Who gets a chunk is chance, so each is tried until the thread in question has got one.
  const often = (kernel: KernelReference) => () => {
    for (let i = 0; i < 10_000; i += 1) run(kernel, ARGUMENTS, 10_000, 1);
  };
  assertThrows(often(everywhere), Error, "no such unit");
  assertThrows(often(onlyMain), RangeError, "no such unit");
  // What a kernel says of its arguments is the same wherever it ran.
  assertEquals(assertThrows(often(onlyWorkers), RangeError).message, "no such unit");
  assertThrows(often(failing), Error, "A kernel failed in a worker: Error: out of order");
  assertThrows(often(broken), Error, "SyntaxError");
  const address = allocate(4 * 100);
  views().float64[ARGUMENTS] = address / 4;
  views().int32.fill(0, address / 4, address / 4 + 100);
  run(count, ARGUMENTS, 100, 1);
  assertEquals(views().int32.subarray(address / 4, address / 4 + 100).every((n) => n === 1), true);
  release(address);
  shutdown();
});

Deno.test("run() works alone where sharing takes longer, and shares where that is quicker", () => {
  configure({ threads: 2 });
  const wait = (milliseconds: number): string =>
    `const end = performance.now() + ${milliseconds} * (end_ - begin); while (performance.now() < end);`;
  let here = 0;
  const waiting = (main: number, worker: number): KernelReference => {
    const source = (milliseconds: number): string => `(views, at, begin, end_) => { ${wait(milliseconds)} }`;
    const own = kernelFromSource(source(main));
    const run: KernelReference["run"] = (heap, at, begin, end) => {
      here += end - begin;
      own(heap, at, begin, end);
    };
    return { run, id: ids -= 1, source: source(worker) };
  };
  /** Whether the main thread does all of the work once it was timed. */
  const isAlone = (kernel: KernelReference): boolean => {
    for (let i = 0; i < 15; i += 1) run(kernel, ARGUMENTS, 8, 1);
    here = 0;
    for (let i = 0; i < 20; i += 1) run(kernel, ARGUMENTS, 8, 1);
    return here === 160;
  };
  // A machine that has no time for the worker may take several attempts.
  const deadline = performance.now() + 20_000;
  for (const [main, worker, alone] of [[0.2, 5, true], [1, 0.01, false]] as const) {
    let found: boolean;
    do {
      warmUp(1);
      found = isAlone(waiting(main, worker));
    } while (found !== alone && performance.now() < deadline);
    assertEquals(found, alone);
  }
  shutdown();
});

const sanitized = { sanitizeOps: true, sanitizeResources: true, sanitizeExit: true };

Deno.test("shutdown() stops workers at any moment, and they come back", sanitized, () => {
  configure({ threads: 3 });
  for (let round = 0; round < 5; round += 1) {
    warmUp(2);
    shutdown();
    assertEquals(info().workers, 0);
  }
  // Workers that are still starting when they are sent home never join.
  const address = allocate(4 * 1000);
  views().float64[ARGUMENTS] = address / 4;
  for (let round = 0; round < 5; round += 1) {
    run(slow, ARGUMENTS, 1000, 100);
    shutdown();
    shutdown();
    assertEquals(info().workers, 0);
  }
  release(address);
  warmUp(2);
  shutdown();
});

Deno.test("idle workers leave, and come back when there is work", async () => {
  configure({ threads: 2 });
  warmUp(1);
  const deadline = performance.now() + 5000;
  while (info().workers > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals(info().workers, 0);
  warmUp(1);
  shutdown();
});

Deno.test("a first small job starts no workers", () => {
  configure({ threads: 4 });
  const address = allocate(4 * 64);
  views().float64[ARGUMENTS] = address / 4;
  run(count, ARGUMENTS, 64, 8);
  assertEquals(info().workers, 0);
  release(address);
  shutdown();
});
