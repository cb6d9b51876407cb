import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { OrderedList } from "../../../../tensor/compile/graph/ordered_list.ts";

Deno.test("an ordered list knows the places of what was moved and taken out", () => {
  const moves = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("before", "after", "out")), {
    maxLength: 80,
  });
  fc.assert(fc.property(fc.integer({ min: 2, max: 12 }), moves, (count, moves) => {
    const list = new OrderedList(count);
    const expected = Array.from({ length: count }, (_, i) => i);
    for (const [first, second, kind] of moves) {
      const [one, other] = [first % count, second % count];
      const at = expected.indexOf(one);
      if (one === other || !expected.includes(other)) continue;
      if (at >= 0) expected.splice(at, 1);
      if (kind === "out") list.remove(one);
      else {
        if (kind === "before") list.moveBefore(one, other);
        else list.moveAfter(one, other);
        expected.splice(expected.indexOf(other) + (kind === "after" ? 1 : 0), 0, one);
      }
      assertEquals(list.sorted(expected.toReversed()), expected);
    }
  }));
});

Deno.test("an ordered list takes any number at one place", () => {
  const list = new OrderedList(5000);
  for (let i = 1; i < 4999; i++) list.moveBefore(i, 4999);
  for (let i = 4998; i > 0; i--) list.moveAfter(i, 0);
  assertEquals(list.sorted([4999, 17, 0, 3, 4998]), [0, 3, 17, 4998, 4999]);
  for (let i = 0; i < 4999; i++) assertEquals(list.isBefore(i, i + 1), true);
});
