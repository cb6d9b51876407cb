import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

/** A function that counts how often it is recorded. */
function counted<A extends unknown[], R>(
  f: (...args: A) => R,
): { f: (...args: A) => R; count: () => number } {
  let count = 0;
  return {
    f: (...args) => {
      count++;
      return f(...args);
    },
    count: () => count,
  };
}

Deno.test("compile() records once for each structure, shapes and dtypes", () => {
  const { f, count } = counted((p: { a: Tensor; b?: Tensor }) => t.multiply(p.a, 2));
  const g = t.compile(f);
  const x = t.tensor([1, 2]);
  for (let i = 0; i < 3; i++) assertEquals(g({ a: x }).toArray(), [2, 4]);
  assertEquals(count(), 1);
  g({ a: t.tensor([1, 2, 3]) });
  assertEquals(count(), 2);
  g({ a: x.cast("int32") });
  assertEquals(count(), 3);
  g({ a: x, b: x });
  assertEquals(count(), 4);
  g({ a: t.tensor([5, 6]) });
  assertEquals(count(), 4);
});

Deno.test("compile() takes keys in another order for the same structure", () => {
  const { f, count } = counted((
    c: { a: Tensor; rate: number; b: { x: Tensor; y: Tensor } },
    mode: { twice: boolean },
  ) => ({
    b: { y: t.subtract(c.b.y, c.b.x), x: c.b.x },
    a: t.multiply(t.add(c.a, c.b.y), mode.twice ? 2 : 1),
    rate: t.host((rate) => rate + 1, c.rate),
  }));
  const g = t.compile(f, { donate: [0], static: [1] });
  const first = { rate: 1, a: t.tensor([1, 2]), b: { x: t.tensor([3, 4]), y: t.tensor([10, 20]) } };
  const second = g(g(first, { twice: true }), { twice: true });
  assertEquals([second.a, second.b.x, second.b.y].map((x) => x.toArray()), [[58, 120], [3, 4], [4, 12]]);
  assertEquals([second.rate, count()], [3, 1]);
  const other = { b: { x: t.tensor([1, 1]), z: t.tensor([2, 2]) }, a: t.tensor([1, 1]), rate: 0 };
  assertThrows(() => g(other as unknown as typeof first, { twice: true }), TypeError);
  assertEquals(count(), 2);
});

Deno.test("compile() keeps structures apart whose names look alike", () => {
  const f = t.compile((p: Record<string, Tensor>) => Object.keys(p).length);
  const x = t.tensor(1);
  assertEquals(f({ a: x, b: x }), 2);
  assertEquals(f({ 'a":float32[],"b': x }), 1);
  assertEquals(f({ "a:float32[],b": x }), 1);
  const g = t.compile((words: readonly string[], y: Tensor) => t.multiply(y, words.length));
  assertEquals(g(["x", "y"], x).item(), 2);
  assertEquals(g(['x","y'], x).item(), 1);
  assertEquals(g(["x,string:y"], x).item(), 1);
  const h = t.compile((p: unknown, y: Tensor) => t.multiply(y, p === null ? 2 : 3));
  assertEquals([h(null, x).item(), h(undefined, x).item(), h(null, x).item()], [2, 3, 2]);
});

Deno.test("compile() traces numbers: a new value compiles nothing anew", () => {
  const { f, count } = counted((x: Tensor, rate: number) => t.multiply(x, rate));
  const g = t.compile(f);
  assertEquals([1, 2, 0.5].map((rate) => g(t.tensor(4), rate).item()), [4, 8, 2]);
  assertEquals(count(), 1);
});

Deno.test("compile() refuses JavaScript arithmetic on a traced number", () => {
  const g = t.compile(function schedule(x: Tensor, rate: number): Tensor {
    return t.multiply(x, rate * 2);
  });
  assertThrows(() => g(t.tensor(1), 2), TypeError, "schedule expects arithmetic on its number arguments");
});

Deno.test("host() runs in the prologue, and eager at once", () => {
  const seen: number[] = [];
  const f = (x: Tensor, count: number): { x: Tensor; count: number } => {
    const next = t.host((n) => {
      seen.push(n);
      return n + 1;
    }, count);
    return { x: t.multiply(x, t.host((a, b) => a / b, next, 10)), count: next };
  };
  const g = t.compile(f);
  for (const count of [0, 4]) {
    const [eager, fast] = [f(t.tensor(100), count), g(t.tensor(100), count)];
    assertEquals([fast.x.item(), fast.count], [eager.x.item(), eager.count]);
  }
  assertEquals(seen, [0, 0, 4, 4]);
});

