/**
 * Copies in WebAssembly SIMD in which an axis of few elements is innermost; see `../narrow_copy.ts`.
 *
 * @module
 */
import type { KernelReference } from "../kernel.ts";
import { LINE, type NarrowCopy } from "../narrow_copy.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { joinRows, splitRows } from "./interleave.ts";
import { coveringPieces, loadPiece, storePiece } from "./narrow.ts";
import { argument } from "./operands.ts";
import { walkAlong } from "./outer_axes.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";
import { transpose } from "./turn.ts";
import { f32x4, v128 } from "./vector.ts";

type Address = Local<"i32">;
type Vector = Expression<"v128">;

/** Strides in bytes: along the long axis, and along the short one. */
interface Steps {
  readonly from: readonly Address[];
  readonly to: readonly Address[];
}

/** Places of the long axis that go along together. */
const TOGETHER = 4;

/** The loop for elements of `bytes` bytes. A unit is a line of the long axis, or a part of it. */
export function simdNarrowCopyKernel(
  { kind, few, columns, outer: { length: outer } }: Pick<NarrowCopy, "kind" | "few" | "columns" | "outer">,
  bytes: number,
): KernelReference {
  const shift = Math.log2(bytes);
  return simdKernel(`simd|narrowCopy|${kind}|${few}|${columns}|${bytes}|${outer}`, (module) => {
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const number = (index: number): Address => f.local("i32", argument(block, index));
      const inBytes = (index: number): Address => f.local("i32", i32.shl(argument(block, index), shift));
      const [from, to, length] = [inBytes(0), inBytes(1), number(2)];
      const steps: Steps = { from: [inBytes(3), inBytes(4)], to: [inBytes(5), inBytes(6)] };
      const axes = Array.from({ length: outer }, (_, i) => ({
        extent: number(7 + i),
        strides: [inBytes(7 + outer + i), inBytes(7 + 2 * outer + i)],
      }));
      const walk = walkAlong(f, axes, [from, to]);
      const parts = f.local("i32", i32.divU(i32.add(length, LINE - 1), LINE));
      const part = f.local("i32", i32.divU(begin, parts));
      walk.start(part);
      f.set(part, i32.sub(begin, i32.mul(part, parts)));
      const [source, target, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
      f.until(begin, end, 1, () => {
        const first = f.local("i32", i32.mul(part, LINE));
        f.set(left, least(i32.sub(length, first), constant("i32", LINE)));
        f.set(source, i32.add(from, i32.mul(first, steps.from[0])));
        f.set(target, i32.add(to, i32.mul(first, steps.to[0])));
        if (kind === "rows") copyRows(f, few << shift, source, target, steps, left);
        else if (kind === "matrices") turnMatrices(f, few, columns, source, target, steps, left);
        else overFours(f, kind, few, source, target, steps, left);
        f.advance(part, 1);
        f.if(i32.eq(part, parts), () => {
          f.set(part, 0);
          walk.next();
        });
      });
    });
  });
}

function copyRows(
  f: FunctionBuilder,
  bytes: number,
  source: Address,
  target: Address,
  { from, to }: Steps,
  left: Address,
): void {
  const pieces = coveringPieces(bytes);
  f.while(left, () => {
    const values = pieces.map((piece) => {
      const value = loadPiece(piece, source);
      return f.local(value.type, value);
    });
    pieces.forEach((piece, i) => storePiece(f, piece, target, values[i]));
    f.advance(source, from[0]);
    f.advance(target, to[0]);
    f.advance(left, -1);
  });
}

