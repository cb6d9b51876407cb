import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import {
  add,
  compile,
  cond,
  configure,
  forLoop,
  grad,
  jvp,
  multiply,
  scan,
  sin,
  sum,
  switchCase,
  type Tensor,
  tensor,
  vmap,
  whileLoop,
} from "../../tensor/mod.ts";
import { assertClose } from "../laws/assert_close.ts";
import { checkGradients } from "../laws/gradients.ts";
import { near } from "./near.ts";
import { numbers } from "./primitives/entry.ts";

const X = numbers([3], -1, 2);
const XS = numbers([7, 3], -1, 1);
const int = (values: number | number[]): Tensor => tensor(values, { dtype: "int32" });

Deno.test("scan carries trees of any dtype, keys too, and stacks trees", () => {
  const [carry, outputs] = scan(
    ({ key, count, total }: { key: Tensor; count: Tensor; total: Tensor }, x: { a: Tensor }) => {
      const [next, sub] = t.random.split(key);
      const drawn = t.random.uniform(sub, [2]);
      return [
        { key: next, count: add(count, 1), total: add(total, sum(x.a)) },
        { drawn, half: multiply(x.a, 0.5), none: null },
      ];
    },
    { key: t.random.key(1), count: int(0), total: tensor(0, { dtype: "float64" }) },
    { a: XS },
  );
  let key = t.random.key(1);
  const drawn: Tensor[] = [];
  for (let i = 0; i < 7; i++) {
    const [next, sub] = t.random.split(key);
    key = next;
    drawn.push(t.random.uniform(sub, [2]));
  }
  assertEquals(carry.count.toArray(), 7);
  near(carry.total, sum(XS));
  assertEquals(t.random.keyData(carry.key).toArray(), t.random.keyData(key).toArray());
  assertEquals(outputs.drawn.toArray(), t.stack(drawn).toArray());
  near(outputs.half, multiply(XS, 0.5));
  assertEquals(outputs.none, null);
});

Deno.test("scan in reverse, in blocks and unrolled gives the same numbers", () => {
  const step = (c: Tensor, x: Tensor): [Tensor, Tensor] => [add(multiply(c, 0.5), x), multiply(c, x)];
  for (const reverse of [false, true]) {
    let c = X;
    const ys = new Array<Tensor>(7);
    for (let k = 0; k < 7; k++) {
      const i = reverse ? 6 - k : k;
      [c, ys[i]] = step(c, XS.at(i));
    }
    for (const unroll of [1, 2, 3, 7, 20]) {
      for (const checkpoint of ["carries", "products", "segments", "nothing", 3] as const) {
        const [last, all] = scan(step, X, XS, { reverse, unroll, checkpoint });
        near(last, c);
        near(all, t.stack(ys));
      }
    }
  }
});

Deno.test("scan takes numbers, no steps, views, and a length alone", () => {
  assertEquals(scan((c: Tensor | number, x: Tensor) => [add(c, x), null], 1, tensor([1, 2]))[0], tensor(4));
  const [last, ys] = scan((c: Tensor, x: Tensor) => [add(c, x), c], X, t.zeros([0, 3], { dtype: "float64" }));
  assertEquals([last.toArray(), ys.shape], [X.toArray(), [0, 3]]);
  const turned = t.transpose(numbers([3, 7], -1, 1));
  near(scan((c: Tensor, x: Tensor) => [add(c, x), null], X, turned)[0], add(X, sum(turned, { axes: 0 })));
  near(scan((c: Tensor) => [multiply(c, 2), null], X, null, { length: 5 })[0], multiply(X, 32));
  near(
    scan((c: Tensor) => [c, null], t.broadcastTo(X.at(0), [4]), null, { length: 2 })[0],
    t.broadcastTo(X.at(0), [4]).add(0),
  );
});

Deno.test("gradients of scans agree with finite differences under every policy", () => {
  const w = numbers([3, 3], -0.5, 0.5);
  for (const checkpoint of ["carries", "products", "segments", "nothing", 3] as const) {
    checkGradients(
      (w: Tensor, x: Tensor, xs: Tensor) => {
        const [last, ys] = scan(
          (h: Tensor, v: Tensor) => {
            const next = t.tanh(add(t.matmul(h, w), v));
            return [next, multiply(next, x)];
          },
          x,
          xs,
          { checkpoint },
        );
        return add(sum(last), sum(sin(ys)));
      },
      [w, X, XS],
      { elements: 6 },
    );
  }
});

