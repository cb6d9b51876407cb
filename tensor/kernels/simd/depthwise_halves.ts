/**
 * The micro-kernel of convolutions of one channel of the source each that go plane by plane (`convolution_by_plane.ts`) and
 * step on by two columns: planes are read where they are, and of each row of one eight columns at a time, which are split into
 * the even and the odd ones for all taps of that row and both rows of the target that see it. What lies outside is left out, or
 * is zeros beside the columns that are inside.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import type { Local, ModuleBuilder } from "./assembler.ts";
import type { Depthwise } from "./depthwise.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import { multiplyAdd } from "./tile.ts";
import { f32x4, v128 } from "./vector.ts";

/** The most rows and columns of a window. */
const HALVES_WINDOW = 5;

/** Rows of a target that are summed at once, and vectors of their columns. */
const [ROWS, VECTORS] = [2, 2];

/** Taps that have registers for their weights beside the sums. */
const HELD_TAPS = 9;

/** Columns of a target up to which, and from which, more taps are quicker where planes lie than in copies that stay near. */
const COPIED: readonly [number, number] = [8, 32];

/** Whether a source is read in place where windows step on by two columns, unless its rows are cut into bands. */
export function isHalved(
  { source, target, channels, window, expansion, step, origin, shift, sourceStrides }: Patches,
): boolean {
  const plain = channels * expansion[0] * expansion[1] * shift[0] * shift[1] === 1 && step[1] === 2 &&
    sourceStrides[3] === 1 && sourceStrides[2] >= 0 && Math.min(source[3], target[3]) >= 4;
  const taps = window[2] * window[3];
  const pays = taps <= HELD_TAPS || target[3] <= COPIED[0] || target[3] >= COPIED[1];
  // Each window sees something inside.
  return plain && pays && [0, 1].every((i) =>
    window[2 + i] <= HALVES_WINDOW && origin[i] > -window[2 + i] &&
    (target[2 + i] - 1) * step[i] + origin[i] < source[2 + i]
  );
}

/** What the code is written for. */
export interface HalvesForm {
  /** Rows and columns of the window. */
  readonly window: readonly [number, number];
  /** Rows from one window to the next. */
  readonly step: number;
  /** The row and the column of the source that the first tap of the first element sees. */
  readonly origin: readonly [number, number];
  /** Rows and columns of the source, of the latter at least four. */
  readonly source: readonly [number, number];
  /** Bytes from one row of the source to the next. */
  readonly rowBytes: number;
  /** Rows and columns of the target, of the latter at least four. */
  readonly target: readonly [number, number];
  /** Whether multiply-add is fused. */
  readonly relaxed: boolean;
}

/** A source row that rows of the target see, and under which rows of taps each of them does. */
interface SeenRow {
  /** The source row, from the one that the first tap of the first of them sees. */
  readonly row: number;
  /** The rows of the target and of the taps. */
  readonly uses: readonly (readonly [line: number, tap: number])[];
}

/** Groups of rows of the target that see the source alike. */
interface Run {
  /** The first row of the target. */
  readonly first: number;
  /** Rows of a group. */
  readonly height: number;
  /** Groups. */
  readonly count: number;
  /** What each sees that is inside. */
  readonly seen: readonly SeenRow[];
}

/** The rows of the target in runs. */
function runsOf({ window, step, origin, source, target }: HalvesForm): readonly Run[] {
  const runs: Run[] = [];
  for (let first = 0; first < target[0]; first += ROWS) {
    const height = Math.min(ROWS, target[0] - first);
    const seen: SeenRow[] = [];
    for (let row = 0; row < (height - 1) * step + window[0]; row++) {
      const place = first * step + origin[0] + row;
      const uses = Array.from({ length: height }, (_, line) => [line, row - line * step] as const)
        .filter(([, tap]) => tap >= 0 && tap < window[0]);
      if (place >= 0 && place < source[0] && uses.length > 0) seen.push({ row, uses });
    }
    const last = runs.at(-1);
    const alike = last !== undefined && last.height === height &&
      last.seen.map(({ row }) => row).join() === seen.map(({ row }) => row).join();
    if (alike) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ first, height, count: 1, seen });
  }
  return runs;
}

