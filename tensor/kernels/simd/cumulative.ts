/**
 * Running sums, products and extremes of float32 in WebAssembly SIMD, with the units, the arguments and the bits of the
 * loop in `../cumulative.ts`: four lines go along together.
 *
 * @module
 */
import type { Running } from "../cumulative.ts";
import type { KernelReference } from "../kernel.ts";
import { promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { joinRows, splitRows } from "./interleave.ts";
import { argument } from "./operands.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { transpose } from "./turn.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Address = Local<"i32">;
type Vector = Expression<"v128">;

/** What vectors cover. */
export type VectorRunning = Exclude<Running, "logSumExp">;

/** Lines that go along together, and their elements. */
const TOGETHER = 4;

/** What runs along lines, in locals. */
interface State<V> {
  /** Before the first element. */
  readonly start: () => void;
  /** Takes an element, and what it is replaced by. */
  readonly step: (value: V) => V;
}

/** What runs along four lines: sums and products in double precision. */
function stateOfLines(f: FunctionBuilder, running: VectorRunning): State<Vector> {
  if (running === "max" || running === "min") {
    const state = f.local("v128");
    return {
      start: () => f.set(state, f32x4.splat(running === "max" ? -Infinity : Infinity)),
      step(value) {
        f.set(state, f32x4[running](state, value));
        return f.local("v128", state);
      },
    };
  }
  const halves = [f.local("v128"), f.local("v128")];
  const combine = running === "sum" ? f64x2.add : f64x2.mul;
  return {
    start: () => halves.forEach((half) => f.set(half, f64x2.splat(running === "sum" ? 0 : 1))),
    step(value) {
      promoted(value).forEach((part, i) => f.set(halves[i], combine(halves[i], part)));
      const [low, high] = halves.map((half) => f32x4.demoteF64x2Zero(half));
      return f.local("v128", f32x4.shuffle(low, high, [0, 1, 4, 5]));
    },
  };
}

/** What runs along one line. */
function stateOfLine(f: FunctionBuilder, running: VectorRunning): State<Expression<"f32">> {
  if (running === "max" || running === "min") {
    const state = f.local("f32");
    return {
      start: () => f.set(state, running === "max" ? -Infinity : Infinity),
      step(value) {
        f.set(state, f32[running](state, value));
        return state;
      },
    };
  }
  const state = f.local("f64");
  return {
    start: () => f.set(state, running === "sum" ? 0 : 1),
    step(value) {
      f.set(state, (running === "sum" ? f64.add : f64.mul)(state, f64.promoteF32(value)));
      return f32.demoteF64(state);
    },
  };
}

/** The loop. Both operands are contiguous; units are lines, which are written out if they are of two or three elements. */
export function simdCumulativeKernel(
  running: VectorRunning,
  reverse: boolean,
  length?: number,
): KernelReference {
  const few = length === 2 || length === 3 ? length : null;
  return simdKernel(`simd|cumulative|${running}|${reverse}|${few}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const row = f.local("i32", i32.shl(argument(block, 2), 2));
      const [from, to] = [0, 1].map((i) =>
        f.local("i32", i32.add(i32.shl(argument(block, i), 2), i32.mul(begin, row)))
      );
      const lines = stateOfLines(f, running);
      const line = stateOfLine(f, running);
      const left = f.local("i32");
      f.while(i32.leU(i32.add(begin, TOGETHER), end), () => {
        if (few === null) overLines(f, lines, reverse, from, to, row);
        else overFew(f, lines, reverse, from, to, few);
        for (const pointer of [from, to]) f.advance(pointer, i32.mul(row, TOGETHER));
        f.advance(begin, TOGETHER);
      });
      f.until(begin, end, 1, () => {
        line.start();
        const [source, target] = [from, to].map((pointer) =>
          f.local("i32", reverse ? i32.add(pointer, i32.sub(row, 4)) : pointer)
        );
        f.set(left, row);
        f.while(left, () => {
          f.store("f32", target, line.step(f.local("f32", f32.load(source))));
          for (const pointer of [source, target]) f.advance(pointer, reverse ? -4 : 4);
          f.advance(left, -4);
        });
        for (const pointer of [from, to]) f.advance(pointer, row);
      });
    });
  });
}

/** Four lines of two or three elements. */
function overFew(
  f: FunctionBuilder,
  lines: State<Vector>,
  reverse: boolean,
  from: Address,
  to: Address,
  length: number,
): void {
  lines.start();
  const columns = splitRows(f, Array.from({ length }, (_, i) => f.local("v128", v128.load(from, 16 * i))));
  const results = (reverse ? columns.toReversed() : columns).map((column) => lines.step(column));
  joinRows(f, reverse ? results.toReversed() : results).forEach((value, i) =>
    f.store("v128", to, value, 16 * i)
  );
}

/** Four lines, `row` bytes each: four elements of each at a time, then one. */
function overLines(
  f: FunctionBuilder,
  lines: State<Vector>,
  reverse: boolean,
  from: Address,
  to: Address,
  row: Address,
): void {
  lines.start();
  const pointersOf = (first: Address): readonly Address[] => {
    const list: Address[] = [f.local("i32", reverse ? i32.add(first, row) : first)];
    while (list.length < TOGETHER) list.push(f.local("i32", i32.add(list[list.length - 1], row)));
    return list;
  };
  const [sources, targets] = [pointersOf(from), pointersOf(to)];
  const left = f.local("i32", row);
  /** Moves on by some bytes: before the elements if they are taken in reverse, else behind them. */
  const move = (bytes: number): void => {
    for (const pointer of [...sources, ...targets]) f.advance(pointer, reverse ? -bytes : bytes);
  };
  const around = (bytes: number, body: () => void): void => {
    if (reverse) move(bytes);
    body();
    if (!reverse) move(bytes);
    f.advance(left, -bytes);
  };
  f.while(i32.geU(left, 16), () =>
    around(16, () => {
      const rows = sources.map((source) => f.local("v128", v128.load(source)));
      const columns = transpose(f, rows).map((column) => f.local("v128", column));
      const order = reverse ? columns.toReversed() : columns;
      const results = order.map((column) => lines.step(column));
      transpose(f, reverse ? results.toReversed() : results).forEach((value, i) =>
        f.store("v128", targets[i], value)
      );
    }));
  f.while(left, () =>
    around(4, () => {
      const value = sources.slice(1).reduce<Vector>(
        (vector, source, i) => f32x4.replaceLane(vector, i + 1, f32.load(source)),
        v128.load32Zero(sources[0]),
      );
      const result = lines.step(f.local("v128", value)) as Local<"v128">;
      targets.forEach((target, i) => f.storeLane32(target, result, i));
    }));
}
