/**
 * Programs: planned launches with their arguments in the heap, ready to run again and again.
 *
 * @module
 */
import { itemSize } from "../dtype.ts";
import { fromStored, toStored, viewOf } from "../kernels/kernel.ts";
import { views } from "../runtime/heap.ts";
import { allocate, free, type Storage } from "../runtime/storage.ts";
import { contiguousStrides } from "../shape.ts";
import { runPrologue } from "../run_host.ts";
import type { Tape } from "../primitive.ts";
import { type Abstract, checkLive, Tensor } from "../tensor.ts";
import { constantTensor } from "../make_tensor.ts";
import { bytesOf, endLife, giveUp, takeArguments } from "./arguments.ts";
import { assemble, type Assembled, disassemble } from "./assemble.ts";
import { lower } from "./lower.ts";
import type { Lowered, OutputSource } from "./lowered.ts";
import { delayShort } from "./order.ts";
import { move } from "./patches.ts";
import { type MemoryPlan, planMemory } from "./plan.ts";
import type { Place } from "./stages.ts";

/** A program for one structure of arguments. */
export interface Program {
  /** The name of the compiled function. */
  readonly name: string;
  /**
   * The tape that it was made of.
   *
   * @internal
   */
  readonly tape: Tape;
  /**
   * Launches, buffers and sources of the outputs.
   *
   * @internal
   */
  readonly lowered: Lowered;
  /**
   * Where everything lies.
   *
   * @internal
   */
  readonly plan: MemoryPlan;
  /** Which tensor arguments are donated. */
  readonly donated: readonly boolean[];
  /** Bytes of the heap that the program holds while it exists. */
  readonly heldBytes: number;
  /**
   * Runs it and returns its tensor outputs and its host numbers.
   *
   * @internal
   */
  readonly run: (tensors: readonly Tensor[], numbers: readonly number[]) => RunResult;
}

/** What a run gives. */
export interface RunResult {
  /** The wanted tensors, in order. */
  readonly tensors: readonly Tensor[];
  /** Every host number: those of the arguments first. */
  readonly numbers: readonly number[];
}

const owned: FinalizationRegistry<Assembled> = new FinalizationRegistry(disassemble);

