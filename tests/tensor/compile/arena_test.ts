import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { Arena } from "../../../tensor/compile/arena.ts";
import { Intervals } from "../../../tensor/compile/intervals.ts";

const TIMES = 13;

Deno.test("an arena takes the lowest offset where nothing lies that is there at one of the same times", () => {
  const takes = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(TIMES - 1), fc.nat(TIMES - 1)), {
    maxLength: 40,
  });
  fc.assert(fc.property(takes, (takes) => {
    const arena = new Arena(TIMES);
    const taken: { offset: number; size: number; first: number; last: number }[] = [];
    for (const [size, one, other] of takes) {
      const [first, last] = [Math.min(one, other), Math.max(one, other)];
      let offset = 0;
      while (
        taken.some((range) =>
          range.first <= last && first <= range.last && range.offset < offset + size &&
          offset < range.offset + range.size
        )
      ) offset++;
      assertEquals(arena.take(size, first, last), offset);
      taken.push({ offset, size, first, last });
    }
  }));
});

Deno.test("intervals know the first range that has something of another", () => {
  const ranges = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 6 })), { maxLength: 20 });
  fc.assert(fc.property(ranges, fc.nat(40), fc.integer({ min: 1, max: 6 }), (ranges, start, length) => {
    const intervals = new Intervals();
    const inside = new Set<number>();
    for (const [from, count] of ranges) {
      intervals.add(from, from + count);
      for (let i = from; i < from + count; i++) inside.add(i);
    }
    let expected = -1;
    for (let i = start; i < start + length && expected < 0; i++) {
      if (!inside.has(i)) continue;
      for (expected = i; inside.has(expected);) expected++;
    }
    assertEquals(intervals.endOfFirstIn(start, start + length), expected);
  }));
});
