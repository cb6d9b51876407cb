/**
 * Fourier transforms in WebAssembly SIMD. Vectors lie across transforms: those of neighbouring columns, those of several
 * rows that were turned to columns, or the short ones that a long one is made of (Bailey, 1990).
 *
 * @module
 */
import { blocksOf, columnsOf, passesSize, powersSize, radicesOf } from "../fourier_plan.ts";
import type { Kernel } from "../kernel.ts";
import type { FloatingDType } from "../plan.ts";
import { floatLanes } from "./float_lanes.ts";
import { definePasses, type Pass, type Passes } from "./fourier_pass.ts";
import { defineRealParts, type RealParts } from "./fourier_real.ts";
import { defineTurnPair, type Turning, type TurnPair } from "./fourier_turn.ts";
import { functionsOf, kept } from "./instances.ts";

/** Complex numbers in memory: byte address, bytes to the imaginary parts, and bytes from row to row. */
interface Planes {
  readonly at: number;
  readonly imag: number;
  readonly row: number;
}

/** The functions for one type; each module is made when first asked for. */
interface Functions {
  readonly size: 4 | 8;
  readonly passes: (radix: number) => Passes;
  readonly turn: (turning: Turning) => TurnPair;
  readonly real: () => RealParts;
}

function functionsFor(memory: WebAssembly.Memory, double: boolean, relaxed: boolean): Functions {
  const dtype: FloatingDType = double ? "float64" : "float32";
  return kept(memory, `fourier|${dtype}|${relaxed}`, () => {
    const passes: (Passes | undefined)[] = [];
    const turns: { [K in Turning]?: TurnPair } = {};
    let real: RealParts | undefined;
    const named = (name: string): string => `fourier|${name}|${dtype}|${relaxed}`;
    const lanes = floatLanes(dtype, relaxed);
    return {
      size: lanes.size,
      passes: (radix) =>
        passes[radix] ??= functionsOf<Passes>(
          memory,
          named(`${radix}`),
          (m) => definePasses(m, radix, lanes),
        ),
      turn: (turning) =>
        turns[turning] ??= functionsOf<{ readonly turn: TurnPair }>(
          memory,
          named(turning),
          (m) => defineTurnPair(m, turning, lanes),
        ).turn,
      real: () => real ??= functionsOf<RealParts>(memory, named("real"), (m) => defineRealParts(m, lanes)),
    };
  });
}

/**
 * The transforms of length n of `bytes` bytes of neighbours, at least a vector, with rows of neighbours that follow each
 * other in `spare`, of which the first must not be the source. The table is that of `writePasses`.
 */
function transformColumns(
  { passes, size }: Functions,
  from: Planes,
  to: Planes,
  spare: readonly [Planes, Planes],
  n: number,
  bytes: number,
  table: number,
): void {
  const radices = radicesOf(n)!;
  let source = from;
  // Transforms that are done, and what is left of each.
  let [done, left] = [1, n];
  radices.forEach((radix, i) => {
    left /= radix;
    const target = i === radices.length - 1 ? to : spare[i % 2];
    const [sourceRow, targetRow] = [source.row, target.row];
    const apart = targetRow !== bytes || sourceRow !== bytes;
    const places = apart ? done : 1;
    const width = apart ? bytes : done * bytes;
    const run = (pass: Pass, place: number, fromNext: number, toNext: number, count: number): void =>
      pass(
        source.at + place * done * sourceRow,
        source.imag,
        done * left * sourceRow,
        fromNext,
        target.at + place * done * radix * targetRow,
        target.imag,
        done * targetRow,
        toNext,
        count,
        width,
        table,
      );
    const { plain, turning } = passes(radix);
    run(plain, 0, sourceRow, targetRow, places);
    if (left > 1) {
      run(turning, 1, done * sourceRow, done * radix * targetRow, left - 1);
      table += 2 * size * (radix - 1) * (left - 1);
    }
    done *= radix;
    source = target;
  });
}

/** Planes of so many bytes each, one after the other from a byte on. */
function planesAt(at: number, bytes: number, row: number, index: number): Planes {
  return { at: at + 2 * index * bytes, imag: bytes, row };
}

