import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { arange, info, random, reshape, scope, type Tensor } from "../../tensor/mod.ts";
import { batches, prefetch } from "../../train/mod.ts";

function dataOf(count: number): { readonly x: Tensor; readonly y: Tensor } {
  return { x: reshape(arange(2 * count), [count, 2]), y: arange(count) };
}

Deno.test("batches() give every example once an epoch, in another order each, and can go on anywhere", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(5),
      (count, given, epoch) => {
        const size = Math.min(given, count);
        const options = { size, key: random.key(3), epoch, keepLast: true };
        const whole = [...batches(dataOf(count), options).withState()];
        const seen = whole.flatMap(({ batch }) => [...batch.y.data()]);
        assertEquals(seen.toSorted((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
        for (const { batch } of whole) {
          assertEquals(
            [...batch.x.data()].filter((_, i) => i % 2 === 0),
            [...batch.y.data()].map((y) => 2 * y),
          );
        }
        const middle = Math.floor(whole.length / 2);
        const { index } = middle === 0 ? { index: 0 } : whole[middle - 1].state;
        const rest = [...batches(dataOf(count), { ...options, index })];
        assertEquals(
          rest.map(({ y }) => [...y.data()]),
          whole.slice(middle).map(({ batch }) => [...batch.y.data()]),
        );
        assertEquals(whole.at(-1)!.state, { epoch: epoch + 1, index: 0 });
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("batches() come as they are without a key, and refuse what does not fit", () => {
  const data = dataOf(5);
  assertEquals([...batches(data, { size: 2 })].map(({ y }) => [...y.data()]), [[0, 1], [2, 3]]);
  assertEquals(batches(data, { size: 2, keepLast: true }).count, 3);
  assertThrows(() => batches(data, { size: 6 }), RangeError, "size from 1 to the 5 examples but got 6");
  assertThrows(() => batches({ x: arange(2), y: arange(3) }, { size: 1 }), RangeError, "got 2 and 3 at y");
  assertThrows(() => batches({ x: 1 }, { size: 1 }), TypeError, "batches expects tensors");
  assertThrows(
    () => batches(data, undefined as unknown as { size: number }),
    TypeError,
    "batches expects options to be an object but got undefined",
  );
  assertThrows(() => batches({}, { size: 1 }), TypeError, "batches expects a tree of tensors");
  assertThrows(() => batches(data, { size: 2 }).at(2), RangeError, "within 0 to 1 but got 2");
  assertThrows(() => batches(data, { size: 2, index: 9 }), RangeError, "index within 0 to 2");
});

Deno.test("batches() do not depend on the scope in which the first is asked for", () => {
  const ordered = batches(dataOf(9), { size: 3, key: random.key(3) });
  const inScope = [0, 1, 2].map((i) => scope(() => [...ordered.at(i).y.data()]));
  assertEquals([...ordered].map(({ y }) => [...y.data()]), inScope);
  const before = info().heapUsed;
  for (let i = 0; i < 3; i++) scope(() => void ordered.at(i));
  assertEquals(info().heapUsed, before);
});

Deno.test("prefetch() waits while a step computes, so that little is left to wait for after it", async () => {
  async function* source(): AsyncGenerator<number> {
    for (let i = 0; i < 8; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      yield i;
    }
  }
  /** The milliseconds between steps that compute for 25. */
  const waited = async (items: AsyncIterable<number>): Promise<number> => {
    let [total, ended] = [0, performance.now()];
    for await (const _ of items) {
      const began = performance.now();
      total += began - ended;
      while (performance.now() - began < 25);
      ended = performance.now();
    }
    return total;
  };
  const alone = await waited(source());
  const ahead = await waited(prefetch(source()));
  // The first item has to be waited for, the seven others are there.
  assertEquals(ahead < alone / 2, true, `${ahead} of ${alone}`);
});

Deno.test("prefetch() works ahead, keeps the order, and tells errors in their turn", async () => {
  const log: string[] = [];
  async function* source(): AsyncGenerator<number> {
    for (let i = 0; i < 4; i++) {
      log.push(`made ${i}`);
      yield await Promise.resolve(i);
    }
    throw new Error("the end");
  }
  let caught = "";
  try {
    for await (const item of prefetch(source(), { ahead: 2 })) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.push(`used ${item}`);
    }
  } catch (error) {
    caught = (error as Error).message;
  }
  assertEquals(caught, "the end");
  assertEquals(log.indexOf("made 2") < log.indexOf("used 0"), true, log.join());
  assertEquals(log.filter((line) => line.startsWith("used")), ["used 0", "used 1", "used 2", "used 3"]);
  let closed = false;
  function* endless(): Generator<number> {
    try {
      for (let i = 0;; i++) yield i;
    } finally {
      closed = true;
    }
  }
  for await (const item of prefetch(endless())) if (item === 3) break;
  assertEquals(closed, true);
});
