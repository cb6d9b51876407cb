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
