/**
 * From a tape to kernel launches over buffers that have no address yet.
 *
 * @module
 */
import { type DType, itemSize } from "../dtype.ts";
import { copyInto, launchElementwise } from "../elementwise.ts";
import { vectorMode } from "../kernel_choice.ts";
import type { KernelReference } from "../kernels/kernel.ts";
import type { Callee, Machine, Operand } from "../machine.ts";
import type { Entry, Primitive, Tape } from "../primitive.ts";
import { contiguousStrides, isContiguous, type Layout, type Shape, sizeOf } from "../shape.ts";
import { formatExpressions } from "../kernels/expression.ts";
import { launchReduction } from "../reduction.ts";
import { launchRows } from "../rows.ts";
import { launchTotals } from "../totals.ts";
import type { Abstract, Tensor } from "../tensor.ts";
import { launchFinished } from "./finish.ts";
import { arrange } from "./arrange.ts";
import { expand } from "./expand.ts";
import { factor } from "./factor.ts";
import { joinPads } from "./join_pads.ts";
import { fuse } from "./fuse/fuse.ts";
import type { LoopWork, ReductionWork, Work } from "./fuse/work.ts";
import { recompute } from "./recompute.ts";
import { joinRows } from "./rows.ts";
import { overRows, type RowsWork } from "./rows_form.ts";
import { simplify } from "./simplify.ts";

/** What a buffer of a program holds. */
export type BufferRole =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly tensor: Tensor }
  | { readonly kind: "host"; readonly index: number; readonly dtype: DType }
  | { readonly kind: "scalar"; readonly index: number; readonly dtype: DType }
  | { readonly kind: "intermediate" };

/** A range of memory that a program works on. */
export interface Buffer {
  /** Kernels never read it while a program is made; the program has the addresses. */
  readonly address: number;
  /** Its place among the buffers. */
  readonly id: number;
  /** Bytes. */
  readonly bytes: number;
  /** What it holds. */
  readonly role: BufferRole;
  /** The first launch that touches it. */
  first: number;
  /** The last launch that touches it. */
  last: number;
}

/** An operand of a launch. */
export interface LaunchOperand {
  /** The buffer that it lies in. */
  readonly buffer: Buffer;
  /** The element where it starts, in its dtype. */
  readonly offset: number;
  /** Type of its elements. */
  readonly dtype: DType;
  /** Whether it is the whole buffer, row-major. */
  readonly whole: boolean;
}

/** One kernel launch over buffers, or one call. */
export interface Launch {
  /** The kernel; null for a call. */
  readonly kernel: KernelReference | null;
  /** Makes what is called; null for a kernel. */
  readonly callee: (() => Callee) | null;
  /** The buffers of its operands and the element where each starts, in its dtype. */
  readonly operands: readonly LaunchOperand[];
  /** The arguments after the addresses. */
  readonly numbers: readonly number[];
  /** Units of work. */
  readonly total: number;
  /** Units of a chunk. */
  readonly grain: number;
  /** Whether a unit reads only the elements of its own place from operands as large as the output. */
  readonly aligned: boolean;
  /** What it carries out, as a place in `Lowered.work`. */
  readonly work: number;
}

/** Where an output of the program comes from. */
export type OutputSource =
  | { readonly kind: "buffer"; readonly buffer: Buffer; readonly abstract: Abstract }
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly tensor: Tensor };

/** A lowered tape. */
export interface Lowered {
  /** The tape with the entries that are computed again. */
  readonly tape: Tape;
  /** What is carried out: entries, fused loops and reductions. */
  readonly work: readonly (Work | RowsWork)[];
  /** The launches in order. */
  readonly launches: readonly Launch[];
  /** Every buffer. */
  readonly buffers: readonly Buffer[];
  /** The source of each wanted output. */
  readonly outputs: readonly OutputSource[];
}

class Lowering implements Machine {
  readonly launches: Launch[] = [];
  readonly buffers: Buffer[] = [];
  /** The work that the launches to come belong to. */
  current = -1;

  buffer(bytes: number, role: BufferRole): Buffer {
    const buffer: Buffer = { address: -1, id: this.buffers.length, bytes, role, first: Infinity, last: -1 };
    this.buffers.push(buffer);
    return buffer;
  }

