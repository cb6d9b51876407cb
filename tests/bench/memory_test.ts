/**
 * The memory of compiled training steps, against what training needs at least.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as weft from "../../mod.ts";
import { bytesOf } from "../../tensor/compile/arguments.ts";
import type { Program } from "../../tensor/compile/program.ts";
import { heapUsage, resetPeak } from "../../tensor/runtime/heap.ts";
import type { Storage } from "../../tensor/runtime/storage.ts";
import type { Entry } from "../../tensor/primitive.ts";
import type { StepWorkload, Weft } from "../../bench/workload.ts";
import { transformer } from "../../bench/workloads/w7_transformer.ts";
import { cnns } from "../../bench/workloads/w3_cnn.ts";

type Tensor = weft.Tensor;
type Params = Readonly<Record<string, Tensor>>;

const bytes = (tensors: readonly Tensor[]): number => tensors.reduce((sum, x) => sum + bytesOf(x), 0);

/** The entries that results depend on. */
function live(entries: readonly Entry[], outputs: readonly (number | null)[]): Set<Entry> {
  const wanted = new Set(outputs);
  const found = new Set<Entry>();
  for (const entry of entries.toReversed()) {
    if (!entry.outputs.some((slot) => wanted.has(slot))) continue;
    found.add(entry);
    for (const slot of entry.inputs) wanted.add(slot);
  }
  return found;
}

/** Bytes of what the loss computes, or is given beside the params, and the backward pass reads. */
function activationBytes(loss: (params: Params) => Tensor, params: Params): number {
  const forward = weft.record(loss)(params).tape.entries;
  const { tape, outputs } = weft.record((params: Params) => weft.valueAndGrad(loss)(params))(params);
  const { entries, values } = tape;
  const names = (some: readonly Entry[]) => some.map(({ primitive }) => primitive.name).join();
  assertEquals(names(entries.slice(0, forward.length)), names(forward));
  const needed = live(entries, outputs);
  const before = new Set(tape.constants.map(({ slot }) => slot));
  for (const entry of entries.slice(0, forward.length)) entry.outputs.forEach((slot) => before.add(slot));
  const own = new Set(Object.values(params).map(({ storage }) => storage));
  const storages = new Set<Storage>();
  for (const entry of entries.slice(forward.length)) {
    if (!needed.has(entry)) continue;
    for (const slot of entry.inputs) {
      const storage = values[slot]?.storage ?? null;
      if (before.has(slot) && storage !== null && !own.has(storage)) storages.add(storage);
    }
  }
  return [...storages].reduce((sum, storage) => sum + storage.bytes, 0);
}

/** What a workload gives to `compile` and to `valueAndGrad`, without and with compilation. */
function look(
  workload: StepWorkload,
): { loss: (params: Params) => Tensor; params: Params; program: Program; step: () => unknown } {
  let loss: ((params: Params) => Tensor) | null = null;
  let params: Params | null = null;
  const eager = {
    ...weft,
    compile: (f: unknown) => f,
    valueAndGrad: (f: never) => (at: never) => {
      [loss, params] = [f, at];
      return weft.valueAndGrad(f)(at);
    },
  };
  workload.weft(eager as unknown as Weft).step();
  let program: Program | null = null;
  const compiled = {
    ...weft,
    compile: (f: never, options: object) => {
      const made = weft.compile(f as (...args: unknown[]) => unknown, options);
      return (...args: unknown[]) => {
        program ??= made.program(...args);
        return made(...args);
      };
    },
  };
  const run = workload.weft(compiled as unknown as Weft);
  run.step();
  return { loss: loss!, params: params!, program: program!, step: run.step };
}

/** Bytes of a program's arguments, of its results that lie elsewhere, and of all that it holds besides. */
function bytesOfProgram({ tape, lowered, plan, heldBytes }: Program): number {
  const given = tape.inputs.reduce((sum, slot) => sum + bytesOf(tape.slots[slot]), 0);
  const fresh = lowered.outputs.reduce((sum, output) => {
    const own = output.kind === "buffer" && plan.places[output.buffer.id].kind === "output";
    return own ? sum + output.buffer.bytes : sum;
  }, 0);
  return given + fresh + heldBytes;
}

for (const workload of [cnns.find(({ name }) => name === "W3b_cnn_bn")!, transformer]) {
  Deno.test(`${workload.name} compiled takes at most 1.3 times the memory that training needs`, () => {
    const { loss, params, program, step } = look(workload);
    // Params, as many gradients, and the two moments of Adam.
    const needed = 4 * bytes(Object.values(params)) + activationBytes(loss, params);
    const taken = bytesOfProgram(program);
    assertEquals(taken <= 1.3 * needed, true, `${taken} bytes where ${needed} are needed`);
    // And no more is taken while it runs.
    const { used } = heapUsage();
    resetPeak();
    step();
    assertEquals(heapUsage().peak, used);
  });
}
