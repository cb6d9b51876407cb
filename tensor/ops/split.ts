/**
 * Tensors cut into parts.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { normalizeAxis } from "../shape.ts";
import { checkTensor } from "../check_tensor.ts";
import type { Tensor } from "../tensor.ts";
import { slice } from "./slice.ts";

/** Options of `split`. */
export interface SplitOptions {
  /** The axis; 0 by default. */
  readonly axis?: number;
}

const SPLIT_OPTIONS = { axis: true } as const;

function splitAt(x: Tensor, places: readonly number[], axis: number): Tensor[] {
  const edges = [0, ...places, x.shape[axis]];
  return edges.slice(1).map((end, i) => slice(x, x.shape.map((_, j) => j === axis ? [edges[i], end] : null)));
}

function sectionsOf(
  operation: string,
  x: Tensor,
  sections: number | readonly number[],
  axis: number,
  even: boolean,
): Tensor[] {
  if (typeof sections !== "number") {
    if (!Array.isArray(sections) || !sections.every(Number.isInteger)) {
      throw new TypeError(`${operation} expects integer places but got ${String(sections)}`);
    }
    const edges = [0, ...sections, x.shape[axis]];
    if (edges.some((edge, i) => i > 0 && edge < edges[i - 1])) {
      throw new RangeError(
        `${operation} expects places that ascend within ${x.shape[axis]} but got [${sections.join(", ")}]`,
      );
    }
    return splitAt(x, sections, axis);
  }
  const extent = x.shape[axis];
  if (!Number.isInteger(sections) || sections < 1 || (even && extent % sections !== 0)) {
    throw new RangeError(
      `${operation} expects ${
        even ? `a number of parts that divides ${extent}` : "a positive integer of parts"
      } but got ${sections}`,
    );
  }
  // The first parts are one longer where the parts are not even.
  const more = extent % sections;
  const size = Math.floor(extent / sections);
  return splitAt(
    x,
    Array.from({ length: sections - 1 }, (_, i) => (i + 1) * size + Math.min(i + 1, more)),
    axis,
  );
}

/**
 * The parts of a tensor along an axis: so many of equal size, or those between the given places.
 *
 * @throws {RangeError} If there is no such axis, or the number does not divide its extent.
 *
 * @example
 * ```ts
 * import { split, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const parts = split(tensor([1, 2, 3, 4]), [1, 3]);
 * assertEquals(parts.map((part) => part.toArray()), [[1], [2, 3], [4]]);
 * ```
 */
export function split(
  x: Tensor,
  sections: number | readonly number[],
  options: SplitOptions = NO_OPTIONS,
): Tensor[] {
  checkOptionNames("split", options, SPLIT_OPTIONS);
  checkTensor("split", x);
  return sectionsOf("split", x, sections, normalizeAxis("split", options.axis ?? 0, x.rank), true);
}

/** `split` into so many parts of as equal size as they can have, the first ones longer. */
export function arraySplit(
  x: Tensor,
  sections: number | readonly number[],
  options: SplitOptions = NO_OPTIONS,
): Tensor[] {
  checkOptionNames("arraySplit", options, SPLIT_OPTIONS);
  checkTensor("arraySplit", x);
  return sectionsOf("arraySplit", x, sections, normalizeAxis("arraySplit", options.axis ?? 0, x.rank), false);
}
