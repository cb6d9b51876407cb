/**
 * Reading the subscripts of `einsum`.
 *
 * @module
 */

/** Labels of the axes of each operand and of the result; a number below 0 stands for an axis of an ellipsis. */
export interface Subscripts {
  /** The labels of each operand's axes. */
  readonly operands: readonly (readonly string[])[];
  /** The labels of the result's axes. */
  readonly output: readonly string[];
}

/** A list of labels as the caller gives it. */
type Term = { readonly before: readonly string[]; readonly dots: boolean; readonly after: readonly string[] };

function readTerm(text: string, whole: string): Term {
  const parts = text.split("...");
  if (parts.length > 2 || parts.some((part) => !/^[A-Za-z]*$/.test(part))) {
    throw new RangeError(
      `einsum expects letters and at most one ellipsis a term but got "${text}" in "${whole}"`,
    );
  }
  return { before: [...parts[0]], dots: parts.length === 2, after: [...parts[1] ?? ""] };
}

/** Labels for the axes of an ellipsis, counted from the end, so that they line up as in broadcasting. */
function dotLabels(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `.${count - i}`);
}

/**
 * Reads subscripts such as `"ij,jk->ik"` for operands of the given ranks. Without an arrow the result has the axes of
 * the ellipsis and then, in the order of the alphabet, every label that occurs once.
 */
export function readSubscripts(text: string, ranks: readonly number[]): Subscripts {
  const compact = text.replaceAll(/\s/g, "");
  const sides = compact.split("->");
  if (sides.length > 2) throw new RangeError(`einsum expects at most one arrow but got "${text}"`);
  const terms = sides[0].split(",").map((term) => readTerm(term, text));
  if (terms.length !== ranks.length) {
    throw new RangeError(
      `einsum expects an operand for each term but got ${ranks.length} for the ${terms.length} of "${text}"`,
    );
  }
  let broadcast = 0;
  const operands = terms.map(({ before, dots, after }, i) => {
    const named = before.length + after.length;
    if (dots ? ranks[i] < named : ranks[i] !== named) {
      throw new RangeError(
        `einsum expects operand ${i} of rank ${named}${dots ? " or more" : ""} for "${text}" but got rank ${
          ranks[i]
        }`,
      );
    }
    const hidden = ranks[i] - named;
    broadcast = Math.max(broadcast, hidden);
    return [...before, ...dots ? dotLabels(hidden) : [], ...after];
  });
  const counts = new Map<string, number>();
  for (const label of operands.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (sides.length === 1) {
    const once = [...counts].filter(([label, count]) => count === 1 && !label.startsWith("."));
    return { operands, output: [...dotLabels(broadcast), ...once.map(([label]) => label).sort()] };
  }
  const { before, dots, after } = readTerm(sides[1], text);
  const output = [...before, ...dots ? dotLabels(broadcast) : [], ...after];
  if (!dots && broadcast > 0) {
    throw new RangeError(
      `einsum expects an ellipsis in the result where operands have one but got "${text}"`,
    );
  }
  if (new Set(output).size !== output.length) {
    throw new RangeError(`einsum expects each label once in the result but got "${text}"`);
  }
  const unknown = output.find((label) => !counts.has(label));
  if (unknown !== undefined) {
    throw new RangeError(`einsum expects labels of operands in the result but got ${unknown} in "${text}"`);
  }
  return { operands, output };
}
