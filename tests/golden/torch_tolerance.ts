/**
 * The tolerance of each number of torch's optimizers.
 *
 * In float64 a number may be 1e-12 of its largest term away. In float32 it may be 4 units in the last place of its
 * largest term away for each step taken, since each step rounds anew and carries the roundings before. The terms of
 * a parameter are its values after all steps so far and the updates between them, element by element, and the terms
 * of an entry of the state are the entry's. Muon iterates in bfloat16, where a sum in another order may round to the
 * next number, and each iteration magnifies small singular values by 3.4: each step may be four times the distance
 * of its numbers above 1, 2^-5, of the largest update of the leaf away.
 *
 * @module
 */

import type { GoldenNumber } from "./replay_optax.ts";
import type { Allowance } from "./torch_compare.ts";
import type { Precision } from "./golden_tensor.ts";
import type { GoldenTensors } from "./torch_reader.ts";

/** What of a case tolerances depend on. */
export interface TolerantCase {
  readonly optimizer: string;
  readonly dtype: Precision;
  readonly params: GoldenTensors;
}

/** Tolerances that follow a run step by step. */
export interface StepTolerance {
  /** Takes the params after a step. */
  next(params: Readonly<Record<string, readonly GoldenNumber[]>>): void;
  /** Of an element of the params. */
  ofParams(path: string, index: number): Allowance;
  /** Of an element of an entry of the state. */
  ofState(expected: readonly number[]): Allowance;
}

/** Tolerances for a case from its first step on. */
export function stepTolerance({ optimizer, dtype, params }: TolerantCase): StepTolerance {
  let steps = 0;
  const sizes = (values: readonly GoldenNumber[]): number[] => values.map((value) => Math.abs(Number(value)));
  let before = new Map(Object.entries(params).map(([path, { data = [] }]) => [path, data.map(Number)]));
  const largest = new Map([...before].map(([path, values]) => [path, sizes(values)]));
  const updates = new Map<string, number>();
  const relative = (): number => dtype === "float64" ? 1e-12 : 4 * 2 ** -23 * steps;
  return {
    next(after) {
      steps++;
      for (const [path, values] of Object.entries(after)) {
        const [last, now] = [before.get(path) ?? [], values.map(Number)];
        const most = largest.get(path) ?? [];
        const moved = now.map((value, i) => Math.abs(value - (last[i] ?? value)));
        largest.set(path, now.map((value, i) => Math.max(most[i] ?? 0, Math.abs(value), moved[i])));
        updates.set(path, (updates.get(path) ?? 0) + Math.max(0, ...moved));
      }
      before = new Map(Object.entries(after).map(([path, values]) => [path, values.map(Number)]));
    },
    ofParams(path, i) {
      if (optimizer === "Muon") return { relative: 2 ** -5, scale: updates.get(path) ?? 0 };
      return { relative: relative(), scale: largest.get(path)?.[i] ?? 0 };
    },
    ofState: (expected) => ({ relative: relative(), scale: Math.max(...sizes(expected)) }),
  };
}