Deno.test("booleans and strings are compiled in", () => {
  const { f, count } = counted((x: Tensor, options: { training: boolean }) =>
    options.training ? t.exp(x) : x
  );
  const g = t.compile(f);
  assertEquals(g(t.tensor(0), { training: true }).item(), 1);
  assertEquals(g(t.tensor(0), { training: false }).item(), 0);
  g(t.tensor(0), { training: true });
  assertEquals(count(), 2);
});

Deno.test("static arguments are compiled in, by value where they are plain", () => {
  const { f, count } = counted((x: Tensor, power: { readonly of: number }) => t.power(x, power.of * 2));
  const g = t.compile(f, { static: [1] });
  assertEquals(g(t.tensor(3), { of: 1 }).item(), 9);
  assertEquals(g(t.tensor(3), { of: 1 }).item(), 9);
  assertEquals(count(), 1);
  assertEquals(g(t.tensor(3), { of: 2 }).item(), 81);
  assertEquals(count(), 2);
});

Deno.test("compile() refuses to read a value that is not there yet", () => {
  const named = t.compile((x: Tensor) => t.multiply(x, x.item()), { name: "careless" });
  assertThrows(
    () => named(t.tensor(2)),
    TypeError,
    "item expects a value but float32[] is being traced by careless",
  );
  assertThrows(() => t.compile((x: Tensor) => x.toArray())(t.ones([2])), TypeError, "toArray");
  assertThrows(() => t.compile((x: Tensor) => x.data())(t.ones([2])), TypeError, "data");
});

Deno.test("compile() checks what it is given", () => {
  // deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
  assertThrows(() => t.compile(3 as any), TypeError, "compile expects a function");
  assertThrows(() => t.compile(() => 1, { donate: [-1] }), RangeError, "-1");
  assertThrows(() => t.compile((x: Tensor) => x, { donate: [1] })(t.ones([2])), RangeError, "donate");
  const later = t.compile((x: Tensor): unknown => Promise.resolve(x));
  assertThrows(() => later(t.ones([2])), TypeError, "promise");
});

Deno.test("a donated tensor may not be used again, and the error names the function", () => {
  const step = t.compile((x: Tensor) => t.add(x, 1), { donate: [0], name: "step" });
  const x = t.tensor([1, 2]);
  step(x);
  assertThrows(() => x.data(), RangeError, "freed by its donation to step");
  assertThrows(() => step(x), RangeError, "freed by its donation to step");
});

Deno.test("a donated tensor gives its memory to a result", () => {
  const step = t.compile((x: Tensor, y: Tensor) => [t.add(x, y), t.multiply(x, t.sum(y))], {
    donate: [0, 1],
  });
  let pair: Tensor[] = [t.tensor([1, 2, 3]), t.tensor([4, 5, 6])];
  const addresses = pair.map((x) => x.storage!.address).sort();
  for (let i = 0; i < 3; i++) {
    pair = step(pair[0], pair[1]);
    assertEquals(pair.map((x) => x.storage!.address).sort(), addresses);
  }
});

Deno.test("a donated argument that no result takes is freed", () => {
  const loss = t.compile((x: Tensor) => t.sum(x), { donate: [0] });
  loss(t.ones([1000]).add(1));
  const x = t.ones([1000]).add(1);
  const before = t.info().heapUsed;
  assertEquals(loss(x).item(), 2000);
  assertEquals(before - t.info().heapUsed >= 4000, true);
});

Deno.test("an element that all outputs read does not lose its place to one of them", () => {
  const count = 400_000;
  const x = (): Tensor => t.add(t.arange(count), 3);
  const f = (y: Tensor): Tensor => t.add(y, t.slice(y, [[0, 1]]));
  const g = t.compile(f, { donate: [0] });
  const inside = t.compile((y: Tensor) => t.multiply(f(t.add(y, 1)), 2));
  assertEquals(g(x()).data(), f(x()).data());
  assertEquals(inside(x()).data(), t.multiply(f(t.add(x(), 1)), 2).data());
  t.shutdown();
});