Deno.test("reverse mode that keeps products does none of them again, under any transformation", () => {
  const w = numbers([3, 3], -0.5, 0.5);
  const lossBy = (checkpoint: "carries" | "products") => (w: Tensor, xs: Tensor): Tensor => {
    const step = (h: Tensor, v: Tensor): [Tensor, Tensor] => {
      const next = t.tanh(add(t.matmul(h, w), v));
      return [next, sin(t.matmul(next, w))];
    };
    const [last, ys] = scan(step, X, xs, { checkpoint });
    return add(sum(last), sum(multiply(ys, ys)));
  };
  const [carries, products] = [lossBy("carries"), lossBy("products")];
  const listing = t.format(t.compile(t.grad(products)).program(w, XS));
  const pullback = listing.slice(listing.indexOf("body pullback"));
  // Each of both products has a gradient for each operand.
  assertEquals(pullback.match(/: matmul .* flops/g)?.length, 4, listing);
  const transformations: ((loss: typeof carries) => Tensor)[] = [
    (loss) => t.grad(loss)(w, XS),
    (loss) => t.compile(t.grad(loss))(w, XS),
    (loss) => t.hvp((w: Tensor) => loss(w, XS), w, t.onesLike(w)),
    (loss) => t.grad((w: Tensor) => sum(sin(t.grad(loss)(w, XS))))(w),
    (loss) => t.grad((w: Tensor) => sum(t.grad((w: Tensor) => sum(t.grad(loss)(w, XS)))(w)))(w),
    (loss) => t.vmap(t.grad(loss), { inAxes: [null, 1], outAxes: 0 })(w, t.stack([XS, sin(XS)], 1)),
    (loss) => t.grad((w: Tensor) => sum(t.vmap((xs: Tensor) => loss(w, xs))(t.stack([XS, sin(XS)]))))(w),
    (loss) => t.jvp((w: Tensor) => t.grad(loss)(w, XS), [w], [sin(w)]).tangent as Tensor,
  ];
  for (const transformed of transformations) near(transformed(products), transformed(carries));
});

Deno.test("a scan inside of a scan, of a choice and of a loop has gradients to second order", () => {
  const inner = (c: Tensor, x: Tensor) =>
    scan((d: Tensor, y: Tensor) => [sin(add(d, multiply(x, y))), null], c, x)[0];
  checkGradients((x: Tensor) => sum(scan((c: Tensor, row: Tensor) => [inner(c, row), null], x, XS)[0]), [X]);
  checkGradients(
    (x: Tensor) =>
      sum(cond(t.greater(sum(x), 0), (y: Tensor) => inner(y, X), (y: Tensor) => multiply(y, y), x)),
    [X],
  );
  checkGradients((x: Tensor) =>
    sum(
      whileLoop(
        ({ i }) => t.less(i, 3),
        ({ i, y }) => ({
          i: add(i, 1),
          y: cond(t.less(i, 1), (z: Tensor) => inner(z, X), (z: Tensor) => multiply(z, sin(z)), y),
        }),
        { i: int(0), y: x },
        { maxSteps: 4 },
      ).y,
    ), [X]);
});

Deno.test("a loop in a compiled program is one loop, however many steps it has", () => {
  const run = (length: number) =>
    compile((x: Tensor) => sum(scan((c: Tensor) => [sin(multiply(c, 1.1)), null], x, null, { length })[0]));
  const slope = (length: number) =>
    compile(
      grad((x: Tensor) => sum(scan((c: Tensor) => [sin(multiply(c, 1.1)), null], x, null, { length })[0])),
    );
  for (const make of [run, slope]) {
    const [short, long] = [2, 2000].map((length) => make(length).program(X));
    assertEquals(long.tape.entries.length, short.tape.entries.length);
    assertEquals(long.lowered.launches.length, short.lowered.launches.length);
  }
  near(slope(50)(X), grad((x: Tensor) => sum(forLoop(0, 50, (_, c) => sin(multiply(c, 1.1)), x)))(X));
});

