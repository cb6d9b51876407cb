/**
 * The functions of optax on trees, built from ours, by the code of the golden cases.
 *
 * @module
 */

import type { CodeTable } from "./replay_functions.ts";

/** By the code of the golden cases. */
export const FUNCTIONS: CodeTable = {};
