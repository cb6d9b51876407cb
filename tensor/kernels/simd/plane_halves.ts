/**
 * Going along planes that are read where they are by windows that step on by two columns: of each row of a plane eight columns
 * at a time, which are split into the even and the odd ones for all taps of that row and all rows of the target that see it.
 * What lies outside is left out, or is zeros beside the columns that are inside.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

/** Rows of a target that go along together. */
export const ROWS = 2;

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
export interface SeenRow {
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
function tilesOf(width: number, vectors: number): readonly (readonly number[])[] {
  const tiles: number[][] = [];
  for (let column = 0; column < width; column += 4 * vectors) {
    const count = Math.min(vectors, Math.ceil((width - column) / 4));
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

/** Vectors of columns of some rows of a target, and what they see. */
export interface HalvesTile {
  /** Rows. */
  readonly height: number;
  /** The first column of each vector. */
  readonly places: readonly number[];
  /** The columns before this one were of the tile before. */
  readonly from: number;
  /** The source rows that they see. */
  readonly seen: readonly SeenRow[];
  /** Reads what a vector sees of a source row, after what those behind it see. */
  readonly split: (row: number, vector: number) => void;
  /** What is seen under a column of the taps of what was read last. */
  readonly under: (vector: number, tap: number) => Expression<"v128">;
  /** Where the rows of the target are, at the first row. */
  readonly at: Local<"i32">;
  /** The byte from there to a vector of a row. */
  readonly offset: (row: number, vector: number) => number;
}

/**
 * Goes along a target of a plane in tiles of so many vectors; `rowBytes` lie between its rows, and `next` is written after
 * so many of them.
 */
export function alongHalves(
  f: FunctionBuilder,
  form: HalvesForm,
  vectors: number,
  plane: Local<"i32">,
  target: { readonly address: Local<"i32">; readonly rowBytes: number },
  body: (tile: HalvesTile) => void,
  next: (height: number) => void = () => {},
): void {
  const { window, step, origin, source, rowBytes } = form;
  const beyond = window[1] > 3 ? 4 : window[1] === 3 ? 1 : 0;
  const tiles = tilesOf(form.target[1], vectors);
  const start = (column: number): number => 2 * column + origin[1];
  const safe = (places: readonly number[]): boolean =>
    start(places[0]) >= 0 && start(places[places.length - 1]) + 8 + beyond <= source[1];
  const inner = tiles.filter((places, i) =>
    places.length === vectors && places[0] === 4 * vectors * i && safe(places)
  );
  const [line, to, from, into, end, endRow] = [1, 2, 3, 4, 5, 6].map(() => f.local("i32"));
  const halves = Array.from({ length: vectors }, () => [f.local("v128"), f.local("v128")]);
  const behind = halves.map(() => f.local("v128"));
  const [low, high] = [f.local("v128"), f.local("v128")];

  /** Four columns of a row, with zeros for those outside. */
  const four = (address: Local<"i32">, offset: number, column: number): Expression<"v128"> => {
    const place = Math.min(Math.max(0, column), source[1] - 4);
    const value = v128.load(address, offset + 4 * place);
    if (place === column) return value;
    const lanes = [0, 1, 2, 3].map((lane) => lane + column - place);
    return f32x4.shuffle(value, v128.constI32x4(0), lanes.map((lane) => lane >= 0 && lane < 4 ? lane : 4));
  };
  /** The tile with a number, from the addresses of column `zero` on. */
  const tile = (
    { seen, height }: Run,
    number: number,
    first: number,
    address: Local<"i32">,
    zero: number,
    at: Local<"i32">,
  ): void => {
    const places = tiles[number];
    const checked = !safe(places);
    /** Whether the columns of the next vector are the next ones. */
    const adjoins = (v: number): boolean => places[v + 1] === places[v] + 4;
    body({
      ...{ height, places, seen, at, from: 4 * vectors * number },
      offset: (row, v) => row * target.rowBytes + 4 * (checked ? places[v] : places[v] - places[0]),
      split(row, v) {
        const offset = (row - first) * rowBytes;
        const load = (column: number): Expression<"v128"> =>
          checked ? four(address, offset, column) : v128.load(address, offset + 4 * (column - zero));
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
      },
      under(v, tap) {
        const half = halves[v][tap & 1];
        if (tap < 2) return half;
        return shifted(half, adjoins(v) ? halves[v + 1][tap & 1] : behind[v], tap, adjoins(v));
      },
    });
  };
  /** Goes along a group of rows. */
  const along = (run: Run, first: number): void =>
    tiles.forEach((places, number) => {
      if (places === inner[0]) {
        const zero = start(places[0]);
        f.set(from, i32.add(line, 4 * zero));
        f.set(into, i32.add(to, 4 * places[0]));
        f.set(end, i32.add(into, 16 * vectors * inner.length));
        f.repeat(() => {
          tile(run, number, first, from, zero, into);
          f.advance(from, 32 * vectors);
          f.advance(into, 16 * vectors);
        }, () => i32.ltU(into, end));
      } else if (!inner.includes(places)) {
        f.set(into, safe(places) ? i32.add(to, 4 * places[0]) : to);
        tile(run, number, first, line, 0, into);
      }
    });

  for (const run of runsOf(form)) {
    // The first row that is inside, from what the first tap sees.
    const first = run.seen[0]?.row ?? 0;
    const row = run.seen.length > 0 ? run.first * step + origin[0] + first : 0;
    f.set(line, i32.add(plane, row * rowBytes));
    f.set(to, i32.add(target.address, run.first * target.rowBytes));
    f.set(endRow, i32.add(to, run.count * run.height * target.rowBytes));
    f.repeat(() => {
      along(run, first);
      next(run.height);
      f.advance(line, run.height * step * rowBytes);
      f.advance(to, run.height * target.rowBytes);
    }, () => i32.ltU(to, endRow));
  }
}

/** What tells a form from others. */
export function halvesKey({ window, step, origin, source, rowBytes, target, relaxed }: HalvesForm): string {
  return [relaxed, ...window, step, ...origin, ...source, rowBytes, ...target].join("|");
}
