import { assertEquals } from "@std/assert/equals";
import { radicesOf, rootOfUnity, smoothFrom, splitOf } from "../../../tensor/kernels/fourier_plan.ts";

Deno.test("radices multiply to their length, which smoothFrom() rounds up to a whole one that has some", () => {
  for (let n = 1; n < 300; n++) {
    const radices = radicesOf(n);
    if (radices !== null) assertEquals(radices.reduce((product, radix) => product * radix, 1), n);
    const smooth = smoothFrom(n);
    assertEquals([smooth >= n, smooth < 4 * n / 3 + 1, radicesOf(smooth) !== null], [true, true, true]);
    const [a, b] = splitOf(n);
    assertEquals([a * b, a <= b], [n, true]);
  }
  assertEquals([radicesOf(17), radicesOf(2 * 13), radicesOf(1)], [null, [2, 13], [1]]);
});

Deno.test("roots of unity are exact at quarters of a turn", () => {
  assertEquals([0, 3, 6, 9].map((e) => rootOfUnity(e, 12).map((part) => part + 0)), [
    [1, 0],
    [0, -1],
    [-1, 0],
    [0, 1],
  ]);
  for (let e = 0; e < 40; e++) {
    const [c, s] = rootOfUnity(e, 17);
    assertEquals(Math.abs(c - Math.cos(2 * Math.PI * e / 17)) < 1e-14, true);
    assertEquals(Math.abs(s + Math.sin(2 * Math.PI * e / 17)) < 1e-14, true);
  }
});
