/**
 * Reading and adding at positions of their own along the lines of an axis, in WebAssembly SIMD: the SIMD form of the loop
 * in `../gather.ts` that does so. Four positions go along together, of one line or of four lines beside each other.
 *
 * @module
 */
import { type DType, itemSize } from "../../dtype.ts";
import { missingOf, type Outside } from "../gather.ts";
import type { KernelReference } from "../kernel.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { argument } from "./operands.ts";
import { type OuterAxis, walkAlong } from "./outer_axes.ts";
import { clear as clearRange } from "./pooling_memory.ts";
import { fourPositions, position, POSITIONS } from "./positions.ts";
import { least } from "./reduce_arguments.ts";
import { f32, i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;

/** Lines beside each other that are a unit. */
export const LINES = 256;

/** What the loop is made for. */
export interface AlongAxisForm {
  /** Whether elements are added to zeros, or read. */
  readonly add: boolean;
  /** Type of the elements. */
  readonly dtype: DType;
  /** Type of the positions. */
  readonly indices: DType;
  /** Number of the other axes, after merging. */
  readonly rank: number;
  /** What is read outside of the axis. */
  readonly outside: Outside;
}

/** Strides of the elements, the positions and the output. */
type Three = readonly [number, number, number];

/**
 * Whether the positions that go along together are of four lines ("across") or of one ("along"); null where there are none.
 * `axis` are the strides along the axis, `beside` those along the last of the other axes, of this extent.
 */
export function alongAxisWay(
  { add, dtype, indices }: AlongAxisForm,
  axis: Three,
  beside: Three | null,
  extent: number,
): "across" | "along" | null {
  if (itemSize(dtype) !== 4 || dtype === "key" || itemSize(indices) !== 4) return null;
  const together = (strides: Three): boolean => strides[1] === 1 && (add || strides[2] === 1);
  const along = add || together(axis);
  // Fewer lines than go along together are still better off here than in the loop of typed arrays.
  if (beside !== null && (extent >= POSITIONS || !along) && together(beside)) return "across";
  return along ? "along" : null;
}

/** Addresses and strides, in bytes. */
interface Lines {
  readonly pointers: readonly Address[];
  readonly axis: readonly Address[];
  readonly count: Address;
  readonly extent: Address;
}

/**
 * The loop, with the arguments of the JavaScript loop. A unit is a line, or where four go along together up to `LINES`
 * lines beside each other.
 */
export function simdAlongAxisKernel(form: AlongAxisForm, across: boolean): KernelReference {
  const { add, dtype, indices, rank, outside } = form;
  return simdKernel(`simd|alongAxis|${add}|${dtype}|${indices}|${rank}|${outside}|${across}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const number = (index: number): Address => f.local("i32", argument(block, index));
      const bytes = (index: number): Address => f.local("i32", i32.shl(argument(block, index), 2));
      const pointers = [0, 1, 2].map(bytes);
      const [count, extent] = [number(3), number(4)];
      const axis = [5, 6, 7].map(bytes);
      const others = Array.from({ length: rank }, (_, d): OuterAxis => ({
        extent: number(8 + d),
        strides: [1, 2, 3].map((operand) => bytes(8 + rank * operand + d)),
      }));
      const write = (lines: Lines, beside: readonly Word[] | null, width: Word): void =>
        (add ? addLines : readLines)(f, form, lines, beside, width);
      if (!across) {
        const walk = walkAlong(f, others, pointers);
        walk.start(begin);
        f.until(begin, end, 1, () => {
          write({ pointers, axis, count, extent }, null, constant("i32", 1));
          walk.next();
        });
        return;
      }
      const last = others[rank - 1];
      const walk = walkAlong(f, others.slice(0, -1), pointers);
      const parts = f.local("i32", i32.divU(i32.add(last.extent, LINES - 1), LINES));
      const part = f.local("i32", i32.divU(begin, parts));
      walk.start(part);
      f.set(part, i32.sub(begin, i32.mul(part, parts)));
      const starts = pointers.map(() => f.local("i32"));
      f.until(begin, end, 1, () => {
        const first = f.local("i32", i32.mul(part, LINES));
        const width = f.local("i32", least(i32.sub(last.extent, first), constant("i32", LINES)));
        starts.forEach((start, i) => f.set(start, i32.add(pointers[i], i32.mul(first, last.strides[i]))));
        write({ pointers: starts, axis, count, extent }, last.strides, width);
        f.advance(part, 1);
        f.if(i32.eq(part, parts), () => {
          f.set(part, 0);
          walk.next();
        });
      });
    });
  });
}

/** The bits of what is read outside of the axis. */
function missingBits({ dtype, outside }: AlongAxisForm): Word {
  const missing = outside === "zero" ? 0 : missingOf(dtype);
  const bits = dtype === "float32" ? new Int32Array(Float32Array.of(missing).buffer)[0] : missing | 0;
  return constant("i32", bits);
}

/** Reads at the positions of lines: of one of them, or of `width` lines beside each other. */
function readLines(
  f: FunctionBuilder,
  form: AlongAxisForm,
  { pointers: [source, list, target], axis, count, extent }: Lines,
  beside: readonly Word[] | null,
  width: Word,
): void {
  const [from, at, to, left, index, j] = Array.from({ length: 6 }, () => f.local("i32"));
  const four = fourPositions(f, form.indices, extent, axis[0]);
  // Positions that go along together follow each other, and so do the elements that are stored.
  const step = beside === null ? constant("i32", 0) : beside[0];
  const single = (): void => {
    position(f, index, form.indices, at, extent);
    f.if(
      i32.ltU(index, extent),
      () => f.store("i32", to, i32.load(i32.add(from, i32.mul(index, axis[0])))),
      () => f.store("i32", to, missingBits(form)),
    );
    f.advance(from, step);
    f.advance(at, 4);
    f.advance(to, 4);
    f.advance(left, -1);
  };
  const neighbours = (): void => {
    f.while(i32.geU(left, POSITIONS), () => {
      four.read(at);
      f.if(four.inside, () => {
        const lines = Array.from(
          { length: POSITIONS },
          (_, i) => beside === null || i === 0 ? from : f.local("i32"),
        );
        if (beside !== null) {
          lines.slice(1).forEach((line, i) => f.set(line, i32.add(lines[i], step)));
        }
        const places = lines.map((line, i) => f.local("i32", i32.add(line, four.offset(i))));
        const values = places.slice(1).reduce<Expression<"v128">>(
          (vector, place, i) => i32x4.replaceLane(vector, i + 1, i32.load(place)),
          v128.load32Zero(places[0]),
        );
        f.store("v128", to, values);
        if (beside !== null) f.set(from, i32.add(lines[POSITIONS - 1], step));
        f.advance(at, 4 * POSITIONS);
        f.advance(to, 4 * POSITIONS);
        f.advance(left, -POSITIONS);
      }, single);
    });
    f.while(left, single);
  };
  if (beside === null) {
    f.set(from, source);
    f.set(at, list);
    f.set(to, target);
    f.set(left, count);
    return neighbours();
  }
  f.set(j, 0);
  f.until(j, count, 1, () => {
    f.set(from, source);
    f.set(at, i32.add(list, i32.mul(j, axis[1])));
    f.set(to, i32.add(target, i32.mul(j, axis[2])));
    f.set(left, width);
    neighbours();
  });
}

/** Adds at the positions of lines: of one of them, or of `width` lines beside each other. */
function addLines(
  f: FunctionBuilder,
  form: AlongAxisForm,
  { pointers: [source, list, target], axis, count, extent }: Lines,
  beside: readonly Word[] | null,
  width: Word,
): void {
  const [from, at, to, left, index, j, place] = Array.from({ length: 7 }, () => f.local("i32"));
  const addAt = (offset: Word): void => {
    f.set(place, i32.add(to, offset));
    if (form.dtype === "float32") f.store("f32", place, f32.add(f32.load(place), f32.load(from)));
    else f.store("i32", place, i32.add(i32.load(place), i32.load(from)));
  };
  const clear = (first: Word, step: Word, length: Word): void =>
    f.if(i32.eq(step, 4), () => {
      f.set(place, first);
      clearRange(f, place, i32.add(place, i32.shl(length, 2)));
    }, () => {
      f.set(place, first);
      f.set(left, length);
      f.while(left, () => {
        f.store("i32", place, 0);
        f.advance(place, step);
        f.advance(left, -1);
      });
    });
  const [fromStep, atStep, toStep] = beside ?? [axis[0], axis[1], constant("i32", 0)];
  const single = (): void => {
    position(f, index, form.indices, at, extent);
    f.if(i32.ltU(index, extent), () => addAt(i32.mul(index, axis[2])));
    f.advance(from, fromStep);
    f.advance(at, atStep);
    f.advance(to, toStep);
    f.advance(left, -1);
  };
  if (beside === null) {
    clear(target, axis[2], extent);
    f.set(from, source);
    f.set(at, list);
    f.set(to, target);
    f.set(left, count);
    f.while(left, single);
    return;
  }
  const four = fourPositions(f, form.indices, extent, axis[2]);
  const lineBytes = i32.shl(extent, 2);
  // Lines that follow each other are cleared as one, others place by place.
  f.if(
    i32.and(i32.eq(axis[2], 4), i32.eq(toStep, lineBytes)),
    () => clearRange(f, target, i32.add(target, i32.mul(width, lineBytes))),
    () => {
      f.set(j, 0);
      f.until(j, extent, 1, () => clear(i32.add(target, i32.mul(j, axis[2])), toStep, width));
    },
  );
  f.set(j, 0);
  f.until(j, count, 1, () => {
    f.set(from, i32.add(source, i32.mul(j, axis[0])));
    f.set(at, i32.add(list, i32.mul(j, axis[1])));
    f.set(to, target);
    f.set(left, width);
    f.while(i32.geU(left, POSITIONS), () => {
      four.read(at);
      f.if(four.inside, () => {
        for (let i = 0; i < POSITIONS; i++) {
          addAt(four.offset(i));
          f.advance(from, fromStep);
          f.advance(to, toStep);
        }
        f.advance(at, 4 * POSITIONS);
        f.advance(left, -POSITIONS);
      }, single);
    });
    f.while(left, single);
  });
}
