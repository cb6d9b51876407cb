/**
 * Random numbers from explicit keys, with the bits of `jax.random` (Threefry-2x32).
 *
 * Nothing is hidden: a function of a key gives the same numbers every time. Split a key, or fold a number into
 * it, for each further use.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [first, second] = random.split(random.key(0));
 * assertEquals(random.normal(first, [2, 3]).shape, [2, 3]);
 * assertEquals(random.permutation(second, 4).shape, [4]);
 * ```
 *
 * @module
 */
export { bernoulli, type BernoulliOptions, rademacher } from "./random/bernoulli.ts";
export { binomial, type BinomialOptions, multinomial, type MultinomialOptions } from "./random/binomial.ts";
export { bits, type BitsOptions } from "./random/bits.ts";
export { choice, type ChoiceOptions } from "./random/choice.ts";
export {
  exponential,
  geometric,
  type GeometricOptions,
  pareto,
  type ParetoOptions,
  rayleigh,
  type RayleighOptions,
  weibullMin,
  type WeibullMinOptions,
} from "./random/exponential.ts";
export { beta, type BetaOptions, dirichlet, type DirichletOptions } from "./random/beta.ts";
export { chiSquare, fisherF, type FisherFOptions, type FreedomOptions, studentT } from "./random/freedom.ts";
export { gamma, type GammaOptions, logGamma } from "./random/gamma.ts";
export {
  categorical,
  type CategoricalOptions,
  gumbel,
  type GumbelOptions,
  type TailMode,
} from "./random/gumbel.ts";
export { gumbelSoftmax, type GumbelSoftmaxOptions } from "./random/gumbel_softmax.ts";
export {
  ball,
  type BallOptions,
  doubleSidedMaxwell,
  type DoubleSidedMaxwellOptions,
  generalizedNormal,
} from "./random/generalized_normal.ts";
export { key, keyData, type KeyOptions, wrapKeyData } from "./random/key.ts";
export { cauchy, laplace, logistic } from "./random/laplace.ts";
export { logNormal, type LogNormalOptions, maxwell, wald, type WaldOptions } from "./random/log_normal.ts";
export {
  multivariateNormal,
  type MultivariateNormalOptions,
  orthogonal,
  type OrthogonalOptions,
} from "./random/multivariate_normal.ts";
export { normal } from "./random/normal.ts";
export type { AnyFloatingOptions, FloatingOptions, LayoutOptions } from "./random/options.ts";
export { permutation, type PermutationOptions } from "./random/permutation.ts";
export { poisson, type PoissonOptions } from "./random/poisson.ts";
export { randint, type RandintOptions } from "./random/randint.ts";
export { foldIn, split } from "./random/split.ts";
export { triangular, type TriangularOptions } from "./random/triangular.ts";
export { truncatedNormal, type TruncatedNormalOptions } from "./random/truncated_normal.ts";
export { uniform, type UniformOptions } from "./random/uniform.ts";
