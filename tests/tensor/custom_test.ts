import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import {
  compile,
  customJvp,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  sum,
  type Tensor,
  tensor,
  vmap,
} from "../../tensor/mod.ts";
import { near } from "./near.ts";
import { numbers } from "./primitives/entry.ts";

const X = numbers([3], -1, 2);
const W = numbers([3], 1, 2);
const PAIR = t.stack([X, W]);

/** `sin(x) y` with its own rules. */
const product = (x: Tensor, y: Tensor) => t.multiply(t.sin(x), y);
const byVjp = customVjp(product, {
  forward: (x, y) => [product(x, y), { slope: t.cos(x), x, y }],
  pullback: ({ slope, x, y }, g) => [t.multiply(t.multiply(slope, y), g), t.multiply(t.sin(x), g)],
});
const byDefault = customVjp(product, {
  pullback: ({ args: [x, y] }, g) => [t.multiply(t.multiply(t.cos(x), y), g), t.multiply(t.sin(x), g)],
});
const byJvp = customJvp(product, ([x, y], [dx, dy]) => [
  product(x, y),
  t.add(t.multiply(t.multiply(t.cos(x), y), dx as Tensor), t.multiply(t.sin(x), dy as Tensor)),
]);

for (const [name, f] of Object.entries({ byVjp, byDefault, byJvp })) {
  Deno.test(`the rule ${name} agrees with the function in every composition`, () => {
    const both = (g: (f: typeof product) => Tensor) => near(g(f), g(product));
    const total = (f: typeof product) => (x: Tensor) => sum(t.square(f(x, W)));
    both((f) => f(X, W));
    both((f) => grad(total(f))(X));
    both((f) => jacrev(grad(total(f)))(X));
    both((f) => grad((x) => sum(grad(total(f))(x)))(X));
    both((f) => vmap(f)(X, W));
    both((f) => vmap(f, { inAxes: [0, null] })(PAIR, W));
    both((f) => vmap(grad((x: Tensor, y: Tensor) => sum(f(x, y))), { inAxes: [0, null] })(PAIR, W));
    both((f) => grad((w: Tensor) => sum(t.square(vmap(f, { inAxes: [0, null] })(PAIR, w))))(W));
    both((f) =>
      grad((w: Tensor) =>
        sum(t.square(vmap(vmap(f, { inAxes: [0, null] }), { inAxes: [0, null] })(t.stack([PAIR, PAIR]), w)))
      )(W)
    );
    both((f) => compile(grad(total(f)))(X));
    both((f) =>
      grad((x) => t.scan((c: Tensor, y: Tensor) => [f(c, y), null], x, t.stack([W, X]))[0].at(0))(X)
    );
    both((f) => grad((x) => sum(t.checkpoint(f)(x, W)))(X));
  });
}

Deno.test("customJvp goes forward, customVjp refuses to but where reverse mode went through it", () => {
  near(jacfwd((x: Tensor) => byJvp(x, W))(X), jacfwd((x: Tensor) => product(x, W))(X));
  near(hessian((x: Tensor) => sum(byJvp(x, W)))(X), hessian((x: Tensor) => sum(product(x, W)))(X));
  const message = "jvp expects a pushforward rule but customVjp of product has only a pullback";
  assertThrows(() => jvp(byVjp, [X, W], [X, W]), TypeError, message);
  near(hessian((x: Tensor) => sum(byVjp(x, W)))(X), hessian((x: Tensor) => sum(product(x, W)))(X));
});

Deno.test("the rule is what counts, whatever the function does", () => {
  const wrong = customVjp((x: Tensor) => sum(t.square(x)), {
    pullback: (_, g) => [t.multiply(t.ones([3], { dtype: "float64" }), t.multiply(g, 10))],
  });
  assertEquals(grad(wrong)(X).toArray(), [10, 10, 10]);
  const none = customVjp((x: Tensor, n: number) => t.multiply(x, n), { pullback: (_, g) => [g, null] });
  assertEquals(grad((x) => sum(none(x, 7)))(X).toArray(), [1, 1, 1]);
  const trees = customVjp((p: { a: Tensor; n: Tensor }) => ({ y: t.multiply(p.a, p.n) }), {
    pullback: ({ args: [p] }, g) => [{ a: t.multiply(g.y, t.multiply(p.n, 2)) }],
  });
  const n = tensor([1, 2, 3], { dtype: "int32" });
  assertEquals(grad((a) => sum(trees({ a, n }).y))(X).toArray(), [2, 4, 6]);
  const tangents = customJvp((p: { a: Tensor; n: Tensor }) => t.multiply(p.a, p.n), ([p], [d]) => [
    t.multiply(p.a, p.n),
    t.multiply((d as { a: Tensor; n: null }).a, p.n),
  ]);
  assertEquals(grad((a) => sum(tangents({ a, n })))(X).toArray(), [1, 2, 3]);
});

Deno.test("custom rules explain what does not fit", () => {
  const outside = (w: Tensor) =>
    sum(customVjp((x: Tensor) => t.multiply(x, w), { pullback: (_, g) => [g] })(X));
  const outsideJvp = (w: Tensor) =>
    sum(customJvp((x: Tensor) => t.multiply(x, w), ([x], [d]) => [x, d as Tensor])(X));
  const pulls = (pullback: (...args: unknown[]) => unknown) =>
    grad((x) => sum(customVjp(t.sin, { pullback: pullback as () => Tensor[] })(x)))(X);
  const pushes = (rule: (...args: unknown[]) => unknown) =>
    grad((x) => sum(customJvp(t.sin, rule as () => [Tensor, Tensor])(x)))(X);
  const bad: readonly (readonly [() => unknown, string])[] = [
    [() => grad(outside)(W), "customVjp expects what is differentiated to be an argument"],
    [() => grad(outsideJvp)(W), "customJvp expects what is differentiated to be an argument"],
    [
      () => customVjp(3 as unknown as typeof t.sin, { pullback: () => [] }),
      "customVjp expects a function but got a number",
    ],
    [
      () => customVjp(t.sin, {} as unknown as { pullback: () => Tensor[] }),
      "customVjp expects a pullback but got nothing",
    ],
    [
      () => customJvp(t.sin, 1 as unknown as () => [Tensor, Tensor]),
      "customJvp expects functions but got a number",
    ],
    [() => pulls(() => X), "a gradient for each of its 1 arguments but got Tensor"],
    [() => pulls(() => [sum(X)]), "the gradient of float64[3] from the pullback of sin but got float64[]"],
    [() => pulls(() => ["x"]), "the gradient of float64[3] from the pullback of sin but got a string"],
    [() => pushes(() => X), "the rule of sin to return [value, tangent] but got Tensor"],
    [() => pushes(() => [X, sum(X)]), "tangents from the rule of sin like float64[3] but got float64[]"],
    [() => pushes((_, d) => [X, t.square((d as Tensor[])[0])]), "customJvp of sin expects a linear function"],
    [
      () => customVjp((x: Tensor) => x, { forward: (x) => [sum(x), 0], pullback: () => [] })(X),
      "forward to return what",
    ],
  ];
  for (const [call, message] of bad) assertThrows(call, TypeError, message);
});
