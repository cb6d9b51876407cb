/**
 * The heap: addresses, counts, the error of a full heap, guards.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  allocate,
  ARGUMENTS,
  CELLS,
  checkGuards,
  heapUsage,
  memory,
  onFull,
  release,
  reserve,
  resetPeak,
  setGuards,
  setHeapLimit,
  views,
} from "../../../tensor/runtime/heap.ts";

const LIMIT = 16 * 1024 * 1024;
setHeapLimit(LIMIT);
// The tests here count bytes, to which guards would add.
setGuards(false);

/** The most bytes that one block can have now. */
function largest(): number {
  let low = 0;
  let high = LIMIT;
  while (high - low > 64) {
    const middle = (low + high) / 2;
    try {
      release(allocate(middle));
      low = middle;
    } catch {
      high = middle;
    }
  }
  return Math.floor(low / 64) * 64;
}

Deno.test("setHeapLimit() is the size of the memory and cannot change after first use", () => {
  assertEquals(heapUsage(), { limit: LIMIT, used: 0, peak: 0, blocks: 0, allocations: 0 });
  assertEquals(views().uint8.length, LIMIT);
  assertEquals(views(), views());
  assertEquals(memory().buffer === views().float32.buffer, true);
  setHeapLimit(LIMIT);
  assertThrows(() => setHeapLimit(2 * LIMIT), RangeError, "before the first tensor");
  assertThrows(() => setHeapLimit(1000), RangeError, "from 4194304 to 4294967296");
  assertThrows(() => setHeapLimit(NaN), RangeError);
});

Deno.test("allocate() gives aligned blocks that keep their bytes, and counts them", () => {
  const before = largest();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.boolean()), { maxLength: 60 }),
      (wishes) => {
        resetPeak();
        const start = heapUsage();
        const live: { address: number; bytes: number; mark: number }[] = [];
        let most = start.used;
        wishes.forEach(([bytes, keep], i) => {
          const address = allocate(bytes);
          assertEquals(address % 64, 0);
          assertEquals(address > CELLS && address > ARGUMENTS * 8 && address + bytes <= LIMIT, true);
          views().uint8.fill(i, address, address + bytes);
          most = Math.max(most, heapUsage().used);
          if (keep) live.push({ address, bytes, mark: i });
          else release(address);
        });
        for (const { address, bytes, mark } of live) {
          assertEquals(views().uint8.subarray(address, address + bytes).every((byte) => byte === mark), true);
        }
        assertEquals(heapUsage().blocks - start.blocks, live.length);
        assertEquals(heapUsage().allocations - start.allocations, wishes.length);
        assertEquals(heapUsage().peak, most);
        for (const { address } of live) release(address);
        assertEquals(heapUsage().used, start.used);
        assertEquals(heapUsage().blocks, start.blocks);
      },
    ),
    { numRuns: 60 },
  );
  assertEquals(largest(), before);
});

Deno.test("release() refuses what is not in use", () => {
  const address = allocate(100);
  release(address);
  assertThrows(() => release(address), RangeError, `in use but got ${address}`);
  for (const wrong of [0, 64, 128, address + 1, address + 64, LIMIT, 2 ** 33, -64, NaN]) {
    assertThrows(() => release(wrong), RangeError, "release expects");
  }
  assertThrows(() => release(reserve(10)), RangeError, "release expects");
});

Deno.test("allocate() on a full heap says who holds what and breaks nothing", () => {
  onFull(() => "The test holds one block");
  const before = largest();
  const address = allocate(1024 * 1024);
  const error = assertThrows(() => allocate(LIMIT), RangeError);
  for (
    const part of [`${LIMIT} bytes were asked for`, "1048640 bytes are held in 1 block", `${LIMIT} bytes and`]
  ) {
    assertEquals(error.message.includes(part), true, error.message);
  }
  assertEquals(error.message.includes("The test holds one block. "), true);
  assertEquals(heapUsage().blocks, 1);
  release(address);
  assertEquals(largest(), before);
  for (const wrong of [-1, NaN, Infinity, 2 ** 40]) assertThrows(() => allocate(wrong), RangeError);
  assertEquals(heapUsage().blocks, 0);
});

Deno.test("setGuards() finds writes beyond a block", () => {
  setGuards(true);
  const block = allocate(12);
  const other = allocate(0);
  setGuards(false);
  const plain = allocate(64);
  views().uint8.fill(1, block, block + 12);
  checkGuards();
  views().uint8[block + 14] = 0;
  assertThrows(checkGuards, RangeError, `block of 12 bytes at ${block} was overrun at byte 2 after its end`);
  assertThrows(() => release(block), RangeError, "overrun");
  views().uint8[block + 14] = 0xff;
  views().uint8[block - 1] = 0;
  assertThrows(() => release(block), RangeError, "byte 1 before its start");
  views().uint8[block - 1] = 0xff;
  for (const address of [block, other, plain]) release(address);
  assertThrows(() => release(block), RangeError, "release expects");
  assertEquals(heapUsage().used, 0);
});
