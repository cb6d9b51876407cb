/**
 * What a compiled function may not be given or do: clear errors, and nothing corrupted.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

Deno.test("views of a donated tensor end with it, wherever they are used", () => {
  const step = t.compile((x: Tensor) => t.add(x, 1), { donate: [0], name: "step" });
  const x = t.tensor([[1, 2], [3, 4]]);
  const views = [t.transpose(x), t.reshape(x, [4]), x.at(0)];
  const next = step(x);
  for (const one of [x, ...views]) {
    const uses = [
      () => one.data(),
      () => t.sum(one),
      () => t.grad((p: Tensor) => t.sum(p))(one),
      () => t.compile((y: Tensor) => t.add(y, t.sum(one)))(t.ones([2])),
      () => step(one),
    ];
    for (const use of uses) assertThrows(use, RangeError, "freed by its donation to step");
  }
  assertEquals(next.toArray(), [[2, 3], [4, 5]]);
});

Deno.test("a traced number outside of host() is an error that names the function", () => {
  const uses: Readonly<Record<string, (x: Tensor, n: number) => unknown>> = {
    sum: (x, n) => t.add(x, n + 1),
    sign: (x, n) => t.add(x, -n),
    comparison: (x, n) => n > 1 ? x : t.negative(x),
    loop: (x, n) => {
      for (let i = 0; i < n; i++) x = t.add(x, 1);
      return x;
    },
    root: (x, n) => t.add(x, Math.sqrt(n)),
    text: (x, n) => `${n}` === "" ? x : t.negative(x),
    element: (x, n) => [x][n],
    array: (x, n) => t.add(x, new Float32Array([n])[0]),
    written: (x, n) => t.add(x, Number(JSON.stringify({ n }).length)),
    other: (x, n) => t.add(x, t.host((a) => a + n, 3)),
    shape: (_, n) => t.zeros([n]),
    extent: (x, n) => t.reshape(x, [n, 1]),
    axis: (x, n) => t.sum(x, { axes: [n] }),
    position: (x, n) => x.at(n),
    range: (_, n) => t.arange(n),
  };
  for (const [name, use] of Object.entries(uses)) {
    const f = t.compile(use, { name });
    assertThrows(() => f(t.ones([2]), 2), TypeError, `${name} expects arithmetic on its number arguments`);
  }
});

Deno.test("a shape that depends on a value is an error that names the function", () => {
  const uses: Readonly<Record<string, (x: Tensor) => unknown>> = {
    item: (x) => t.zeros([x.at(0).item()]),
    array: (x) => t.zeros(x.toArray() as number[]),
    data: (x) => t.zeros([...x.data()]),
    slice: (x) => x.slice([[0, t.sum(x).item()]]),
    repeat: (x) => t.arange(t.max(x).item()),
  };
  for (const [name, use] of Object.entries(uses)) {
    const f = t.compile(use, { name });
    assertThrows(() => f(t.tensor([2, 1])), TypeError, `being traced by ${name} and has none yet`);
  }
  const branch = t.compile((x: Tensor) => Number(x) > 0 ? x : t.negative(x));
  assertThrows(() => branch(t.tensor(1)), TypeError, "JavaScript operator");
});

Deno.test("what a finished trace has leaked is an error wherever it is used", () => {
  let kept: Tensor = t.ones([2]);
  let count = 0;
  const leaky = t.compile((x: Tensor, n: number): Tensor => {
    [kept, count] = [t.exp(x), n];
    return t.multiply(kept, n);
  }, { name: "leaky" });
  const expected = leaky(t.zeros([2]), 3).toArray();
  const uses: readonly (() => unknown)[] = [
    () => t.add(kept, 1),
    () => kept.reshape([1, 2]),
    () => kept.data(),
    () => t.sum(kept).item(),
    () => leaky(kept, 1),
    () => t.grad((x: Tensor) => t.sum(x))(kept),
    () => t.vmap((x: Tensor) => t.add(x, t.sum(kept)))(t.ones([2])),
    () => t.compile((x: Tensor) => t.add(x, kept))(t.ones([2])),
    () => count + 1,
    () => t.host((n) => n, count),
    () => t.multiply(t.ones([2]), count),
    () => t.compile((x: Tensor) => t.multiply(x, t.host((n) => n + 1, count)))(t.ones([2])),
  ];
  for (const use of uses) assertThrows(use, TypeError, "leaky");
  assertEquals(leaky(t.zeros([2]), 3).toArray(), expected);
});

Deno.test("a run that breaks off takes only donated arguments with it that it may have written over", () => {
  // With more, a worker might take every chunk of the launch that is broken here.
  t.configure({ threads: 1 });
  const size = 128;
  const given = (): Tensor =>
    t.tensor(Float32Array.from({ length: size * size }, (_, i) => i % 5), { shape: [size, size] });
  const step = t.compile((x: Tensor, y: Tensor) => {
    const product = t.cumsum(t.matmul(t.sort(x), y));
    return [t.add(x, t.multiply(product, 0.1)), t.sum(product)];
  }, { donate: [0], name: "step" });
  const y = given();
  const expected = step(given(), y).map((result) => result.data());
  const { lowered, plan } = step.program(given(), y);
  const own = lowered.buffers.find(({ id, role }) =>
    plan.places[id].kind === "argument" && role.kind !== "input"
  )!;
  assertEquals(own.first > 0, true);
  lowered.launches.forEach(({ kernel }, i) => {
    const broken = kernel as { run: NonNullable<typeof kernel>["run"] };
    const { run } = broken;
    const x = given();
    const { heapUsed } = t.info();
    broken.run = () => {
      throw new Error("out of order");
    };
    try {
      assertThrows(() => step(x, y), Error, "out of order");
    } finally {
      broken.run = run;
    }
    if (i < own.first) {
      assertEquals(t.info().heapUsed, heapUsed);
      assertEquals(step(x, y).map((result) => result.data()), expected);
    } else {
      assertThrows(() => x.data(), RangeError, "freed by a failure of step");
      assertEquals(t.info().heapUsed < heapUsed, true);
    }
    assertEquals(y.data(), given().data());
  });
});
