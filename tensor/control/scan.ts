/**
 * Loops over a known number of steps.
 *
 * @module
 */
import { applyAll } from "../apply.ts";
import { close, passedOn, rearranged } from "../body.ts";
import { concatenate } from "../ops/concatenate.ts";
import { reshape } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
import { describe, type Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { checkpoint } from "../checkpoint.ts";
import { scanPrimitive } from "./scan/primitive.ts";
import { build, flatten, flattenLike } from "./trees.ts";

/** Options of `scan`. */
export interface ScanOptions {
  /** The number of steps; the extent of the first axis of `xs` by default. */
  readonly length?: number;
  /** Whether the steps go from the last part of `xs` to the first; false by default. */
  readonly reverse?: boolean;
  /**
   * What reverse mode keeps of a loop of n steps. "carries": the carry before each step, from which the pullback does
   * the step again. "segments": the carry before each of about sqrt(n) segments, which the pullback runs again one
   * after the other, so that about 2 sqrt(n) carries are kept at a time. A number: segments of so many steps.
   * "nothing": nothing but the arguments; the pullback runs the whole loop again.
   *
   * @default {"carries"}
   */
  readonly checkpoint?: "carries" | "segments" | "nothing" | number;
  /** How many steps one round of the loop does, which trades the size of the program for time; 1 by default. */
  readonly unroll?: number;
}

/** A step: from carry and part to carry and output. */
type Step = (carry: unknown, x: unknown) => readonly [unknown, unknown];

/** A checked loop. */
interface Loop {
  readonly length: number;
  readonly reverse: boolean;
}

/**
 * A loop that carries a tree from step to step and stacks what the steps give: with `[c, y_i] = f(c, x_i)` for each
 * part `x_i` of `xs` along its first axis, it returns the last carry and the `y_i` along a new first axis, as
 * `jax.lax.scan` does. The step is recorded once, whatever the number of steps; the loop runs as one program, and
 * compiled into a larger program it stays a loop.
 *
 * The carry keeps its structure, shapes and dtypes. Numbers in it count as float32. Gradients flow to `init`, to `xs`
 * and to what `f` takes from outside; reverse mode keeps what `checkpoint` says.
 *
 * @param f The step, from carry and part to `[carry, output]`; the output may be null.
 * @param init The first carry, a tree.
 * @param xs A tree of tensors with one first extent, or null where `length` is given.
 * @returns The last carry, and the outputs stacked.
 * @throws {TypeError} If a step changes the carry's structure, a shape or a dtype.
 * @throws {RangeError} If `xs` does not agree on the number of steps, or there is none.
 *
 * @example Running means
 * ```ts
 * import { add, multiply, scan, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [last, all] = scan((mean, x) => {
 *   const next = add(multiply(mean, 0.5), multiply(x, 0.5));
 *   return [next, next];
 * }, tensor(0), tensor([1, 2, 3]));
 * assertEquals(all.toArray(), [0.5, 1.25, 2.125]);
 * assertEquals(last.item(), 2.125);
 * ```
 *
 * @example A gradient through a thousand steps that keeps 2 sqrt(1000) carries
 * ```ts
 * import { grad, multiply, scan, tensor, type Tensor } from "@weft/weft";
 *
 * const final = (x: Tensor, rate: Tensor) =>
 *   scan((y) => [multiply(y, rate), null], x, null, { length: 1000, checkpoint: "segments" })[0];
 * console.log(grad(final)(tensor(1), tensor(0.999)));
 * ```
 */
export function scan<C, X, Y>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: C,
  xs: X,
  options: ScanOptions = {},
): [C, Y] {
  if (typeof f !== "function") throw new TypeError(`scan expects a function but got ${tree.describe(f)}`);
  const { reverse = false, checkpoint: policy = "carries", unroll = 1 } = options;
  if (!Number.isInteger(unroll) || unroll < 1) {
    throw new RangeError(`scan expects unroll to be a positive integer but got ${String(unroll)}`);
  }
  const isPolicy = policy === "carries" || policy === "segments" || policy === "nothing" ||
    (Number.isInteger(policy) && policy as number > 0);
  if (!isPolicy) {
    throw new RangeError(
      `scan expects checkpoint to be "carries", "segments", "nothing" or the steps of a segment but got ${
        String(policy)
      }`,
    );
  }
  const length = lengthOf(xs, options.length);
  const step: Step = f as Step;
  const unrolled = (carry: unknown, parts: unknown, loop: Loop) =>
    unroll === 1 ? scanOnce(step, carry, parts, loop) : inBlocks(
      step,
      carry,
      parts,
      loop,
      unroll,
      (c, block, count) => steps(step, c, block, count, reverse),
    );
  const loop: Loop = { length, reverse };
  if (policy === "carries") return unrolled(init, xs, loop) as [C, Y];
  if (policy === "nothing") {
    return checkpoint((c: unknown, parts: unknown) => unrolled(c, parts, loop))(init, xs) as [C, Y];
  }
  const segment = policy === "segments" ? Math.max(1, Math.round(Math.sqrt(length))) : policy as number;
  return inBlocks(
    step,
    init,
    xs,
    loop,
    segment,
    (c, block, count) => unrolled(c, block, { length: count, reverse }),
  ) as [C, Y];
}