/** What lines hold: complex numbers; real ones, of which the spectrum is wanted; the spectrum of real ones. */
export type Lines = 0 | 1 | 2;

/**
 * Transforms of lines whose elements are neighbours; n is their length, or half of it where they are real. A unit is a
 * line that is made of b transforms of length a, or without them a block of lines.
 *
 * Arguments: addresses of the real and imaginary parts, of those of the result (real lines have both in one place), of
 * the table; n; a and b, or 0 and lines of a block; all lines; `Lines`; elements of a line of the spectrum; 1 for
 * float64; 1 for fused multiply-add. The table has the passes of a and b, or of n; the roots of a b; those of 2 n.
 */
export const fourierRowsSimd: Kernel = (views, block, begin, end): void => {
  const heap = views.float64;
  const [n, a, b, lines, kind, wide] = [5, 6, 7, 8, 9, 10].map((i) => heap[block + i]);
  const functions = functionsFor(views.memory, heap[block + 11] === 1, heap[block + 12] === 1);
  const { size } = functions;
  const [re, im, toRe, toIm, table] = [0, 1, 2, 3, 4].map((i) => size * heap[block + i]);
  const split = a > 0;
  const tables = table + size * (split ? passesSize(a) + passesSize(b) : passesSize(n));
  const powers = tables + (split ? 2 * size * n : 0);
  const most = split ? 1 : b;
  const padded = (count: number): number => 16 * Math.ceil(count * size / 16);
  const area = n * (split ? size : padded(most));
  const line = n * size;
  const [fromLine, toLine] = kind === 0
    ? [line, line]
    : kind === 1
    ? [2 * line, size * wide]
    : [size * wide, 2 * line];
  for (let unit = begin; unit < end; unit++) {
    const first = unit * most;
    const count = Math.min(most, lines - first);
    const bytes = padded(count);
    let from: Planes = { at: re + first * fromLine, imag: im - re, row: line };
    let to: Planes = { at: toRe + first * toLine, imag: toIm - toRe, row: line };
    const given = planesAt(views.scratch, area, line, 3);
    if (kind === 1) functions.real().apart(from.at, given.at, given.at + area, n * count);
    if (kind === 2) {
      functions.real().fold(
        ...[from.at, from.imag, fromLine, given.at, given.imag, line] as const,
        ...[n, count, powers, size * powersSize(n), 0] as const,
      );
    }
    const result = to;
    if (kind !== 0) [from, to] = [given, given];
    // The transform back is that of the parts in each other's place.
    if (kind === 2) [from, to] = [swapped(given), swapped(given)];
    if (split) {
      const [x, y, z] = [0, 1, 2].map((i) => planesAt(views.scratch, area, size * b, i));
      transformColumns(functions, { ...from, row: size * b }, z, [x, y], a, size * b, table);
      const [turned, spare] = [x, y].map((planes) => ({ ...planes, row: size * a }));
      functions.turn("table")(
        ...[z.at, z.imag, z.row, turned.at, turned.imag, turned.row, a, b] as const,
        ...[tables, size * n, size * b, 0] as const,
      );
      const passes = table + size * passesSize(a);
      transformColumns(functions, turned, { ...to, row: size * a }, [spare, turned], b, size * a, passes);
    } else {
      const [x, y, z] = [0, 1, 2].map((i) => planesAt(views.scratch, area, bytes, i));
      const turn = functions.turn("plain");
      turn(from.at, from.imag, line, x.at, x.imag, bytes, count, n, 0, 0, 0, 0);
      transformColumns(functions, x, z, [y, x], n, bytes, table);
      turn(z.at, z.imag, bytes, to.at, to.imag, line, n, count, 0, 0, 0, 0);
    }
    if (kind === 1) {
      functions.real().unfold(
        ...[given.at, given.imag, line, result.at, result.imag, toLine] as const,
        ...[n, count, powers, size * powersSize(n), wide > n + 1 ? 1 : 0] as const,
      );
    }
    if (kind === 2) functions.real().join(result.at, given.at, given.at + area, n * count);
  }
};

