/**
 * What reducing loops are made for.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import type { Step } from "./elementwise_form.ts";
import type { Expression } from "./expression.ts";

/** What elements are combined to. */
export type Reduction = "sum" | "prod" | "max" | "min" | "all" | "any";

/** What a reducing loop is made for. */
export interface ReduceForm {
  /** A name for the expression; forms of the same name have the same expression. */
  readonly name: string;
  /** What elements are combined to. */
  readonly reduction: Reduction;
  /** What is reduced, an element of it from an element of each input. */
  readonly expression: Expression;
  /** Types of the inputs. */
  readonly inputs: readonly DType[];
  /** Type of the output. */
  readonly output: DType;
  /** Number of axes that stay. */
  readonly kept: number;
  /** Number of axes that are reduced, at least 1. */
  readonly reduced: number;
  /** The step of each input along the innermost axis that stays. */
  readonly keptSteps: readonly Step[];
  /** The step of each input along the innermost reduced axis. */
  readonly reducedSteps: readonly Step[];
  /** The extent of the one reduced axis, where loops may be made for it alone. */
  readonly extent?: number;
  /** Whether the innermost axis that stays has few elements, and no whole vectors of them. */
  readonly narrow?: boolean;
  /** The number of columns of matrices whose rows follow each other, each of which is a unit; no axis is that of columns. */
  readonly columns?: number;
}
