import { assertEquals } from "@std/assert/equals";
import * as t from "../../tensor/mod.ts";
import {
  compile,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  multiply,
  sin,
  sum,
  type Tensor,
  tensor,
  vmap,
} from "../../tensor/mod.ts";
import { near } from "./near.ts";
import { numbers } from "./primitives/entry.ts";

const X = numbers([3], -1, 2);

const V = numbers([3], -2, 1);

Deno.test("Jacobians in both modes and both orders of a Hessian agree", () => {
  const f = (x: Tensor) => t.stack([multiply(x.at(0), x.at(1)), sin(x.at(2)), sum(t.exp(x))]);
  near(jacfwd(f)(X), jacrev(f)(X));
  const g = (x: Tensor) => sum(multiply(f(x), f(x)));
  near(hessian(g)(X), jacrev(jacrev(g))(X));
  near(hessian(g)(X), jacfwd(jacfwd(g))(X));
  near(hessian(g)(X), jacrev(jacfwd(g))(X));
  near(t.matmul(hessian(g)(X), V), hvp(g, X, V));
  near(compile(hessian(g))(X), hessian(g)(X));
  near(vmap(hessian(g))(t.stack([X, V])), t.stack([hessian(g)(X), hessian(g)(V)]));
});

Deno.test("Jacobians of trees are trees of trees, by each of argnums", () => {
  type P = { readonly w: Tensor; readonly b: Tensor };
  const f = (p: P, x: Tensor) => ({
    y: t.add(multiply(p.w, x), p.b),
    fixed: tensor([1], { dtype: "float64" }),
  });
  type J = { readonly y: readonly [P, Tensor]; readonly fixed: readonly [P, Tensor] };
  for (const jacobian of [jacfwd, jacrev]) {
    const result = jacobian<[P, Tensor], J>(f, { argnums: [0, 1] })({
      w: X,
      b: tensor(1, { dtype: "float64" }),
    }, V);
    assertEquals(result.y[0].w.shape, [3, 3]);
    near(t.sum(result.y[0].w, { axes: 1 }), V);
    near(t.sum(result.y[1], { axes: 1 }), X);
    assertEquals(result.y[0].b.toArray(), [1, 1, 1]);
    assertEquals(result.fixed[0].w.toArray(), [[0, 0, 0]]);
  }
});
