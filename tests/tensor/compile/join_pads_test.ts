import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

const values = (...shape: number[]): Tensor =>
  t.reshape(t.sin(t.arange(shape.reduce((size, extent) => size * extent, 1))), shape);

/** Parts of a tensor along an axis, padded with zeros to its extents again and added. */
function apart(x: Tensor, axis: number, cuts: readonly number[]): Tensor {
  const extent = x.shape[axis];
  const parts = [0, ...cuts].map((from, i) => {
    const to = [...cuts, extent][i];
    const part = t.multiply(t.slice(x, x.shape.map((_, j) => j === axis ? [from, to] : null)), i + 2);
    return t.pad(part, x.shape.map((_, j) => j === axis ? [from, extent - to] : [0, 0]));
  });
  // In no order: what is added last may lie first.
  return parts.reduce((sum, part) => t.add(part, sum));
}

function listingOf(f: (x: Tensor) => Tensor, x: Tensor): string {
  const compiled = t.compile(f);
  assertEquals(compiled(x).toArray(), f(x).toArray());
  return t.format(compiled.program(x));
}

Deno.test("padded parts that make up a whole are copied to their places", () => {
  for (const [axis, cuts] of [[0, [1]], [1, [2, 3]], [2, [1, 4, 6]]] as const) {
    const listing = listingOf((x) => apart(x, axis, cuts), values(3, 4, 7));
    assertEquals([listing.includes("pad"), listing.includes("concatenate")], [false, true], listing);
  }
});

Deno.test("padded parts are added where they overlap, leave a gap, are read elsewhere, or not padded with zeros", () => {
  const pad = (x: Tensor, low: number, high: number, value = 0): Tensor => t.pad(x, [[low, high]], { value });
  const others: readonly ((x: Tensor) => Tensor)[] = [
    (x) => t.add(pad(x, 0, 3), pad(x, 3, 0)),
    (x) => t.add(pad(x, 0, 5), pad(x, 5, 0)),
    (x) => t.add(pad(x, 0, 4, 1), pad(x, 4, 0)),
    (x) => t.add(t.add(pad(x, 0, 4), pad(x, 4, 0)), pad(x, 4, 0)),
    (x) => t.add(t.add(pad(x, 0, 4), 1), pad(x, 4, 0)),
    (x) => {
      const [low, high] = [pad(x, 0, 4), pad(x, 4, 0)];
      return t.add(t.add(low, high), t.exp(low));
    },
  ];
  for (const f of others) {
    const listing = listingOf(f, values(4));
    assertEquals(listing.includes("concatenate"), false, listing);
  }
});

Deno.test("strict programs add padded parts, as 0 and -0 make 0", () => {
  t.configure({ simd: "strict" });
  try {
    const x = t.tensor([-0, 1]);
    const f = (x: Tensor): Tensor => apart(x, 0, [1]);
    assertEquals(t.compile(f)(x).data(), f(x).data());
  } finally {
    t.configure({ simd: "relaxed" });
  }
});

Deno.test("what is joined lies as the transpose that reads it wants it", () => {
  const x = values(2, 3, 4, 5);
  const turn = (x: Tensor): Tensor => t.reshape(t.transpose(apart(x, 0, [1]), [1, 2, 0, 3]), [12, 10]);
  const listing = listingOf((x) => t.matmul(turn(x), t.transpose(turn(x))), x);
  assertEquals(listing.includes("reshape"), false, listing);
  // Also as a result, and where something else reads it too.
  listingOf(turn, x);
  listingOf((x) => t.transpose(apart(x, 0, [1]), [3, 1, 0, 2]), x);
  listingOf((x) => {
    const whole = apart(x, 0, [1]);
    return t.concatenate([t.reshape(t.transpose(whole), [-1]), t.reshape(whole, [-1])]);
  }, x);
});