  operand(like: Abstract, role: BufferRole): Operand & { readonly storage: Buffer } {
    const { dtype, shape } = like;
    const bytes = Math.max(1, sizeOf(shape)) * itemSize(dtype);
    return { dtype, shape, strides: contiguousStrides(shape), offset: 0, storage: this.buffer(bytes, role) };
  }

  temporary(dtype: DType, shape: Shape): Operand {
    return this.operand({ dtype, shape }, { kind: "intermediate" });
  }

  launch(
    kernel: KernelReference,
    operands: readonly Operand[],
    numbers: readonly number[],
    total: number,
    grain: number,
  ): void {
    if (total === 0) return;
    this.#push({ kernel, callee: null, numbers, total, grain, aligned: kernel.aligned === true }, operands);
  }

  call(callee: () => Callee, operands: readonly Operand[]): void {
    this.#push({ kernel: null, callee, numbers: [], total: 1, grain: 1, aligned: false }, operands);
  }

  #push(launch: Omit<Launch, "operands" | "work">, operands: readonly Operand[]): void {
    const index = this.launches.length;
    for (const operand of operands) {
      const buffer = operand.storage as Buffer;
      buffer.first = Math.min(buffer.first, index);
      buffer.last = Math.max(buffer.last, index);
    }
    this.launches.push({
      ...launch,
      operands: operands.map((operand) => ({
        buffer: operand.storage as Buffer,
        offset: operand.offset,
        dtype: operand.dtype,
        whole: isWhole(operand),
      })),
      work: this.current,
    });
  }
}

/** Whether an operand is all of its buffer, row-major. */
function isWhole(operand: Operand): boolean {
  return operand.offset === 0 && isContiguous(operand.shape, operand.strides) &&
    (operand.storage as Buffer).bytes === Math.max(1, sizeOf(operand.shape)) * itemSize(operand.dtype);
}

function roleOf(tape: Tape, slot: number, addressed: boolean): BufferRole {
  const input = tape.inputs.indexOf(slot);
  const { dtype, shape } = tape.slots[slot];
  if (input >= 0) {
    // Scalars are read on the host and written into the program's own cells.
    return shape.length === 0 && dtype !== "key" && !addressed
      ? { kind: "scalar", index: input, dtype }
      : { kind: "input", index: input };
  }
  return { kind: "constant", tensor: tape.constants.find((constant) => constant.slot === slot)!.tensor };
}

