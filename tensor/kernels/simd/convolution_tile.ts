/**
 * The micro-kernel of convolutions whose taps see planes directly (`convolution_by_plane.ts`): a tile of some targets, lines and
 * columns stays in registers while the channels of the source run, and what several lines see of a plane is read once.
 *
 * @module
 */
import type { Local, ModuleBuilder } from "./assembler.ts";
import { byPlace } from "./by_place.ts";
import { alongColumns, type ColumnTile, storeColumns } from "./columns.ts";
import type { DepthwiseTap } from "./depthwise.ts";
import { functionsOf } from "./instances.ts";
import { definePlaneFill, fillKey, fillSeveral, type PlaneFill } from "./plane_fill.ts";
import { i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { v128 } from "./vector.ts";

/** What the code is written for. */
export interface ConvolutionTileForm {
  /** The taps, row by row of the window. */
  readonly taps: readonly DepthwiseTap[];
  /** Columns of the window. */
  readonly columns: number;
  /** Bytes of a line of a plane. */
  readonly planeRow: number;
  /** Bytes of the planes of a channel that are filled, or that are there already. */
  readonly channelBytes: number;
  /** Columns of a target. */
  readonly width: number;
  /** How many rows of a target there are in any call. */
  readonly rows: readonly number[];
  /** How the planes of a channel are made before they are read; null where they are there already. */
  readonly fill: PlaneFill | null;
  /** Whether multiply-add is fused. */
  readonly relaxed: boolean;
}

/**
 * Sums targets from planes. The parameters: the table of `writeFillTable`; the planes that are filled, where there is a fill;
 * weights of the first target and channel, which are neighbours; the planes of the first channel, or what they are filled
 * from; the first target; rows of a target; channels; targets; bytes from one channel (or what it is filled from), and from its
 * weights, to the next; from the weights of one target, and from that target, to the next; 1 to add to what is there; groups;
 * bytes from the source of one, from its weights and from its targets to the next. Each element is the sum over channels of the taps, column by column of the window, from 0.
 */
export type ConvolutionTile = (
  table: number,
  filled: number,
  weights: number,
  source: number,
  target: number,
  rows: number,
  channels: number,
  targets: number,
  sourceStep: number,
  weightStep: number,
  nextWeights: number,
  nextTarget: number,
  add: number,
  groups: number,
  groupSource: number,
  groupWeights: number,
  groupTarget: number,
) => void;

const I32 = "i32";

/** The most lines of a tile. */
export const TILE_LINES = 4;

/** Sums of a tile, as many as need not wait for each other. */
const SUMS = 8;

/** Rows of a window for which the weights of two targets, or what some lines see, stay in registers. */
const PAIRED_ROWS = 3;

/** Targets of a tile: as few lines and columns give few sums, several targets share what they see. */
function targetsOf(rows: number, lines: number, width: number): readonly number[] {
  if (rows > PAIRED_ROWS) return [1];
  return 4 * lines <= SUMS && Math.ceil(width / 4) <= vectorsOf(4, lines) ? [4, 2, 1] : [2, 1];
}

/** The vectors of columns of a tile with so many targets and lines. */
function vectorsOf(targets: number, lines: number): number {
  return Math.max(1, Math.min(4, Math.floor(SUMS / targets / lines)));
}

function defineConvolutionTile(module: ModuleBuilder, form: ConvolutionTileForm): void {
  const { taps, columns, planeRow, channelBytes, width, relaxed } = form;
  const fill = form.fill === null ? null : definePlaneFill(module, form.fill);
  const madd = multiplyAdd(relaxed);
  const heights = [
    ...new Set(form.rows.flatMap((rows) => [rows >= TILE_LINES ? TILE_LINES : 0, rows % TILE_LINES])),
  ]
    .filter((rows) => rows > 0).sort((a, b) => b - a);
  const targetRow = 4 * width;
  // deno-fmt-ignore
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, table, filled, weights, source, output, rows, channels, targets, sourceStep,
    weightStep, nextWeights, nextTarget, add, groups, groupSource, groupWeights, groupTarget) => {
    const [line, target, left, count, k] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
    const [weightsAt, targetAt, from, to] = [1, 2, 3, 4].map(() => f.local(I32));
    const plane = f.local(I32);
    const seen = f.local("v128");
    const pointers = [1, 2, 3, 4].map(() => f.local(I32));
    const planeStep = f.local(I32, fill === null ? sourceStep : channelBytes);

    /** Sums a column of taps of many targets, for which what lines see stays in registers instead of the weights. */
    const sumHeld = (
      numbers: readonly DepthwiseTap[], seenAt: readonly number[], weightPointers: readonly Local<"i32">[],
      sums: readonly (readonly (readonly Local<"v128">[])[])[], places: readonly number[],
    ): void => {
      const held = new Map(seenAt.map((place) =>
        [place, places.map((x) => f.local("v128", v128.load(plane, place + 4 * x)))] as const));
      for (const { offset, weight } of numbers) {
        weightPointers.forEach((pointer, t) => {
          f.set(seen, v128.load32Splat(pointer, 4 * weight));
          sums[t].forEach((row, i) => row.forEach((sum, v) =>
            f.set(sum, madd(seen, held.get(offset + i * planeRow)![v], sum))));
        });
      }
    };
    /** Sums a tile of vectors at these columns from `from`, and stores them there from `to`. */
    const tile = (height: number, together: number, columnTile: ColumnTile): void => {
      const { places } = columnTile;
      const sums = Array.from({ length: together }, () =>
        Array.from({ length: height }, () => places.map(() => f.local("v128"))));
      for (const sum of sums.flat(2)) f.set(sum, v128.constI32x4(0));
      f.set(plane, from);
      const weightPointers = pointers.slice(0, together);
      weightPointers.forEach((pointer, t) => f.set(pointer, t === 0 ? weightsAt : i32.add(pointers[t - 1], nextWeights)));
      f.set(k, channels);
      f.repeat(() => {
        for (let column = 0; column < columns; column++) {
          const numbers = taps.filter((_, i) => i % columns === column);
          const terms = Array.from({ length: height }, (_, line) =>
            numbers.map(({ offset }, tap) => ({ place: offset + line * planeRow, line, tap }))).flat();
          if (together > 2) {
            sumHeld(numbers, [...new Set(terms.map(({ place }) => place))], weightPointers, sums, places);
            continue;
          }
          const held = numbers.map(({ weight }) =>
            weightPointers.map((pointer) => f.local("v128", v128.load32Splat(pointer, 4 * weight))));
          for (const [place, list] of byPlace(terms)) {
            places.forEach((x, v) => {
              f.set(seen, v128.load(plane, place + 4 * x));
              for (const { line, tap } of list) {
                for (let t = 0; t < together; t++) f.set(sums[t][line][v], madd(held[tap][t], seen, sums[t][line][v]));
              }
            });
          }
        }
        f.advance(plane, planeStep);
        for (const pointer of weightPointers) f.advance(pointer, weightStep);
        f.advance(k, -1);
      }, () => k);
      const at = f.local(I32, to);
      sums.forEach((list, t) => {
        if (t > 0) f.advance(at, nextTarget);
        storeColumns(f, at, targetRow, width, columnTile, list, add);
      });
    };
    /** Goes along some lines for some targets. */
    const along = (height: number, together: number): void => {
      f.set(from, line);
      f.set(to, targetAt);
      alongColumns(f, from, to, width, vectorsOf(together, height), (tiles) => tile(height, together, tiles));
    };

    f.while(groups, () => {
      if (fill !== null) {
        const planes = { planes: filled, planeStep: channelBytes, count: channels };
        fillSeveral(f, fill, { table, image: source, imageStep: sourceStep, ...planes });
      }
      f.set(line, fill === null ? source : filled);
      f.set(target, output);
      f.set(left, rows);
      for (const height of heights) {
        const block = (): void => {
          f.set(weightsAt, weights);
          f.set(targetAt, target);
          f.set(count, targets);
          for (const together of targetsOf(taps.length / columns, height, width)) {
            f.while(i32.geU(count, together), () => {
              along(height, together);
              f.advance(weightsAt, i32.mul(nextWeights, together));
              f.advance(targetAt, i32.mul(nextTarget, together));
              f.advance(count, -together);
            });
          }
          f.advance(line, height * planeRow);
          f.advance(target, height * targetRow);
          f.advance(left, -height);
        };
        if (height === TILE_LINES) f.while(i32.geU(left, height), block);
        else f.if(i32.eq(left, height), block);
      }
      f.advance(source, groupSource);
      f.advance(weights, groupWeights);
      f.advance(output, groupTarget);
      f.advance(groups, -1);
    });
  });
}

/** The micro-kernel of a form. */
export function convolutionTileOf(memory: WebAssembly.Memory, form: ConvolutionTileForm): ConvolutionTile {
  const { taps, columns, planeRow, channelBytes, width, rows, fill, relaxed } = form;
  const places = taps.map(({ offset, weight }) => `${weight}@${offset}`);
  const sizes = [columns, planeRow, channelBytes, width];
  const key = [relaxed, sizes.join(), rows.join(), fillKey(fill), places.join(";")];
  return functionsOf<{ readonly run: ConvolutionTile }>(
    memory,
    `convolutionTile|${key.join("|")}`,
    (module) => defineConvolutionTile(module, form),
  ).run;
}
