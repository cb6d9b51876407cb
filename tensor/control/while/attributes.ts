/**
 * What a loop with a condition is made of.
 *
 * @module
 */
import { activeOutputs, changingOutputs } from "../../body_slots.ts";
import { inputsOf } from "../../body.ts";
import { isFloating } from "../../dtype.ts";
import type { Body } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";

/**
 * What a loop does. The inputs of the application are constants of the condition, constants of the body, and the
 * initial carry; its outputs the last carry and, if it saves, the number of steps and the stacked carries before each.
 */
export interface While {
  /** From its constants and the carry to a bool scalar. */
  readonly condition: Body;
  /** From its constants and the carry to the next carry. */
  readonly body: Body;
  /** Number of constants of the condition. */
  readonly tests: number;
  /** Number of constants of the body. */
  readonly constants: number;
  /** How many carried tensors, the last ones, are sums that no step reads but to add to them: they are never saved. */
  readonly sums: number;
  /** The greatest number of steps; null for no bound. */
  readonly maxSteps: number | null;
  /** What happens where the condition still holds then. */
  readonly atLimit: "stop" | "error";
  /** Whether the number of steps and the carries before each are further outputs. */
  readonly saves: boolean;
}

/** Applies the primitive; its rules are told how, so that they need not import it. */
export type ApplyWhile = (inputs: readonly Tensor[], attributes: While) => readonly Tensor[];

/** Number of carried tensors. */
export function carriedBy({ body }: While): number {
  return body.outputs.length;
}

/** Which of the body's constants and of the carry depend on what `given` says of them; floats only. */
export function activeInputs({ body, constants }: While, given: readonly boolean[]): readonly boolean[] {
  const likes = inputsOf(body);
  const active = given.map((is, i) => is && isFloating(likes[i].dtype));
  for (let changed = true; changed;) {
    changed = false;
    activeOutputs(body, active).forEach((is, i) => {
      if (!is || active[constants + i]) return;
      active[constants + i] = true;
      changed = true;
    });
  }
  return active;
}

/** Which outputs depend on the inputs in `changing`. */
export function dependsWhile(changing: readonly boolean[], attributes: While): readonly boolean[] {
  const { condition, body, tests, constants, sums, saves } = attributes;
  const inputs = changing.slice(tests);
  for (let changed = true; changed;) {
    changed = false;
    changingOutputs(body, inputs).forEach((is, i) => {
      if (!is || inputs[constants + i]) return;
      inputs[constants + i] = true;
      changed = true;
    });
  }
  const carry = inputs.slice(constants);
  const steps = changingOutputs(condition, [...changing.slice(0, tests), ...carry])[0];
  // Where the number of steps depends on something, everything does.
  const all = steps ? carry.map(() => true) : carry;
  return [...all, ...(saves ? [steps, ...all.slice(0, all.length - sums)] : [])];
}
