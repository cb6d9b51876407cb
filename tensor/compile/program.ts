/**
 * Programs: planned launches with their arguments in the heap, ready to run again and again.
 *
 * @module
 */
import { copyInto } from "../elementwise.ts";
import { type DType, itemSize } from "../dtype.ts";
import { viewOf } from "../kernels/kernel.ts";
import type { KernelReference } from "../kernels/kernel.ts";
import type { Machine, Operand } from "../primitive.ts";
import { allocate as allocateBytes, release, views } from "../runtime/heap.ts";
import { run as runKernel } from "../runtime/pool.ts";
import { launchNow } from "../runtime/launch.ts";
import { allocate, free, type Storage } from "../runtime/storage.ts";
import { contiguousStrides, isContiguous, sizeOf } from "../shape.ts";
import { runPrologue, type Tape } from "../tape.ts";
import { type Abstract, allocateTensor, checkLive, constantTensor, describe, Tensor } from "../tensor.ts";
import { materialize } from "../apply.ts";
import { lower, type Lowered } from "./lower.ts";
import { type MemoryPlan, planMemory } from "./plan.ts";

/** An argument of a kernel that changes when a buffer moves. */
interface Patch {
  readonly at: number;
  readonly size: number;
  readonly offset: number;
}

interface Step {
  readonly kernel: KernelReference;
  readonly at: number;
  readonly total: number;
  readonly grain: number;
}

interface Cell {
  readonly kind: "host" | "scalar";
  readonly index: number;
  readonly dtype: DType;
  readonly address: number;
}

/** A program for one structure of arguments. */
export interface Program {
  /** The name of the compiled function. */
  readonly name: string;
  /** The tape that it was made of. */
  readonly tape: Tape;
  /** Launches, buffers and sources of the outputs. */
  readonly lowered: Lowered;
  /** Where everything lies. */
  readonly plan: MemoryPlan;
  /** Which tensor arguments are donated. */
  readonly donated: readonly boolean[];
  /** Bytes of the heap that the program holds while it exists. */
  readonly heldBytes: number;
  /** Runs it and returns its tensor outputs and its host numbers. */
  readonly run: (tensors: readonly Tensor[], numbers: readonly number[]) => RunResult;
}

/** What a run gives. */
export interface RunResult {
  /** The wanted tensors, in order. */
  readonly tensors: readonly Tensor[];
  /** Every host number: those of the arguments first. */
  readonly numbers: readonly number[];
}

const owned: FinalizationRegistry<readonly number[]> = new FinalizationRegistry((addresses) => {
  for (const address of addresses) release(address);
});

