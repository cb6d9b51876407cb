/**
 * Loaded before the tests: where `LAW_SEED` is set, laws are tried on the examples of that seed, the same every time.
 *
 * @module
 */
import fc from "fast-check";

const seed = Number(Deno.env.get("LAW_SEED") ?? NaN);
if (Number.isInteger(seed)) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
