/**
 * Ranges of options that only schedulers have.
 *
 * @module
 */

import type { Domain } from "../../checks.ts";

/** Above 0 and at most 1. */
export const UP_TO_ONE: Domain = {
  text: "above 0 and at most 1",
  includes: (value) => value > 0 && value <= 1,
};

/** Finite, and below 1. */
export const BELOW_ONE: Domain = {
  text: "a finite number below 1",
  includes: (value) => Number.isFinite(value) && value < 1,
};
