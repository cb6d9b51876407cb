/**
 * Programs of long chains: what compiling them takes, and what they take, grows with their length and no faster.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { format } from "../../../tensor/compile/mod.ts";
import { binary, costOf, type Expression, input, unary } from "../../../tensor/kernels/expression.ts";

const LINKS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  "a loop": (x) => t.add(t.multiply(x, 0.9), t.sin(x)),
  "a sum down columns": (x) => t.subtract(x, t.multiply(t.sum(x, { axes: 0 }), 0.1)),
  "a mean along rows": (x) => t.subtract(x, t.multiply(t.mean(x, { axes: 1, keepDims: true }), 0.1)),
  "a maximum of all": (x) => t.subtract(x, t.max(x)),
  "a softmax": (x) => t.add(t.softmax(x), x),
};

const chain = (link: (x: Tensor) => Tensor, length: number) => (x: Tensor): Tensor =>
  Array.from({ length }).reduce<Tensor>(link, x);

Deno.test("a part that is shared is counted once", () => {
  let shared: Expression = unary("exp", input(0));
  for (let i = 0; i < 100; i++) shared = binary("add", shared, shared);
  assertEquals(costOf(shared), 110);
});

for (const [name, link] of Object.entries(LINKS)) {
  Deno.test(`a chain over ${name}, each link of which is read twice, takes time in proportion to its length`, () => {
    t.scope(() => {
      const x = t.random.normal(t.random.key(0), [6, 8]);
      const flops = [40, 160].map((length) => {
        const compiled = t.compile(chain(link, length));
        const [, count] = /(\d+) flops,/.exec(format(compiled.program(x)).split("\n").at(-1)!)!;
        return Number(count);
      });
      assertEquals(flops[1] <= 5 * flops[0], true, flops.join(" and "));
      const gradient = t.grad((x: Tensor) => t.sum(chain(link, 40)(x)));
      const [found, expected] = [t.compile((x: Tensor) => gradient(x))(x), gradient(x)];
      const difference = t.max(t.abs(t.subtract(found, expected))).item();
      assertEquals(difference <= 1e-3 * Math.max(1, t.max(t.abs(expected)).item()), true, `${difference}`);
    });
  });
}

Deno.test("long chains do not fill the stack", () => {
  t.scope(() => {
    const x = t.random.normal(t.random.key(0), [2, 8]);
    const means = chain(LINKS["a mean along rows"], 1500);
    assertEquals(t.compile(means)(x).shape, [2, 8]);
  });
});

for (const simd of ["relaxed", "off"] as const) {
  Deno.test(`what is shared again and again before rows are read whole is looked at once, simd ${simd}`, () => {
    t.configure({ simd });
    try {
      t.scope(() => {
        const doubled = (x: Tensor): Tensor => chain((h) => t.add(h, h), 60)(t.multiply(x, 2 ** -60));
        const x = t.random.normal(t.random.key(0), [6, 8]);
        const difference = t.subtract(t.compile((x: Tensor) => t.softmax(doubled(x)))(x), t.softmax(x));
        assertEquals(t.max(t.abs(difference)).item() <= 1e-6, true);
        const gradient = t.grad((x: Tensor) => t.sum(t.sin(t.softmax(doubled(x)))));
        const found = t.subtract(t.compile((x: Tensor) => gradient(x))(x), gradient(x));
        assertEquals(t.max(t.abs(found)).item() <= 1e-5, true);
      });
    } finally {
      t.configure({ simd: "relaxed" });
    }
  });
}
