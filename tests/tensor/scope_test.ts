import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { currentScope } from "../../tensor/runtime/storage.ts";

function used(): number {
  return t.info().heapUsed;
}

Deno.test("scope() frees what does not leave it", () => {
  const x = t.ones([1000]).add(1);
  const before = used();
  const kept = t.scope(() => {
    const y = t.exp(x);
    return { list: [t.add(y, 1)], number: 3 };
  });
  assertEquals(used() - before <= 4096 + 128, true);
  assertEquals(kept.list[0].shape, [1000]);
  t.dispose(kept);
  assertEquals(used(), before);
});

Deno.test("scope() keeps the storage under a view that leaves", () => {
  const row = t.scope(() => t.add(t.arange(12).reshape([3, 4]), 1).transpose().at(1));
  t.scope(() => t.full([64], 7).add(1));
  assertEquals(row.toArray(), [2, 6, 10]);
});

Deno.test("scope() frees when its function throws", () => {
  const before = used();
  assertThrows(
    () =>
      t.scope(() => {
        t.arange(1000).add(1);
        throw new RangeError("stop");
      }),
    RangeError,
    "stop",
  );
  assertEquals(used(), before);
});

Deno.test("scopes nest: what leaves the inner one lives as long as the outer one", () => {
  const before = used();
  let escaped: Tensor | null = null;
  t.scope(() => {
    const inner = t.scope(() => t.arange(10).add(1));
    assertEquals(inner.data()[9], 10);
    escaped = inner;
  }, { name: "outer" });
  assertEquals(used(), before);
  assertThrows(
    () => escaped!.data(),
    RangeError,
    "data expects a live tensor but float32[10] was freed by outer",
  );
});

Deno.test("using ends a scope, and keep() lets tensors leave", () => {
  const before = used();
  const kept: Tensor[] = [];
  const lost: Tensor[] = [];
  {
    using inside = t.scope({ name: "block" });
    lost.push(t.arange(100).add(1));
    kept.push(inside.keep(t.arange(4).add(1)));
  }
  assertEquals(kept[0].toArray(), [1, 2, 3, 4]);
  assertThrows(
    () => t.add(lost[0], 1),
    RangeError,
    "add expects a live tensor but float32[100] was freed by block",
  );
  t.dispose(kept);
  assertEquals(used(), before);
});

Deno.test("scope() refuses promises, and scopes that end out of order", () => {
  assertThrows(() => t.scope(() => Promise.resolve(1)), TypeError, "synchronous");
  const outer = t.scope({ name: "outer" });
  const inner = t.scope({ name: "inner" });
  assertThrows(() => outer[Symbol.dispose](), RangeError, "outer ended first");
  inner[Symbol.dispose]();
  outer[Symbol.dispose]();
});

Deno.test("dispose() frees at once, and twice is no error", () => {
  const before = used();
  const tensors = { a: t.arange(10), b: [t.arange(20)] };
  t.dispose(tensors);
  t.dispose(tensors);
  assertEquals(used(), before);
  assertThrows(() => t.add(tensors.a, 1), RangeError, "was freed by dispose");
});

Deno.test("fold() frees each carry, and leaves the initial one to the caller", () => {
  const initial = { w: t.ones([1000]).add(0), count: 0 };
  const before = used();
  const peaks: number[] = [];
  const result = t.fold(Array.from({ length: 20 }, (_, i) => i), initial, (carry, i) => {
    peaks.push(used());
    return { w: t.multiply(t.add(carry.w, i), 1), count: carry.count + 1 };
  });
  assertEquals(result.count, 20);
  assertEquals(result.w.data()[0], 191);
  assertEquals(initial.w.data()[0], 1);
  // The step's own carry is there, and nothing of the steps before.
  assertEquals(new Set(peaks.slice(1)).size, 1);
  t.dispose(result.w);
  assertEquals(used(), before);
});

Deno.test("fold() frees only what its steps made", () => {
  const batches = [t.arange(3).add(1), t.arange(3).add(2)];
  const outside = t.arange(2).add(1);
  const last = t.fold(
    batches,
    { batch: outside, kept: outside },
    (carry, batch) => ({ batch, kept: carry.kept }),
  );
  assertEquals(last.batch, batches[1]);
  assertEquals(batches.map((batch) => batch.toArray()), [[1, 2, 3], [2, 3, 4]]);
  assertEquals(outside.toArray(), [1, 2]);
});

