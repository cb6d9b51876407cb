/**
 * From a tape to kernel launches over buffers that have no address yet.
 *
 * @module
 */
import { itemSize } from "../dtype.ts";
import { vectorMode } from "../kernel_choice.ts";
import type { Operand } from "../machine.ts";
import type { Tape } from "../primitive.ts";
import { arrange } from "./arrange.ts";
import { expand } from "./expand.ts";
import { factor } from "./factor.ts";
import { fuse } from "./fuse/fuse.ts";
import type { Work } from "./fuse/work.ts";
import { joinPads } from "./join_pads.ts";
import {
  type Context,
  lowerEntry,
  lowerFinished,
  lowerLoop,
  lowerReduction,
  lowerRows,
} from "./lower_work.ts";
import type { Buffer, Lowered, OutputSource } from "./lowered.ts";
import { Lowering } from "./lowering.ts";
import { constantOperand, givenTo, ownBuffer, roleOf } from "./operands.ts";
import { recompute } from "./recompute.ts";
import { joinRows } from "./rows.ts";
import { simplify } from "./simplify.ts";

/**
 * Lowers the entries that `results` depend on; `donated` tells which arguments may be overwritten. With `addressed`
 * every argument and every output is memory that is given when the program runs, scalars too.
 */
export function lower(
  given: Tape,
  results: readonly number[],
  donated: readonly boolean[] = [],
  addressed = false,
): Lowered {
  const { tape: recorded, nameOf } = expand(given);
  const outputs = results.map(nameOf);
  const { entries: simplified, representative } = simplify(recorded, outputs);
  const wanted = outputs.map((slot) => representative[slot]);
  // What changes the sign of zeros, or the order of sums, is for those who give leave to fused multiply-add.
  const relaxed = vectorMode() === "relaxed";
  const needed = relaxed ? joinPads(simplified, recorded, wanted) : simplified;
  const recomputed = recompute(recorded, needed, wanted);
  const overwritten = recorded.inputs.filter((_, i) => donated[i]);
  const fused = fuse(recomputed, wanted, overwritten);
  const { tape, works } = relaxed
    ? factor(fused, recomputed.tape, wanted)
    : { tape: recomputed.tape, works: fused };
  const known = givenTo(tape);
  const lowering = new Lowering();
  const operands = new Map<number, Operand>();
  const operandOf = (slot: number): Operand => {
    let operand = operands.get(slot);
    if (operand === undefined) {
      const role = roleOf(tape, known, slot, addressed);
      operand = role.kind === "constant"
        ? constantOperand(role.tensor, lowering.buffer(itemSize(role.tensor.dtype), role))
        : lowering.operand(tape.slots[slot], role);
      operands.set(slot, operand);
    }
    return operand;
  };
  const context: Context = { lowering, tape, operands, operandOf };
  const plan = joinRows(works, tape, new Set(wanted), new Set(overwritten));
  const arranged = arrange(recomputed.entries, tape, wanted, relaxed);
  const lowerWork = (work: Work): void => {
    if (work.kind === "entry") return lowerEntry(context, work.entry, arranged);
    if (work.kind === "reduction") return lowerReduction(context, work);
    if (work.base === null) lowerLoop(context, work);
    else lowerFinished(context, work, work.base);
  };
  for (const work of plan) {
    lowering.current++;
    if (work.kind !== "rows") lowerWork(work);
    else if (!lowerRows(context, work)) work.parts.forEach(lowerWork);
  }
  lowering.current = -1;
  const taken = new Set<Buffer>();
  const sources = outputs.map((wanted): OutputSource => {
    const slot = representative[wanted];
    const tensor = known.constants.get(slot);
    // A captured tensor with storage is copied: what a call returns is the caller's, to free or to donate.
    if (tensor !== undefined && tensor.storage === null && !addressed) return { kind: "constant", tensor };
    const index = known.inputs.get(slot);
    if (index !== undefined && !addressed) return { kind: "input", index };
    return {
      kind: "buffer",
      buffer: ownBuffer(lowering, operandOf(slot), taken),
      abstract: tape.slots[slot],
    };
  });
  return { tape, work: plan, launches: lowering.launches, buffers: lowering.buffers, outputs: sources };
}
