/**
 * Linear algebra over matrices in the last two axes.
 *
 * @module
 */
export { cholesky, type CholeskyOptions } from "./cholesky.ts";
export { det, type SignedLogarithm, slogdet } from "./det.ts";
export { type Eigh, eigh, eigvalsh } from "./eigh.ts";
export { expm, matrixPower } from "./expm.ts";
export { type LeastSquares, lstsq, type LstsqOptions } from "./lstsq.ts";
export { pinv, type PinvOptions } from "./pinv.ts";
export { qr, type QrFactors, type QrOptions } from "./qr.ts";
export { inv, solve } from "./solve.ts";
export { type Svd, svd, type SvdOptions, svdvals } from "./svd.ts";
export { triangularSolve, type TriangularSolveOptions } from "./triangular_solve.ts";
export * from "./condition.ts";
export * from "./products.ts";
export * from "./special_matrices.ts";
export * from "./tensor_solve.ts";