/** Turns matrices of `few` elements, with `columns` columns there. */
function turnMatrices(
  f: FunctionBuilder,
  few: number,
  columns: number,
  source: Address,
  target: Address,
  { from, to }: Steps,
  left: Address,
): void {
  const rows = few / columns;
  // The last vector overlaps the one before it where the elements are no whole number of vectors.
  const starts = Array.from({ length: Math.ceil(few / 4) }, (_, i) => Math.min(4 * i, few - 4));
  f.while(left, () => {
    const vectors = starts.map((start) => f.local("v128", v128.load(source, 4 * start)));
    for (const start of starts) {
      const elements = [0, 1, 2, 3].map((lane) => {
        const [row, column] = [Math.floor((start + lane) / columns), (start + lane) % columns];
        return column * rows + row;
      });
      f.store("v128", target, pick(f, vectors, starts, elements), 4 * start);
    }
    f.advance(source, from[0]);
    f.advance(target, to[0]);
    f.advance(left, -1);
  });
}

/** Four of the elements that vectors hold, each from its start on. */
function pick(
  f: FunctionBuilder,
  vectors: readonly Vector[],
  starts: readonly number[],
  elements: readonly number[],
): Vector {
  const homes = elements.map((element) =>
    starts.findIndex((start) => element >= start && element < start + 4)
  );
  const used = [...new Set(homes)];
  /** The lanes of up to two vectors, at their places. */
  const pair = ([a, b = a]: readonly number[]): Local<"v128"> =>
    f.local(
      "v128",
      f32x4.shuffle(
        vectors[a],
        vectors[b],
        elements.map((element, lane) => {
          const home = homes[lane];
          return home === a ? element - starts[a] : home === b ? 4 + element - starts[b] : lane;
        }),
      ),
    );
  const first = used.slice(0, 2);
  if (used.length <= 2) return pair(first);
  const order = homes.map((home, lane) => first.includes(home) ? lane : 4 + lane);
  return f32x4.shuffle(pair(first), pair(used.slice(2)), order);
}

/** Four places at a time, of which the last four are copied again where some are left; one by one if there are fewer. */
function overFours(
  f: FunctionBuilder,
  kind: "join" | "split",
  few: number,
  source: Address,
  target: Address,
  { from, to }: Steps,
  left: Address,
): void {
  const lines = Array.from({ length: few }, () => f.local("i32"));
  const apart = kind === "join" ? source : target;
  const [, step] = kind === "join" ? from : to;
  /** Where the places stand whose elements are not neighbours, for each of the few. */
  const spread = (): void =>
    lines.forEach((line, i) => f.set(line, i === 0 ? apart : i32.add(lines[i - 1], step)));
  const four = (): void => {
    spread();
    const beside = Array.from({ length: few }, (_, i) => 16 * i);
    const values = kind === "join"
      ? lines.map((line) => f.local("v128", v128.load(line)))
      : beside.map((offset) => f.local("v128", v128.load(source, offset)));
    const turned = few === 4
      ? transpose(f, values).map((value) => f.local("v128", value))
      : kind === "join"
      ? joinRows(f, values)
      : splitRows(f, values);
    if (kind === "split") lines.forEach((line, i) => f.store("v128", line, turned[i]));
    else beside.forEach((offset, i) => f.store("v128", target, turned[i], offset));
  };
  const advance = (places: Expression<"i32">): void => {
    f.advance(source, i32.mul(places, from[0]));
    f.advance(target, i32.mul(places, to[0]));
    f.set(left, i32.sub(left, places));
  };
  f.if(i32.geU(left, TOGETHER), () => {
    f.repeat(() => {
      four();
      f.advance(source, i32.shl(from[0], 2));
      f.advance(target, i32.shl(to[0], 2));
      f.advance(left, -TOGETHER);
    }, () => i32.geU(left, TOGETHER));
    f.if(left, () => {
      advance(i32.sub(left, TOGETHER));
      four();
      f.set(left, 0);
    });
  });
  f.while(left, () => {
    spread();
    lines.forEach((line, i) => {
      if (kind === "join") f.store("i32", target, i32.load(line), 4 * i);
      else f.store("i32", line, i32.load(source, 4 * i));
    });
    advance(constant("i32", 1));
  });
}
