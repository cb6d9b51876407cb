/**
 * Choices out of a list.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { add, multiply, subtract } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { greaterEqual } from "../ops/comparison.ts";
import { floating } from "../ops/convert.ts";
import { cumsum } from "../ops/cumulative.ts";
import { log } from "../ops/exponential.ts";
import { take } from "../ops/indexing.ts";
import { sum } from "../ops/reduce.ts";
import { argsort } from "../ops/sort.ts";
import { expandDims, reshape } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
import { normalizeAxis, type Shape, sizeOf } from "../shape.ts";
import { describe, Tensor } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { gumbel } from "./gumbel.ts";
import type { LayoutOptions } from "./options.ts";
import { permutation } from "./permutation.ts";
import { randint } from "./randint.ts";
import { uniform } from "./uniform.ts";

/** Options of `choice`. */
export interface ChoiceOptions extends LayoutOptions {
  /** The shape of what is chosen; one by default. */
  readonly shape?: Shape;
  /** Whether a thing may be chosen more than once; true by default. */
  readonly replace?: boolean;
  /** How likely each is chosen, [n]; all alike by default. */
  readonly probabilities?: Tensor;
  /** The axis of a tensor along which parts are chosen, negative from the end; the first by default. */
  readonly axis?: number;
}

const CHOICE_OPTIONS = {
  shape: true,
  replace: true,
  probabilities: true,
  axis: true,
  partitionable: true,
} as const;

/**
 * Parts of a tensor along an axis, or numbers below n, chosen at random, as `jax.random.choice`.
 *
 * @param from A tensor, or n for the int32 numbers from 0 on.
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If there is nothing to choose from, too little without replacement, or the probabilities do not
 * fit.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const hand = random.choice(random.key(0), 52, { shape: [5], replace: false });
 * assertEquals(new Set(hand.data()).size, 5);
 * assertEquals(random.choice(random.key(0), tensor([[1, 2], [3, 4]]), { shape: [3] }).shape, [3, 2]);
 * ```
 */
export function choice(key: Tensor, from: number | Tensor, options: ChoiceOptions = NO_OPTIONS): Tensor {
  checkOptionNames("choice", options, CHOICE_OPTIONS);
  checkKey("choice", key);
  const { shape = [], replace = true, probabilities, axis: given = 0, ...layout } = options;
  const axis = from instanceof Tensor ? normalizeAxis("choice", given, from.rank) : 0;
  const n = from instanceof Tensor ? from.shape[axis] : from;
  const count = sizeOf(shape);
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(
      `choice expects something to choose from but got ${
        from instanceof Tensor ? describe(from) : String(n)
      }`,
    );
  }
  if (!replace && count > n) {
    throw new RangeError(`choice expects at most ${n} choices without replacement but got ${count}`);
  }
  const chosen = (indices: Tensor): Tensor =>
    from instanceof Tensor ? take(from, indices, { axis }) : indices;
  if (probabilities !== undefined) {
    const p = floating("choice", probabilities);
    if (p.rank !== 1 || p.size !== n) {
      throw new RangeError(`choice expects ${n} probabilities but got ${describe(p)}`);
    }
    return chosen(replace ? byDistribution(key, p, shape, layout) : byNoise(key, p, shape, layout));
  }
  if (replace) return chosen(randint(key, shape, { ...layout, min: 0, max: n }));
  const mixed = permutation(key, from, from instanceof Tensor ? { ...layout, axis } : layout);
  const first = slice(mixed, mixed.shape.map((extent, i) => [0, i === axis ? count : extent] as const));
  return reshape(first, [...mixed.shape.slice(0, axis), ...shape, ...mixed.shape.slice(axis + 1)]);
}

/** The first place whose running sum of probabilities reaches a uniform number. */
function byDistribution(key: Tensor, p: Tensor, shape: Shape, layout: LayoutOptions): Tensor {
  const n = p.size;
  const sums = cumsum(p);
  const total = slice(sums, [[n - 1, n]]);
  const dtype = p.dtype === "float64" ? "float64" : "float32";
  const drawn = multiply(total, subtract(1, uniform(key, shape, { ...layout, dtype })));
  const passed = greaterEqual(reshape(sums, [...shape.map(() => 1), n]), expandDims(drawn, -1));
  return cast(subtract(n, sum(cast(passed, "int32"), { axes: -1 })), "int32");
}

/** The places of the greatest of noisy logarithms (Vieira, Gumbel-max trick, 2014). */
function byNoise(key: Tensor, p: Tensor, shape: Shape, layout: LayoutOptions): Tensor {
  const dtype = p.dtype === "float64" ? "float64" : "float32";
  const noisy = add(gumbel(key, [p.size], { ...layout, dtype }), log(p));
  return reshape(slice(argsort(noisy, { descending: true }), [[0, sizeOf(shape)]]), shape);
}