function swapped({ at, imag, row }: Planes): Planes {
  return { at: at + imag, imag: -imag, row };
}

/**
 * Transforms along an axis with others behind it, whose elements are neighbours: the columns of matrices. A unit is a
 * block of columns.
 *
 * Arguments: addresses of the real and imaginary parts, of those of the result, of the table; n, the length of columns;
 * columns; columns of a block; 1 to turn the results to rows and multiply them by roots of unity; 1 for float64; 1 for
 * fused multiply-add. The table has the passes of n; where results are turned, the roots of each row for the columns of
 * a block, real parts before imaginary ones, and for each block the roots of its first column in turns.
 */
export const fourierColumnsSimd: Kernel = (views, block, begin, end): void => {
  const heap = views.float64;
  const [n, columns, most, turned] = [5, 6, 7, 8].map((i) => heap[block + i]);
  const functions = functionsFor(views.memory, heap[block + 9] === 1, heap[block + 10] === 1);
  const { size } = functions;
  const vector = 16 / size;
  const [re, im, toRe, toIm, table] = [0, 1, 2, 3, 4].map((i) => size * heap[block + i]);
  const blocks = blocksOf(columns, most, vector);
  const wide = most + vector - 1;
  const near = table + size * passesSize(n);
  const far = near + 2 * size * n * wide;
  for (let unit = begin; unit < end; unit++) {
    const place = unit % blocks;
    const { first, count } = columnsOf(place, columns, most, vector);
    const matrix = (unit - place) / blocks * n * columns * size;
    const bytes = count * size;
    const [x, y, z] = [0, 1, 2].map((i) => planesAt(views.scratch, n * wide * size, bytes, i));
    const at = matrix + first * size;
    const row = columns * size;
    const to: Planes = turned === 1 ? z : { at: toRe + at, imag: toIm - toRe, row };
    transformColumns(functions, { at: re + at, imag: im - re, row }, to, [x, y], n, bytes, table);
    if (turned === 1) {
      functions.turn("rows")(
        ...[z.at, z.imag, bytes, toRe + matrix + first * n * size, toIm - toRe, n * size, n, count] as const,
        ...[near, size * n * wide, size * wide, far + 2 * size * n * place] as const,
      );
    }
  }
};

/** What is done with long real lines: `Lines` that are given are made complex ones, or the result of these is. */
export type RealStep = "apart" | "unfold" | "fold" | "join";

/** The steps by their numbers. */
export const REAL_STEPS: readonly RealStep[] = ["apart", "unfold", "fold", "join"];

/**
 * A step of transforms of real lines that are too long for the others. A unit is a line.
 *
 * Arguments: addresses of real and imaginary parts, of those of the result, of the roots of 2 n; n, half the length of
 * a line; elements of a line of the spectrum; the step; 1 for float64. Real lines have both parts in one place.
 */
export const fourierRealSimd: Kernel = (views, block, begin, end): void => {
  const heap = views.float64;
  const [n, wide, step] = [5, 6, 7].map((i) => heap[block + i]);
  const functions = functionsFor(views.memory, heap[block + 8] === 1, false);
  const { size } = functions;
  const [re, im, toRe, toIm, table] = [0, 1, 2, 3, 4].map((i) => size * heap[block + i]);
  const [line, spectrum, count] = [n * size, wide * size, end - begin];
  const real = functions.real();
  const powers = size * powersSize(n);
  switch (REAL_STEPS[step]) {
    case "apart":
      return real.apart(re + 2 * begin * line, toRe + begin * line, toIm + begin * line, n * count);
    case "join":
      return real.join(toRe + 2 * begin * line, re + begin * line, im + begin * line, n * count);
    case "unfold":
      return real.unfold(
        ...[re + begin * line, im - re, line, toRe + begin * spectrum, toIm - toRe, spectrum] as const,
        ...[n, count, table, powers, wide > n + 1 ? 1 : 0] as const,
      );
    default:
      return real.fold(
        ...[re + begin * spectrum, im - re, spectrum, toRe + begin * line, toIm - toRe, line] as const,
        ...[n, count, table, powers, 0] as const,
      );
  }
};
