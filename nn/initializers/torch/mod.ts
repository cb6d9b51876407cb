/**
 * The initializers of torch.nn.init under torch's names in camel case, with torch's defaults and distributions; random
 * numbers come from weft's keys. `constant`, `zeros`, `ones` and `identity`, torch's `eye_`, stand in `initializers`.
 *
 * @module
 */
export {
  normal,
  type NormalOptions,
  truncatedNormal,
  type TruncatedNormalOptions,
  uniform,
  type UniformOptions,
} from "./distributions.ts";
export { calculateGain, type GainOptions, type Nonlinearity } from "./gain.ts";
export {
  kaimingNormal,
  type KaimingOptions,
  kaimingUniform,
  xavierNormal,
  type XavierOptions,
  xavierUniform,
} from "./kaiming.ts";
export {
  dirac,
  type DiracOptions,
  orthogonal,
  type OrthogonalOptions,
  sparse,
  type SparseOptions,
} from "./structured.ts";
