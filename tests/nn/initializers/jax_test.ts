/**
 * Tests of initializers.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { conv2d, dense, initializers } from "../../../nn/mod.ts";
import { mean, random, variance } from "../../../tensor/mod.ts";

const { fansOf, varianceScaling } = initializers;

Deno.test("initializers have the variance of their formula and a mean of 0", () => {
  const variances = {
    glorotNormal: 2 / 300,
    glorotUniform: 2 / 300,
    heNormal: 2 / 100,
    heUniform: 2 / 100,
    lecunNormal: 1 / 100,
    lecunUniform: 1 / 100,
  };
  for (const [name, expected] of Object.entries(variances)) {
    const kernel = initializers[name as keyof typeof variances](random.key(1), [100, 200]);
    assertEquals([kernel.shape, kernel.dtype], [[100, 200], "float32"]);
    assertAlmostEquals(variance(kernel).item() / expected, 1, 0.03);
    assertAlmostEquals(mean(kernel).item(), 0, 0.03 * Math.sqrt(expected));
  }
});

Deno.test("initializers of truncated normals end at two standard deviations, uniforms at sqrt(3)", () => {
  const peak = (name: "heNormal" | "heUniform"): number =>
    Math.max(...initializers[name](random.key(2), [100, 200]).data().map(Math.abs)) / Math.sqrt(2 / 100);
  assertAlmostEquals(peak("heNormal"), 2 / 0.87962566, 0.01);
  assertAlmostEquals(peak("heUniform"), Math.sqrt(3), 0.01);
});

Deno.test("fansOf() takes the last two axes as inputs and outputs", () => {
  assertEquals(fansOf([3, 4]), { fanIn: 3, fanOut: 4 });
  assertEquals(fansOf([2, 5, 3, 4]), { fanIn: 30, fanOut: 40 });
  assertEquals(fansOf([7]), { fanIn: 7, fanOut: 7 });
  assertEquals(fansOf([]), { fanIn: 1, fanOut: 1 });
});

Deno.test("layers tell initializers the fans of their kernels", () => {
  const seen: unknown[] = [];
  const spy: initializers.Initializer = (key, shape, fans) => {
    seen.push([shape, fans]);
    return initializers.zeros(key, shape, fans);
  };
  dense({ features: 4, kernelInitializer: spy }).init(random.key(0), [3]);
  const conv = { features: 6, kernelSize: [2, 3], kernelInitializer: spy } as const;
  conv2d({ ...conv, groups: 2 }).init(random.key(0), [4, 8, 8]);
  conv2d({ ...conv, layout: "NHWC" }).init(random.key(0), [8, 8, 4]);
  assertEquals(seen, [
    [[3, 4], { fanIn: 3, fanOut: 4 }],
    [[6, 2, 2, 3], { fanIn: 12, fanOut: 36 }],
    [[2, 3, 4, 6], { fanIn: 24, fanOut: 36 }],
  ]);
});

Deno.test("zeros(), ones() and constant() fill", () => {
  const key = random.key(0);
  assertEquals(initializers.zeros(key, [2]).toArray(), [0, 0]);
  assertEquals(initializers.ones(key, [2]).toArray(), [1, 1]);
  assertEquals(initializers.constant(0.5)(key, [1, 2]).toArray(), [[0.5, 0.5]]);
  assertThrows(
    () => initializers.constant("1" as unknown as number),
    TypeError,
    "constant expects a number but got string",
  );
});

Deno.test("varianceScaling() throws for options it does not know", () => {
  const options = { scale: 1, mode: "fanIn", distribution: "uniform" } as const;
  assertThrows(() => varianceScaling({ ...options, scale: 0 }), RangeError, "scale to be positive but got 0");
  assertThrows(
    () => varianceScaling({ ...options, mode: "fan_in" as "fanIn" }),
    RangeError,
    "but got fan_in",
  );
  assertThrows(
    () => varianceScaling({ ...options, distribution: "cauchy" as "normal" }),
    RangeError,
    "but got cauchy",
  );
});
