/**
 * Pooling of four neighbouring channels at a time, which see the same places of their planes: for channels that are
 * neighbours in memory, for planes too small for four windows in a row, and for any other strides.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { argument } from "./operands.ts";
import { least } from "./reduce_arguments.ts";
import {
  type PoolArguments,
  type PoolForm,
  positive,
  readPoolArguments,
  type Span,
  spanOf,
} from "./pooling_window.ts";
import { f32, i32 } from "./scalar.ts";
import { transpose } from "./turn.ts";
import { f32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;

/** The taps of a window that are written out. */
const UNROLLED_TAPS = 16;

/** Channels that go along together. */
export const CHANNELS = 4;

/** Where the channels of a group lie in an operand: bytes from the first to the others, the last again if there are fewer. */
export type Offsets = readonly Address[];

/** Four channels of an image. */
export interface Group {
  /** The image. */
  readonly image: Address;
  /** The first channel. */
  readonly channel: Address;
  /** How many there are. */
  readonly count: Address;
}

/** Reads the arguments; `operands` of them, of which `strided` have strides. */
export function readAcross(
  f: FunctionBuilder,
  form: PoolForm,
  block: Word,
  operands: number,
  strided: number,
): { readonly a: PoolArguments; readonly groups: Address } {
  const a = readPoolArguments(f, form, block, operands, strided);
  return { a, groups: f.local("i32", i32.shrU(i32.add(a.channels, CHANNELS - 1), 2)) };
}

/**
 * The group with this number. Where that may be (`again`), the last group has four channels too, of which some are of the
 * group before it.
 */
export function groupAt(
  f: FunctionBuilder,
  { channels }: PoolArguments,
  groups: Word,
  index: Word,
  again = false,
): Group {
  const image = f.local("i32", i32.divU(index, groups));
  const channel = f.local("i32", i32.shl(i32.sub(index, i32.mul(image, groups)), 2));
  if (again) {
    const last = f.local("i32", i32.sub(channels, CHANNELS));
    f.set(channel, least(channel, positive(last)));
  }
  const count = f.local("i32", least(i32.sub(channels, channel), constant("i32", CHANNELS)));
  return { image, channel, count };
}

/** The strides of an operand that is stored, from the argument with this index on. Bytes. */
export function stridesAt(f: FunctionBuilder, block: Word, index: number): readonly Address[] {
  return [0, 1, 2, 3].map((axis) => f.local("i32", i32.shl(argument(block, index + axis), 2)));
}

/** A row of the planes of a group. */
export interface GroupRow {
  /** The group. */
  readonly group: Group;
  /** The row. */
  readonly row: Address;
  /** Where it starts in the first of the planes. */
  readonly target: Address;
  /** Stores an element for each channel. */
  readonly store: (address: Word, value: Local<"v128">) => void;
}

/** Where the rows of groups are stored. */
export interface GroupRows {
  /** The first element. */
  readonly address: Word;
  /** Strides, in bytes. */
  readonly strides: readonly Word[];
  /** Rows of a plane. */
  readonly rows: Word;
}

/** Goes through the units `begin` to `end`, which are rows of groups: the groups of a row follow each other. */
export function overGroupRows(
  f: FunctionBuilder,
  a: PoolArguments,
  groups: Word,
  { address, strides, rows }: GroupRows,
  begin: Address,
  end: Word,
  body: (unit: GroupRow) => void,
): void {
  const perImage = f.local("i32", i32.mul(rows, groups));
  f.until(begin, end, 1, () => {
    const image = f.local("i32", i32.divU(begin, perImage));
    const rest = f.local("i32", i32.sub(begin, i32.mul(image, perImage)));
    const row = f.local("i32", i32.divU(rest, groups));
    f.set(rest, i32.sub(rest, i32.mul(row, groups)));
    const group = groupAt(f, a, groups, i32.add(i32.mul(image, groups), rest), true);
    const target = startOf(f, address, strides, group);
    f.advance(target, i32.mul(row, strides[2]));
    const together = f.local("i32", areNeighbours(group, strides[1]));
    const offsets = offsetsOf(f, group, strides[1]);
    body({
      group,
      row,
      target,
      store: (at, value) =>
        f.if(together, () => f.store("v128", at, value), () => storeLanes(f, at, offsets, value)),
    });
  });
}

/** Whether the channels of a group are four neighbours. */
function areNeighbours({ count }: Group, stride: Word): Word {
  return i32.and(i32.eq(stride, 4), i32.eq(count, CHANNELS));
}

/** Where the channels of a group lie that are `stride` bytes apart. */
export function offsetsOf(f: FunctionBuilder, { count }: Group, stride: Word): Offsets {
  const list: Address[] = [];
  for (let lane = 1; lane < CHANNELS; lane++) {
    const before = list[lane - 2] ?? constant("i32", 0);
    list.push(f.local("i32", select(i32.gtU(count, lane), i32.add(before, stride), before)));
  }
  return list;
}

/** The byte of a strided operand at which the first channel of a group starts. */
export function startOf(f: FunctionBuilder, address: Word, strides: readonly Word[], group: Group): Address {
  const start = i32.add(address, i32.mul(group.image, strides[0]));
  return f.local("i32", i32.add(start, i32.mul(group.channel, strides[1])));
}

/** Reads an element of each channel. */
export type LoadLanes = (address: Word) => Expression<"v128">;

/** Reads four neighbouring elements of each channel, as a vector for each of them. */
export type LoadSquare = (address: Word) => readonly Expression<"v128">[];