Deno.test("programs with loops give the same bits eager and compiled, and on one thread and three", () => {
  configure({ simd: "strict" });
  try {
    const w = numbers([200, 200], -0.1, 0.1, "float32");
    const f = (x: Tensor) =>
      grad((y: Tensor) =>
        sum(scan((c: Tensor) => [t.tanh(t.matmul(c, w)), null], y, null, { length: 5 })[0])
      )(x);
    const x = numbers([200, 200], -1, 1, "float32");
    const compiled = compile(f);
    configure({ threads: 1 });
    const one = f(x).data();
    assertEquals(compiled(x).data(), one);
    configure({ threads: 3 });
    assertEquals(f(x).data(), one);
    assertEquals(compiled(x).data(), one);
  } finally {
    configure({ simd: "relaxed", threads: 2 });
    t.shutdown();
  }
});

/** Doubles until the sum of squares is large, which takes each example another number of steps. */
const grow = (x: Tensor, maxSteps?: number) =>
  whileLoop(
    ({ y }) => t.less(sum(t.square(y)), 40),
    ({ y, steps }) => ({ y: add(multiply(y, 1.5), sin(y)), steps: add(steps, 1) }),
    { y: x, steps: int(0) },
    maxSteps === undefined ? {} : { maxSteps },
  );

Deno.test("whileLoop over a batch goes on for each example by itself, also in its gradients", () => {
  const batch = t.stack([X, multiply(X, 3), multiply(X, 0.3), multiply(X, 30)]);
  const alone = [0, 1, 2, 3].map((k) => grow(batch.at(k)));
  const together = vmap((x: Tensor) => grow(x))(batch);
  assertEquals(together.steps.toArray(), alone.map(({ steps }) => steps.item()));
  assertEquals(new Set(together.steps.toArray() as number[]).size > 2, true);
  near(together.y, t.stack(alone.map(({ y }) => y)));
  const slope = grad((x: Tensor) => sum(sin(grow(x, 20).y)));
  const each = t.stack([0, 1, 2, 3].map((k) => slope(batch.at(k))));
  near(vmap(slope)(batch), each);
  near(grad((xs: Tensor) => sum(sin(vmap((x: Tensor) => grow(x, 20).y)(xs))))(batch), each);
  near(compile(vmap(slope))(batch), each);
  const second = grad((x: Tensor) => sum(slope(x)));
  near(vmap(second)(batch), t.stack([0, 1, 2, 3].map((k) => second(batch.at(k)))));
});

Deno.test("whileLoop goes forward without a bound and backward with one", () => {
  const forward = jvp((x: Tensor) => grow(x).y, [X], [X]).tangent;
  near(forward, jvp((x: Tensor) => grow(x, 9).y, [X], [X]).tangent);
  checkGradients((x: Tensor) => sum(grow(x, 9).y), [X]);
  const message = "grad expects whileLoop to have maxSteps, as reverse mode keeps every step, but got none";
  assertThrows(() => grad((x: Tensor) => sum(grow(x).y))(X), TypeError, message);
});

Deno.test("whileLoop stops at its bound, or says that it has not converged", () => {
  const forever = (options: t.WhileOptions) =>
    whileLoop(() => t.less(0, 1), (x: Tensor) => add(x, 1), tensor(0), options);
  assertEquals(forever({ maxSteps: 3 }).item(), 3);
  const failing = () => forever({ maxSteps: 3, atLimit: "error" });
  for (const run of [failing, compile(failing)]) {
    assertThrows(
      run,
      RangeError,
      "whileLoop expects its condition to fail within 3 steps but it still holds after them",
    );
  }
  near(whileLoop(() => t.less(1, 0), (x: Tensor) => x, X, { maxSteps: 0, atLimit: "error" }), X);
});

