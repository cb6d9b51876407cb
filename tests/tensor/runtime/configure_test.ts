/**
 * The settings: what is accepted, what is told.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { type Configuration, configure, info, simd } from "../../../tensor/runtime/configure.ts";
import { allocate, release } from "../../../tensor/runtime/heap.ts";

Deno.test("info() tells the defaults without making the heap", () => {
  const { threads, ...rest } = info();
  assertEquals(threads, Math.min(16, navigator.hardwareConcurrency));
  assertEquals(rest, {
    workers: 0,
    simd: "relaxed",
    shared: true,
    heapLimit: 4 * 1024 ** 3,
    heapUsed: 0,
    heapPeak: 0,
    blocks: 0,
    allocations: 0,
  });
});

Deno.test("configure() sets what is given and keeps the rest", () => {
  configure({ heapLimit: 32 * 1024 * 1024 + 1 });
  configure({ threads: 3 });
  configure({ simd: "strict" });
  configure({});
  const { threads, simd: chosen, heapLimit } = info();
  assertEquals({ threads, chosen, heapLimit }, {
    threads: 3,
    chosen: "strict",
    heapLimit: 32 * 1024 * 1024 + 65536,
  });
  assertEquals(simd(), "strict");
  const address = allocate(1000);
  assertEquals(info().heapUsed >= 1000 && info().blocks === 1 && info().shared, true);
  assertThrows(() => configure({ heapLimit: 1024 ** 3 }), RangeError, "heapLimit before the first tensor");
  release(address);
});

Deno.test("configure() refuses wrong options and changes nothing", () => {
  const before = info();
  const wrong = (options: unknown) => () => configure(options as Configuration);
  assertThrows(wrong({ thread: 2 }), TypeError, "options threads, simd and heapLimit but got thread");
  assertThrows(wrong({ threads: "2" }), TypeError, "threads to be a number but got string");
  assertThrows(wrong({ simd: 1 }), TypeError, "simd to be a string");
  assertThrows(wrong(null), TypeError, "options to be an object but got null");
  for (const threads of [0, -1, 1.5, NaN, Infinity, 65]) {
    assertThrows(wrong({ threads, simd: "off" }), RangeError, `from 1 to 64 but got ${threads}`);
  }
  assertThrows(
    wrong({ simd: "fast", threads: 2 }),
    RangeError,
    `"relaxed", "strict" or "off" but got "fast"`,
  );
  assertThrows(wrong({ heapLimit: 5e9, threads: 2 }), RangeError, "heapLimit");
  assertEquals(info(), before);
});
