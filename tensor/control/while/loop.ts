/**
 * How a loop with a condition runs.
 *
 * @module
 */
import { outputsOf } from "../../body.ts";
import { makeRoutines } from "../../compile/routine.ts";
import type { Callee } from "../../machine.ts";
import { views } from "../../runtime/heap.ts";
import { bytesOf, cut } from "../lists.ts";
import { carriedBy, type While } from "./attributes.ts";

/**
 * The loop over routines of the condition and the body. Its operands are those of the primitive, its outputs, a cell for
 * the condition, and two places for the carry.
 */
export function repeating(attributes: While): Callee {
  const { condition, body, tests, constants, sums, maxSteps, atLimit, saves } = attributes;
  const [test, routine] = makeRoutines([condition, body]);
  const carried = carriedBy(attributes);
  const bytes = outputsOf(body).map(bytesOf);
  const stackCount = saves ? carried - sums : 0;
  const limit = maxSteps ?? Infinity;
  return {
    run(addresses) {
      const [fixedTests, fixed, initial, last, counts, stacks, cell, one, other] = cut(
        addresses,
        tests,
        constants,
        carried,
        carried,
        saves ? 1 : 0,
        stackCount,
        1,
        carried,
      );
      const heap = views();
      const places = [one, other];
      let current = initial;
      const holds = (): boolean => {
        test.run([...fixedTests, ...current], cell);
        return heap.uint8[cell[0]] !== 0;
      };
      let steps = 0;
      while (steps < limit && holds()) {
        stacks.forEach((stack, i) =>
          heap.uint8.copyWithin(stack + steps * bytes[i], current[i], current[i] + bytes[i])
        );
        const next = places[steps % 2];
        routine.run([...fixed, ...current], next);
        current = next;
        steps++;
      }
      if (atLimit === "error" && steps === limit && holds()) {
        throw new RangeError(
          `whileLoop expects its condition to fail within ${limit} steps but it still holds after them`,
        );
      }
      last.forEach((to, i) => heap.uint8.copyWithin(to, current[i], current[i] + bytes[i]));
      // Rows of steps that were not taken are zeros.
      stacks.forEach((stack, i) => heap.uint8.fill(0, stack + steps * bytes[i], stack + limit * bytes[i]));
      for (const at of counts) heap.int32[at / 4] = steps;
    },
    release() {
      test.release();
      routine.release();
    },
  };
}
