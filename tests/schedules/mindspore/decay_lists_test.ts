/**
 * Tests of MindSpore's lists of decaying learning rates.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { mindspore } from "../../../schedules/mod.ts";

const options = { learningRate: 0.1, decayRate: 0.9, totalStep: 6, stepPerEpoch: 2, decayEpoch: 1 };
const inverse = { learningRate: 0.1, decayRate: 0.5, totalStep: 6, stepPerEpoch: 1, decayEpoch: 2 };

Deno.test("exponentialDecayLr() and inverseDecayLr() have MindSpore's numbers", () => {
  const [second, third] = [0.09000000000000001, 0.08100000000000002];
  assertEquals(mindspore.exponentialDecayLr(options), [0.1, 0.1, second, second, third, third]);
  const [stair, end] = [0.06666666666666667, 0.05];
  assertEquals(mindspore.inverseDecayLr({ ...inverse, isStair: true }), [0.1, 0.1, stair, stair, end, end]);
  assertEquals(mindspore.inverseDecayLr(inverse).slice(0, 3), [0.1, 0.08, stair]);
});

Deno.test("exponentialDecayLr() and inverseDecayLr() throw for options out of range", () => {
  for (const decay of [mindspore.exponentialDecayLr, mindspore.inverseDecayLr]) {
    assertThrows(() => decay({ ...options, learningRate: 0 }), RangeError, "learningRate to be positive");
    assertThrows(() => decay({ ...options, decayEpoch: 1.5 }), RangeError, "decayEpoch to be a whole number");
    assertThrows(() => decay({ ...options, totalStep: "6" as unknown as number }), TypeError, "totalStep");
  }
});
