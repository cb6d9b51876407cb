/**
 * Routines: bodies as programs that are run on addresses, again and again, by what a larger program calls.
 *
 * @module
 */
import type { Body } from "../primitive.ts";
import { assemble, disassemble } from "./assemble.ts";
import { lower } from "./lower.ts";
import type { Lowered } from "./lowered.ts";
import { delayShort } from "./order.ts";
import { move } from "./patches.ts";
import { type MemoryPlan, planMemory } from "./plan.ts";

/** A body in the heap. */
export interface Routine {
  /** Runs it on contiguous inputs and outputs at addresses in bytes; no output may overlap an input. */
  run(inputs: readonly number[], outputs: readonly number[]): void;
  /** Gives back its memory. */
  release(): void;
}

/** Routines of several bodies; where the heap is too full for one of them, none is left. */
export function makeRoutines(bodies: readonly Body[]): readonly Routine[] {
  const made: Routine[] = [];
  try {
    for (const body of bodies) made.push(makeRoutine(body));
    return made;
  } catch (error) {
    for (const routine of made) routine.release();
    throw error;
  }
}

/** The launches of a body, and where its buffers lie. */
export function planBody({ tape, outputs }: Body): { readonly lowered: Lowered; readonly plan: MemoryPlan } {
  const lowered = delayShort(lower(tape, outputs, [], true));
  return { lowered, plan: planMemory(lowered, [], true) };
}

/** Plans a body and puts it into the heap. */
export function makeRoutine(body: Body): Routine {
  const { tape, outputs } = body;
  const { lowered, plan } = planBody(body);
  const assembled = assemble(lowered, plan);
  const { argumentPatches, outputPatches, runners } = assembled;
  const inputBases = tape.inputs.map(() => -1);
  const outputBases = outputs.map(() => -1);
  const patches = outputs.map((_, i) => outputPatches.get(i) ?? []);
  return {
    run(givenInputs, givenOutputs) {
      for (let i = 0; i < inputBases.length; i++) {
        if (givenInputs[i] !== inputBases[i]) move(argumentPatches[i], givenInputs[i], inputBases, i);
      }
      for (let i = 0; i < outputBases.length; i++) {
        if (givenOutputs[i] !== outputBases[i]) move(patches[i], givenOutputs[i], outputBases, i);
      }
      for (let i = 0; i < runners.length; i++) runners[i]();
    },
    release: () => disassemble(assembled),
  };
}
