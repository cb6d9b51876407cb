/**
 * The modules that measure the limits of the machine.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { limitOf } from "../../bench/machine/machine.ts";
import { multiplyAddModule, triadModule } from "../../bench/machine/modules.ts";

Deno.test("multiplyAddModule() adds and multiplies in registers", () => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(multiplyAddModule()));
  const sum = (exports.run as (turns: number) => number)(1000);
  // Twelve sums at the fixed point of s = s / 2 + 3 / 4.
  assertAlmostEquals(sum, 18, 1e-4);
});

Deno.test("triadModule() writes a + b / 2", () => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(triadModule(1)));
  const { memory, run } = instance.exports as {
    readonly memory: WebAssembly.Memory;
    readonly run: (a: number, b: number, c: number, end: number) => void;
  };
  const numbers = new Float32Array(memory.buffer).fill(1, 0, 32).fill(4, 32, 64);
  run(0, 128, 256, 256);
  assertEquals([...numbers.subarray(64, 97)], [...Array.from({ length: 32 }, () => 3), 0]);
});

Deno.test("limitOf() takes the slower of arithmetic and memory", () => {
  const limits = {
    threads: 1,
    flops: 1e9,
    bandwidths: [{ bytes: 10, rate: 2e9 }, { bytes: 1e9, rate: 1e9 }],
    spread: 0,
  };
  assertAlmostEquals(limitOf(limits, { flops: 1e6, bytes: 10 }), 1);
  assertAlmostEquals(limitOf(limits, { flops: 1e6, bytes: 2e6 }), 2);
});
