/**
 * Calls of `@weft/weft/tensor` that fail, by family.
 *
 * @module
 */
import type { Row } from "../row.ts";
import { ROWS as contraction } from "./contraction.ts";
import { ROWS as control } from "./control.ts";
import { ROWS as create } from "./create.ts";
import { ROWS as elementwise } from "./elementwise.ts";
import { ROWS as fft } from "./fft.ts";
import { ROWS as indexing } from "./indexing.ts";
import { ROWS as linalg } from "./linalg.ts";
import { ROWS as numerical } from "./numerical.ts";
import { ROWS as order } from "./order.ts";
import { ROWS as program } from "./program.ts";
import { ROWS as reduce } from "./reduce.ts";
import { ROWS as spatial } from "./spatial.ts";
import { ROWS as special } from "./special.ts";
import { ROWS as structure } from "./structure.ts";
import { ROWS as transformations } from "./transformations.ts";

/** By the names of the families. */
export const TENSOR: Readonly<Record<string, readonly Row[]>> = {
  contraction,
  control,
  create,
  elementwise,
  fft,
  indexing,
  linalg,
  numerical,
  order,
  program,
  reduce,
  spatial,
  special,
  structure,
  transformations,
};