/** Makes a program of a recorded tape. `outputs` are the wanted slots, `donated` tells which arguments may be overwritten. */
export function makeProgram(tape: Tape, outputs: readonly number[], donated: readonly boolean[]): Program {
  const lowered = lower(tape, outputs);
  const sizes = tape.inputs.map((slot) => bytesOf(tape.slots[slot]));
  const candidates = tape.inputs.flatMap((slot, index) =>
    donated[index] && !isScalar(tape.slots[slot]) ? [{ index, bytes: sizes[index] }] : []
  );
  const plan = planMemory(lowered, candidates);
  const arena = allocateBytes(Math.max(64, plan.arenaBytes));
  const count = lowered.launches.reduce(
    (sum, launch) => sum + launch.operands.length + launch.numbers.length,
    0,
  );
  const block = allocateBytes(Math.max(64, 8 * count));

  const argumentPatches: Patch[][] = tape.inputs.map(() => []);
  const outputPatches = new Map<number, Patch[]>();
  const constants: { readonly tensor: Tensor; readonly patches: Patch[] }[] = [];
  const constantPatches = new Map<Tensor, Patch[]>();
  const cells: Cell[] = [];
  const heap = views().float64;
  const steps: Step[] = [];
  let at = block / 8;
  for (const { kernel, operands, numbers, total, grain } of lowered.launches) {
    steps.push({ kernel, at, total, grain });
    for (const { buffer, offset, dtype } of operands) {
      const patch: Patch = { at, size: itemSize(dtype), offset };
      const place = plan.places[buffer.id];
      if (place.kind === "arena") heap[at] = (arena + place.offset) / patch.size + offset;
      else if (place.kind === "argument") argumentPatches[place.index].push(patch);
      else if (place.kind === "output") push(outputPatches, place.index, patch);
      else if (buffer.role.kind === "constant") {
        const { tensor } = buffer.role;
        if (!constantPatches.has(tensor)) constants.push({ tensor, patches: [] });
        push(constantPatches, tensor, patch);
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
      viewOf(views(), dtype)[address / itemSize(dtype)] = constant;
    }
  }

  const freshOutputs = lowered.outputs.flatMap((source, output) => {
    if (source.kind !== "buffer" || plan.places[source.buffer.id].kind !== "output") return [];
    return [{ output, bytes: source.buffer.bytes, patches: outputPatches.get(output) ?? [] }];
  });
  const argumentBases = tape.inputs.map(() => -1);
  const outputBases = new Map<number, number>();
  const constantBases = constants.map(() => -1);

  const run = (tensors: readonly Tensor[], numbers: readonly number[]): RunResult => {
    const v = views();
    for (let i = 0; i < constants.length; i++) {
      const { tensor, patches } = constants[i];
      checkLive(tensor, `${tape.name} (compiled)`);
      const base = tensor.storage!.address;
      if (base !== constantBases[i]) move(patches, base, constantBases, i);
    }
    const hostNumbers = runPrologue(tape, numbers);
    const staged: Storage[] = [];
    const storages = stageArguments(program, tensors, staged, constants.map(({ tensor }) => tensor.storage!));
    for (let i = 0; i < tensors.length; i++) {
      const storage = storages[i];
      if (storage === null) continue;
      const { tensor } = storage;
      const base = tensor.storage!.address + tensor.offset * itemSize(tensor.dtype);
      if (base !== argumentBases[i]) move(argumentPatches[i], base, argumentBases, i);
    }
    for (const { kind, index, dtype, address } of cells) {
      viewOf(v, dtype)[address / itemSize(dtype)] = kind === "host"
        ? hostNumbers[index]
        : tensors[index].item();
    }
    const fresh = new Map<number, Storage>();
    for (const { output, bytes, patches } of freshOutputs) {
      const storage = allocate(bytes);
      fresh.set(output, storage);
      if (storage.address !== outputBases.get(output)) {
        for (const patch of patches) v.float64[patch.at] = storage.address / patch.size + patch.offset;
        outputBases.set(output, storage.address);
      }
    }
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      runKernel(step.kernel, step.at, step.total, step.grain);
    }
    const results = collect(program, tensors, storages, fresh, arena);
    for (const storage of staged) free(storage, `${tape.name} (a copy of an argument)`);
    return { tensors: results, numbers: hostNumbers };
  };

  const program: Program = {
    name: tape.name,
    tape,
    lowered,
    plan,
    donated,
    heldBytes: plan.arenaBytes + 8 * count,
    run,
  };
  owned.register(program, [arena, block]);
  return program;
}

function push<K>(map: Map<K, Patch[]>, key: K, patch: Patch): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [patch]);
  else list.push(patch);
}

function move(patches: readonly Patch[], base: number, bases: number[], index: number): void {
  const heap = views().float64;
  for (const { at, size, offset } of patches) heap[at] = base / size + offset;
  bases[index] = base;
}

function bytesOf(x: Abstract): number {
  return Math.max(1, sizeOf(x.shape)) * itemSize(x.dtype);
}

function isScalar(x: Abstract): boolean {
  return x.shape.length === 0 && x.dtype !== "key";
}

/** An argument as the program takes it: contiguous, and for itself where it is donated. */
interface Staged {
  readonly tensor: Tensor;
}

