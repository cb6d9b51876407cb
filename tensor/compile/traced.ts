/**
 * Functions of trees as programs: recorded without values, and their results put together.
 *
 * @module
 */
import { isTracedNumber } from "../host.ts";
import { detach, enter, free, leave, type Storage } from "../runtime/storage.ts";
import { runEpilogue } from "../run_host.ts";
import { TapeRecorder } from "../tape_recorder.ts";
import type { TreeFunction } from "../tape.ts";
import { Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { makeProgram, type Program, type RunResult } from "./program.ts";

/** How one leaf of the result is made. */
export type Leaf =
  | { readonly kind: "tensor"; readonly index: number }
  | { readonly kind: "number"; readonly index: number }
  | { readonly kind: "value"; readonly value: unknown };

/** A function as a program for one structure of arguments. */
export interface Traced {
  /** The program. */
  readonly program: Program;
  /** The structure of the result. */
  readonly structure: tree.Structure;
  /** How each of its leaves is made. */
  readonly leaves: readonly Leaf[];
  /** How many of the last outputs are scalars whose values are wanted, not they themselves. */
  readonly values: number;
}

const collected: FinalizationRegistry<readonly Storage[]> = new FinalizationRegistry((storages) => {
  for (const storage of storages) free(storage, "the end of the compiled function that held it");
});

/**
 * Records the function on tracers without values and makes the program; null where the function reads what a
 * recording around it traces, whose value differs from call to call.
 */
export function trace<R>(
  f: TreeFunction<R>,
  args: readonly unknown[],
  fixed: readonly number[],
  donated: readonly boolean[],
  name: string,
): Traced | null {
  const opened = enter(`compiling ${name}`);
  const recorder = new TapeRecorder(name, true);
  const kept: Storage[] = [];
  try {
    // All numbers of the arguments come before the numbers that host makes of them.
    const traced = args.map((arg, i) =>
      fixed.includes(i) ? arg : tree.map(arg, (leaf) => {
        if (leaf instanceof Tensor) return recorder.input(leaf);
        return typeof leaf === "number" ? recorder.hostInput() : leaf;
      })
    );
    const returned = f(...traced);
    if (returned instanceof Promise) {
      throw new TypeError(
        `${name} expects a synchronous function to compile but got one that returns a promise`,
      );
    }
    const flat = tree.flatten(returned);
    const outputs: number[] = [];
    const leaves = flat.leaves.map((leaf): Leaf => {
      if (isTracedNumber(leaf)) return { kind: "number", index: leaf.index };
      if (!(leaf instanceof Tensor)) return { kind: "value", value: leaf };
      outputs.push(recorder.slotOf(leaf));
      return { kind: "tensor", index: outputs.length - 1 };
    });
    const tape = recorder.finish();
    for (const { slot } of tape.hostValues) outputs.push(slot);
    const foreign = flat.leaves.some((leaf) => isTracedNumber(leaf) && leaf.recorder !== recorder);
    if (foreign || tape.constants.some(({ tensor }) => tensor.node !== null)) return null;
    const program = makeProgram(tape, outputs, donated);
    for (const { tensor } of tape.constants) {
      const { storage } = tensor;
      if (storage === null || storage.owner !== opened) continue;
      // What the function made while it recorded lives as long as the program.
      detach(storage);
      kept.push(storage);
    }
    collected.register(program, kept);
    return { program, structure: flat.structure, leaves, values: tape.hostValues.length };
  } finally {
    leave(opened, new Set());
  }
}

/** What the function returns, from what a run gives. */
export function resultOf(traced: Traced, result: RunResult): unknown {
  return build(traced.structure, traced.leaves, traced.values === 0 ? result : readValues(traced, result));
}

/** The result with the numbers that the program has computed, and without the scalars that they are the values of. */
function readValues({ program, values }: Traced, { tensors, numbers }: RunResult): RunResult {
  const wanted = tensors.length - values;
  const read = tensors.slice(wanted).map((scalar) => scalar.item());
  return { tensors: tensors.slice(0, wanted), numbers: runEpilogue(program.tape, numbers, read) };
}

/** The tree of a result. */
function build(structure: tree.Structure, leaves: readonly Leaf[], result: RunResult): unknown {
  switch (structure.kind) {
    case "leaf": {
      const leaf = leaves[structure.index];
      if (leaf.kind === "value") return leaf.value;
      return leaf.kind === "tensor" ? result.tensors[leaf.index] : result.numbers[leaf.index];
    }
    case "hole":
      return structure.value;
    case "array":
      return structure.children.map((child) => build(child, leaves, result));
    case "object": {
      const { keys, children } = structure;
      const node: Record<string, unknown> = {};
      for (let i = 0; i < keys.length; i++) tree.setOwn(node, keys[i], build(children[i], leaves, result));
      return node;
    }
  }
}
