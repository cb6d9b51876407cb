/**
 * Updates made orthogonal.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, divide, maximum, reshape, sqrt, square, sum, type Tensor } from "../tensor/mod.ts";
import { roundToBfloat16 } from "./bfloat16.ts";
import { checkChoice, checkNumber, FINITE, NOT_NEGATIVE, WHOLE } from "./checks.ts";
import { mapLeaves } from "./leaves.ts";
import { type Coefficients, newtonSchulz } from "./newton_schulz.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode orthogonalize}. */
export interface OrthogonalizeOptions {
  /** The polynomial of every Newton-Schulz iteration. @default {[3.4445, -4.775, 2.0315]} */
  readonly coefficients?: Coefficients;
  /** The number of iterations. @default {5} */
  readonly iterations?: number;
  /** The least norm that a matrix is divided by. @default {1e-7} */
  readonly eps?: number;
  /** The precision of the iteration: that of the leaf, or rounded to bfloat16 after each product. @default {"leaf"} */
  readonly precision?: "leaf" | "bfloat16";
}

const ORTHOGONALIZE_OPTIONS = { coefficients: true, iterations: true, eps: true, precision: true } as const;

/** The state of {@linkcode orthogonalize}. */
export interface OrthogonalizeState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "orthogonalize";
  /** It has none. */
  readonly hyperparameters: Readonly<Record<never, number>>;
}

/**
 * The matrix of each leaf with its singular values brought near to 1, by the Newton-Schulz iteration of Muon: divided by
 * its Frobenius norm, then `x = a x + (b (x x') + c (x x')^2) x`. With the precision "bfloat16" it gives what
 * `torch.optim.Muon` computes, which is a hundredth and more away from the same in float32. Jordan et al. 2024.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its domain, or a leaf has not two axes.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { orthogonalize } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const orthogonal = orthogonalize({ coefficients: [1.5, -0.5, 0], iterations: 20 });
 * const params = { kernel: tensor([[0, 3], [-1, 0]]) };
 * const { updates } = orthogonal.update(orthogonal.init(params), params, params);
 * assertEquals(updates.kernel.data().map(Math.round), new Float32Array([0, 1, -1, 0]));
 * ```
 */
export function orthogonalize(options: OrthogonalizeOptions = {}): Transform<unknown, OrthogonalizeState> {
  checkOptionNames("orthogonalize", options, ORTHOGONALIZE_OPTIONS);
  const name = "orthogonalize";
  const { coefficients = [3.4445, -4.775, 2.0315], iterations = 5, eps = 1e-7, precision = "leaf" } = options;
  checkChoice(name, "precision", precision, ["leaf", "bfloat16"]);
  const round = precision === "leaf" ? (x: Tensor): Tensor => x : roundToBfloat16;
  checkNumber(name, "iterations", iterations, WHOLE);
  checkNumber(name, "eps", eps, NOT_NEGATIVE);
  if (!Array.isArray(coefficients) || coefficients.length !== 3) {
    throw new RangeError(`${name} expects coefficients to be three numbers but got ${coefficients}`);
  }
  for (const coefficient of coefficients) checkNumber(name, "coefficients", coefficient, FINITE);
  const polynomials = Array.from({ length: iterations }, () => coefficients as Coefficients);
  const check = (leaf: Tensor, path: string): Tensor => {
    if (leaf.rank === 2) return leaf;
    throw new RangeError(
      `${name} expects every leaf to have two axes but got ${leaf.rank} at ${path || "the root"}`,
    );
  };
  return transform<OrthogonalizeState>({
    name,
    hyperparameters: {},
    init: (params) => (mapLeaves(params, check), {}),
    update: ({ grads }) => ({
      state: {},
      updates: mapLeaves(grads, (g) => {
        const given = round(g);
        const x = round(divide(given, maximum(round(sqrt(sum(square(given)))), eps)));
        const options = { coefficients: polynomials, preconditioning: "none", eps, round } as const;
        return cast(reshape(newtonSchulz(reshape(x, [1, ...g.shape]), options), g.shape), g.dtype);
      }),
    }),
  });
}
