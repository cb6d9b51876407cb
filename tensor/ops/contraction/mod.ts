/**
 * Sums of products.
 *
 * @module
 */
export { einsum, type EinsumLabels } from "./einsum.ts";
export { cross, type CrossOptions, kron, outer } from "./outer.ts";
export { dot, inner, tensordot, type TensordotOptions, vdot } from "./tensordot.ts";