/** Makes a program of a recorded tape. `outputs` are the wanted slots, `donated` tells which arguments may be overwritten. */
export function makeProgram(tape: Tape, outputs: readonly number[], donated: readonly boolean[]): Program {
  const lowered = delayShort(lower(tape, outputs, donated));
  const sizes = tape.inputs.map((slot) => bytesOf(tape.slots[slot]));
  const candidates = tape.inputs.flatMap((slot, index) =>
    donated[index] && !isScalar(tape.slots[slot]) ? [{ index, bytes: sizes[index] }] : []
  );
  const plan = planMemory(lowered, candidates);
  const assembled = assemble(lowered, plan);
  const { arena, argumentPatches, outputPatches, constants, cells, runners, harmless } = assembled;

  const argumentBases = tape.inputs.map(() => -1);
  const constantBases = constants.map(() => -1);
  const outputBases = lowered.outputs.map(() => -1);
  const freshPatches = lowered.outputs.map((source, i) =>
    source.kind === "buffer" && plan.places[source.buffer.id].kind === "output"
      ? outputPatches.get(i) ?? []
      : null
  );
  const scalarArguments = tape.inputs.map((slot) => isScalar(tape.slots[slot]));
  const lasting = new Set(plan.reuse);
  for (const source of lowered.outputs) if (source.kind === "input") lasting.add(source.index);
  const kept = tape.inputs.map((_, i) => lasting.has(i));
  const donation = `its donation to ${tape.name}`;
  const failure = `a failure of ${tape.name}`;
  const copyName = `${tape.name} (a copy of an argument)`;
  const work = lowered.outputs.map((source) =>
    source.kind === "buffer" ? contiguousStrides(source.abstract.shape) : []
  );

  const run = (tensors: readonly Tensor[], numbers: readonly number[]): RunResult => {
    const v = views();
    const stamp = ++runs;
    for (let i = 0; i < constants.length; i++) {
      const { tensor, patches } = constants[i];
      checkLive(tensor, `${tape.name} (compiled)`);
      const storage = tensor.storage!;
      storage.stamp = stamp;
      if (storage.address !== constantBases[i]) move(patches, storage.address, constantBases, i);
    }
    const hostNumbers = tape.host.length === 0 ? numbers : runPrologue(tape, numbers);
    const used = tensors.slice();
    const results = new Array<Tensor>(lowered.outputs.length);
    let copied = false;
    let reached = -1;
    try {
      copied = takeArguments(tape.name, donated, tensors, used, scalarArguments, stamp);
      for (let i = 0; i < used.length; i++) {
        if (scalarArguments[i]) continue;
        const tensor = used[i];
        const base = tensor.storage!.address + tensor.offset * itemSize(tensor.dtype);
        if (base !== argumentBases[i]) move(argumentPatches[i], base, argumentBases, i);
      }
      for (let i = 0; i < cells.length; i++) {
        const { kind, index, dtype, address } = cells[i];
        const value = kind === "host" ? hostNumbers[index] : tensors[index].item();
        viewOf(v, dtype)[address / itemSize(dtype)] = toStored(dtype, value);
      }
      for (let i = 0; i < results.length; i++) {
        const patches = freshPatches[i];
        if (patches === null) continue;
        const source = lowered.outputs[i] as Extract<OutputSource, { kind: "buffer" }>;
        const storage = allocate(source.buffer.bytes);
        if (storage.address !== outputBases[i]) move(patches, storage.address, outputBases, i);
        results[i] = over(source.abstract, storage, work[i]);
      }
      for (let i = 0; i < runners.length; i++) {
        reached = i;
        runners[i]();
      }
    } catch (error) {
      used.forEach((tensor, i) => {
        const own = tensor === tensors[i];
        if (!own) free(tensor.storage!, copyName);
        // The run may have written over what was given away.
        else if (reached >= harmless && donated[i] && !scalarArguments[i]) free(tensor.storage!, failure);
      });
      results.forEach((tensor) => free(tensor.storage!, failure));
      throw error;
    }
    for (const { output, argument } of plan.copies) {
      const { buffer } = lowered.outputs[output] as Extract<OutputSource, { kind: "buffer" }>;
      const from = arena + (plan.places[buffer.id] as Extract<Place, { kind: "arena" }>).offset;
      v.uint8.copyWithin(used[argument].storage!.address, from, from + buffer.bytes);
    }
    for (let i = 0; i < used.length; i++) {
      if (scalarArguments[i]) continue;
      const storage = used[i].storage!;
      if (donated[i]) {
        // A copy was taken where the argument could not be written over; the given one ends its life all the same.
        if (used[i] !== tensors[i]) giveUp(tensors[i], stamp, donation);
        if (kept[i]) endLife(storage, donation);
        else free(storage, donation);
      } else if (copied && used[i] !== tensors[i]) free(storage, copyName);
    }
    for (let i = 0; i < results.length; i++) {
      if (freshPatches[i] === null) results[i] = result(i, tensors, used);
    }
    return { tensors: results, numbers: hostNumbers };
  };

  /** An output that has no fresh memory. */
  const result = (i: number, tensors: readonly Tensor[], used: readonly Tensor[]): Tensor => {
    const source = lowered.outputs[i];
    if (source.kind === "constant") return source.tensor;
    if (source.kind === "input") {
      const { index } = source;
      if (!donated[index] || scalarArguments[index]) return tensors[index];
      return over(used[index], used[index].storage!, contiguousStrides(used[index].shape));
    }
    const { abstract, buffer } = source;
    if (!isScalar(abstract)) return over(abstract, used[plan.reuse[i]].storage!, work[i]);
    const place = plan.places[buffer.id] as Extract<Place, { kind: "arena" }>;
    const { dtype } = abstract;
    const stored = viewOf(views(), dtype)[(arena + place.offset) / itemSize(dtype)];
    return constantTensor(dtype, [], fromStored(dtype, stored));
  };

  const program: Program = {
    name: tape.name,
    tape,
    lowered,
    plan,
    donated,
    heldBytes: assembled.heldBytes,
    run,
  };
  owned.register(program, assembled);
  return program;
}

// Runs are numbered so that a storage can tell whether this run has met it already.
let runs = 0;

function isScalar(x: Abstract): boolean {
  return x.shape.length === 0 && x.dtype !== "key";
}

function over(like: Abstract, storage: Storage, strides: readonly number[]): Tensor {
  return new Tensor(like.dtype, like.shape, strides, 0, storage, 0, null);
}
