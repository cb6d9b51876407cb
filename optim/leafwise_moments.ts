/**
 * First and second moments that every leaf starts by itself.
 *
 * @module
 */

import { checkScalar, type Domain, FINITE } from "./checks.ts";
import { countGradients, leafNumbers, type NumberTree } from "./leaf_numbers.ts";
import { type Tree, zerosLikeTree } from "./leaves.ts";
import { castLike, movingMean, movingSquare } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";

/** Options of transforms with both moments, leaf by leaf. */
export interface LeafwiseMomentsOptions {
  /** Decay of the first moment. @default {0.9} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /** Added to the root of the second moment. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
}

/** The names of `LeafwiseMomentsOptions`. */
export const LEAFWISE_MOMENTS_OPTIONS = { beta1: true, beta2: true, eps: true } as const;

/** Moments, and in how many steps each leaf had a gradient. */
export interface LeafwiseMoments {
  /** In how many steps each leaf had a gradient, a tree like the params. */
  readonly steps: NumberTree;
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of their squares, a tree like the params. */
  readonly secondMoment: Tree;
}

/** The options with their defaults, each checked to be of a domain. */
export function leafwiseOptions(
  operation: string,
  options: LeafwiseMomentsOptions,
  domain: Domain = FINITE,
): Required<LeafwiseMomentsOptions> {
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  const given = { beta1, beta2, eps };
  for (const [name, value] of Object.entries(given)) checkScalar(operation, name, value, domain);
  return given;
}

/** Moments of zeros. */
export function noMoments(params: Tree): LeafwiseMoments {
  return {
    steps: leafNumbers(params, 0),
    firstMoment: zerosLikeTree(params),
    secondMoment: zerosLikeTree(params),
  };
}

/** The moments with the gradients in them; those of leaves without a gradient, a hole, stay. */
export function moveMoments(
  operation: string,
  moments: LeafwiseMoments,
  grads: Tree,
  { beta1, beta2 }: { readonly beta1: number; readonly beta2: number },
): LeafwiseMoments {
  const { steps, firstMoment, secondMoment } = moments;
  return {
    steps: countGradients(operation, steps, grads),
    firstMoment: castLike(operation, movingMean(operation, firstMoment, grads, beta1), firstMoment),
    secondMoment: castLike(operation, movingSquare(operation, secondMoment, grads, beta2), secondMoment),
  };
}