Deno.test("fold() keeps what several carries share", () => {
  const result = t.fold(
    [1, 2, 3],
    { a: t.ones([2]), b: t.ones([2]) },
    ({ a }, x) => ({ a: t.add(a, x), b: a }),
  );
  assertEquals([result.a.toArray(), result.b.toArray()], [[7, 7], [4, 4]]);
});

Deno.test("fold() inside of a gradient keeps what the pullback needs", () => {
  const f = (x: Tensor): Tensor => t.sum(t.fold([1, 2, 3], x, (y, n) => t.multiply(t.sin(y), n)));
  const plain = (x: Tensor): Tensor => t.sum([1, 2, 3].reduce((y, n) => t.multiply(t.sin(y), n), x));
  const x = t.tensor([0.1, 0.7]);
  assertEquals(t.grad(f)(x).toArray(), t.grad(plain)(x).toArray());
  assertEquals(t.compile(t.grad(f))(x).toArray(), t.grad(plain)(x).toArray());
});

Deno.test("an eager training loop of 10,000 steps does not grow the heap", () => {
  const x = t.arange(32).reshape([8, 4]).multiply(0.1);
  const labels = t.sum(x, { axes: 1 });
  const loss = (w: Tensor): Tensor => t.mean(t.square(t.subtract(t.matmul(x, w), labels)));
  const step = (w: Tensor): Tensor => t.subtract(w, t.multiply(t.grad(loss)(w), 0.01));
  const steps = (count: number): Iterable<number> => Array.from({ length: count }, (_, i) => i);
  const start = t.contiguous(t.zeros([4]));
  t.dispose(t.fold(steps(10), start, step));
  const before = t.info();
  const w = t.fold(steps(10_000), start, step);
  const after = t.info();
  assertEquals(after.heapUsed - before.heapUsed <= 256, true);
  assertEquals(after.blocks - before.blocks, 1);
  assertEquals([...w.data()].every((value) => Math.abs(value - 1) < 0.05), true);
});

Deno.test("a long loop inside of a scope does not make the list of the scope long", () => {
  t.scope(() => {
    const carry = t.fold(Array.from({ length: 5000 }, (_, i) => i), t.arange(2), (x, i) => t.add(x, i));
    assertEquals(carry.toArray(), [12497500, 12497501]);
    assertEquals(currentScope()!.storages.length <= 1100, true);
  });
});

/** Runs a program in a process of its own and returns the lines that it prints. */
async function linesOf(program: string, flags: readonly string[] = []): Promise<string[]> {
  const face = JSON.stringify(new URL("../../tensor/mod.ts", import.meta.url).href);
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, `import * as t from ${face};\n${program}`);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--config", config, ...flags, file],
    }).output();
    const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, errors], [0, ""]);
    return text.trim().split("\n");
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("memory outside of every scope is freed when its tensors are collected", async () => {
  const [before, full, after] = (await linesOf(
    `
    const held = () => console.log(t.info().heapUsed);
    held();
    (() => { for (let i = 0; i < 50; i++) t.arange(100_000).add(i); })();
    held();
    for (let i = 0; i < 20; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    held();
  `,
    ["--v8-flags=--expose-gc"],
  )).map(Number);
  assertEquals([before, full > 100 * 400_000, after < 10 * 400_000], [0, true, true]);
});

Deno.test("a full heap tells how much is held by what, and what to do", async () => {
  const [message, sizes] = await linesOf(`
    t.configure({ heapLimit: 64 * 1024 * 1024 });
    const outside = t.add(t.arange(1_000_000), 1);
    try {
      t.scope(() => {
        const held = [];
        for (;;) held.push(t.add(t.arange(1_000_000), 1));
      }, { name: "greedy" });
    } catch (error) {
      console.log(error.name + ": " + error.message);
    }
    console.log(t.scope(() => t.add(t.arange(3_000_000), 1)).size, outside.size);
  `);
  const parts = [
    /^RangeError: The heap is full: 4000000 bytes were asked for/,
    /\d+ bytes are held in \d+ blocks of the limit of 67108864 bytes/,
    /greedy holds 5\d{7} bytes/,
    /tensors outside of scopes hold 8000000 bytes/,
    /Free tensors earlier with scope\(\), take smaller steps, or raise the limit/,
  ];
  assertEquals(parts.filter((part) => !part.test(message)), [], message);
  assertEquals(sizes, "3000000 1000000");
});