Deno.test("duplicates among donated arguments count as several tensors", () => {
  const f = (
    a: Tensor,
    b: Tensor,
    c: Tensor,
  ): Tensor[] => [t.add(a, 1), t.multiply(b, t.sum(a)), t.add(b, c)];
  const step = t.compile(f, { donate: [0, 1] });
  const x = t.tensor([1, 2, 3]);
  const expected = f(x, x, x).map((y) => y.toArray());
  assertEquals(step(x, x, x).map((y) => y.toArray()), expected);
  const y = t.tensor([1, 2, 3]);
  const results = t.compile((a: Tensor, b: Tensor) => [t.add(a, 1), b], { donate: [0] })(y, y);
  assertEquals(results.map((z) => z.toArray()), [[2, 3, 4], [1, 2, 3]]);
});

Deno.test("donated views and constants are copied", () => {
  const step = t.compile((a: Tensor) => t.add(a, 1), { donate: [0] });
  const base = t.tensor([[1, 2], [3, 4]]);
  assertEquals(step(base.transpose()).toArray(), [[2, 4], [3, 5]]);
  assertEquals(step(t.zeros([2, 2])).toArray(), [[1, 1], [1, 1]]);
  assertEquals(step(t.ones([3]).slice([[1, null]])).toArray(), [2, 2]);
  const row = t.arange(6).reshape([2, 3]);
  assertEquals(step(row.at(1)).toArray(), [4, 5, 6]);
});

Deno.test("a captured tensor that is donated as well is read as it was", () => {
  const w = t.tensor([[1, 2], [3, 4]]);
  const f = (x: Tensor): Tensor => t.matmul(t.matmul(t.add(x, 1), w), w);
  const expected = f(w).toArray();
  assertEquals(t.compile(f, { donate: [0] })(w).toArray(), expected);
});

Deno.test("results that are arguments, constants or the same tensor twice are right", () => {
  const captured = t.tensor([7, 8]);
  const f = t.compile((x: Tensor, y: Tensor) => {
    const sum = t.add(x, y);
    return {
      sum,
      again: sum,
      x,
      y,
      captured,
      zeros: t.zeros([2]),
      turned: t.transpose(t.stack([x, sum])),
      text: "a",
    };
  }, { donate: [0] });
  for (let i = 0; i < 2; i++) {
    const result = f(t.tensor([1, 2]), t.tensor([3, 4]));
    assertEquals(t.tree.map(result, (leaf) => leaf instanceof t.Tensor ? leaf.toArray() : leaf) as unknown, {
      sum: [4, 6],
      again: [4, 6],
      x: [1, 2],
      y: [3, 4],
      captured: [7, 8],
      zeros: [0, 0],
      turned: [[1, 4], [2, 6]],
      text: "a",
    });
    // The results are the caller's: freeing them leaves the captured tensor alone.
    t.dispose([result.sum, result.captured]);
    assertEquals(result.again.toArray(), [4, 6]);
  }
  assertEquals(captured.toArray(), [7, 8]);
});

Deno.test("results without elements are right", () => {
  const f = t.compile((x: Tensor) => [t.slice(x, [[0, 0]]), t.add(t.slice(x, [[2, 1]]), 1), t.zeros([0])]);
  assertEquals(f(t.arange(3)).map((x) => x.toArray()), [[], [], []]);
});

Deno.test("the steady state of a donating step allocates nothing", () => {
  const step = t.compile((state: { w: Tensor; m: Tensor; count: number }, batch: Tensor) => {
    const gradient = t.grad((w: Tensor) => t.mean(t.square(t.subtract(t.matmul(batch, w), 1))))(state.w);
    const m = t.add(t.multiply(state.m, 0.9), gradient);
    const rate = t.host((count) => 0.1 / (1 + count), state.count);
    return {
      loss: t.sum(gradient),
      state: { w: t.subtract(state.w, t.multiply(m, rate)), m, count: t.host((n) => n + 1, state.count) },
    };
  }, { donate: [0] });
  const batch = t.reshape(t.arange(12), [4, 3]);
  let state = { w: t.contiguous(t.ones([3, 2])), m: t.contiguous(t.zeros([3, 2])), count: 0 };
  for (let i = 0; i < 3; i++) state = step(state, batch).state;
  const before = t.info();
  for (let i = 0; i < 100; i++) state = step(state, batch).state;
  const after = t.info();
  assertEquals([after.allocations, after.heapUsed], [before.allocations, before.heapUsed]);
  assertEquals(state.count, 103);
});

