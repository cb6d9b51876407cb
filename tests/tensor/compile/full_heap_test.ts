import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

t.configure({ heapLimit: 16 * 2 ** 20 });

Deno.test("a heap that is full in the middle of a program is an error that changes nothing", () => {
  const size = 2 ** 18;
  const given = (): Tensor => t.tensor(Float32Array.from({ length: size }, (_, i) => i % 7));
  const f = t.compile((x: Tensor, y: Tensor): Tensor[] => {
    const z = t.add(t.multiply(x, 2), y);
    return [z, t.exp(z), t.square(z), t.negative(z)];
  }, { donate: [0], name: "f" });
  const expected = t.scope(() => f(given(), given()).map((result) => result.at(5).item()));
  const [x, y] = [given(), given()];
  const ballast: Tensor[] = [];
  assertThrows(
    () => {
      for (;;) ballast.push(given());
    },
    RangeError,
    "The heap is full",
  );
  const { blocks, heapUsed } = t.info();
  const error = assertThrows(() => f(x, y), RangeError, "The heap is full");
  assertEquals(error.message.includes("scope()"), true);
  // What was given is alive, donated or not, and nothing is left behind.
  assertEquals([x.at(6).item(), y.at(6).item()], [6, 6]);
  assertEquals({ blocks: t.info().blocks, heapUsed: t.info().heapUsed }, { blocks, heapUsed });
  t.dispose(ballast);
  const results = f(x, y);
  assertEquals(results.map((result) => result.at(5).item()), expected);
  assertThrows(() => x.at(0).item(), RangeError, "donation to f");
  t.dispose([y, ...results]);
});

Deno.test("a run that finds memory for some of its results only leaves nothing behind", () => {
  const given = (): Tensor => t.tensor(Float32Array.from({ length: 2 ** 16 }, (_, i) => i % 7));
  // One argument has to be copied; three results are new, the fourth has the memory of the donated argument.
  const f = t.compile((x: Tensor, y: Tensor): Tensor[] => {
    const z = t.add(t.multiply(x, t.reshape(y, [2 ** 16])), 1);
    return [z, t.exp(z), t.square(z), t.negative(z)];
  }, { donate: [0], name: "f" });
  const run = (x: Tensor, y: Tensor): Tensor[] => f(x, t.transpose(y.reshape([256, 256])));
  const expected = t.scope(() => run(given(), given()).map((result) => result.at(300).item()));
  for (let room = 0; room <= 4; room++) {
    const [x, y] = [given(), given()];
    const ballast: Tensor[] = [];
    assertThrows(() => {
      for (;;) ballast.push(given());
    }, RangeError);
    for (let i = 0; i < room; i++) t.dispose(ballast.pop()!);
    const { heapUsed } = t.info();
    if (room < 4) {
      assertThrows(() => run(x, y), RangeError, "The heap is full");
      assertEquals(t.info().heapUsed, heapUsed);
      assertEquals([x.at(6).item(), y.at(6).item()], [6, 6]);
      t.dispose(ballast);
    }
    const results = run(x, y);
    assertEquals(results.map((result) => result.at(300).item()), expected);
    t.dispose([y, ...ballast, ...results]);
  }
});

Deno.test("a program that finds memory for its intermediates only keeps none", () => {
  const make = (): t.Compiled<[x: Tensor], Tensor> =>
    t.compile((x: Tensor): Tensor => t.sum(t.multiply(t.cumsum(x), t.tensor([2]))));
  const x = t.tensor(new Float32Array(2 ** 16));
  const { arenaBytes } = make().program(x).plan;
  const room = t.tensor(new Float32Array(arenaBytes / 4));
  const ballast: Tensor[] = [];
  for (const length of [2 ** 16, 2 ** 10, 16]) {
    assertThrows(() => {
      for (;;) ballast.push(t.tensor(new Float32Array(length)));
    }, RangeError);
  }
  t.dispose(room);
  const { heapUsed, blocks } = t.info();
  assertThrows(() => make()(x), RangeError, "The heap is full");
  assertEquals({ heapUsed: t.info().heapUsed, blocks: t.info().blocks }, { heapUsed, blocks });
  t.dispose([x, ...ballast]);
});

Deno.test("a heap that is too full for the inside of a loop leaves nothing behind", () => {
  const w = t.tensor(Float32Array.from({ length: 2 ** 14 }, (_, i) => i % 3));
  // Each branch has intermediate results of its own, which the program holds.
  const f = t.compile((x: Tensor): Tensor =>
    t.cond(
      t.greater(t.sum(x), 0),
      (y: Tensor) => t.softmax(t.multiply(t.softmax(t.multiply(y, w)), w)),
      (y: Tensor) => t.softmax(t.multiply(t.softmax(y), w)),
      x,
    ), { name: "f" });
  const eager = (x: Tensor): Tensor =>
    t.scan((c: Tensor) => [t.softmax(t.multiply(t.softmax(c), w)), null], x, null, { length: 3 })[0];
  const ballast: Tensor[] = [];
  assertThrows(() => {
    for (;;) ballast.push(t.tensor(new Float32Array(2 ** 12)));
  }, RangeError);
  for (let room = 0; room < 4; room++) {
    const { heapUsed } = t.info();
    assertThrows(() => f(w), RangeError, "The heap is full");
    assertThrows(() => eager(w), RangeError, "The heap is full");
    assertEquals(t.info().heapUsed, heapUsed);
    t.dispose(ballast.pop()!);
  }
  t.dispose(ballast);
  assertEquals(f(w).shape, w.shape);
});
