/**
 * The passes of a Fourier transform (Stockham's order, decimation in frequency): butterflies of one radix over vectors
 * that lie across transforms.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { type Expression, select } from "./expression.ts";
import type { FloatLanes } from "./float_lanes.ts";
import { i32 } from "./scalar.ts";
import { v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** A complex vector: its real and imaginary parts. */
export type Pair<V extends Vector = Vector> = readonly [re: V, im: V];

/**
 * One pass over `count` places of `bytes` bytes, at least a vector: of the source, its imaginary parts (bytes behind the
 * real ones), the step between the inputs of a butterfly and that between places; the same of the result; then places,
 * bytes, and the roots of unity of the first place where they are multiplied by.
 */
export type Pass = (
  from: number,
  fromImag: number,
  fromStep: number,
  fromNext: number,
  to: number,
  toImag: number,
  toStep: number,
  toNext: number,
  count: number,
  bytes: number,
  table: number,
) => void;

/** The passes of a radix: without roots of unity, and with. */
export interface Passes {
  readonly plain: Pass;
  readonly turning: Pass;
}

/** Bytes of a vector. */
const VECTOR = 16;

/** The product of complex vectors. */
export function complexProduct(lanes: FloatLanes, [a, b]: Pair, [c, d]: Pair): Pair {
  return [lanes.nmadd(b, d, lanes.mul(a, c)), lanes.madd(a, d, lanes.mul(b, c))];
}

/** Defines `plain` and `turning`. */
export function definePasses(module: ModuleBuilder, radix: number, lanes: FloatLanes): void {
  for (const turning of [false, true]) {
    module.define(
      turning ? "turning" : "plain",
      ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"],
      null,
      (f, from, fromImag, fromStep, fromNext, to, toImag, toStep, toNext, count, bytes, table) => {
        const roots = Array.from({ length: turning ? radix - 1 : 0 }, () => pairOf(f));
        const [at, source, target] = [f.local("i32"), f.local("i32"), f.local("i32")];
        const last = f.local("i32", i32.sub(bytes, VECTOR));
        f.while(count, () => {
          roots.forEach((root, j) =>
            root.forEach((part, i) => f.set(part, lanes.loadSplat(table, (2 * j + i) * lanes.size)))
          );
          f.set(at, 0);
          f.repeat(() => {
            f.set(source, i32.add(from, at));
            const inputs = Array.from({ length: radix }, (_, k) => {
              if (k > 0) f.advance(source, fromStep);
              return kept(f, [v128.load(source), v128.load(i32.add(source, fromImag))]);
            });
            f.set(target, i32.add(to, at));
            butterfly(f, lanes, inputs, (value, j) => {
              if (j > 0) f.advance(target, toStep);
              const [re, im] = j > 0 && turning ? complexProduct(lanes, kept(f, value), roots[j - 1]) : value;
              f.store("v128", target, re);
              f.store("v128", i32.add(target, toImag), im);
            });
            // The last vector takes elements of the one before again where there are too few.
            f.set(at, select(i32.eq(at, last), bytes, least(i32.add(at, VECTOR), last)));
          }, () => i32.ltU(at, bytes));
          f.advance(from, fromNext);
          f.advance(to, toNext);
          if (turning) f.advance(table, 2 * (radix - 1) * lanes.size);
          f.advance(count, -1);
        });
      },
    );
  }
}

function least(a: Word, b: Word): Word {
  return select(i32.ltU(a, b), a, b);
}

function pairOf(f: FunctionBuilder): Pair<Local<"v128">> {
  return [f.local("v128"), f.local("v128")];
}

function kept(f: FunctionBuilder, [re, im]: Pair): Pair<Local<"v128">> {
  return [f.local("v128", re), f.local("v128", im)];
}

/** The transform of as many numbers as the radix, whose results `put` takes in order. */
function butterfly(
  f: FunctionBuilder,
  lanes: FloatLanes,
  x: readonly Pair[],
  put: (value: Pair, j: number) => void,
): void {
  const { add, sub } = lanes;
  const sum = (a: Pair, b: Pair): Pair => [add(a[0], b[0]), add(a[1], b[1])];
  const difference = (a: Pair, b: Pair): Pair => [sub(a[0], b[0]), sub(a[1], b[1])];
  /** `a - i b` and `a + i b` */
  const below = (a: Pair, b: Pair): Pair => [add(a[0], b[1]), sub(a[1], b[0])];
  const above = (a: Pair, b: Pair): Pair => [sub(a[0], b[1]), add(a[1], b[0])];
  const keep = (value: Pair): Pair<Local<"v128">> => kept(f, value);
  if (x.length === 2) {
    put(sum(x[0], x[1]), 0);
    put(difference(x[0], x[1]), 1);
    return;
  }
  if (x.length === 4) {
    const [a, b] = [keep(sum(x[0], x[2])), keep(difference(x[0], x[2]))];
    const [c, d] = [keep(sum(x[1], x[3])), keep(difference(x[1], x[3]))];
    [sum(a, c), below(b, d), difference(a, c), above(b, d)].forEach(put);
    return;
  }
  const n = x.length;
  const half = (n - 1) / 2;
  const sums = Array.from({ length: half }, (_, k) => keep(sum(x[k + 1], x[n - 1 - k])));
  const differences = Array.from({ length: half }, (_, k) => keep(difference(x[k + 1], x[n - 1 - k])));
  put(sums.reduce<Pair>(sum, x[0]), 0);
  const rows = sums.map((_, row) => {
    const angles = sums.map((_, k) => 2 * Math.PI * (((row + 1) * (k + 1)) % n) / n);
    const scaled = (terms: readonly Pair[], start: Pair | null, factor: (angle: number) => number): Pair =>
      keep(
        terms.reduce<Pair | null>((total, [re, im], k) => {
          const c = lanes.splat(factor(angles[k]));
          return total === null
            ? [lanes.mul(re, c), lanes.mul(im, c)]
            : [lanes.madd(re, c, total[0]), lanes.madd(im, c, total[1])];
        }, start)!,
      );
    return [scaled(sums, x[0], Math.cos), scaled(differences, null, Math.sin)] as const;
  });
  rows.forEach(([u, v], row) => put(below(u, v), row + 1));
  rows.toReversed().forEach(([u, v], row) => put(above(u, v), half + row + 1));
}