Deno.test("constants that a function makes live as long as it does", () => {
  const f = t.scope(() =>
    t.compile((x: Tensor) => {
      const weights = t.scope(() => t.add(t.arange(3), 1));
      return t.sum(t.multiply(t.grad((y: Tensor) => t.sum(t.multiply(y, t.tensor([1, 2, 3]))))(x), weights));
    })
  );
  for (let i = 0; i < 3; i++) {
    assertEquals(t.scope(() => f(t.ones([3]))).item(), 14);
    t.scope(() => t.full([3], 9).add(i));
  }
});

Deno.test("a constant made inside of an inner gradient stays alive", () => {
  const f = t.compile((x: Tensor) =>
    t.grad((y: Tensor) => t.sum(t.multiply(t.square(y), t.tensor([1, 2, 3]))))(x)
  );
  for (let i = 0; i < 2; i++) {
    assertEquals(f(t.ones([3])).toArray(), [2, 4, 6]);
    t.scope(() => t.add(t.arange(3), 100));
  }
});

Deno.test("a captured tensor that was freed is an error", () => {
  const captured = t.tensor([1, 2]);
  const used = t.compile((x: Tensor) => t.add(x, captured), { name: "used" });
  const returned = t.compile((_: Tensor) => captured, { name: "returned" });
  assertEquals(used(t.ones([2])).toArray(), [2, 3]);
  assertEquals(returned(t.ones([2])).toArray(), [1, 2]);
  t.dispose(captured);
  assertThrows(() => used(t.ones([2])), RangeError, "used (compiled) expects a live tensor");
  assertThrows(() => returned(t.ones([2])), RangeError, "freed by dispose");
});

Deno.test("compiled functions nest, and are differentiated as what they are", () => {
  const inner = t.compile((x: Tensor, factor: number) => t.multiply(t.square(x), factor));
  const outer = t.compile((x: Tensor, factor: number) => t.sum(inner(x, factor)));
  assertEquals(outer(t.tensor([1, 2]), 3).item(), 15);
  assertEquals(t.grad((x: Tensor) => outer(x, 3))(t.tensor([1, 2])).toArray(), [6, 12]);
  const both = t.compile((x: Tensor) => t.grad((y: Tensor) => outer(y, 3))(x));
  assertEquals(both(t.tensor([1, 2])).toArray(), [6, 12]);
  const second = t.compile((x: Tensor) =>
    t.grad((y: Tensor) => t.sum(t.grad((z: Tensor) => t.sum(t.power(z, 3)))(y)))(x)
  );
  assertEquals(second(t.tensor([1, 2])).toArray(), [6, 12]);
});

Deno.test("compile() sees a tracer that its function captures", () => {
  const data = t.tensor([1, 2]);
  const slope = t.grad((w: Tensor) => t.sum(t.compile((x: Tensor) => t.multiply(x, w))(data)));
  assertEquals(slope(t.tensor([5, 5])).toArray(), [1, 2]);
  const program = t.compile((w: Tensor, rate: number) =>
    t.add(t.compile((x: Tensor) => t.multiply(x, w))(data), t.compile((x: Tensor) => t.add(x, rate))(data))
  );
  assertEquals(program(t.tensor([5, 6]), 1).toArray(), [7, 15]);
  assertEquals(program(t.tensor([0, 0]), 2).toArray(), [3, 4]);
});

Deno.test("a number argument is differentiated as a scalar, eager and compiled", () => {
  const f = (rate: number): unknown => t.grad((r: unknown) => t.square(r as Tensor))(rate);
  assertEquals((f(3) as Tensor).item(), 6);
  assertEquals((t.compile(f)(3) as Tensor).item(), 6);
});

Deno.test("random keys pass through compiled functions", () => {
  const f = (key: Tensor): unknown[] => {
    const [next, use] = t.random.split(key);
    return [next, t.random.normal(use, [3])];
  };
  const [eager, fast] = [f(t.random.key(3)), t.compile(f, { donate: [0] })(t.random.key(3))] as Tensor[][];
  assertEquals(fast[1].toArray(), eager[1].toArray());
  assertEquals(t.random.keyData(fast[0]).toArray(), t.random.keyData(eager[0]).toArray());
});

Deno.test("results of one loop keep apart where one of them is read by nothing", () => {
  const f = (x: Tensor): Tensor[] => {
    const y = t.tanh(t.tanh(x));
    const unread = t.tanh(y);
    return [t.sum(y), t.slice(unread, [[0, 0]])];
  };
  const x = t.tensor([0.5, 1, 2]);
  t.configure({ simd: "strict" });
  try {
    assertEquals(t.compile(f)(x)[0].item(), f(x)[0].item());
  } finally {
    t.configure({ simd: "relaxed" });
  }
});
