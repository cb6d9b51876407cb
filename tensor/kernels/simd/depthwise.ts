/**
 * The micro-kernel of convolutions that go plane by plane (`convolution_by_plane.ts`): the taps of one channel are written
 * out, their weights stay in registers, and what neighbouring lines see of a plane is read once.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { byPlace } from "./by_place.ts";
import { alongColumns, storeColumns } from "./columns.ts";
import { functionsOf } from "./instances.ts";
import { joinRows } from "./interleave.ts";
import { loadFirst, storeFirst } from "./lanes.ts";
import { definePlaneFill, fillKey, type PlaneFill } from "./plane_fill.ts";
import { i32 } from "./scalar.ts";
import type { Places } from "./planes.ts";
import { multiplyAdd } from "./tile.ts";
import { f32x4, v128 } from "./vector.ts";
import type { WindowAxis } from "./window_axis.ts";

/** The most taps that are written out. */
export const DEPTHWISE_TAPS: number = 64;

/** The most phases of the rows, and of the columns. */
export const DEPTHWISE_PHASES: readonly [number, number] = [4, 3];

/** Where a tap sees a plane, in bytes, and the number of its weight. */
export interface DepthwiseTap {
  /** Byte of the plane that the first element sees. */
  readonly offset: number;
  /** Number of the weight. */
  readonly weight: number;
}

/** The taps of each phase of the columns of each phase of the rows. */
export type DepthwisePhases = readonly (readonly (readonly DepthwiseTap[])[])[];

/** What the code is written for. */
export interface DepthwiseForm {
  /** The taps. */
  readonly phases: DepthwisePhases;
  /** Bytes of a line of a plane. */
  readonly planeRow: number;
  /** Bytes of the planes of a channel that are filled. */
  readonly channelBytes: number;
  /** Columns of a target. */
  readonly width: number;
  /** How many rows of a target there are in any call. */
  readonly rows: readonly number[];
  /** How a plane is made before it is read; null where it is there already. */
  readonly fill: PlaneFill | null;
  /** Whether all planes are added up to the same targets. */
  readonly summed: boolean;
  /** Whether multiply-add is fused. */
  readonly relaxed: boolean;
}

/** The taps of each phase, whose weights lie row by row of the window. */
export function depthwisePhases(
  down: WindowAxis,
  across: WindowAxis,
  windowColumns: number,
  places: Places,
): DepthwisePhases {
  return down.phases.map((below) =>
    across.phases.map((beside) =>
      below.taps.flatMap((line) =>
        beside.taps.map((column) => ({
          offset: places(line, column),
          weight: line.tap * windowColumns + column.tap,
        }))
      )
    )
  );
}

/**
 * Sums targets from planes. The parameters: the table of `writeFillTable`; the two planes that are filled in turns, where there is a fill;
 * weights of the first target of the first plane, which are neighbours; the first plane, or what it is filled from; the
 * first target; rows of a target; planes; targets of each; bytes from one plane (or what it is filled from), its weights and
 * its first target to those of the next; from the weights of one target of a plane, and from that target, to the next; 1
 * where even the first plane is added to what is there. Each element is the sum over the taps of its phases in the
 * order of what they see, from 0.
 */
export type Depthwise = (
  table: number,
  filled: number,
  weights: number,
  source: number,
  target: number,
  rows: number,
  planes: number,
  targets: number,
  sourceStep: number,
  weightStep: number,
  targetStep: number,
  nextWeights: number,
  nextTarget: number,
  add: number,
) => void;

const I32 = "i32";

/** The most rows of a target that are summed at once. */
function rowsAtOnce(phases: DepthwisePhases): number {
  if (phases.length > 1) return phases.length;
  return phases[0].length === 1 ? 4 : 2;
}

/** Taps that have registers for their weights beside four sums. */
const HELD_TAPS = 9;

/** The vectors of columns of a tile of so many rows: as many sums as need not wait for each other. */
function vectorsOf(rows: number, taps: number): number {
  return Math.max(1, Math.min(4, Math.floor((taps > HELD_TAPS ? 8 : 4) / rows)));
}

/** Sums row by row: of vectors at some columns, or of a vector of each phase of the columns. */
type RowSums = readonly (readonly Local<"v128">[])[];

/** Writes the sums of so many rows from `plane` on; what several of them see is read once. */
function sumTaps(
  f: FunctionBuilder,
  { phases, planeRow, relaxed }: DepthwiseForm,
  weights: ReadonlyMap<number, Local<"v128">>,
  rows: number,
  plane: Local<"i32">,
  columns: readonly number[],
): RowSums {
  const madd = multiplyAdd(relaxed);
  const seen = f.local("v128");
  const terms: { readonly place: number; readonly sum: Local<"v128">; readonly weight: number }[] = [];
  const sums = Array.from({ length: rows }, (_, row) => {
    const [phase, line] = phases.length > 1 ? [row, 0] : [0, row];
    return phases[phase].flatMap((taps) =>
      columns.map((column) => {
        const sum = f.local("v128", v128.constI32x4(0));
        for (const { offset, weight } of taps) {
          terms.push({ place: offset + line * planeRow + 4 * column, sum, weight });
        }
        return sum;
      })
    );
  });
  for (const [place, list] of byPlace(terms)) {
    f.set(seen, v128.load(plane, place));
    for (const { sum, weight } of list) f.set(sum, madd(weights.get(weight)!, seen, sum));
  }
  return sums;
}