function lengthOf(xs: unknown, given: number | undefined): number {
  if (given !== undefined && (!Number.isInteger(given) || given < 0)) {
    throw new RangeError(`scan expects length to be a non-negative integer but got ${String(given)}`);
  }
  let length = given;
  for (const { path, value } of tree.entries(xs)) {
    const { tensors: [x] } = flatten("scan", "xs", value);
    const place = path === "" ? "" : ` at ${path}`;
    if (x.rank === 0) {
      throw new RangeError(`scan expects xs with an axis of steps but got the scalar ${describe(x)}${place}`);
    }
    if (length !== undefined && x.shape[0] !== length) {
      throw new RangeError(`scan expects ${length} steps in xs but got ${describe(x)}${place}`);
    }
    length = x.shape[0];
  }
  if (length === undefined) throw new RangeError("scan expects xs or length but got neither");
  return length;
}

/** One application of the primitive. */
function scanOnce(step: Step, init: unknown, xs: unknown, { length, reverse }: Loop): [unknown, unknown] {
  const carry = flatten("scan", "a carry", init);
  const sources = flatten("scan", "xs", xs);
  const likes = [
    ...carry.tensors,
    ...sources.tensors.map((x) => ({ dtype: x.dtype, shape: x.shape.slice(1) })),
  ];
  let outputs: unknown = null;
  const { body, captured } = close(step.name || "scan", likes, (inputs) => {
    const returned = step(
      build(carry.tree, inputs.slice(0, carry.tensors.length)),
      build(sources.tree, inputs.slice(carry.tensors.length)),
    );
    if (!Array.isArray(returned) || returned.length !== 2) {
      throw new TypeError(
        `scan expects a function that returns [carry, output] but got ${tree.describe(returned)}`,
      );
    }
    const next = flattenLike("scan", "the carry", carry.tree, returned[0]);
    const made = flatten("scan", "outputs", returned[1]);
    outputs = made.tree;
    return [...next, ...made.tensors];
  });
  const [before, count] = [captured.length, carry.tensors.length];
  // What every step passes on is a constant, to be neither copied nor kept.
  const passed = passedOn(body, before, count);
  const places = passed.map((_, i) => before + i);
  const order = [
    ...captured.map((_, i) => i),
    ...places.filter((_, i) => passed[i]),
    ...places.filter((_, i) => !passed[i]),
    ...sources.tensors.map((_, i) => before + count + i),
  ];
  const given = [...captured, ...carry.tensors, ...sources.tensors];
  const carried = passed.filter((is) => !is).length;
  const results = applyAll(scanPrimitive, order.map((i) => given[i]), {
    body: rearranged(body, order, (i) => passed[i] !== true),
    constants: before + count - carried,
    carried,
    sums: 0,
    length,
    reverse,
    saves: false,
  });
  let next = 0;
  const last = carry.tensors.map((x, i) => passed[i] ? x : results[next++]);
  return [build(carry.tree, last), build(outputs, results.slice(carried))];
}

/** The loop as a loop over blocks of `size` steps, each of which `inner` does, and one over the steps that are left. */
function inBlocks(
  step: Step,
  init: unknown,
  xs: unknown,
  { length, reverse }: Loop,
  size: number,
  inner: (carry: unknown, block: unknown, count: number) => readonly [unknown, unknown],
): [unknown, unknown] {
  const blocks = Math.floor(length / size);
  const whole = blocks * size;
  const rest = length - whole;
  const part = (from: number, to: number): unknown => tree.map(xs, (x) => slice(x as Tensor, [[from, to]]));
  const cutUp = tree.map(
    part(0, whole),
    (x) => reshape(x as Tensor, [blocks, size, ...(x as Tensor).shape.slice(1)]),
  );
  const overBlocks = (carry: unknown): [unknown, unknown] => {
    const block: Step = (c, x) => inner(c, x, size);
    const [last, outputs] = scanOnce(block, carry, cutUp, { length: blocks, reverse });
    return [last, tree.map(outputs, (y) => reshape(y as Tensor, [whole, ...(y as Tensor).shape.slice(2)]))];
  };
  if (rest === 0) return overBlocks(init);
  const overRest = (carry: unknown): [unknown, unknown] =>
    scanOnce(step, carry, part(whole, length), { length: rest, reverse });
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
  init: unknown,
  xs: unknown,
  count: number,
  reverse: boolean,
): [unknown, unknown] {
  const outputs = new Array<unknown>(count);
  let carry = init;
  for (let k = 0; k < count; k++) {
    const i = reverse ? count - 1 - k : k;
    const [next, output] = step(carry, tree.map(xs, (x) => (x as Tensor).at(i)));
    flattenLike("scan", "the carry", flatten("scan", "a carry", carry).tree, next);
    carry = next;
    outputs[i] = flatten("scan", "outputs", output).tree;
  }
  const stacked = tree.zip("scan", outputs as [unknown, ...unknown[]], (leaves) => {
    const parts = (leaves as Tensor[]).map((y) => reshape(y, [1, ...y.shape]));
    return concatenate(parts);
  });
  return [carry, stacked];
}