/** Lowers one entry that stands for itself. */
function lowerEntry(
  lowering: Lowering,
  tape: Tape,
  entry: Entry,
  arranged: ReadonlyMap<number, readonly number[]>,
  operands: Map<number, Operand>,
  operandOf: (slot: number) => Operand,
): void {
  if (entry.primitive.name === "hostScalar") {
    const { index, dtype } = entry.attributes as { readonly index: number; readonly dtype: DType };
    const [slot] = entry.outputs;
    operands.set(slot, lowering.operand(tape.slots[slot], { kind: "host", index, dtype }));
    return;
  }
  const primitive = entry.primitive as unknown as Primitive<object>;
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
function lowerFinished(
  lowering: Lowering,
  tape: Tape,
  work: LoopWork,
  base: Entry,
  operands: Map<number, Operand>,
  operandOf: (slot: number) => Operand,
): void {
  const { dtype } = tape.slots[base.outputs[0]];
  const made = work.outputs.map((slot) => lowering.operand(tape.slots[slot], { kind: "intermediate" }));
  // What nothing else reads is made where the loop stores a result of the same size.
  const place = work.kept ? undefined : made.find((operand) => operand.dtype === dtype);
  const result = place ?? lowering.operand(tape.slots[base.outputs[0]], { kind: "intermediate" });
  operands.set(base.outputs[0], result);
  const primitive = base.primitive as unknown as Primitive<object>;
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
function lowerReduction(
  lowering: Lowering,
  tape: Tape,
  work: ReductionWork,
  operands: Map<number, Operand>,
  operandOf: (slot: number) => Operand,
): void {
  const made = lowering.operand(tape.slots[work.output], { kind: "intermediate" });
  launchReduction({ ...work, inputs: work.inputs.map(operandOf) }, work.shape, made, lowering);
  operands.set(work.output, made);
}

/** Lowers a loop with its totals, which go along with it where they can. */
function lowerLoop(
  lowering: Lowering,
  tape: Tape,
  work: LoopWork,
  operands: Map<number, Operand>,
  operandOf: (slot: number) => Operand,
): void {
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
  for (const { alone } of totals) lowerReduction(lowering, tape, alone, operands, operandOf);
}

/** Lowers works on the same rows as one loop; false where it cannot walk along one of its operands. */
function lowerRows(
  lowering: Lowering,
  tape: Tape,
  work: RowsWork,
  operands: Map<number, Operand>,
  operandOf: (slot: number) => Operand,
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
  // What changes the sign of zeros, or the order of roundings, is for those who give leave to fused multiply-add.
  const relaxed = vectorMode() === "relaxed";
  const needed = relaxed ? joinPads(simplified, recorded, wanted) : simplified;
  const recomputed = recompute(recorded, needed, wanted);
  const overwritten = recorded.inputs.filter((_, i) => donated[i]);
  const fused = fuse(recomputed, wanted, overwritten);
  const { tape, works } = relaxed
    ? factor(fused, recomputed.tape, wanted)
    : { tape: recomputed.tape, works: fused };
  const lowering = new Lowering();
  const operands = new Map<number, Operand>();
  const operandOf = (slot: number): Operand => {
    let operand = operands.get(slot);
    if (operand === undefined) {
      const role = roleOf(tape, slot, addressed);
      operand = role.kind === "constant"
        ? constantOperand(role.tensor, lowering.buffer(itemSize(role.tensor.dtype), role))
        : lowering.operand(tape.slots[slot], role);
      operands.set(slot, operand);
    }
    return operand;
  };
  const plan = joinRows(works, tape, new Set(wanted), new Set(overwritten));
  const arranged = arrange(recomputed.entries, tape, wanted);
  const lowerWork = (work: Work): void => {
    if (work.kind === "entry") return lowerEntry(lowering, tape, work.entry, arranged, operands, operandOf);
    if (work.kind === "loop" && work.base !== null) {
      return lowerFinished(lowering, tape, work, work.base, operands, operandOf);
    }
    if (work.kind === "loop") lowerLoop(lowering, tape, work, operands, operandOf);
    else lowerReduction(lowering, tape, work, operands, operandOf);
  };
  for (const work of plan) {
    lowering.current++;
    if (work.kind !== "rows") lowerWork(work);
    else if (!lowerRows(lowering, tape, work, operands, operandOf)) work.parts.forEach(lowerWork);
  }
  lowering.current = -1;
  const taken = new Set<Buffer>();
  const sources = outputs.map((wanted): OutputSource => {
    const slot = representative[wanted];
    const constant = tape.constants.find((candidate) => candidate.slot === slot);
    // A captured tensor with storage is copied: what a call returns is the caller's, to free or to donate.
    if (constant !== undefined && constant.tensor.storage === null && !addressed) {
      return { kind: "constant", tensor: constant.tensor };
    }
    const input = tape.inputs.indexOf(slot);
    if (input >= 0 && !addressed) return { kind: "input", index: input };
    return { kind: "buffer", ...ownBuffer(lowering, operandOf(slot), taken), abstract: tape.slots[slot] };
  });
  return { tape, work: plan, launches: lowering.launches, buffers: lowering.buffers, outputs: sources };
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

/** A captured tensor keeps its own layout; one without storage is a cell that is read with strides of 0. */
function constantOperand(tensor: Tensor, buffer: Buffer): Operand {
  const { dtype, shape, strides } = tensor;
  const offset = tensor.storage === null ? 0 : tensor.offset;
  return { dtype, shape, strides, offset, storage: buffer };
}

/** A buffer that holds an output whole, row-major and for itself: the operand's own, or a copy. */
function ownBuffer(lowering: Lowering, operand: Operand, taken: Set<Buffer>): { readonly buffer: Buffer } {
  let buffer = operand.storage as Buffer;
  if (!isWhole(operand) || buffer.role.kind !== "intermediate" || taken.has(buffer)) {
    const copy = lowering.operand(operand, { kind: "intermediate" });
    copyInto(operand, copy, lowering);
    buffer = copy.storage;
  }
  taken.add(buffer);
  return { buffer };
}
