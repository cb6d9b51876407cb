/**
 * Positions as rotations.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  arange,
  cast,
  concatenate,
  cos,
  multiply,
  reshape,
  sin,
  slice,
  stack,
  subtract,
  type Tensor,
  tensor,
  type TensorLike,
} from "../tensor/mod.ts";
import { checkTensor, shapeError } from "./check.ts";

/** Options of `rotary`. */
export interface RotaryOptions {
  /** The base of the wavelengths; 10000 by default. */
  readonly base?: number;
  /** Whether the pairs are (2 i, 2 i + 1), as in GPT-J; false by default: (i, i + size / 2), as in GPT-NeoX and Llama. */
  readonly interleaved?: boolean;
  /** The position of the first row; 0 by default. */
  readonly offset?: TensorLike;
}

const ROTARY_OPTIONS = { base: true, interleaved: true, offset: true } as const;

/** The angles `position base^(-2 i / size)`, of shape [length, size / 2]. */
export function positionAngles(length: number, size: number, base: number, offset: TensorLike): Tensor {
  const frequencies = Array.from({ length: size / 2 }, (_, i) => base ** (-2 * i / size));
  const positions = add(arange(length, { dtype: "float64" }), offset);
  return multiply(reshape(positions, [length, 1]), tensor(frequencies, { dtype: "float64" }));
}

/**
 * Rotary position embedding (Su et al., "RoFormer", 2021): pairs of features of the row at position t are rotated by
 * `t base^(-2 i / size)`, so that the product of two rows depends on the distance of their positions.
 *
 * @param x Rows along the last axis but one, [..., length, size]; the size is even.
 * @param options Base, pairs, and the first position.
 * @returns The rotated rows, of the same shape.
 * @throws {RangeError} If the size is odd.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { rotary } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const [, turned] = rotary(tensor([[1, 0], [1, 0]])).toArray() as number[][];
 * assertAlmostEquals(turned[0], Math.cos(1), 1e-6);
 * assertAlmostEquals(turned[1], Math.sin(1), 1e-6);
 * ```
 */
export function rotary(x: Tensor, options: RotaryOptions = {}): Tensor {
  checkOptionNames("rotary", options, ROTARY_OPTIONS);
  const { base = 10_000, interleaved = false, offset = 0 } = options;
  checkTensor("rotary", x);
  const size = x.shape[x.rank - 1];
  if (x.rank < 2 || size % 2 !== 0) {
    throw shapeError("rotary", "rows [..., length, size] of an even size", x.shape);
  }
  const angles = positionAngles(x.shape[x.rank - 2], size, base, offset);
  const [cosine, sine] = [cast(cos(angles), x.dtype), cast(sin(angles), x.dtype)];
  const pairs = interleaved ? reshape(x, [...x.shape.slice(0, -1), size / 2, 2]) : x;
  const lead = x.shape.slice(0, -1).map(() => null);
  const part = (i: number): Tensor =>
    interleaved
      ? reshape(slice(pairs, [...lead, null, [i, i + 1]]), [...x.shape.slice(0, -1), size / 2])
      : slice(x, [...lead, [i * size / 2, (i + 1) * size / 2]]);
  const [a, b] = [part(0), part(1)];
  const turned = [
    subtract(multiply(a, cosine), multiply(b, sine)),
    add(multiply(a, sine), multiply(b, cosine)),
  ];
  return interleaved ? reshape(stack(turned, -1), x.shape) : concatenate(turned, -1);
}
