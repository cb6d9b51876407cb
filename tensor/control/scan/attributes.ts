/**
 * What a scan is made of.
 *
 * @module
 */
import { activeOutputs, changingOutputs } from "../../body_slots.ts";
import { inputsOf, rearranged, withPulledBody } from "../../body.ts";
import { isFloating } from "../../dtype.ts";
import type { Body } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";
import { count } from "../lists.ts";

/**
 * What a scan does. The inputs of the application are constants, the initial carry, and the tensors whose parts along
 * the first axis the steps take; its outputs the last carry, the stacked outputs of the steps and, if it saves, the
 * stacked products that are kept and the stacked carries before each step.
 */
export interface Scan {
  /** From constants, carry and parts to carry and outputs. */
  readonly body: Body;
  /** Number of constants. */
  readonly constants: number;
  /** Number of tensors that are carried. */
  readonly carried: number;
  /** How many of them, the last ones, are sums that no step reads but to add to them: they are never saved. */
  readonly sums: number;
  /** Number of steps. */
  readonly length: number;
  /** Whether steps go from the last part to the first. */
  readonly reverse: boolean;
  /** Whether the carries before each step are further outputs. */
  readonly saves: boolean;
  /** Whether reverse mode keeps the results of products and convolutions too. */
  readonly keepsProducts: boolean;
  /** How many of the outputs of the steps, the last ones, are such results. */
  readonly kept: number;
}

/** Applies the primitive; its rules are told how, so that they need not import it. */
export type ApplyScan = (inputs: readonly Tensor[], attributes: Scan) => readonly Tensor[];

/** The attributes with which a scan is recorded that will be differentiated. */
export function savingScan(attributes: Scan): Scan {
  const { body, ...others } = withPulledBody(attributes);
  if (attributes.saves || !attributes.keepsProducts) return { ...others, body, saves: true };
  const products = body.tape.entries.flatMap(({ primitive, outputs }) =>
    primitive.finishes === true ? outputs.filter((slot) => !body.outputs.includes(slot)) : []
  );
  const outputs = [...body.outputs, ...products];
  return { ...others, body: { ...body, outputs }, saves: true, kept: products.length };
}

/** Which carried tensors depend on what `given` says of constants, initial carry and parts; floats only. */
export function activeCarry(
  { body, constants, carried }: Scan,
  given: readonly boolean[],
): readonly boolean[] {
  const likes = inputsOf(body);
  const active = given.map((is, i) => is && isFloating(likes[i].dtype));
  for (let changed = true; changed;) {
    changed = false;
    activeOutputs(body, active).slice(0, carried).forEach((is, i) => {
      if (!is || active[constants + i]) return;
      active[constants + i] = true;
      changed = true;
    });
  }
  return active;
}

/** Which outputs depend on the inputs in `changing`. */
export function dependsScan(changing: readonly boolean[], attributes: Scan): readonly boolean[] {
  const { body, constants, carried, sums, saves } = attributes;
  const inputs = [...changing];
  for (let changed = true; changed;) {
    changed = false;
    changingOutputs(body, inputs).slice(0, carried).forEach((is, i) => {
      if (!is || inputs[constants + i]) return;
      inputs[constants + i] = true;
      changed = true;
    });
  }
  const carry = inputs.slice(constants, constants + carried);
  const outputs = changingOutputs(body, inputs).slice(carried);
  return [...carry, ...outputs, ...(saves ? carry.slice(0, carried - sums) : [])];
}

/** A scan without the stacked outputs that are not needed, and without the carries where none of them is. */
export function trimScan(
  needed: readonly boolean[],
  attributes: Scan,
): { readonly attributes: Scan; readonly kept: readonly boolean[] } | null {
  const { body, carried, saves, kept } = attributes;
  const results = body.outputs.length - carried;
  const keptResults = needed.slice(carried, carried + results);
  const stacks = needed.slice(carried + results);
  const keepsStacks = stacks.includes(true);
  if (!keptResults.includes(false) && (keepsStacks || !saves)) return null;
  const order = body.tape.inputs.map((_, i) => i);
  return {
    attributes: {
      ...attributes,
      body: rearranged(body, order, (i) => i < carried || keptResults[i - carried]),
      saves: saves && keepsStacks,
      kept: count(keptResults.slice(results - kept)),
    },
    kept: [...needed.slice(0, carried).map(() => true), ...keptResults, ...stacks.map(() => keepsStacks)],
  };
}
