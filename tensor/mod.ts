/**
 * Immutable tensors, the operations on them, tapes, gradients and compiled programs.
 *
 * @example
 * ```ts
 * import { grad, square, sum, tensor } from "@weft/weft/tensor";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(grad((x) => sum(square(x)))(tensor([1, 2])).toArray(), [2, 4]);
 * ```
 *
 * @module
 */
export * from "./ops/mod.ts";
export { applyAlongAxis } from "./apply_along_axis.ts";
export { grad, type GradOptions, type ValueAndGrad, valueAndGrad, type ValueWithAux } from "./grad.ts";
export { pullback } from "./pullback.ts";
export { type Vjp, vjp } from "./vjp.ts";
export { checkpoint, checkpointName, type CheckpointOptions } from "./checkpoint.ts";
export { customJvp } from "./custom_jvp.ts";
export { customVjp, type CustomVjpRule, type DefaultResiduals } from "./custom_vjp.ts";
export * from "./compile/mod.ts";
export { associativeScan, type AssociativeScanOptions } from "./control/associative_scan.ts";
export { cond, switchCase } from "./control/cond.ts";
export { forLoop, type ForOptions } from "./control/for_loop.ts";
export { scan, type ScanOptions } from "./control/scan.ts";
export { whileLoop, type WhileOptions } from "./control/while_loop.ts";
export { checkNumerics, type CheckNumericsOptions } from "./check_numerics.ts";
export { type Cost, cost, type EntryCost } from "./cost.ts";
export { type DType, promote, type TypedArray } from "./dtype.ts";
export { host } from "./host.ts";
export { hostValue } from "./host_value.ts";
export { conjugateGradient, type ConjugateGradientOptions } from "./implicit/conjugate_gradient.ts";
export { linearSolve, type LinearSolveOptions, type LinearSolver } from "./implicit/linear_solve.ts";
export { implicitOptimum, implicitRoot } from "./implicit/root.ts";
export { hessian, hvp } from "./hessian.ts";
export { jacfwd, type JacobianOptions, jacrev } from "./jacobian.ts";
export { type Jvp, jvp, linearize, type Linearized } from "./jvp.ts";
export { linearTranspose } from "./linear_transpose.ts";
export { primitiveNames } from "./primitive.ts";
export * as random from "./random.ts";
export {
  type Configuration,
  configure,
  info,
  type RuntimeInfo,
  shutdown,
  type Simd,
} from "./runtime/configure.ts";
export { dispose, fold, type OpenScope, scope, type ScopeOptions } from "./scope.ts";
export type { NestedNumbers } from "./nested.ts";
export type { Layout, Shape } from "./shape.ts";
export { tap } from "./tap.ts";
export type { Entry, HostEntry, Tape, ValueEntry } from "./primitive.ts";
export { record, type Recorded, type TreeFunction } from "./tape.ts";
export {
  type Abstract,
  type ArgReduceOptions,
  type ReduceOptions,
  type SliceRange,
  Tensor,
  type TensorLike,
} from "./tensor.ts";
export * as tree from "./tree.ts";
export { vmap, type VmapOptions } from "./vmap.ts";