/** Writes `body` for channels that are neighbours, and for others, whose elements in a row may be. */
export function withLanes(
  f: FunctionBuilder,
  group: Group,
  stride: Word,
  offsets: Offsets,
  body: (load: LoadLanes, square: LoadSquare | null) => void,
): void {
  const lanes: LoadLanes = (address) =>
    offsets.reduce(
      (vector, offset, i) => f32x4.replaceLane(vector, i + 1, f32.load(i32.add(address, offset))),
      v128.load32Zero(address),
    );
  const square: LoadSquare = (address) => {
    const rows = [address, ...offsets.map((offset) => i32.add(address, offset))];
    return transpose(f, rows.map((row) => f.local("v128", v128.load(row))));
  };
  f.if(
    areNeighbours(group, stride),
    () => body((address) => v128.load(address), null),
    () => body(lanes, square),
  );
}

/** Stores a lane for each channel. */
function storeLanes(
  f: FunctionBuilder,
  address: Word,
  offsets: Offsets,
  value: Expression<"v128">,
): void {
  // Lanes of no channel first, which are of the last one: that is the same value.
  f.storeLane32(address, value, 0);
  offsets.forEach((offset, i) => f.storeLane32(i32.add(address, offset), value, i + 1));
}

/** Goes through the elements of a window, row by row; `nextRow` is written after each row. */
export function overPlaces(
  f: FunctionBuilder,
  { window: [rows, columns], inside }: PoolForm,
  from: Word,
  [rowStride, columnStride]: readonly Word[],
  high: Word,
  wide: Word,
  tap: (place: Address) => void,
  nextRow: () => void = () => {},
): void {
  const row = f.local("i32", from);
  const place = f.local("i32");
  const unrolled = (): void => {
    for (let i = 0; i < rows; i++) {
      f.set(place, row);
      for (let j = 0; j < columns; j++) {
        tap(place);
        if (j + 1 < columns) f.advance(place, columnStride);
      }
      if (i + 1 < rows) f.advance(row, rowStride);
      nextRow();
    }
  };
  const looped = (): void => {
    const below = f.local("i32", high);
    const beside = f.local("i32");
    f.while(i32.gtS(below, 0), () => {
      f.set(place, row);
      f.set(beside, wide);
      f.while(i32.gtS(beside, 0), () => {
        tap(place);
        f.advance(place, columnStride);
        f.advance(beside, -1);
      });
      f.advance(row, rowStride);
      f.advance(below, -1);
      nextRow();
    });
  };
  if (rows * columns > UNROLLED_TAPS) return looped();
  if (inside) unrolled();
  else f.if(i32.and(i32.eq(high, rows), i32.eq(wide, columns)), unrolled, looped);
}

/** The columns of a window from which four are read together. */
export const SQUARE = 4;

/** Goes through the elements of a window whose columns are neighbours, row by row, four of a row at a time. */
function overSquares(
  f: FunctionBuilder,
  from: Word,
  rowStride: Word,
  high: Word,
  wide: Word,
  one: (place: Address) => void,
  four: (place: Address) => void,
): void {
  const [row, below] = [f.local("i32", from), f.local("i32", high)];
  const [place, beside] = [f.local("i32"), f.local("i32")];
  f.while(i32.gtS(below, 0), () => {
    f.set(place, row);
    f.set(beside, wide);
    f.while(i32.geS(beside, SQUARE), () => {
      four(place);
      f.advance(place, 4 * SQUARE);
      f.advance(beside, -SQUARE);
    });
    f.while(i32.gtS(beside, 0), () => {
      one(place);
      f.advance(place, 4);
      f.advance(beside, -1);
    });
    f.advance(row, rowStride);
    f.advance(below, -1);
  });
}

/** A window of a row of the output: what it sees of the image. */
export interface AcrossWindow {
  /** Goes through the elements that it sees, row by row. */
  readonly each: (visit: (value: Local<"v128">) => void) => void;
  /** Its rows. */
  readonly rows: Span;
  /** Its columns. */
  readonly columns: Span;
}

/**
 * Writes a kernel whose units are groups of channels of a row of the output; operands are the image and the output, which
 * has the strides `outSteps`.
 */
export function overRowsOfGroups(
  f: FunctionBuilder,
  form: PoolForm,
  { a, groups }: { readonly a: PoolArguments; readonly groups: Word },
  outSteps: readonly Word[],
  begin: Address,
  end: Word,
  body: (window: AcrossWindow, store: (value: Local<"v128">) => void) => void,
): void {
  const [image, output] = a.operands;
  const [steps] = a.strides;
  const targets = { address: output, strides: outSteps, rows: a.outRows };
  overGroupRows(f, a, groups, targets, begin, end, ({ group, row, target, store }) => {
    const rows = spanOf(f, form, 0, row, a);
    const start = startOf(f, image, steps, group);
    f.advance(start, i32.mul(rows.first, steps[2]));
    withLanes(f, group, steps[1], offsetsOf(f, group, steps[1]), (load, square) => {
      const j = f.local("i32", 0);
      f.set(j, 0);
      const at = f.local("i32", target);
      f.until(j, a.outColumns, 1, () => {
        const columns = spanOf(f, form, 1, j, a);
        const from = f.local("i32", i32.add(start, i32.mul(columns.first, steps[3])));
        const each: AcrossWindow["each"] = (visit) => {
          const one = (place: Address): void => visit(f.local("v128", load(place)));
          const places = (): void =>
            overPlaces(f, form, from, steps.slice(2), rows.count, columns.count, one);
          if (square === null || form.window[1] < SQUARE) return places();
          f.if(
            i32.eq(steps[3], 4),
            () =>
              overSquares(f, from, steps[2], rows.count, columns.count, one, (place) => {
                for (const value of square(place)) visit(f.local("v128", value));
              }),
            places,
          );
        };
        body({ each, rows, columns }, (value) => store(at, value));
        f.advance(at, outSteps[3]);
      });
    });
  });
}
