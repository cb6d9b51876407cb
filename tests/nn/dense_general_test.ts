/**
 * Tests of `denseGeneral`, and of heads that share their weights with an embedding.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { dense, denseGeneral, embedding, sequential } from "../../nn/mod.ts";
import { einsum, ones, random, slice, type Tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const draw = (seed: number, shape: readonly number[]): Tensor =>
  random.normal(random.key(seed), shape, { dtype: "float64" });

function assertClose(a: Tensor, b: Tensor): void {
  assertEquals(a.shape, b.shape);
  const wanted = b.data();
  a.data().forEach((x, i) => {
    if (!(Math.abs(x - wanted[i]) <= 1e-6)) {
      throw new Error(`element ${i}: expected ${wanted[i]} but got ${x}`);
    }
  });
}

Deno.test("denseGeneral() is a sum over its axes, of the shape it says, and does not mix examples", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<readonly [number | readonly number[], string]>(
        [-1, "nabc,cxy->nabxy"],
        [1, "nabc,axy->nbcxy"],
        [[-1, 2], "nabc,bcxy->naxy"],
        [[1, 3], "nabc,acxy->nbxy"],
        [[1, 2, 3], "nabc,abcxy->nxy"],
      ),
      fc.boolean(),
      fc.nat(100),
      ([axis, subscripts], bias, seed) => {
        const layer = denseGeneral({ features: [2, 3], axis, bias });
        const { params, state, outputShape } = layer.init(random.key(seed), [2, 3, 4]);
        const x = draw(seed, [3, 2, 3, 4]);
        const { output } = layer.apply({ params, state }, x);
        assertEquals(output.shape.slice(1), outputShape);
        assertClose(output, einsum(subscripts, x, params.kernel));
        assertClose(layer.apply({ params, state }, slice(x, [[1, 2]])).output, slice(output, [[1, 2]]));
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("denseGeneral() over one axis is dense(), with the params of the same key", () => {
  const [general, plain] = [denseGeneral({ features: 3 }), dense({ features: 3 })];
  const [a, b] = [general, plain].map((layer) => layer.init(random.key(1), [4]));
  assertEquals(a.params.kernel.data(), b.params.kernel.data());
  assertClose(general.apply(a, draw(1, [2, 4])).output, plain.apply(b, draw(1, [2, 4])).output);
});

Deno.test("denseGeneral() has the gradients of finite differences", () => {
  const layer = denseGeneral({ features: [2, 2], axis: [1, 2] });
  const { params } = layer.init(random.key(0), [2, 3]);
  checkGradients(
    (p: typeof params, x: Tensor) => layer.apply({ params: p, state: {} }, x).output,
    [params, draw(1, [2, 2, 3])],
    { order: 2, elements: 4 },
  );
});

Deno.test("denseGeneral() throws for what does not fit, and names its path", () => {
  assertThrows(() => denseGeneral({ features: [2, 0] }), RangeError, "denseGeneral expects features");
  const net = sequential({ join: denseGeneral({ features: 2, axis: [1, 2] }) });
  const variables = net.init(random.key(0), [2, 3]);
  assertThrows(
    () => net.apply(variables, ones([1, 2, 4])),
    RangeError,
    "denseGeneral at join expects inputs with extents [2, 3] on axes 1, 2 but got [1, 2, 4]",
  );
  assertThrows(
    () => denseGeneral({ features: 2, axis: 0 }).init(random.key(0), [2]),
    RangeError,
    "axes after the batch axis",
  );
  assertThrows(
    () => denseGeneral({ features: 2, axis: 4 }).init(random.key(0), [2]),
    RangeError,
    "denseGeneral",
  );
});

Deno.test("embedding().attend gives products with all vectors", () => {
  const layer = embedding({ count: 5, features: 3 });
  const { params } = layer.init(random.key(0), [2]);
  const x = draw(1, [2, 4, 3]);
  assertClose(layer.attend(params, x), einsum("nli,ci->nlc", x, params.table));
  assertThrows(
    () => layer.attend(params, ones([2, 4]), { path: "head" }),
    RangeError,
    "embedding at head expects vectors of shape [..., 3] but got [2, 4]",
  );
});
