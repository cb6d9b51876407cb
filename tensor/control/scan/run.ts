/**
 * Running a scan whose carry is a list of tensors, whole or cut into blocks.
 *
 * @module
 */
import { applyAll } from "../../apply.ts";
import { close, rearranged } from "../../body.ts";
import { passedOn } from "../../body_slots.ts";
import { checkpoint } from "../../checkpoint.ts";
import { concatenate } from "../../ops/concatenate.ts";
import { reshape } from "../../ops/reshape.ts";
import { slice } from "../../ops/slice.ts";
import type { Tensor } from "../../tensor.ts";
import * as tree from "../../tree.ts";
import { build, flatten } from "../trees.ts";
import { scanPrimitive } from "./primitive.ts";

/** A step: from the tensors of the carry and a part to tensors and output. */
export type Step = (carry: readonly Tensor[], x: unknown) => readonly [readonly Tensor[], unknown];

/** What reverse mode keeps. */
export type Policy = "carries" | "products" | "segments" | "nothing" | number;

/** A checked loop. */
export interface Loop {
  readonly length: number;
  readonly reverse: boolean;
  /** Whether reverse mode keeps the results of products too. */
  readonly keepsProducts: boolean;
}

/** The loop, cut up as the policy and the unrolling say. */
export function scanWith(
  step: Step,
  init: readonly Tensor[],
  xs: unknown,
  { length, reverse }: Omit<Loop, "keepsProducts">,
  { policy, unroll }: { readonly policy: Policy; readonly unroll: number },
): [readonly Tensor[], unknown] {
  const loop = { length, reverse, keepsProducts: policy === "products" };
  const unrolled = (carry: readonly Tensor[], parts: unknown, loop: Loop) =>
    unroll === 1 ? scanOnce(step, carry, parts, loop) : inBlocks(
      step,
      carry,
      parts,
      loop,
      unroll,
      (c, block, count) => steps(step, c, block, count, reverse),
    );
  if (policy === "carries" || policy === "products") return unrolled(init, xs, loop);
  if (policy === "nothing") {
    return checkpoint((c: readonly Tensor[], parts: unknown) => unrolled(c, parts, loop))(init, xs);
  }
  const segment = policy === "segments" ? Math.max(1, Math.round(Math.sqrt(length))) : policy;
  return inBlocks(
    step,
    init,
    xs,
    loop,
    segment,
    (c, block, count) => unrolled(c, block, { ...loop, length: count }),
  );
}

/** One application of the primitive. */
function scanOnce(
  step: Step,
  init: readonly Tensor[],
  xs: unknown,
  { length, reverse, keepsProducts }: Loop,
): [readonly Tensor[], unknown] {
  const sources = flatten("scan", "xs", xs);
  const likes = [
    ...init,
    ...sources.tensors.map((x) => ({ dtype: x.dtype, shape: x.shape.slice(1) })),
  ];
  let outputs: unknown = null;
  const count = init.length;
  const { body, captured } = close(step.name, likes, (inputs) => {
    const [next, returned] = step(inputs.slice(0, count), build(sources.tree, inputs.slice(count)));
    const made = flatten("scan", "outputs", returned);
    outputs = made.tree;
    return [...next, ...made.tensors];
  });
  const before = captured.length;
  // What every step passes on is a constant, to be neither copied nor kept.
  const passed = passedOn(body, before, count);
  const places = passed.map((_, i) => before + i);
  const order = [
    ...captured.map((_, i) => i),
    ...places.filter((_, i) => passed[i]),
    ...places.filter((_, i) => !passed[i]),
    ...sources.tensors.map((_, i) => before + count + i),
  ];
  const given = [...captured, ...init, ...sources.tensors];
  const carried = passed.filter((is) => !is).length;
  const results = applyAll(scanPrimitive, order.map((i) => given[i]), {
    body: rearranged(body, order, (i) => passed[i] !== true),
    constants: before + count - carried,
    carried,
    sums: 0,
    length,
    reverse,
    saves: false,
    keepsProducts,
    kept: 0,
  });
  let next = 0;
  const last = init.map((x, i) => passed[i] ? x : results[next++]);
  return [last, build(outputs, results.slice(carried))];
}

/** The loop as a loop over blocks of `size` steps, each of which `inner` does, and one over the steps that are left. */
function inBlocks(
  step: Step,
  init: readonly Tensor[],
  xs: unknown,
  loop: Loop,
  size: number,
  inner: (carry: readonly Tensor[], block: unknown, count: number) => readonly [readonly Tensor[], unknown],
): [readonly Tensor[], unknown] {
  const { length, reverse } = loop;
  const blocks = Math.floor(length / size);
  const whole = blocks * size;
  const rest = length - whole;
  const part = (from: number, to: number): unknown => tree.map(xs, (x) => slice(x as Tensor, [[from, to]]));
  const cutUp = tree.map(
    part(0, whole),
    (x) => reshape(x as Tensor, [blocks, size, ...(x as Tensor).shape.slice(1)]),
  );
  const overBlocks = (carry: readonly Tensor[]): [readonly Tensor[], unknown] => {
    const block: Step = (c, x) => inner(c, x, size);
    const [last, outputs] = scanOnce(block, carry, cutUp, { ...loop, length: blocks });
    return [last, tree.map(outputs, (y) => reshape(y as Tensor, [whole, ...(y as Tensor).shape.slice(2)]))];
  };
  if (rest === 0) return overBlocks(init);
  const overRest = (carry: readonly Tensor[]): [readonly Tensor[], unknown] =>
    scanOnce(step, carry, part(whole, length), { ...loop, length: rest });
  // What is left stands at the end, where a reverse loop begins.
  const [first, second] = reverse ? [overRest, overBlocks] : [overBlocks, overRest];
  const [between, before] = first(init);
  const [last, after] = second(between);
  const ends = reverse ? [after, before] : [before, after];
  const joined = tree.zip("scan", [ends[0], ends[1]], (leaves) => concatenate(leaves as Tensor[]));
  return [last, joined];
}

/** Some steps one after the other, whose outputs are stacked. */
function steps(
  step: Step,
  init: readonly Tensor[],
  xs: unknown,
  count: number,
  reverse: boolean,
): [readonly Tensor[], unknown] {
  const outputs = new Array<unknown>(count);
  let carry = init;
  for (let k = 0; k < count; k++) {
    const i = reverse ? count - 1 - k : k;
    const [next, output] = step(carry, tree.map(xs, (x) => (x as Tensor).at(i)));
    carry = next;
    outputs[i] = flatten("scan", "outputs", output).tree;
  }
  const stacked = tree.zip("scan", outputs as [unknown, ...unknown[]], (leaves) => {
    const parts = (leaves as Tensor[]).map((y) => reshape(y, [1, ...y.shape]));
    return concatenate(parts);
  });
  return [carry, stacked];
}
