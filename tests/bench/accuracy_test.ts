/**
 * The accuracy of float32 functions over values of all exponents; how many is told by `ACCURACY_VALUES`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { FUNCTIONS } from "../../bench/accuracy/functions.ts";
import { MODES, sweep } from "../../bench/accuracy/sweep.ts";
import { unitsBetween } from "../../bench/accuracy/units.ts";
import { configure, info, shutdown } from "../../mod.ts";

Deno.test("unitsBetween() counts in units of the exact value, and knows what is no rounding", () => {
  assertEquals(unitsBetween(1 + 2 ** -23, 1), 1);
  assertEquals(unitsBetween(1 - 2 ** -24, 1), 0.5);
  assertEquals(unitsBetween(1, 1 + 2 ** -25), 0.25);
  assertEquals(unitsBetween(2 ** -149, 0), 1);
  assertEquals(unitsBetween(3 * 2 ** -149, 2 ** -148), 1);
  assertEquals(unitsBetween(NaN, NaN), 0);
  assertEquals(unitsBetween(Infinity, 1e39), 0);
  for (
    const [actual, exact] of [[NaN, 1], [1, NaN], [Infinity, 1], [1, Infinity], [0, -0], [-Infinity, 1e39]]
  ) {
    assertEquals(unitsBetween(actual, exact), Infinity);
  }
});

Deno.test("Float32 functions are right to 2 units in the last place in every mode", () => {
  const values = Number(Deno.env.get("ACCURACY_VALUES") ?? 200_000);
  const { simd } = info();
  try {
    for (const [name, compared] of Object.entries(FUNCTIONS)) {
      for (const [mode, { units, at }] of sweep(compared, values, MODES)) {
        // The plain kernels round what float64 gives; the square root of rsqrt is rounded before it is inverted.
        const most = mode !== "off" ? 2 : name === "rsqrt" ? 1.5 : 0.5000001;
        assertEquals([name, mode, at, units <= most], [name, mode, at, true]);
      }
    }
  } finally {
    configure({ simd });
    shutdown();
  }
});
