/**
 * Special functions.
 *
 * @module
 */
export * from "./bessel.ts";
export * from "./beta.ts";
export * from "./entropy.ts";
export * from "./exponential_integral.ts";
export * from "./gamma.ts";
export * from "./incomplete_gamma.ts";
export * from "./normal_distribution.ts";
export * from "./zeta.ts";