Deno.test("forLoop takes numbers, tensors and the numbers of a compiled function", () => {
  const body = (i: Tensor, x: Tensor) => add(x, i);
  assertEquals(forLoop(2, 5, body, tensor(0)).item(), 9);
  assertEquals(forLoop(5, 2, body, tensor(7)).item(), 7);
  assertEquals(forLoop(int(2), int(5), body, tensor(0)).item(), 9);
  const counted = compile((n: number, x: Tensor) => forLoop(0, n, body, x));
  assertEquals([counted(4, tensor(0)).item(), counted(5, tensor(0)).item()], [6, 10]);
  const power = (x: Tensor, n: Tensor) =>
    forLoop(0, n, (_, y) => multiply(y, x), t.onesLike(x), { maxSteps: 9 });
  assertEquals(grad(power)(tensor(2), int(4)).item(), 32);
  assertEquals(vmap(grad(power), { inAxes: [null, 0] })(tensor(2), int([1, 2, 3])).toArray(), [1, 4, 12]);
});

Deno.test("cond runs one branch, and under vmap gives each example its own", () => {
  const safe = (x: Tensor) => cond(t.greater(x, 0), t.log, (y: Tensor) => multiply(y, 3), x);
  const xs = tensor([-2, 1, 4], { dtype: "float64" });
  assertEquals(vmap(safe)(xs).toArray(), [-6, 0, Math.log(4)]);
  assertEquals(vmap(grad(safe))(xs).toArray(), [3, 1, 0.25]);
  assertEquals(safe(tensor(-2)).item(), -6);
  const shared = vmap((flag: Tensor, x: Tensor) => cond(flag, sin, t.exp, x), { inAxes: [null, 0] });
  near(shared(t.less(0, 1), xs), sin(xs));
  const keyed = vmap((flag: Tensor, key: Tensor) =>
    cond(flag, (k: Tensor) => t.random.foldIn(k, 1), (k: Tensor) => k, key)
  );
  const keys = t.random.split(t.random.key(0), 2);
  const chosen = keyed(t.greater(tensor([1, 0]), 0), keys);
  assertEquals(t.random.keyData(chosen).at(1).toArray(), t.random.keyData(keys.at(1)).toArray());
  assertEquals(
    t.random.keyData(chosen).at(0).toArray(),
    t.random.keyData(t.random.foldIn(keys.at(0), 1)).toArray(),
  );
});

Deno.test("cond compiled decides when it runs, and branches close over what they like", () => {
  const w = numbers([3], 1, 2);
  const f = compile((x: Tensor) => cond(t.greater(sum(x), 0), (y: Tensor) => multiply(y, w), () => w, x));
  near(f(X), sum(X).item() > 0 ? multiply(X, w) : w);
  near(f(multiply(X, -1)), sum(X).item() > 0 ? w : multiply(multiply(X, -1), w));
  const g = (v: Tensor) => sum(cond(true, (y: Tensor) => multiply(y, v), (y: Tensor) => y, X));
  near(grad(g)(w), X);
  near(compile(grad(g))(w), X);
  const many = (i: Tensor) => switchCase(i, [sin, t.exp, (y: Tensor) => multiply(y, 0)], X);
  near(vmap(many)(int([-3, 1, 9])), t.stack([sin(X), t.exp(X), multiply(X, 0)]));
});

Deno.test("a compiled program leaves out what a loop makes and nobody reads", () => {
  const bytes = (f: (x: Tensor) => Tensor) => compile(f).program(t.ones([1000])).plan.arenaBytes;
  const loop = (x: Tensor) => scan((c: Tensor) => [multiply(c, 0.9), t.exp(c)], x, null, { length: 100 });
  // The slope of a linear step does not depend on the carry.
  const slope = grad((x: Tensor) => sum(loop(x)[0]));
  assertEquals([bytes((x) => loop(x)[0]) < 2e4, bytes(slope) < 5e4], [true, true]);
  assertEquals(compile(slope)(t.ones([2])).toArray(), slope(t.ones([2])).toArray());
  assertEquals(compile((x: Tensor) => loop(x)[1].at(3))(X).toArray(), loop(X)[1].at(3).toArray());
});

