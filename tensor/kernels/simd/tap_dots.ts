/**
 * The micro-kernel of gradients of convolutions for their weights that go plane by plane (`convolution_kernel_by_plane.ts`):
 * each tap of the window has a vector of sums, which runs over the pixels of some images.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import { loadFirst } from "./lanes.ts";
import { definePlaneFill, fillKey, fillSeveral, type PlaneFill } from "./plane_fill.ts";
import { f32, i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { f32x4, v128 } from "./vector.ts";

/** The most taps that are written out. */
export const DOT_TAPS = 128;

/** Pixels whose sums run on in vectors. */
export const DOT_PIXELS = 1024;

/** The most taps that are summed at once. */
export const DOTS_AT_ONCE = 10;

/** The most lines that go along together. */
const LINES = 4;

/** What the code is written for. */
export interface TapDotsForm {
  /** The byte that the first pixel sees of the planes of a channel, for each tap. */
  readonly places: readonly number[];
  /** Rows and columns of the window. */
  readonly window: readonly [number, number];
  /** Bytes of a line of a plane. */
  readonly planeRow: number;
  /** Bytes of a line of the cotangent. */
  readonly cotangentRow: number;
  /** Columns of the cotangent. */
  readonly width: number;
  /** How many lines there are in any call. */
  readonly lines: readonly number[];
  /** Bytes from one image to the next in the planes that are filled. */
  readonly imageBytes: number;
  /** How a plane is made before it is read; null where it is there already. */
  readonly fill: PlaneFill | null;
  /** Whether multiply-add is fused. */
  readonly relaxed: boolean;
}

/**
 * Adds to each tap's sum the products of what it sees of a channel of some images with a channel of their cotangents. The
 * parameters: the table of `writeFillTable`; the planes that are filled, where there is a fill; the channel of the first
 * image, or its planes; of the first cotangent; the sums; images; bytes from one image to the next, and from one cotangent;
 * lines of each; channels of the cotangent for each of the image; bytes from one of them to the next, and from their sums;
 * channels of the image; bytes from one of them, of their cotangents and of their sums to the next.
 *
 * Four partial sums run over the columns modulo 4 of at most `DOT_PIXELS` pixels, and are added as (0 + 1) + (2 + 3).
 */
export type TapDots = (
  table: number,
  filled: number,
  source: number,
  cotangent: number,
  sums: number,
  images: number,
  sourceImage: number,
  cotangentImage: number,
  lines: number,
  outputs: number,
  cotangentOutput: number,
  sumOutput: number,
  channels: number,
  sourceStep: number,
  cotangentStep: number,
  sumStep: number,
) => void;

/** The taps that are summed at once: columns of the window, as what neighbouring lines see under those is the same. */
function partsOf([rows, columns]: readonly [number, number]): readonly (readonly number[])[] {
  const sums = DOTS_AT_ONCE;
  const evenly = (count: number, most: number): number => Math.ceil(count / Math.ceil(count / most));
  const height = rows * columns <= sums ? rows : evenly(rows, sums);
  const width = evenly(columns, Math.floor(sums / height));
  const parts: number[][] = [];
  for (let top = 0; top < rows; top += height) {
    for (let left = 0; left < columns; left += width) {
      const part: number[] = [];
      for (let a = top; a < Math.min(rows, top + height); a++) {
        for (let b = left; b < Math.min(columns, left + width); b++) part.push(a * columns + b);
      }
      parts.push(part);
    }
  }
  return parts;
}

/** Which taps of which lines see each place of a plane, so that what several see is read once. */
function usesOf(
  places: readonly number[],
  lines: number,
  planeRow: number,
): ReadonlyMap<number, readonly (readonly [tap: number, line: number])[]> {
  const uses = new Map<number, [number, number][]>();
  for (let line = 0; line < lines; line++) {
    places.forEach((place, tap) => {
      const at = place + line * planeRow;
      const list = uses.get(at);
      if (list === undefined) uses.set(at, [[tap, line]]);
      else list.push([tap, line]);
    });
  }
  return uses;
}

const I32 = "i32";

