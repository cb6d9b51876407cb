/**
 * Ways along a row, in terms of vectors: what they read, add up and store.
 *
 * @module
 */
import type { Accumulation } from "./accumulate.ts";
import type { Node } from "./nodes.ts";

/** What an input of the graphs of vectors is. */
export type Source =
  | { readonly kind: "input"; readonly index: number }
  /** A row that is kept. */
  | { readonly kind: "kept"; readonly index: number }
  /** One number for a row, in every lane along rows. */
  | { readonly kind: "number"; readonly index: number }
  /** One over the number of elements of a row, or of those that a sample takes, of the type of sums. */
  | { readonly kind: "share"; readonly sampled: boolean }
  /** An accumulator of the pass, or its lower or upper half where that is in halves of float64. */
  | { readonly kind: "total"; readonly index: number; readonly half: 0 | 1 };

/** What is accumulated over a row. */
export interface Total {
  /** The value of an element. */
  readonly value: Node;
  /** Two numbers whose product it is, which may be fused with the addition; null for others. */
  readonly factors: readonly [Node, Node] | null;
  /** How values are combined. */
  readonly accumulation: Accumulation;
  /** How many values along a row are added up as float32 before they go into a precise accumulator; 0 if none are. */
  readonly block: number;
}

/** Of how many elements, or vectors of them, a sample takes one at least. */
export const SAMPLE = 16;

/** One way along a row. */
export interface Pass {
  /** Whether it takes only one element, or vector of them, of `SAMPLE`. */
  readonly sampled: boolean;
  /** What is accumulated. */
  readonly totals: readonly Total[];
  /** What is written: rows that are kept, and, in the last pass, outputs. */
  readonly stores: readonly {
    readonly target: "kept" | "output";
    readonly index: number;
    readonly value: Node;
  }[];
  /** The numbers that are made of the totals, in order. */
  readonly numbers: readonly Node[];
}

/** All passes. */
export interface RowPasses {
  /** What the inputs of the graphs are. */
  readonly sources: readonly Source[];
  /** The passes in order. */
  readonly passes: readonly Pass[];
  /** The outputs of which there is one number for a row. */
  readonly single: readonly { readonly output: number; readonly value: Node }[];
  /** How many numbers there are. */
  readonly numbers: number;
}
