/**
 * The allocator against a model.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { type Allocator, createAllocator, TAG } from "../../../tensor/runtime/allocator.ts";

const END = 4096;

function blocksOf(allocator: Allocator): { header: number; granules: number; tag: number }[] {
  const blocks: { header: number; granules: number; tag: number }[] = [];
  allocator.visit((header, granules, tag) => blocks.push({ header, granules, tag }));
  return blocks;
}

/** The blocks tile the memory, and no two free ones are neighbours. */
function checkTiling(allocator: Allocator, end: number = END): void {
  let at = 1;
  let wasFree = false;
  for (const { header, granules, tag } of blocksOf(allocator)) {
    assertEquals(header, at);
    assertEquals(wasFree && tag === TAG.FREE, false);
    wasFree = tag === TAG.FREE;
    at += granules;
  }
  assertEquals(at, end - 1);
}

Deno.test("createAllocator() never overlaps, always tiles, and coalesces to the whole", () => {
  const step = fc.oneof(
    fc.record({ take: fc.oneof(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 2, max: 2000 })) }),
    fc.record({ give: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const allocator = createAllocator(new Int32Array(END * 16), 1, END);
      const live: { content: number; granules: number }[] = [];
      for (const one of steps) {
        if ("take" in one) {
          const content = allocator.take(one.take, TAG.LIVE);
          const largest = allocator.largest();
          if (content === 0) {
            assertEquals(largest < one.take, true, "refused although a block fits");
            continue;
          }
          for (const other of live) {
            const apart = content - 1 + one.take <= other.content - 1 ||
              other.content - 1 + other.granules <= content - 1;
            assertEquals(apart, true);
          }
          live.push({ content, granules: one.take });
        } else if (live.length > 0) {
          const [{ content, granules }] = live.splice(one.give % live.length, 1) as [typeof live[number]];
          const size = allocator.give(content, TAG.LIVE);
          assertEquals(size === granules || size === granules + 1, true);
          assertEquals(allocator.give(content, TAG.LIVE), 0, "a second release is noticed");
        }
        checkTiling(allocator);
      }
      for (const { content } of live) allocator.give(content, TAG.LIVE);
      assertEquals(blocksOf(allocator), [{ header: 1, granules: END - 2, tag: TAG.FREE }]);
      assertEquals(allocator.take(END - 2, TAG.LIVE), 2);
      assertEquals(allocator.largest(), 0);
    }),
    { numRuns: 150 },
  );
});

Deno.test("extend() adds room behind the blocks there are, in use or free", () => {
  const sizes = fc.array(fc.integer({ min: 2, max: 400 }), { maxLength: 40 });
  fc.assert(
    fc.property(
      sizes,
      fc.infiniteStream(fc.boolean()),
      fc.integer({ min: 1, max: 2000 }),
      (sizes, keep, more) => {
        const words = new Int32Array(END * 16);
        const allocator = createAllocator(words, 1, END);
        const live = new Set<number>();
        for (const granules of sizes) {
          const content = allocator.take(granules, TAG.LIVE);
          if (content !== 0) live.add(content);
        }
        for (const content of live) {
          if (keep.next().value) continue;
          allocator.give(content, TAG.LIVE);
          live.delete(content);
        }
        const moved = new Int32Array((END + more) * 16);
        moved.set(words);
        words.fill(-1);
        allocator.extend(moved, END + more);
        checkTiling(allocator, END + more);
        assertEquals(blocksOf(allocator).filter(({ tag }) => tag === TAG.LIVE).length, live.size);
        for (const content of live) assertEquals(allocator.give(content, TAG.LIVE) > 0, true);
        assertEquals(blocksOf(allocator), [{ header: 1, granules: END + more - 2, tag: TAG.FREE }]);
        assertEquals(allocator.take(END + more - 2, TAG.LIVE), 2);
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("createAllocator() refuses addresses that are no blocks", () => {
  const allocator = createAllocator(new Int32Array(END * 16), 1, END);
  const content = allocator.take(10, TAG.LIVE);
  for (const wrong of [0, -5, 1, content + 1, content - 1, END, END + 5, NaN]) {
    assertEquals(allocator.give(wrong, TAG.LIVE), 0);
  }
  assertEquals(allocator.give(content, TAG.RESERVED), 0);
  assertEquals(allocator.give(content, TAG.LIVE), 10);
});
