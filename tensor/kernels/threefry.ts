/**
 * Random words by the counter-based generator Threefry-2x32 with 20 rounds (Salmon et al., Parallel random
 * numbers: as easy as 1, 2, 3, 2011): every word is a function of the key and its own position.
 *
 * @module
 */
import { generatedKernel } from "./generated.ts";
import type { KernelReference } from "./kernel.ts";

/** Bits by which the four rounds of a group rotate, for even and for odd groups. */
export const ROTATIONS: readonly (readonly number[])[] = [[13, 15, 26, 6], [17, 29, 16, 24]];

/** What the third word of a key adds to the exclusive or of the other two. */
export const KEY_PARITY = 0x1BD11BDA;

/** Statements that turn the counters `x0` and `x1` into random words by the key `k0`, `k1`, `k2`. */
function rounds(): string {
  const lines = ["x0 = (x0 + k0) | 0; x1 = (x1 + k1) | 0;"];
  for (let group = 0; group < 5; group++) {
    for (const r of ROTATIONS[group % 2]) {
      lines.push(`x0 = (x0 + x1) | 0; x1 = ((x1 << ${r}) | (x1 >>> ${32 - r})) ^ x0;`);
    }
    lines.push(
      `x0 = (x0 + k${(group + 1) % 3}) | 0; x1 = (x1 + k${(group + 2) % 3} + ${group + 1}) | 0;`,
    );
  }
  return lines.join("\n");
}

const ROUNDS = rounds();

const KEY = (at: string): string => `const k0 = w[${at}], k1 = w[${at} + 1], k2 = k0 ^ k1 ^ ${KEY_PARITY};`;

/**
 * What a unit writes: `pair` both words for its position, `word` their exclusive or, `byte` the low byte of that.
 * The names with `original` are for the layout in which positions are cut into halves that share the two words:
 * then all values depend on their number.
 */
export type Draw = "pair" | "word" | "byte" | "originalPair" | "originalWord" | "originalByte";

/** The word at place `word` out of `total`, whose first half holds first words and whose second half second ones. */
function originalWord(total: string, word: string): string {
  return `const half = (${total} + 1) >>> 1, late = ${word} >= half, low = late ? ${word} - half : ${word};
let x0 = low, x1 = half + low < ${total} ? half + low : 0;
${ROUNDS}
const drawn = late ? x1 : x0;`;
}

function bodyOf(draw: Draw): string {
  switch (draw) {
    case "pair":
      return `let x0 = 0, x1 = i;\n${ROUNDS}\ny[to + 2 * i] = x0; y[to + 2 * i + 1] = x1;`;
    case "originalPair":
      return `let x0 = i, x1 = n + i;\n${ROUNDS}\ny[to + 2 * i] = x0; y[to + 2 * i + 1] = x1;`;
    case "word":
      return `let x0 = 0, x1 = i;\n${ROUNDS}\ny[to + i] = x0 ^ x1;`;
    case "byte":
      return `let x0 = 0, x1 = i;\n${ROUNDS}\ny[to + i] = x0 ^ x1;`;
    case "originalWord":
      return `${originalWord("n", "i")}\ny[to + i] = drawn;`;
    case "originalByte":
      return `const words = (n + 3) >>> 2, word = i >>> 2;
${originalWord("words", "word")}\ny[to + i] = drawn >>> (8 * (i & 3));`;
  }
}

/**
 * The loop that draws words. Arguments: addresses of the keys and of the output, in words or for `byte` in bytes;
 * the number of units of each key. Units are elements of the output, those of the first key first.
 */
export function drawKernel(draw: Draw): KernelReference {
  const view = draw === "byte" || draw === "originalByte" ? "uint8" : "int32";
  const words = draw === "pair" || draw === "originalPair" ? 2 : 1;
  return generatedKernel(`threefry|${draw}`, () =>
    `(views, at, begin, end) => {
const p = views.float64, w = views.int32, y = views.${view};
const keys = p[at] >>> 0, o = p[at + 1] >>> 0, n = p[at + 2] >>> 0;
for (let done = begin; done < end;) {
const which = Math.floor(done / n), first = done - which * n, stop = Math.min(n, first + end - done);
${KEY("keys + 2 * which")}
const to = o + ${words} * which * n;
for (let i = first; i < stop; i++) {
${bodyOf(draw)}
}
done += stop - first;
}
}`);
}

/**
 * The loop that derives keys by numbers. Arguments: addresses of the keys, of the numbers and of the new keys, all
 * contiguous uint32. Units are keys.
 */
export function foldInKernel(): KernelReference {
  return generatedKernel("threefry|foldIn", () =>
    `(views, at, begin, end) => {
const p = views.float64, w = views.int32;
const keys = p[at] >>> 0, a = p[at + 1] >>> 0, o = p[at + 2] >>> 0;
for (let i = begin; i < end; i++) {
${KEY("keys + 2 * i")}
let x0 = 0, x1 = w[a + i];
${ROUNDS}
w[o + 2 * i] = x0; w[o + 2 * i + 1] = x1;
}
}`);
}
