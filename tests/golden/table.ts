/**
 * What a table of golden operations states.
 *
 * @module
 */
import type { Tensor } from "../../tensor/mod.ts";

/** Options of a case, under the names of the function that made it. */
export type Options = Readonly<Record<string, unknown>>;

/** From the inputs and options of a case to its outputs. */
export type Call = (inputs: readonly Tensor[], options: Options) => readonly Tensor[];

/** An operation of a table. */
export interface TableOperation {
  /** What is called. */
  readonly call: Call;
  /** The options that it understands; a case with others is skipped. */
  readonly options: readonly string[];
  /** Whether rounding grows with the condition of matrices. */
  readonly conditioned: boolean;
  /** Whether gradients of inputs with NaN are compared; true by default. */
  readonly nanGradients?: boolean;
  /** Whether a gradient of ours is finite where the framework's is NaN; false by default. */
  readonly finiteGradients?: boolean;
  /** For outputs whose columns have free signs: by which axis of each output a sign goes; null for none. */
  readonly signs?: readonly (-1 | -2 | null)[];
}

/** A sum of products, or a choice. */
export function product(call: Call, options: readonly string[] = []): TableOperation {
  return { call, options, conditioned: false };
}
