/**
 * What a naive reference is.
 *
 * @module
 */
import type { Plain } from "../../ops/reference.ts";

/** What an entry of the table of primitives computes, element by element on plain arrays. */
export type Reference = (...operands: readonly Plain[]) => Plain;
