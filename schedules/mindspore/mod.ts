/**
 * Schedules under MindSpore's names, with its arithmetic.
 *
 * @module
 */

export { type DecayLrOptions, exponentialDecayLr, inverseDecayLr } from "./decay_lists.ts";
