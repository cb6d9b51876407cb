import { assertThrows } from "@std/assert/throws";
import * as t from "../../tensor/mod.ts";
import { linearTranspose, multiply, sin, type Tensor, tensor } from "../../tensor/mod.ts";
import { near } from "./near.ts";
import { numbers } from "./primitives/entry.ts";

const X = numbers([3], -1, 2);

const V = numbers([3], -2, 1);

Deno.test("linearTranspose is the matrix transposed", () => {
  const m = numbers([2, 3], -1, 1);
  const [x] = linearTranspose((v: Tensor) => t.matmul(m, v), { shape: [3], dtype: "float64" })(
    tensor([1, 2], { dtype: "float64" }),
  );
  near(x as Tensor, t.matmul(t.transpose(m), tensor([1, 2], { dtype: "float64" })));
  const [p] = linearTranspose((q: { a: Tensor; b: Tensor }) => [t.add(q.a, q.b), multiply(q.a, 2)], {
    a: X,
    b: X,
  })([X, V]);
  near((p as { a: Tensor }).a, t.add(X, multiply(V, 2)));
  near((p as { b: Tensor }).b, X);
  assertThrows(
    () => linearTranspose((v: Tensor) => multiply(v, v), X)(X),
    TypeError,
    "linearTranspose expects a linear function",
  );
  assertThrows(
    () => linearTranspose((v: Tensor) => sin(v), X)(X),
    TypeError,
    "linearTranspose expects a linear function",
  );
});