Deno.test("what every step of a loop passes on is a constant of it", () => {
  const w = numbers([3], 1, 2);
  const stepped = (x: Tensor, v: Tensor) =>
    scan(
      (c: { x: Tensor; v: Tensor; n: Tensor }) => [{ ...c, x: sin(multiply(c.x, c.v)) }, c.n],
      { x, v, n: int(2) },
      null,
      {
        length: 4,
      },
    );
  const repeated = (x: Tensor, v: Tensor) =>
    whileLoop(({ i, end }) => t.less(i, end), (c) => ({ ...c, x: sin(multiply(c.x, c.v)), i: add(c.i, 1) }), {
      v,
      x,
      end: int(4),
      i: int(0),
    }, { maxSteps: 9 });
  const chain = (x: Tensor, v: Tensor) => [0, 1, 2, 3].reduce((y) => sin(multiply(y, v)), x);
  const [last, ns] = stepped(X, w);
  assertEquals([last.n.item(), ns.toArray()], [2, [2, 2, 2, 2]]);
  near(last.v, w);
  assertEquals([repeated(X, w).end.item(), repeated(X, w).i.item()], [4, 4]);
  for (const f of [(x: Tensor, v: Tensor) => stepped(x, v)[0], repeated]) {
    const total = (x: Tensor, v: Tensor) => add(sum(f(x, v).x), sum(f(x, v).v));
    const plain = (x: Tensor, v: Tensor) => add(sum(chain(x, v)), sum(v));
    for (const argnums of [0, 1]) {
      near(
        grad(total, { argnums })(X, w) as unknown as Tensor,
        grad(plain, { argnums })(X, w) as unknown as Tensor,
      );
    }
    const { tape } = t.record((x: Tensor, v: Tensor) => f(x, v).x)(X, w);
    const stacks = tape.entries.flatMap(({ outputs }) => outputs).filter((slot) =>
      tape.slots[slot].shape.length === 2
    );
    assertEquals(stacks.length, 1);
  }
});

Deno.test("a step of a loop may look at its values with operations of its own", () => {
  const seen: number[] = [];
  const look = (x: Tensor) => t.tap(x, (value) => seen.push(sum(multiply(value, 2)).item()));
  const f = (x: Tensor, rate: Tensor) =>
    scan((c: Tensor) => [look(multiply(c, rate)), null], x, null, { length: 3 })[0];
  for (const run of [f, compile(f)]) assertEquals(run(tensor(1), tensor(3)).item(), 27);
  assertEquals(seen, [6, 18, 54, 6, 18, 54]);
});

Deno.test("loops and choices carry numbers, which host and tensor operations take", () => {
  const [last, doubled] = scan(
    ({ count, kind, x }: { count: number; kind: string; x: Tensor }, part: Tensor) => {
      const next = t.host((n) => n + 1, count);
      return [{ count: next, kind, x: add(x, t.multiply(part, next)) }, t.host((n) => 2 * n, next)];
    },
    { count: 1, kind: "counted", x: tensor(0) },
    tensor([10, 100]),
  );
  assertEquals([last.count, last.kind, last.x.item()], [3, "counted", 320]);
  assertEquals((doubled as unknown as Tensor).toArray(), [4, 6]);

  const counted = (limit: number, start: number): number =>
    whileLoop((n: number) => t.less(n, limit), (n: number) => t.host((n) => n ** 2, n), start);
  assertEquals(counted(100, 3), 6561);
  assertEquals(compile(counted)(100, 3), 6561);
  assertEquals(t.forLoop(0, 40, (_, n: number) => t.host((n) => n + 2 ** 40, n), 0), 40 * 2 ** 40);

  const chosen = (x: Tensor, n: number): number =>
    cond(t.greater(sum(x), 0), () => t.host((n) => n + 1, n), (x: Tensor) => t.hostValue(sum(x)), x);
  assertEquals([chosen(tensor([1]), 7), chosen(tensor([-3]), 7)], [8, -3]);
  const both = compile((x: Tensor, n: number) => {
    const first = chosen(x, n);
    return [first, chosen(t.multiply(x, first), n)];
  });
  assertEquals(both(tensor([-3]), 7), [-3, 8]);

  // Where a step makes a tensor of a number, it is one from the start.
  const [total] = scan((c: Tensor | number, x: Tensor) => [add(c, x), null], 0, tensor([1, 2]));
  assertEquals(total, tensor(3));
});

