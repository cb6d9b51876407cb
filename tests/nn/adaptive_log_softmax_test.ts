/**
 * Tests of `adaptiveLogSoftmax`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as nn from "../../nn/mod.ts";
import { random } from "../../tensor/mod.ts";

Deno.test("adaptiveLogSoftmax() gives weights back to torch, and predicts the likeliest class", () => {
  const layer = nn.adaptiveLogSoftmax({ classes: 9, cutoffs: [2, 5], divisor: 2, headBias: true });
  const variables = layer.init(random.key(1), [8]);
  const state = nn.toTorch(layer, variables);
  assertEquals(Object.entries(state).map(([name, { shape }]) => [name, [...shape]]), [
    ["head.weight", [4, 8]],
    ["head.bias", [4]],
    ["tail.0.0.weight", [4, 8]],
    ["tail.0.1.weight", [3, 4]],
    ["tail.1.0.weight", [2, 8]],
    ["tail.1.1.weight", [4, 2]],
  ]);
  const back = nn.fromTorch(layer, state, { like: variables });
  const x = random.normal(random.key(2), [6, 8]);
  const { output } = layer.apply(variables, x);
  assertEquals(layer.apply(back, x).output.toArray(), output.toArray());
  const rows = output.toArray() as number[][];
  assertEquals(
    [...layer.predict(variables.params, x).data()],
    rows.map((row) => row.indexOf(Math.max(...row))),
  );
});
