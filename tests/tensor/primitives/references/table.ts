/**
 * The naive references of all primitives.
 *
 * @module
 */
import { CONTROL } from "./control.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { LINALG } from "./linalg.ts";
import { RANDOM } from "./random.ts";
import type { Reference } from "./reference.ts";
import { STRUCTURE } from "./structure.ts";
import { WINDOW } from "./window.ts";

/** By the names of the primitives. */
export const REFERENCES: Readonly<Record<string, Reference>> = {
  ...ELEMENTWISE,
  ...STRUCTURE,
  ...WINDOW,
  ...LINALG,
  ...RANDOM,
  ...CONTROL,
};

/** Distributions that are drawn by rejection: what their means and variances are. */
export const MOMENTS: Readonly<Record<string, { readonly mean: number; readonly variance: number }>> = {
  binomial: { mean: 16, variance: 9.6 },
  gamma: { mean: 0.7, variance: 0.7 },
  poisson: { mean: 12, variance: 12 },
};
