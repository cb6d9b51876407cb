import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import {
  compile,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  linearize,
  linearTranspose,
  multiply,
  sin,
  sum,
  type Tensor,
  tensor,
  vjp,
  vmap,
} from "../../tensor/mod.ts";
import { near } from "./near.ts";
import { numbers } from "./primitives/entry.ts";

const X = numbers([3], -1, 2);

const V = numbers([3], -2, 1);

Deno.test("jvp takes trees, holes for zeros, and passes integers with zeros", () => {
  const f = (p: { a: Tensor; n: Tensor }, y: Tensor) => ({ s: multiply(sin(p.a), y), n: p.n, same: y });
  const n = tensor([1, 2], { dtype: "int32" });
  const { value, tangent } = jvp(f, [{ a: X, n }, V], [{ a: V, n: null }, null]);
  near(value.s, multiply(sin(X), V));
  near(tangent.s, multiply(multiply(t.cos(X), V), V));
  assertEquals([tangent.n.dtype, tangent.n.toArray(), tangent.same.toArray()], ["int32", [0, 0], [0, 0, 0]]);
});

Deno.test("jvp of jvp, of grad, of vjp and of vmap are derivatives of derivatives", () => {
  const f = (x: Tensor) => sum(multiply(sin(x), t.exp(x)));
  const first = (x: Tensor) => jvp(f, [x], [V]).tangent;
  const second = hvp(f, X, V);
  near(jvp(first, [X], [V]).tangent, sum(multiply(second, V)));
  near(grad(first)(X), second);
  near(
    jvp((x: Tensor) => vjp(f, x).pullback(tensor(1, { dtype: "float64" }))[0] as Tensor, [X], [V]).tangent,
    second,
  );
  const each = (x: Tensor) => vmap((one: Tensor) => sin(one))(x);
  near(jvp(each, [X], [V]).tangent, multiply(t.cos(X), V));
  near(compile((x: Tensor) => jvp(first, [x], [V]).tangent)(X), sum(multiply(second, V)));
});

Deno.test("linearize keeps what it computed and takes many directions", () => {
  let runs = 0;
  const { value, pushforward } = linearize((x: Tensor) => {
    runs++;
    return multiply(sin(x), x);
  }, X);
  near(value, multiply(sin(X), X));
  for (const v of [X, V]) near(pushforward(v), jvp((x: Tensor) => multiply(sin(x), x), [X], [v]).tangent);
  near(
    vmap((v: Tensor) => pushforward(v))(t.eye(3, { dtype: "float64" })),
    jacfwd((x) => multiply(sin(x), x))(X),
  );
  assertEquals(runs, 1);
});

Deno.test("forward mode explains what does not fit", () => {
  const f = (x: Tensor) => multiply(x, x);
  const bad: readonly (readonly [() => unknown, typeof TypeError | typeof RangeError, string])[] = [
    [() => jvp(3 as unknown as typeof f, [X], [X]), TypeError, "jvp expects a function but got a number"],
    [
      () => jvp(f, X as unknown as [Tensor], [X]),
      TypeError,
      "jvp expects a list of arguments but got Tensor",
    ],
    [
      () => jvp(f, [X], []),
      RangeError,
      "jvp expects a tangent for each of the 1 arguments but got an array of 0",
    ],
    [
      () => jvp(f, [X], [tensor([1, 2], { dtype: "float64" })]),
      RangeError,
      "argument 0 to have shape [3] but got [2]",
    ],
    [() => jvp(f, [X], [tensor([1, 2, 3])]), TypeError, "argument 0 to be float64[3] but got float32[3]"],
    [() => jvp(f, [X], ["x"]), TypeError, "argument 0 to be a tensor but got a string"],
    [
      () => jvp((p: { a: Tensor }) => p.a, [{ a: X }], [X]),
      TypeError,
      "jvp expects tangents of the structure",
    ],
    [
      () => linearize(f, X).pushforward(1),
      TypeError,
      "linearize expects the tangent of argument 0 to be a tensor",
    ],
    [
      () => jacfwd(f)(tensor([1], { dtype: "int32" })),
      TypeError,
      "jacfwd expects arguments of floating-point tensors but got int32[1]",
    ],
    [
      () => jacrev((x) => t.argmax(x))(X),
      TypeError,
      "jacrev expects results of floating-point tensors but got int32[]",
    ],
    [
      () => jacrev(f, { argnums: 2 })(X),
      RangeError,
      "jacrev expects argnums within its 1 arguments but got 2",
    ],
    [() => hessian(f)(X), RangeError, "grad expects a function that returns a floating-point scalar"],
    [() => hessian(2 as unknown as typeof f), TypeError, "hessian expects a function but got a number"],
    [
      () => linearTranspose(f, tensor([1], { dtype: "int32" })),
      TypeError,
      "linearTranspose expects arguments of dtype",
    ],
    [
      () => linearTranspose(f, "x"),
      TypeError,
      "linearTranspose expects arguments as tensors but got a string",
    ],
    [
      () => linearTranspose((x: Tensor) => [x, x], X)([X] as Tensor[]),
      TypeError,
      "linearTranspose expects trees of one structure",
    ],
    [
      () => linearTranspose((x: Tensor) => x, X)(tensor([1], { dtype: "float64" })),
      RangeError,
      "a cotangent of shape [3] but got [1]",
    ],
  ];
  for (const [call, type, message] of bad) assertThrows(call, type, message);
});
