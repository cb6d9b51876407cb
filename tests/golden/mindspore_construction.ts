/**
 * Replaying what MindSpore says to wrong arguments.
 *
 * @module
 */

import { type OptimizerCall, readOptimizer } from "./mindspore_optimizers.ts";
import type { GoldenTensor, Precision } from "./golden_tensor.ts";
import { readTensors } from "./mindspore_reader.ts";
import { UnsupportedError } from "./replay.ts";

/** A case of the kind "construction". */
export interface ConstructionCase extends OptimizerCall {
  readonly name: string;
  readonly dtype: Precision;
  readonly params: Readonly<Record<string, GoldenTensor>>;
  readonly expect: { readonly type: string | null; readonly message?: string };
}

/**
 * Makes an optimizer and its first state. Where MindSpore raises something we throw a TypeError or a RangeError, and a
 * TypeError where it raises one; where it accepts the arguments, so do we.
 */
export function replayConstruction(golden: ConstructionCase): string {
  const { name, dtype, expect: { type, message } } = golden;
  try {
    readOptimizer(golden).init(readTensors(golden.params, dtype));
  } catch (error) {
    if (error instanceof UnsupportedError) throw error;
    if (type === null) return `${name}: expected no error, as MindSpore's, but got ${error}`;
    if (error instanceof TypeError || (error instanceof RangeError && type !== "TypeError")) return "";
    return `${name}: expected an error as MindSpore's ${type} but got ${error}`;
  }
  return type === null ? "" : `${name}: expected an error as MindSpore's ${type} (${message}) but got none`;
}
