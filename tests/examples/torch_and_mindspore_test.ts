/**
 * The numbers of torch and MindSpore in the rows of their comparison.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { shutdown } from "@weft/weft";
import * as rows from "../../examples/torch_and_mindspore.ts";

type Column = readonly number[];

/** The columns of conv and of the norm, to single precision. */
function assertSteps(steps: readonly Column[], conv: Column, norm: Column): void {
  assertEquals([conv.length, norm.length], [steps.length, steps.length]);
  steps.forEach((step, i) => {
    assertAlmostEquals(step[0], conv[i], 1e-6);
    assertAlmostEquals(step[1], norm[i], 1e-6);
  });
}

Deno.test("the parameters are those of each framework, with and without conv", () => {
  const torch = rows.torchParameters();
  assertEquals(torch.names, ["conv.weight", "conv.bias", "bn.weight", "bn.bias"]);
  assertEquals([torch.noConv, torch.size], [["bn.weight", "bn.bias"], 1920]);
  const mindspore = rows.mindsporeParameters();
  assertEquals(mindspore.names, ["conv/kernel", "bn/scale", "bn/offset", "bn/mean", "bn/variance"]);
  assertEquals([mindspore.noConv.length, mindspore.size], [4, 1856]);
  const steps = rows.parameterRows();
  assertSteps(steps["torch SGD(lr=0.01)"], [0.99, 0.98], [0.99, 0.98]);
  assertSteps(steps["MindSpore SGD(), lr 0.1"], [0.9, 0.8], [0.9, 0.8]);
  assertSteps(steps["torch, without conv"], [1, 1], [0.99, 0.98]);
  assertSteps(steps["MindSpore, without conv"], [1, 1], [0.9, 0.8]);
});

Deno.test("learning rates change as a list and as a schedule", () => {
  assertEquals(rows.list, [0.1, 0.1, 0.05, 0.05, 0.05, 0.01, 0.01, 0.01, 0.01, 0.01]);
  assertEquals(rows.schedule(2).toPrecision(6), "0.0736396");
  const polynomial = [0.1, 0.08794229, 0.07363961, 0.055, 0.01];
  polynomial.forEach((rate, step) => assertAlmostEquals(rows.schedule(step), rate, 1e-8));
  const { "a list": list, "a schedule": schedule } = rows.dynamicRows();
  const norm = [0.9, 0.71, 0.5745, 0.40255, 0.197795];
  assertSteps(list.slice(0, 5), [0.81, 0.4661, 0.2403705, -0.0236027225, -0.31011650023], norm);
  assertAlmostEquals(list[9][1], -0.08457459609, 1e-6);
  [0.81, 0.5075664772746784, 0.1723656112751782].forEach((w, i) =>
    assertAlmostEquals(schedule[i][0], w, 1e-6)
  );
});

Deno.test("five epochs of SGD with momentum and ExponentialLR print torch's learning rates", () => {
  const { shape, losses, rates } = rows.train();
  assertEquals(shape, [1, 64, 62, 30]);
  assertEquals(rates, [
    [0.09000000000000001],
    [0.08100000000000002],
    [0.07290000000000002],
    [0.06561000000000002],
    [0.05904900000000002],
  ]);
  assertEquals(losses.every((loss, i) => i === 0 || loss < losses[i - 1]), true);
  shutdown();
});

Deno.test("weight decay leaves MindSpore's gamma out, and is not divided by the loss scale", () => {
  const decayed = [0.899, 0.798101, 0.697302899];
  const { torch, MindSpore } = rows.decayRows();
  assertSteps(torch, decayed, decayed);
  assertSteps(MindSpore, decayed, [0.9, 0.8, 0.7]);
  const { "a loss scale of 1024": scaled, "no loss scale": plain } = rows.lossScaleRows();
  assertSteps(scaled, decayed, [0.9, 0.8, 0.7]);
  assertEquals(scaled, plain);
});

Deno.test("groups have the numbers of MindSpore and of torch", () => {
  const { MindSpore, torch } = rows.groupRows();
  const conv = [0.9899, 0.97980101, 0.9697030299, 0.9596060596];
  const norm = [0.9, 0.8120577137, 0.7384181034, 0.6834181034, 0.6734181034, 0.6634181034];
  assertSteps(MindSpore.slice(0, 4), conv, norm.slice(0, 4));
  norm.forEach((w, i) => assertAlmostEquals(MindSpore[i][1], w, 1e-6));
  assertSteps(torch, conv, [0.99, 0.98, 0.97, 0.96]);
});
