/**
 * All workloads.
 *
 * @module
 */
import type { Workload } from "../workload.ts";
import { matmuls } from "./w1_matmul.ts";
import { mlp } from "./w2_mlp.ts";
import { cnns } from "./w3_cnn.ts";
import { convolutions } from "./w3_convolutions.ts";
import { adamw } from "./w4_adamw.ts";
import { gelus } from "./w5_gelu.ts";
import { smallAdd } from "./w6_add16.ts";
import { tinyMlp } from "./w6_tiny_mlp.ts";
import { transformer } from "./w7_transformer.ts";
import { rows } from "./w8_rows.ts";
import { firstResult } from "./w9_first_result.ts";
import { compileStart } from "./w10_compile_start.ts";

/** All workloads, in the order of the table. */
export const workloads: readonly Workload[] = [
  ...matmuls,
  mlp,
  ...cnns,
  ...convolutions,
  adamw,
  ...gelus,
  smallAdd,
  tinyMlp,
  transformer,
  ...rows,
  firstResult,
  compileStart,
];