/** The first columns of the vectors of each tile of a row; the last tile takes columns of the one before again. */
function tilesOf(width: number): readonly (readonly number[])[] {
  const tiles: number[][] = [];
  for (let column = 0; column < width; column += 4 * VECTORS) {
    const count = Math.min(VECTORS, Math.ceil((width - column) / 4));
    const first = Math.min(column, Math.max(0, width - 4 * count));
    tiles.push(Array.from({ length: count }, (_, v) => Math.min(first + 4 * v, width - 4)));
  }
  return tiles;
}

/** The vector of what the tap two or more columns on sees: of a vector of halves and the one behind it, or the columns behind. */
function shifted(
  half: Expression<"v128">,
  behind: Expression<"v128">,
  tap: number,
  split: boolean,
): Expression<"v128"> {
  const [by, odd] = [tap >>> 1, tap & 1];
  // Columns that are not split yet alternate.
  return f32x4.shuffle(
    half,
    behind,
    [0, 1, 2, 3].map((lane) => lane + by < 4 || split ? lane + by : 2 * (lane + by) - 4 + odd),
  );
}

function defineHalves(module: ModuleBuilder, form: HalvesForm): void {
  const { window, step, origin, source, rowBytes, target } = form;
  const madd = multiplyAdd(form.relaxed);
  const held = window[0] * window[1] <= HELD_TAPS;
  const beyond = window[1] > 3 ? 4 : window[1] === 3 ? 1 : 0;
  const tiles = tilesOf(target[1]);
  const start = (column: number): number => 2 * column + origin[1];
  const safe = (places: readonly number[]): boolean =>
    start(places[0]) >= 0 && start(places[places.length - 1]) + 8 + beyond <= source[1];
  const inner = tiles.filter((places, i) =>
    places.length === VECTORS && places[0] === 4 * VECTORS * i && safe(places)
  );
  const targetRow = 4 * target[1];
  const parameters = Array.from({ length: 14 }, () => "i32" as const);
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, _table, _filled, weight, plane, output, _rows, planes, targets, sourceStep,
    weightStep, targetStep, nextWeights, nextTarget) => {
    const weights = Array.from({ length: window[0] * window[1] }, () => f.local("v128"));
    const [line, to, from, into, end, endRow] = [1, 2, 3, 4, 5, 6].map(() => f.local("i32"));
    const [weightsAt, targetAt, count] = [1, 2, 3].map(() => f.local("i32"));
    const halves = Array.from({ length: VECTORS }, () => [f.local("v128"), f.local("v128")]);
    const behind = halves.map(() => f.local("v128"));
    const [low, high, seen] = [1, 2, 3].map(() => f.local("v128"));
    const sums = Array.from({ length: ROWS }, () => Array.from({ length: VECTORS }, () => f.local("v128")));

    /** Four columns of a row, with zeros for those outside. */
    const four = (address: Local<"i32">, offset: number, column: number): Expression<"v128"> => {
      const place = Math.min(Math.max(0, column), source[1] - 4);
      const value = v128.load(address, offset + 4 * place);
      if (place === column) return value;
      const lanes = [0, 1, 2, 3].map((lane) => lane + column - place);
      return f32x4.shuffle(value, v128.constI32x4(0), lanes.map((lane) => lane >= 0 && lane < 4 ? lane : 4));
    };
    /** Sums vectors at some columns, from the address of column `zero` on. */
    const tile = ({ seen: rows, height }: Run, places: readonly number[], first: number, address: Local<"i32">, zero: number,
      stored: Local<"i32">): void => {
      const checked = !safe(places);
      /** Whether the columns of the next vector are the next ones. */
      const adjoins = (v: number): boolean => places[v + 1] === places[v] + 4;
      for (const list of sums.slice(0, height)) for (const sum of list) f.set(sum, v128.constI32x4(0));
      for (const { row, uses } of rows) {
        const offset = (row - first) * rowBytes;
        const load = (column: number): Expression<"v128"> =>
          checked ? four(address, offset, column) : v128.load(address, offset + 4 * (column - zero));
        /** Splits what a vector sees; the one behind it before it. */
        const split = (v: number): void => {
          const column = start(places[v]);
          f.set(low, load(column));
          f.set(high, load(column + 4));
          halves[v].forEach((half, odd) => {
            if (odd < window[1]) f.set(half, f32x4.shuffle(low, high, [0, 2, 4, 6].map((lane) => lane + odd)));
          });
          if (window[1] <= 2 || adjoins(v)) return;
          // Of three columns of taps the last sees one more column.
          const outside = checked && column + 8 >= source[1];
          const single = (): Expression<"v128"> =>
            outside ? v128.constI32x4(0) : v128.load32Splat(address, offset + 4 * (column + 8 - zero));
          f.set(behind[v], beyond === 1 ? single() : load(column + 8));
        };
        const add = (v: number, tap: number): void => {
          const odd = tap & 1;
          let value = halves[v][odd];
          if (tap > 1) {
            const next = adjoins(v);
            f.set(seen, shifted(value, next ? halves[v + 1][odd] : behind[v], tap, next));
            value = seen;
          }
          for (const [at, below] of uses) {
            f.set(sums[at][v], madd(weights[below * window[1] + tap], value, sums[at][v]));
          }
        };
        const vectors = places.map((_, v) => v).reverse();
        const taps = Array.from({ length: window[1] }, (_, tap) => tap);
        // Weights that have no registers are read once for all vectors.
        if (held) {
          for (const v of vectors) {
            split(v);
            for (const tap of taps) add(v, tap);
          }
        } else {
          vectors.forEach(split);
          for (const tap of taps) for (const v of vectors) add(v, tap);
        }
      }
      for (let i = 0; i < height; i++) {
        places.forEach((place, v) =>
          f.store("v128", stored, sums[i][v], i * targetRow + 4 * (checked ? place : place - places[0])));
      }
    };
    /** Sums a group of rows. */
    const along = (run: Run, first: number): void => {
      for (const each of tiles) {
        if (inner.length > 0 && each === inner[0]) {
          const zero = start(each[0]);
          f.set(from, i32.add(line, 4 * zero));
          f.set(into, i32.add(to, 4 * each[0]));
          f.set(end, i32.add(into, 16 * VECTORS * inner.length));
          f.repeat(() => {
            tile(run, each, first, from, zero, into);
            f.advance(from, 32 * VECTORS);
            f.advance(into, 16 * VECTORS);
          }, () => i32.ltU(into, end));
        } else if (!inner.includes(each)) {
          f.set(into, safe(each) ? i32.add(to, 4 * each[0]) : to);
          tile(run, each, first, line, 0, into);
        }
      }
    };

    f.while(planes, () => {
      f.set(weightsAt, weight);
      f.set(targetAt, output);
      f.set(count, targets);
      f.while(count, () => {
        weights.forEach((local, i) => f.set(local, v128.load32Splat(weightsAt, 4 * i)));
        for (const run of runsOf(form)) {
          // The first row that is inside, from what the first tap sees.
          const first = run.seen[0]?.row ?? 0;
          f.set(line, i32.add(plane, run.seen.length > 0 ? (run.first * step + origin[0] + first) * rowBytes : 0));
          f.set(to, i32.add(targetAt, run.first * targetRow));
          f.set(endRow, i32.add(to, run.count * run.height * targetRow));
          f.repeat(() => {
            along(run, first);
            f.advance(line, run.height * step * rowBytes);
            f.advance(to, run.height * targetRow);
          }, () => i32.ltU(to, endRow));
        }
        f.advance(weightsAt, nextWeights);
        f.advance(targetAt, nextTarget);
        f.advance(count, -1);
      });
      f.advance(plane, sourceStep);
      f.advance(weight, weightStep);
      f.advance(output, targetStep);
      f.advance(planes, -1);
    });
  });
}

/** The micro-kernel of a form; its first planes, that are filled, its rows and its last parameter are not used. */
export function depthwiseHalvesOf(memory: WebAssembly.Memory, form: HalvesForm): Depthwise {
  const { window, step, origin, source, rowBytes, target, relaxed } = form;
  const key = [relaxed, ...window, step, ...origin, ...source, rowBytes, ...target].join("|");
  return functionsOf<{ readonly run: Depthwise }>(
    memory,
    `depthwiseHalves|${key}`,
    (module) => defineHalves(module, form),
  ).run;
}
