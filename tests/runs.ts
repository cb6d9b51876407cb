/**
 * How many examples a law is tried on.
 *
 * @module
 */

/** 200, or what the environment setting LAW_RUNS says. */
export const RUNS: { readonly numRuns: number } = { numRuns: Number(Deno.env.get("LAW_RUNS") ?? 200) };