function defineTapDots(module: ModuleBuilder, form: TapDotsForm): void {
  const { places, window, planeRow, cotangentRow, width, imageBytes } = form;
  const fill = form.fill === null ? null : definePlaneFill(module, form.fill);
  const madd = multiplyAdd(form.relaxed);
  const most = LINES;
  const heights = [...new Set(form.lines.flatMap((lines) => [lines >= most ? most : 0, lines % most]))]
    .filter((lines) => lines > 0).sort((a, b) => b - a);
  const whole = width >>> 2;
  const rest = width & 3;
  // Lines whose sums run on.
  const long = Math.max(1, Math.floor(DOT_PIXELS / width / most)) * most;
  const parameters = [
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
    I32,
  ] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, table, filled, source, cotangent, sums, images, sourceImage, cotangentImage,
    lines, outputs, cotangentOutput, sumOutput, channels, sourceStep, cotangentStep, sumStep) => {
    const [image, plane, other, into, output] = [1, 2, 3, 4, 5].map(() => f.local(I32));
    const [row, beside, line, left] = [1, 2, 3, 4].map(() => f.local(I32));
    const [imagePlane, imageOther, from, at, end] = [1, 2, 3, 4, 5].map(() => f.local(I32));
    const seen = f.local("v128");
    const values = Array.from({ length: most }, () => f.local("v128"));
    const mask = f.local("v128");
    if (rest > 0) {
      const own = [0, 1, 2, 3].map((lane) => (whole > 0 ? lane >= 4 - rest : lane < rest) ? -1 : 0);
      f.set(mask, v128.constI32x4(own[0], own[1], own[2], own[3]));
    }
    /** Goes along some lines for some taps. */
    const along = (height: number, dots: readonly (readonly Local<"v128">[])[], seenAt: readonly number[]): void => {
      const uses = usesOf(seenAt, height, planeRow);
      const sum = (ragged: boolean): void => {
        const own = (value: Expression<"v128">): Expression<"v128"> => ragged ? v128.and(value, mask) : value;
        for (let i = 0; i < height; i++) {
          const offset = i * cotangentRow;
          f.set(values[i], whole > 0 || !ragged ? own(v128.load(at, offset)) : loadFirst(at, offset, rest));
        }
        uses.forEach((taps, place) => {
          f.set(seen, own(v128.load(from, place)));
          for (const [tap, i] of taps) {
            const dot = dots[tap][i % dots[tap].length];
            f.set(dot, madd(values[i], seen, dot));
          }
        });
      };
      f.set(from, row);
      f.set(at, beside);
      f.set(end, i32.add(at, 16 * whole));
      f.until(at, end, 16, () => {
        sum(false);
        f.advance(from, 16);
      });
      if (rest > 0) {
        // The last four, of which some were there before.
        if (whole > 0) {
          f.advance(from, 4 * rest - 16);
          f.advance(at, 4 * rest - 16);
        }
        sum(true);
      }
      f.advance(row, height * planeRow);
      f.advance(beside, height * cotangentRow);
      f.advance(left, -height);
    };

    f.while(channels, () => {
      if (fill !== null) {
        const planes = { planes: filled, planeStep: imageBytes, count: images };
        fillSeveral(f, fill, { table, image: source, imageStep: sourceImage, ...planes });
      }
      f.set(plane, fill === null ? source : filled);
      f.set(other, cotangent);
      f.set(into, sums);
      f.set(output, outputs);
      f.while(output, () => {
        for (const part of partsOf(window)) {
          // So many that none waits for the one before.
          const chains = 2 * part.length <= DOTS_AT_ONCE ? 2 : 1;
          const dots = part.map(() => Array.from({ length: chains }, () => f.local("v128")));
          const restart = (): void => dots.flat().forEach((dot) => f.set(dot, v128.constI32x4(0)));
          restart();
          f.set(imagePlane, plane);
          f.set(imageOther, other);
          f.set(image, images);
          f.while(image, () => {
            f.set(row, imagePlane);
            f.set(beside, imageOther);
            f.set(line, lines);
            f.while(line, () => {
              f.set(left, line);
              f.if(i32.gtU(line, long), () => f.set(left, long));
              f.set(line, i32.sub(line, left));
              for (const height of heights) {
                const seenAt = part.map((tap) => places[tap]);
                if (height === most) f.while(i32.geU(left, height), () => along(height, dots, seenAt));
                else f.if(i32.eq(left, height), () => along(height, dots, seenAt));
              }
              f.if(i32.or(line, i32.eq(image, 1)), () => {
                dots.forEach(([dot, second], i) => {
                  if (second !== undefined) f.set(dot, f32x4.add(dot, second));
                  addDot(f, into, dot, 4 * part[i]);
                });
                restart();
              });
            });
            f.advance(imagePlane, fill === null ? sourceImage : imageBytes);
            f.advance(imageOther, cotangentImage);
            f.advance(image, -1);
          });
        }
        f.advance(other, cotangentOutput);
        f.advance(into, sumOutput);
        f.advance(output, -1);
      });
      f.advance(source, sourceStep);
      f.advance(cotangent, cotangentStep);
      f.advance(sums, sumStep);
      f.advance(channels, -1);
    });
  });
}

/** Adds the lanes of a vector to the number at an address. */
export function addDot(f: FunctionBuilder, into: Local<"i32">, dot: Local<"v128">, offset: number): void {
  const lane = (l: number): Expression<"f32"> => f32x4.extractLane(dot, l);
  const sum = f32.add(f32.add(lane(0), lane(1)), f32.add(lane(2), lane(3)));
  f.store("f32", into, f32.add(f32.load(into, offset), sum), offset);
}

/** The micro-kernel of a form. */
export function tapDotsOf(memory: WebAssembly.Memory, form: TapDotsForm): TapDots {
  const { places, window, planeRow, cotangentRow, width, lines, imageBytes, fill, relaxed } = form;
  const sizes = [...window, planeRow, cotangentRow, width, imageBytes];
  const key = [relaxed, sizes.join(), lines.join(), fillKey(fill), places.join()];
  return functionsOf<{ readonly run: TapDots }>(
    memory,
    `tapDots|${key.join("|")}`,
    (module) => defineTapDots(module, form),
  ).run;
}
