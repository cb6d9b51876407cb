/**
 * How a scan runs.
 *
 * @module
 */
import { inputsOf, outputsOf } from "../../body.ts";
import { makeRoutine } from "../../compile/routine.ts";
import type { Callee } from "../../machine.ts";
import { views } from "../../runtime/heap.ts";
import { bytesOf, cut } from "../lists.ts";
import type { Scan } from "./attributes.ts";

/** The loop over routines of the body. */
export function looping(attributes: Scan): Callee {
  const { body, constants, carried, sums, length, reverse, saves } = attributes;
  const routine = makeRoutine(body);
  const [, carry, parts] = cut(inputsOf(body), constants, carried);
  const results = outputsOf(body).slice(carried);
  const stacks = saves ? carry.slice(0, carried - sums) : [];
  const [carryBytes, partBytes, resultBytes] = [carry, parts, results].map((list) => list.map(bytesOf));
  return {
    run(addresses) {
      const [fixed, initial, sources, last, targets, saved, spare] = cut(
        addresses,
        constants,
        carried,
        parts.length,
        carried,
        results.length,
        stacks.length,
      );
      const placeOf = (step: number): number => reverse ? length - 1 - step : step;
      const inputs = [...fixed, ...initial, ...sources];
      const outputs = [...last, ...targets];
      const { uint8 } = views();
      if (length === 0) {
        last.forEach((to, i) => uint8.copyWithin(to, initial[i], initial[i] + carryBytes[i]));
        return;
      }
      saved.forEach((stack, i) => {
        const to = stack + placeOf(0) * carryBytes[i];
        uint8.copyWithin(to, initial[i], initial[i] + carryBytes[i]);
      });
      for (let step = 0; step < length; step++) {
        const place = placeOf(step);
        for (let i = 0; i < carried; i++) {
          // The carry goes to and fro between two places, so that the last one is where it is wanted.
          if (step === length - 1) outputs[i] = last[i];
          else if (i < saved.length) outputs[i] = saved[i] + placeOf(step + 1) * carryBytes[i];
          else outputs[i] = (length - 1 - step) % 2 === 0 ? last[i] : spare[i];
        }
        for (let i = 0; i < sources.length; i++) {
          inputs[constants + carried + i] = sources[i] + place * partBytes[i];
        }
        for (let i = 0; i < targets.length; i++) outputs[carried + i] = targets[i] + place * resultBytes[i];
        routine.run(inputs, outputs);
        for (let i = 0; i < carried; i++) inputs[constants + i] = outputs[i];
      }
    },
    release: () => routine.release(),
  };
}
