/**
 * Steps of linear algebra as loops.
 *
 * @module
 */

/** What a step does, as a loop over float64 memory. */
export type OverMemory<Step extends (...given: never[]) => void> = (
  p: Float64Array,
  ...given: Parameters<Step>
) => void;
