/**
 * Lowering a work: an entry as it is, a loop, a reduction, or work on the same rows.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { launchElementwise } from "../launch_elementwise.ts";
import { vectorMode } from "../kernel_choice.ts";
import { formatExpressions } from "../kernels/expression.ts";
import type { Operand } from "../machine.ts";
import { type Entry, primitiveOf, type Tape } from "../primitive.ts";
import { launchReduction } from "../reduction.ts";
import { launchRows } from "../rows.ts";
import type { Layout } from "../shape.ts";
import { launchTotals } from "../totals.ts";
import { launchFinished } from "./finish.ts";
import type { LoopWork, ReductionWork } from "./fuse/work.ts";
import type { Lowering } from "./lowering.ts";
import { overRows } from "./row_extent.ts";
import type { RowsWork } from "./rows_form.ts";

/** What lowering the works of a tape has in common. */
export interface Context {
  /** Records launches and buffers. */
  readonly lowering: Lowering;
  /** The tape. */
  readonly tape: Tape;
  /** The operands of the slots that were made or read so far. */
  readonly operands: Map<number, Operand>;
  /** The operand of a slot; what the program is given becomes one when first read. */
  readonly operandOf: (slot: number) => Operand;
}

/** Lowers one entry that stands for itself. */
export function lowerEntry(
  { lowering, tape, operands, operandOf }: Context,
  entry: Entry,
  arranged: ReadonlyMap<number, readonly number[]>,
): void {
  if (entry.primitive.name === "hostScalar") {
    const { index, dtype } = entry.attributes as { readonly index: number; readonly dtype: DType };
    const [slot] = entry.outputs;
    operands.set(slot, lowering.operand(tape.slots[slot], { kind: "host", index, dtype }));
    return;
  }
  const primitive = primitiveOf(entry);
  const inputs = entry.inputs.map(operandOf);
  const view = primitive.view === undefined ? null : primitive.view(inputs[0], entry.attributes);
  if (view !== null) {
    operands.set(entry.outputs[0], withLayout(inputs[0], view));
    return;
  }
  const made = entry.outputs.map((slot): Operand => {
    const operand = lowering.operand(tape.slots[slot], { kind: "intermediate" });
    return { ...operand, strides: arranged.get(slot) ?? operand.strides };
  });
  primitive.execute(inputs, made, entry.attributes, lowering);
  entry.outputs.forEach((slot, i) => operands.set(slot, made[i]));
}

/** Lowers a loop together with the entry on whose result it works. */
export function lowerFinished(
  { lowering, tape, operands, operandOf }: Context,
  work: LoopWork,
  base: Entry,
): void {
  const { dtype } = tape.slots[base.outputs[0]];
  const made = work.outputs.map((slot) => lowering.operand(tape.slots[slot], { kind: "intermediate" }));
  // What nothing else reads is made where the loop stores a result of the same size.
  const place = work.kept ? undefined : made.find((operand) => operand.dtype === dtype);
  const result = place ?? lowering.operand(tape.slots[base.outputs[0]], { kind: "intermediate" });
  operands.set(base.outputs[0], result);
  const primitive = primitiveOf(base);
  const inputs = base.inputs.map(operandOf);
  const { name, expressions } = work;
  launchFinished(
    (machine) => primitive.execute(inputs, [result], base.attributes, machine),
    { name, expressions, inputs: work.inputs.map(operandOf), outputs: made },
    lowering,
  );
  work.outputs.forEach((slot, i) => operands.set(slot, made[i]));
}

/** Lowers a reduction of an expression. */
export function lowerReduction(
  { lowering, tape, operands, operandOf }: Context,
  work: ReductionWork,
): void {
  const made = lowering.operand(tape.slots[work.output], { kind: "intermediate" });
  launchReduction({ ...work, inputs: work.inputs.map(operandOf) }, work.shape, made, lowering);
  operands.set(work.output, made);
}

/** Lowers a loop with its totals, which go along with it where they can. */
export function lowerLoop(context: Context, work: LoopWork): void {
  const { lowering, tape, operands, operandOf } = context;
  const { name, expressions, outputs, totals } = work;
  const inputs = work.inputs.map(operandOf);
  const make = (slot: number): Operand => {
    const made = lowering.operand(tape.slots[slot], { kind: "intermediate" });
    operands.set(slot, made);
    return made;
  };
  const made = outputs.map(make);
  if (totals.length === 0) return launchElementwise(name, expressions, inputs, made, lowering);
  const results = totals.map(({ alone }) => make(alone.output));
  const combined = totals.map(({ expression, alone }) => ({ expression, reduction: alone.reduction }));
  const loop = { name, expressions, totals: combined };
  if (launchTotals(loop, totals[0].alone.shape, inputs, made, results, lowering)) return;
  const stored = new Map(totals.flatMap((total) => total.stored.map((one) => [one.slot, one.expression])));
  const all = [...expressions, ...stored.values()];
  if (all.length > 0) {
    const targets = [...made, ...[...stored.keys()].map(make)];
    launchElementwise(formatExpressions(all), all, inputs, targets, lowering);
  }
  for (const { alone } of totals) lowerReduction(context, alone);
}

/** Lowers works on the same rows as one loop; false where it cannot walk along one of its operands. */
export function lowerRows(
  { lowering, tape, operands, operandOf }: Context,
  work: RowsWork,
): boolean {
  const inputs = work.inputs.map(({ slot, shape }) => overRows(operandOf(slot), shape, work));
  const before = lowering.buffers.length;
  const outputs = work.outputs.map((slot) => lowering.operand(tape.slots[slot], { kind: "intermediate" }));
  const { form, shape, axes } = work;
  // A copy changes the order of additions, which only fused multiply-add gives leave to.
  const copies = vectorMode() === "relaxed" || form.steps.every(({ op }) => op !== "reduce");
  if (!launchRows({ form, shape, axes, inputs, outputs }, lowering, copies)) {
    lowering.buffers.length = before;
    return false;
  }
  work.outputs.forEach((slot, i) => operands.set(slot, outputs[i]));
  return true;
}

function withLayout(x: Operand, layout: Layout): Operand {
  return {
    dtype: x.dtype,
    storage: x.storage,
    shape: layout.shape,
    strides: layout.strides,
    offset: layout.offset,
  };
}
