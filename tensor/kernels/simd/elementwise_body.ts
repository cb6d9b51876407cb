/**
 * What a loop over elements computes for a few vectors of its operands.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { Step } from "../elementwise_form.ts";
import type { FunctionBuilder, FunctionHandle, Local, ModuleBuilder } from "./assembler.ts";
import { defineHelpers, prepare, type Write } from "./emit.ts";
import type { Node } from "./nodes.ts";
import { loadSplat, loadStepped, stepBytes, storeVector } from "./operands.ts";

/** A function of an i32 number and the byte addresses of all operands. */
export type Body = FunctionHandle<readonly "i32"[], null>;

/** Types of some addresses and numbers. */
export function words(count: number): readonly "i32"[] {
  return new Array<"i32">(count).fill("i32");
}

/** Operands from which a loop waits for memory more than for arithmetic. */
const MANY_OPERANDS = 5;

/** Whether vectors had better come one after the other: fewer registers, so that the processor looks further ahead. */
function isBoundByMemory(steps: readonly Step[]): boolean {
  return steps.filter((step) => step !== "0").length >= MANY_OPERANDS;
}

/** The function that computes a number of elements that is a multiple of `width`, and not 0. */
export function defineBody(
  module: ModuleBuilder,
  roots: readonly Node[],
  dtypes: readonly DType[],
  steps: readonly Step[],
  inputs: number,
  width: number,
): Body {
  const helpers = defineHelpers(module, roots);
  return module.define(null, words(1 + dtypes.length), null, (f, count, ...addresses) => {
    const splats = splatsOf(f, dtypes, steps, inputs, addresses);
    const write = prepare(f, roots, helpers, splats);
    f.repeat(() => {
      writeVectors(f, write, { dtypes, splats, steps, addresses }, width / 4);
      f.advance(count, -width);
    }, () => count);
  });
}

/** What single elements are in all lanes; null for inputs that are more. */
export function splatsOf(
  f: FunctionBuilder,
  dtypes: readonly DType[],
  steps: readonly Step[],
  inputs: number,
  addresses: readonly Local<"i32">[],
): readonly (Local<"v128"> | null)[] {
  return dtypes.slice(0, inputs).map((dtype, i) =>
    steps[i] === "0" ? f.local("v128", loadSplat(dtype, addresses[i])) : null
  );
}

/** Operands of which vectors are computed. */
export interface VectorOperands {
  /** Their types, those of the inputs first. */
  readonly dtypes: readonly DType[];
  /** The vectors of inputs that are single elements. */
  readonly splats: readonly (Local<"v128"> | null)[];
  /** How they step: not at all, by one, or by a stride of words. */
  readonly steps: readonly Step[];
  /** Where they are. */
  readonly addresses: readonly Local<"i32">[];
}

/** Computes some vectors that follow each other, and moves the addresses behind them. */
export function writeVectors(
  f: FunctionBuilder,
  write: Write,
  { dtypes, splats, steps, addresses }: VectorOperands,
  vectors: number,
): void {
  const offset = (i: number, copy: number): number => 4 * copy * stepBytes(dtypes[i], steps[i]);
  const loads = Array.from(
    { length: vectors },
    (_, copy) =>
      splats.map((splat, i) => splat ?? loadStepped(dtypes[i], steps[i], addresses[i], offset(i, copy))),
  );
  const store = (values: readonly Local<"v128">[], copy: number): void =>
    values.forEach((value, i) => {
      const at = splats.length + i;
      storeVector(f, dtypes[at], addresses[at], value, offset(at, copy));
    });
  if (isBoundByMemory(steps)) loads.forEach((load, copy) => store(write([load])[0], copy));
  else write(loads).forEach(store);
  addresses.forEach((address, i) => {
    if (steps[i] !== "0") f.advance(address, offset(i, vectors));
  });
}
