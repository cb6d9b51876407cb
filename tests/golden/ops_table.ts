/**
 * The golden operations that the library has, by the names of the golden files.
 *
 * @module
 */
import { ELEMENTWISE } from "./ops_elementwise_table.ts";
import { INDEXING } from "./ops_indexing_table.ts";
import { NUMERICAL } from "./ops_numerical_table.ts";
import type { Operation } from "./ops_operation.ts";
import { REDUCE } from "./ops_reduce_table.ts";
import { SPECIAL } from "./ops_special_table.ts";
import { STRUCTURE } from "./ops_structure_table.ts";

/** By the names of the golden files. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ELEMENTWISE,
  ...REDUCE,
  ...STRUCTURE,
  ...INDEXING,
  ...SPECIAL,
  ...NUMERICAL,
};
