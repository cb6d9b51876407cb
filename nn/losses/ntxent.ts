/**
 * The loss of embeddings that are to lie together or apart.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  cast,
  divide,
  equal,
  exp,
  expandDims,
  eye,
  greater,
  isFinite,
  log,
  logicalAnd,
  logicalNot,
  matmul,
  max,
  maximum,
  softplus,
  sqrt,
  square,
  stopGradient,
  subtract,
  sum,
  type Tensor,
  transpose,
  where,
} from "../../tensor/mod.ts";
import { checkFloats, checkIndices } from "./check.ts";

/** Options of `ntxent`. */
export interface NtxentOptions {
  /** What similarities are divided by; positive. @default {0.07} */
  readonly temperature?: number;
}

const NTXENT_OPTIONS = { temperature: true } as const;

/**
 * The normalized temperature-scaled cross entropy, as `optax.losses.ntxent`; after Chen et al., "A Simple Framework for
 * Contrastive Learning of Visual Representations" (2020). With `s` the cosine similarities over the temperature, it is
 * the mean over all pairs i, j of one label of `-log(e^s_ij / (e^s_ij + sum of e^s_ik over the k of other labels))`.
 *
 * @param embeddings One vector for each input, of shape [n, features].
 * @param labels Integers of shape [n]: equal ones are to lie together.
 * @param options The temperature.
 * @returns A scalar; NaN if no label occurs twice.
 * @throws {TypeError} If embeddings are not floating point or labels not integers.
 * @throws {RangeError} If the shapes do not fit, or the temperature is not positive.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { ntxent } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const labels = tensor([0, 0, 1], { dtype: "int32" });
 * const loss = ntxent(tensor([[1, 0], [2, 0], [0, 1]]), labels, { temperature: 1 });
 * assertAlmostEquals(loss.item(), Math.log(1 + Math.exp(-1)), 1e-6);
 * ```
 */
export function ntxent(embeddings: Tensor, labels: Tensor, options: NtxentOptions = {}): Tensor {
  checkOptionNames("ntxent", options, NTXENT_OPTIONS);
  const { temperature = 0.07 } = options;
  checkFloats("ntxent", { embeddings });
  if (embeddings.rank !== 2) {
    throw new RangeError(`ntxent expects embeddings of rank 2 but got rank ${embeddings.rank}`);
  }
  checkIndices("ntxent", labels, [embeddings.shape[0]]);
  if (!(temperature > 0)) {
    throw new RangeError(`ntxent expects temperature to be positive but got ${String(temperature)}`);
  }
  const eps = embeddings.dtype === "float64" ? 2 ** -52 : 2 ** -23;
  const squares = sum(square(embeddings), { axes: 1, keepDims: true });
  const units = divide(embeddings, sqrt(maximum(squares, eps)));
  const similarities = divide(matmul(units, transpose(units)), temperature);
  const same = equal(expandDims(labels, 1), expandDims(labels, 0));
  const pairs = logicalAnd(same, logicalNot(eye(embeddings.shape[0], { dtype: "bool" })));
  // The logarithm of the sum over other labels: where there are none, the losses of the row are 0.
  const others = where(same, -Infinity, similarities);
  const greatest = stopGradient(max(others, { axes: 1, keepDims: true }));
  const shift = where(isFinite(greatest), greatest, 0);
  const total = sum(exp(subtract(others, shift)), { axes: 1, keepDims: true });
  const some = greater(total, 0);
  const against = add(log(where(some, total, 1)), shift);
  const losses = where(logicalAnd(pairs, some), softplus(subtract(against, similarities)), 0);
  return divide(sum(losses), sum(cast(pairs, embeddings.dtype)));
}
