/**
 * Polynomials, interpolation, covariances and windows.
 *
 * @module
 */
export { corrcoef, cov, type CovOptions } from "./covariance.ts";
export * from "./interpolation.ts";
export * from "./polynomial.ts";
export * from "./taper.ts";