function defineDepthwise(module: ModuleBuilder, form: DepthwiseForm): void {
  const { phases, planeRow, channelBytes, width, summed } = form;
  const fill = form.fill === null ? null : definePlaneFill(module, form.fill);
  const beside = phases[0].length;
  const most = rowsAtOnce(phases);
  const heights = [...new Set(form.rows.flatMap((rows) => [rows >= most ? most : 0, rows % most]))]
    .filter((rows) => rows > 0).sort((a, b) => b - a);
  const targetRow = 4 * width;
  const parameters = [I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, table, filled, weight, source, output, rows, planes, targets, sourceStep,
    weightStep, targetStep, nextWeights, nextTarget, add) => {
    const weights = new Map(phases.flat(2).map((tap) => [tap.weight, f.local("v128")]));
    const [line, target, left, count] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
    const [weightsAt, targetAt] = [f.local(I32), f.local(I32)];
    const [from, to] = [f.local(I32), f.local(I32)];

    /** Goes along rows whose phases of the columns are put beside each other. */
    const alongPhases = (height: number): void => {
      const whole = Math.floor(width / (4 * beside));
      const rest = width - 4 * beside * whole;
      const tile = (lanes: readonly number[]): void => {
        const rows = sumTaps(f, form, weights, height, from, [0]).map((sums) => joinRows(f, sums));
        const each = (write: (vector: Local<"v128">, offset: number, count: number) => void) => (): void =>
          rows.forEach((list, row) => list.forEach((vector, v) => {
            if (lanes[v] > 0) write(vector, row * targetRow + 16 * v, lanes[v]);
          }));
        const store = each((vector, offset, count) => storeFirst(f, to, offset, vector, count));
        if (!summed) return store();
        f.if(add, each((vector, offset, count) => {
          const there = count === 4 ? v128.load(to, offset) : loadFirst(to, offset, count);
          f.set(vector, f32x4.add(there, vector));
          storeFirst(f, to, offset, vector, count);
        }), store);
      };
      const end = f.local(I32, i32.add(to, 16 * beside * whole));
      f.until(to, end, 16 * beside, () => {
        tile(phases[0].map(() => 4));
        f.advance(from, 16);
      });
      if (rest > 0) tile(phases[0].map((_, v) => Math.min(4, Math.max(0, rest - 4 * v))));
    };
    /** Goes along some rows. */
    const along = (height: number): void => {
      f.set(from, line);
      f.set(to, target);
      if (beside > 1) alongPhases(height);
      else {
        alongColumns(f, from, to, width, vectorsOf(height, weights.size), (columns) => {
          const sums = sumTaps(f, form, weights, height, from, columns.places);
          storeColumns(f, to, targetRow, width, columns, sums, summed ? add : null);
        });
      }
      f.advance(line, (phases.length > 1 ? 1 : height) * planeRow);
      f.advance(target, height * targetRow);
      f.advance(left, -height);
    };

    const [plane, next, swapped] = [f.local(I32, fill === null ? source : filled), f.local(I32), f.local(I32)];
    if (fill !== null) {
      f.set(next, i32.add(filled, channelBytes));
      f.if(planes, () => f.call(fill, table, source, plane));
    }
    f.while(planes, () => {
      f.advance(source, sourceStep);
      // One plane ahead, as what was just written is slow to read at other places.
      if (fill !== null) f.if(i32.gtU(planes, 1), () => f.call(fill, table, source, next));
      f.set(weightsAt, weight);
      f.set(targetAt, output);
      f.set(count, targets);
      f.while(count, () => {
        weights.forEach((local, number) => f.set(local, v128.load32Splat(weightsAt, 4 * number)));
        f.set(line, plane);
        f.set(target, targetAt);
        f.set(left, rows);
        for (const height of heights) {
          if (height === most) f.while(i32.geU(left, height), () => along(height));
          else f.if(i32.eq(left, height), () => along(height));
        }
        f.advance(weightsAt, nextWeights);
        f.advance(targetAt, nextTarget);
        f.advance(count, -1);
      });
      if (fill === null) f.set(plane, source);
      else {
        f.set(swapped, plane);
        f.set(plane, next);
        f.set(next, swapped);
      }
      f.advance(weight, weightStep);
      f.advance(output, targetStep);
      if (summed) f.set(add, 1);
      f.advance(planes, -1);
    });
  });
}

/** The micro-kernel of a form. */
export function depthwiseOf(memory: WebAssembly.Memory, form: DepthwiseForm): Depthwise {
  const { phases, planeRow, channelBytes, width, rows, fill, summed, relaxed } = form;
  const taps = phases.map((across) =>
    across.map((taps) => taps.map(({ offset, weight }) => `${weight}@${offset}`)).join(";")
  );
  const key = [relaxed, summed, planeRow, channelBytes, width, rows.join(), fillKey(fill), ...taps];
  return functionsOf<{ readonly run: Depthwise }>(
    memory,
    `depthwise|${key.join("|")}`,
    (module) => defineDepthwise(module, form),
  ).run;
}
