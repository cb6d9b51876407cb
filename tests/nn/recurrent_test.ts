/**
 * Tests of recurrent layers.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { gru, lstm, type Recurrent, rnn, sequential } from "../../nn/mod.ts";
import { compile, ones, random, slice, type Tensor, tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const KINDS: readonly Recurrent[] = [
  rnn({ features: 3 }),
  lstm({ features: 3, layers: 2, bidirectional: true }),
  gru({ features: 3, reverse: true }),
];

function assertClose(a: Tensor, b: Tensor): void {
  assertEquals(a.shape, b.shape);
  const wanted = b.data();
  a.data().forEach((x, i) => assertEquals(Math.abs(x - wanted[i]) < 1e-5, true));
}

for (const layer of KINDS) {
  const { params, state, outputShape } = layer.init(random.key(0), [4, 2]);
  const x = random.normal(random.key(1), [2, 4, 2]);

  Deno.test(`${layer.name}() has the shape it says, does not mix examples, and compiles`, () => {
    const apply = (y: Tensor) => layer.apply({ params, state }, y).output;
    assertEquals(apply(x).shape.slice(1), outputShape);
    assertClose(apply(slice(x, [[1, 2]])), slice(apply(x), [[1, 2]]));
    assertClose(compile(apply)(x), apply(x));
  });

  Deno.test(`${layer.name}() with lengths is each sequence alone`, () => {
    const { output, carry } = layer.run(params, x, { lengths: tensor([2, 4], { dtype: "int32" }) });
    const alone = layer.run(params, slice(x, [[0, 1], [0, 2]]));
    assertClose(slice(output, [[0, 1], [0, 2]]), alone.output);
    assertClose(slice(carry.hidden, [null, [0, 1]]), alone.carry.hidden);
    assertEquals(slice(output, [[0, 1], [2, 4]]).data().every((y) => y === 0), true);
  });

  Deno.test(`${layer.name}() has the gradients of finite differences`, () => {
    checkGradients(
      (p: typeof params, y: Tensor) => layer.apply({ params: p, state }, y).output,
      [params, slice(x, [[0, 1], [0, 2]])],
      { order: 1, elements: 4 },
    );
  });
}

Deno.test("recurrent layers throw for what does not fit, and name their path", () => {
  const net = sequential({ read: lstm({ features: 3, layers: 2, dropoutRate: 0.5 }) });
  const variables = net.init(random.key(0), [4, 2]);
  assertThrows(
    () => net.apply(variables, ones([1, 4, 3])),
    RangeError,
    "lstm at read expects inputs of shape",
  );
  assertThrows(() => net.apply(variables, ones([1, 4, 2]), { training: true }), TypeError, "at read");
  assertThrows(() => gru({ features: 3, bidirectional: true, reverse: true }), RangeError, "but got both");
});
