/**
 * The entries of all primitives.
 *
 * @module
 */
import { CONTROL } from "./control.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import type { Entry } from "./entry.ts";
import { LINALG } from "./linalg.ts";
import { RANDOM } from "./random.ts";
import { STRUCTURE } from "./structure.ts";
import { WINDOW } from "./window.ts";

/** By the names of the primitives. */
export const TABLE: Readonly<Record<string, Entry>> = {
  ...ELEMENTWISE,
  ...STRUCTURE,
  ...WINDOW,
  ...LINALG,
  ...RANDOM,
  ...CONTROL,
};