Deno.test("a batch of loops shares the numbers that are the same for all examples", () => {
  const count = (x: Tensor) =>
    scan(
      ({ y, n }: { y: Tensor; n: number }) => [{ y: add(y, n), n: t.host((n) => n + 1, n) }, null],
      { y: x, n: 1 },
      null,
      { length: 3 },
    )[0];
  for (const f of [t.vmap(count), compile(t.vmap(count)), t.vmap(t.checkpoint((x: Tensor) => count(x).y))]) {
    const found = f(tensor([0, 10])) as unknown as { y: Tensor; n: number } | Tensor;
    if (found instanceof t.Tensor) assertEquals(found.toArray(), [6, 16]);
    else assertEquals([found.y.toArray(), found.n], [[6, 16], 4]);
  }
  assertThrows(() => t.vmap((x: Tensor) => t.hostValue(x))(tensor([1])), TypeError, "same for all examples");
  const halves = t.vmap((x: Tensor) => t.multiply(x, t.host((n) => 1 / n, t.hostValue(x))));
  assertEquals(halves(tensor([2, 4])).toArray(), [1, 1]);
  assertThrows(() => t.checkpoint(((x: Tensor) => t.hostValue(x)) as never)(X.at(0)), TypeError, "a number");
});

Deno.test("gradients and batches of loops that carry numbers", () => {
  const f = (x: Tensor): Tensor =>
    scan(
      ({ y, n }: { y: Tensor; n: number }) => [{
        y: t.multiply(t.sin(y), n),
        n: t.host((n) => n + 1, n),
      }, null],
      { y: x, n: 1 },
      null,
      { length: 4, checkpoint: 2 },
    )[0].y;
  const plain = (x: Tensor): Tensor => [1, 2, 3, 4].reduce((y, n) => t.multiply(t.sin(y), n), x);
  for (
    const transform of [
      (f: (x: Tensor) => Tensor) => f(X),
      (f: (x: Tensor) => Tensor) => t.hessian((x: Tensor) => sum(f(x)))(X),
      (f: (x: Tensor) => Tensor) => t.jvp(f, [X], [t.ones([3], { dtype: "float64" })]).tangent,
      (f: (x: Tensor) => Tensor) => t.vmap(f)(XS),
      (f: (x: Tensor) => Tensor) => t.vmap(grad((x: Tensor) => sum(f(x))))(XS),
    ]
  ) {
    assertClose(transform(f), transform(plain), { relativeTolerance: 1e-12, absoluteTolerance: 1e-12 });
    assertClose(compile(() => transform(f))(), transform(plain), {
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-12,
    });
  }
});

Deno.test("what control flow may not do is an error that says so", () => {
  const bad: readonly (readonly [() => unknown, string])[] = [
    [
      () => scan(({ a }: { a: Tensor }) => [{ a: sum(a) }, null], { a: X }, XS),
      "keep float64[3] but got float64[] at a",
    ],
    [() => scan((c: Tensor) => [t.cast(c, "float32"), null], X, XS), "keep float64[3] but got float32[3]"],
    [
      () => scan((c: Tensor | null) => [c ?? X, null], null as Tensor | null, XS),
      "keep its 0 leaves but got 1",
    ],
    [() => scan((c: Tensor) => [c.item() > 0 ? c : c, null], tensor(1), XS), "has none yet"],
    [
      () => scan((c: string | number) => [c === "a" ? 1 : c, null], "a" as string | number, XS),
      "keep a but got",
    ],
    [() => scan((c: number | null) => [c === null ? null : null, null], 1 as number | null, XS), "a number"],
    [() => scan((c: number) => [c + 1, null], 1, XS), "host(fn, ...numbers)"],
    [
      () => scan((c: Tensor) => [add(c, t.host((n) => n, c as unknown as number)), null], X, XS),
      "host expects",
    ],
    [() => whileLoop((c: Tensor) => t.greater(c, 0), (c) => c, X), "a bool scalar but got bool[3]"],
    [
      () =>
        cond(
          t.less(0, 1),
          (x: Tensor) => ({ a: x }),
          (x: Tensor) => ({ b: x }) as unknown as { a: Tensor },
          X,
        ),
      "{ a } and { b }",
    ],
    [
      () => cond(t.less(0, 1), (x: Tensor) => x, (x: Tensor) => t.cast(x, "float32"), X),
      "keep float64[3] but got float32[3]",
    ],
  ];
  for (const [call, message] of bad) assertThrows(call, TypeError, message);
});
