/**
 * What a program carries out: entries as they are, fused loops and reductions.
 *
 * @module
 */
import type { Expression } from "../../kernels/expression.ts";
import type { Reduction } from "../../kernels/reduce_form.ts";
import type { Entry } from "../../primitive.ts";
import type { Shape } from "../../shape.ts";

/** One thing to carry out: an entry as it is, a fused loop, or a reduction of an expression. */
export type Work =
  | { readonly kind: "entry"; readonly entry: Entry }
  | {
    readonly kind: "loop";
    /** The product or convolution on whose result the loop works as it is made, the first of its inputs. */
    readonly base: Entry | null;
    /** Whether the result itself is needed elsewhere. */
    readonly kept: boolean;
    readonly entries: readonly Entry[];
    readonly name: string;
    readonly expressions: readonly Expression[];
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
    /** Reductions over all elements that go along. */
    readonly totals: readonly LoopTotal[];
  }
  | ReductionWork;

/** A fused loop. */
export type LoopWork = Extract<Work, { readonly kind: "loop" }>;

/** A reduction of an expression. */
export interface ReductionWork {
  readonly kind: "reduction";
  readonly entries: readonly string[];
  readonly name: string;
  readonly reduction: Reduction;
  readonly axes: readonly number[];
  readonly shape: Shape;
  readonly expression: Expression;
  readonly inputs: readonly number[];
  readonly output: number;
}

/** A reduction that goes along with a loop. */
export interface LoopTotal {
  /** What is reduced, over the inputs of the loop. */
  readonly expression: Expression;
  /** The same on its own, after the loop. */
  readonly alone: ReductionWork;
  /** Slots that the loop then has to store as well, with what they are over its inputs. */
  readonly stored: readonly { readonly slot: number; readonly expression: Expression }[];
}

/** The slots that a work reads. */
export function inputsOf(work: Work): readonly number[] {
  if (work.kind === "entry") return work.entry.inputs;
  return work.kind === "loop" && work.base !== null ? [...work.inputs, ...work.base.inputs] : work.inputs;
}

/** The slots that a work makes. */
export function outputsOf(work: Work): readonly number[] {
  if (work.kind === "entry") return work.entry.outputs;
  if (work.kind === "reduction") return [work.output];
  const own = work.base !== null && work.kept ? [...work.outputs, ...work.base.outputs] : work.outputs;
  return work.totals.length === 0 ? own : [...own, ...work.totals.map(({ alone }) => alone.output)];
}
