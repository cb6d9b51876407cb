/**
 * What the loops of a reduction are written from.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { ReduceForm } from "../reduce_form.ts";
import type { Accumulation } from "./accumulate.ts";
import type { Node } from "./nodes.ts";

/** A form in terms of vectors. */
export interface Reducing {
  /** The form. */
  readonly form: ReduceForm;
  /** The type of the values that are combined. */
  readonly value: DType;
  /** How they are combined. */
  readonly accumulation: Accumulation;
  /** The value of an element from an element of each input. */
  readonly root: Node;
}