/** Copies arguments that are no contiguous storage, and donated ones that share theirs with others. */
function stageArguments(
  program: Program,
  tensors: readonly Tensor[],
  staged: Storage[],
  captured: readonly Storage[],
): (Staged | null)[] {
  const seen = new Set<Storage>(captured);
  for (let i = 0; i < tensors.length; i++) {
    if (!program.donated[i] && tensors[i].storage !== null) seen.add(tensors[i].storage!);
  }
  return tensors.map((tensor, i) => {
    checkLive(tensor, program.name);
    if (isScalar(tensor)) return null;
    const { storage } = tensor;
    if (!program.donated[i]) {
      if (storage !== null && isContiguous(tensor.shape, tensor.strides)) return { tensor };
      const copy = copyOf(tensor);
      staged.push(copy.storage!);
      return { tensor: copy };
    }
    const whole = storage !== null && tensor.offset === 0 && storage.bytes === bytesOf(tensor) &&
      isContiguous(tensor.shape, tensor.strides) && !seen.has(storage);
    if (storage !== null) seen.add(storage);
    return { tensor: whole ? tensor : copyOf(tensor) };
  });
}

const copier: Machine = {
  launch: launchNow,
  temporary() {
    throw new TypeError("Expected a copy to need no temporary memory");
  },
};

function copyOf(tensor: Tensor): Tensor {
  if (tensor.storage === null) return materialize(tensor);
  const copy = allocateTensor(tensor.dtype, tensor.shape);
  copyInto(tensor as unknown as Operand, copy as unknown as Operand, copier);
  return copy;
}

/** The tensors of the outputs; donated arguments end their life. */
function collect(
  program: Program,
  tensors: readonly Tensor[],
  storages: readonly (Staged | null)[],
  fresh: ReadonlyMap<number, Storage>,
  arena: number,
): Tensor[] {
  const { lowered, plan, tape, donated } = program;
  for (const { output, argument } of plan.copies) {
    const source = lowered.outputs[output];
    const place = source.kind === "buffer" ? plan.places[source.buffer.id] : null;
    if (source.kind !== "buffer" || place === null || place.kind !== "arena") continue;
    const from = arena + place.offset;
    views().uint8.copyWithin(storages[argument]!.tensor.storage!.address, from, from + source.buffer.bytes);
  }
  const kept = new Set<number>(plan.reuse);
  for (const source of lowered.outputs) if (source.kind === "input") kept.add(source.index);
  // What is passed for another argument as well was copied, and stays alive.
  const shared = new Set(
    tensors.flatMap(({ storage }, i) => donated[i] || storage === null ? [] : [storage]),
  );
  donated.forEach((isDonated, i) => {
    const staged = storages[i];
    if (!isDonated || staged === null) return;
    const by = `its donation to ${tape.name}`;
    const given = tensors[i].storage;
    const { storage } = staged.tensor;
    if (given !== null && given !== storage && given.generation === tensors[i].generation) {
      if (!shared.has(given)) endLife(given, by);
    }
    if (!kept.has(i)) free(storage!, by);
    else endLife(storage!, by);
  });
  return lowered.outputs.map((source, i) => {
    if (source.kind === "constant") return source.tensor;
    if (source.kind === "input") {
      const staged = storages[source.index];
      return donated[source.index] && staged !== null
        ? over(staged.tensor, staged.tensor.storage!)
        : tensors[source.index];
    }
    const { abstract, buffer } = source;
    if (isScalar(abstract)) {
      const place = plan.places[buffer.id];
      if (place.kind !== "arena") {
        throw new RangeError(`Expected ${describe(abstract)} in the arena of ${program.name}`);
      }
      const { dtype } = abstract;
      return constantTensor(dtype, [], viewOf(views(), dtype)[(arena + place.offset) / itemSize(dtype)]);
    }
    const storage = plan.reuse[i] >= 0 ? storages[plan.reuse[i]]!.tensor.storage! : fresh.get(i)!;
    return over(abstract, storage);
  });
}

/** A tensor that was given away may not be read again, though its memory lives on. */
function endLife(storage: Storage, by: string): void {
  storage.generation++;
  storage.freedBy = by;
}

function over(like: Abstract, storage: Storage): Tensor {
  return new Tensor(like.dtype, like.shape, contiguousStrides(like.shape), 0, storage, 0, null);
}
