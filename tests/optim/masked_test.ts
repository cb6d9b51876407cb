/**
 * Tests of `masked` and of selectors.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { clipByGlobalNorm, masked, type Selector, sgd, trace } from "../../optim/mod.ts";
import { tensor, zeros } from "../../tensor/mod.ts";

const params = { dense: { kernel: zeros([1, 2]), bias: zeros([2]) }, layers: [tensor(0)], gain: null };
const grads = { dense: { kernel: tensor([[3, 4]]), bias: tensor([1, 1]) }, layers: [tensor(12)], gain: null };
const descend = sgd({ learningRate: 1 });

/** The paths whose updates come out negative. */
function descended(mask: Selector): string[] {
  const transform = masked(descend, mask, { rest: "pass" });
  const { updates } = transform.update(transform.init(params), grads, params);
  assertEquals(updates.gain, null);
  return [
    ...(updates.dense.kernel.data()[0] < 0 ? ["kernel"] : []),
    ...(updates.dense.bias.data()[0] < 0 ? ["bias"] : []),
    ...(updates.layers[0].item() < 0 ? ["layers"] : []),
  ];
}

Deno.test("masked() selects by patterns, predicate and trees", () => {
  assertEquals(descended("dense/**"), ["kernel", "bias"]);
  assertEquals(descended(["**/bias", "layers/0"]), ["bias", "layers"]);
  assertEquals(descended((path, leaf) => leaf.rank === 2 || path.startsWith("layers")), ["kernel", "layers"]);
  assertEquals(descended(true), ["kernel", "bias", "layers"]);
  assertEquals(descended(false), []);
  assertEquals(descended({ dense: true, layers: false, gain: false }), ["kernel", "bias"]);
  assertEquals(descended({ dense: { kernel: false, bias: true }, layers: [true], gain: true }), [
    "bias",
    "layers",
  ]);
});

Deno.test("masked() keeps no state for what is masked out", () => {
  const { inner } = masked(trace({ decay: 0.9 }), "dense/**", { rest: "zero" }).init(params);
  const { dense, layers, gain } = inner.trace as typeof params;
  assertEquals([dense.kernel.shape, layers, gain], [[1, 2], [null] as unknown, null]);
});

Deno.test("masked() leaves the rest out of a norm", () => {
  const transform = masked(clipByGlobalNorm(1), "**/kernel", { rest: "zero" });
  const { updates } = transform.update(transform.init(params), grads, params);
  assertEquals(updates.dense.kernel.data(), Float32Array.of(0.6, 0.8));
  assertEquals(updates.layers[0].item(), 0);
});

Deno.test("masked() hands on frozen params without a copy", () => {
  const transform = masked(descend, "gain", { rest: "zero" });
  const next = transform.step(transform.init(params), grads, params);
  assertEquals(next.params.dense.kernel === params.dense.kernel, true);
});

Deno.test("masked() throws for masks that do not fit", () => {
  const init = (mask: unknown): unknown => masked(descend, mask as Selector, { rest: "pass" }).init(params);
  assertThrows(() => init({ dense: true }), TypeError, "a mask of the params' structure");
  assertThrows(
    () => init({ dense: { kernel: 1, bias: true }, layers: true, gain: true }),
    TypeError,
    "masked expects a mask of booleans but got a number at dense/kernel",
  );
  assertThrows(() => init(() => 1), TypeError, "to return a boolean but got number for dense/kernel");
  assertThrows(() => init("***"), SyntaxError);
  assertThrows(() => masked(descend, true, {} as { rest: "pass" }), TypeError, '"pass" or "zero"');
});
