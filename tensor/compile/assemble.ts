/**
 * From planned launches to what runs them: their arguments in the heap, and the places where an address changes.
 *
 * @module
 */
import { type DType, itemSize } from "../dtype.ts";
import { toStored, viewOf } from "../kernels/kernel.ts";
import type { Callee } from "../machine.ts";
import type { Launch } from "../runtime/claim.ts";
import { allocate as allocateBytes, release, views } from "../runtime/heap.ts";
import { tableLength } from "../runtime/pool.ts";
import type { Tensor } from "../tensor.ts";
import type { Lowered } from "./lowered.ts";
import { type Patch, pushPatch } from "./patches.ts";
import type { MemoryPlan } from "./plan.ts";
import { type Call, runnersOf } from "./runners.ts";
import { stagesOf } from "./stages.ts";

/** A scalar that is written before a run. */
export interface Cell {
  readonly kind: "host" | "scalar";
  readonly index: number;
  readonly dtype: DType;
  readonly address: number;
}

/** A program in the heap. */
export interface Assembled {
  /** Where its intermediate results start, in bytes. */
  readonly arena: number;
  /** Where the arguments of its kernels start, in bytes. */
  readonly block: number;
  /** The arguments of kernels that lie in each argument of the program. */
  readonly argumentPatches: readonly Patch[][];
  /** Those that lie in fresh outputs, by the number of the output. */
  readonly outputPatches: ReadonlyMap<number, Patch[]>;
  /** Those that lie in tensors from outside. */
  readonly constants: readonly { readonly tensor: Tensor; readonly patches: Patch[] }[];
  /** Scalars to write. */
  readonly cells: readonly Cell[];
  /** What to run, in order. */
  readonly runners: readonly (() => void)[];
  /** How many of them have run before one may write over a donated argument. */
  readonly harmless: number;
  /** What it calls. */
  readonly callees: readonly Callee[];
  /** Bytes of the heap that it holds. */
  readonly heldBytes: number;
}

/** Gives back the memory of a program. */
export function disassemble({ arena, block, callees }: Pick<Assembled, "arena" | "block" | "callees">): void {
  release(arena);
  release(block);
  for (const callee of callees) callee.release();
}

/** Puts a planned program into the heap. */
export function assemble(lowered: Lowered, plan: MemoryPlan): Assembled {
  const arena = allocateBytes(Math.max(64, plan.arenaBytes));
  const count = lowered.launches.reduce(
    (sum, launch) => sum + launch.operands.length + launch.numbers.length,
    0,
  );
  const table = tableLength(lowered.launches.length);
  const callees: Callee[] = [];
  const undo = (): void => {
    release(arena);
    for (const callee of callees) callee.release();
  };
  const block = withinHeap(() => {
    for (const { callee } of lowered.launches) if (callee !== null) callees.push(callee());
    return allocateBytes(Math.max(64, 8 * (count + table)));
  }, undo);

  const argumentPatches: Patch[][] = lowered.tape.inputs.map(() => []);
  const outputPatches = new Map<number, Patch[]>();
  const constants: { readonly tensor: Tensor; readonly patches: Patch[] }[] = [];
  const constantPatches = new Map<Tensor, Patch[]>();
  const cells: Cell[] = [];
  const heap = views().float64;
  const launches: (Launch | Call)[] = [];
  let at = block / 8 + table;
  let calls = 0;
  for (const { kernel, operands, numbers, total, grain } of lowered.launches) {
    launches.push(
      kernel === null
        ? { callee: callees[calls++], at, sizes: operands.map(({ dtype }) => itemSize(dtype)) }
        : { kernel, at, total, grain },
    );
    for (const { buffer, offset, dtype } of operands) {
      const patch: Patch = { at, size: itemSize(dtype), offset };
      const place = plan.places[buffer.id];
      if (place.kind === "arena") heap[at] = (arena + place.offset) / patch.size + offset;
      else if (place.kind === "argument") argumentPatches[place.index].push(patch);
      else if (place.kind === "output") pushPatch(outputPatches, place.index, patch);
      else if (buffer.role.kind === "constant") {
        const { tensor } = buffer.role;
        if (!constantPatches.has(tensor)) constants.push({ tensor, patches: [] });
        pushPatch(constantPatches, tensor, patch);
      }
      at++;
    }
    for (const number of numbers) heap[at++] = number;
  }
  for (const constant of constants) constant.patches.push(...constantPatches.get(constant.tensor)!);
  for (const buffer of lowered.buffers) {
    const place = plan.places[buffer.id];
    if (place.kind !== "arena") continue;
    const address = arena + place.offset;
    if (buffer.role.kind === "host" || buffer.role.kind === "scalar") {
      cells.push({ kind: buffer.role.kind, index: buffer.role.index, dtype: buffer.role.dtype, address });
    } else if (buffer.role.kind === "constant") {
      const { dtype, constant } = buffer.role.tensor;
      viewOf(views(), dtype)[address / itemSize(dtype)] = toStored(dtype, constant);
    }
  }

  const overwriting = lowered.buffers.filter(({ id, role }) =>
    plan.places[id].kind === "argument" && role.kind !== "input"
  );
  const { runners, harmless } = runnersOf(
    launches,
    stagesOf(lowered.launches, plan.places),
    block / 8,
    overwriting.reduce((least, { first }) => Math.min(least, first), Infinity),
  );

  return {
    arena,
    block,
    argumentPatches,
    outputPatches,
    constants,
    cells,
    runners,
    harmless,
    callees,
    heldBytes: plan.arenaBytes + 8 * (count + table),
  };
}

/** What `allocate` gives; where the heap is too full for it, `undo` comes before the error. */
function withinHeap(allocate: () => number, undo: () => void): number {
  try {
    return allocate();
  } catch (error) {
    undo();
    throw error;
  }
}
