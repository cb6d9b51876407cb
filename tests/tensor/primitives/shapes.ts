/**
 * Random shapes of the operands of each primitive.
 *
 * @module
 */
import fc from "fast-check";
import type { Shape } from "../../../tensor/mod.ts";
import { ELEMENTWISE } from "./elementwise.ts";

type Shapes = fc.Arbitrary<readonly Shape[]>;

const extent = fc.integer({ min: 1, max: 4 });
const wide = fc.integer({ min: 2, max: 6 });

/** Shapes made of a few random extents. */
function made(
  extents: readonly fc.Arbitrary<number>[],
  f: (...extents: number[]) => readonly Shape[],
): Shapes {
  return fc.tuple(...extents).map((drawn) => f(...drawn as number[]));
}

/** Shapes of as many operands as there are masks, whose axes are 1 or missing where they broadcast. */
function broadcasting(count: number): Shapes {
  const axes = fc.array(fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 0), fc.nat(2 ** count - 1)), {
    maxLength: 4,
  });
  return fc.tuple(axes, fc.array(fc.nat(2), { minLength: count, maxLength: count })).map(([drawn, leads]) =>
    leads.map((lead, i) =>
      // At least one operand has each axis whole: a mask never takes them all.
      drawn.map(([size, mask]) => (mask >> i) % 2 === 1 && mask !== 2 ** count - 1 ? 1 : size)
        .slice(i === 0 ? 0 : Math.min(lead, drawn.length))
    )
  );
}

const THREE = made([extent, extent, extent], (a, b, c) => [[a, b, c]]);
const SQUARE = made([extent, extent], (b, n) => [[b, n, n]]);
const TALL = made([extent, extent, fc.nat(2)], (b, n, more) => [[b, n + more, n]]);
const STEPS = made([extent, extent], (n, width) => [[n, width], [width]]);
const INDEXED = made(
  [fc.integer({ min: 3, max: 6 }), wide, extent],
  (n, width, count) => [[n, width], [count]],
);
const IMAGE = made([extent, extent, wide, wide], (n, c, h, w) => [[n, c, h + 1, w + 1]]);
const CONVOLVED = made(
  [extent, extent, extent, wide, wide, extent, fc.integer({ min: 1, max: 3 })],
  (n, c, o, h, w, kh, kw) => [[n, c, h + 2, w + 2], [o, c, kh, kw]],
);
const ONE = made([wide], (n) => [[n]]);
const KEYED = made([wide], (n) => [[], [n]]);

/** Of those that are not elementwise, and do not take three axes of any extents. */
const SHAPES: Readonly<Record<string, Shapes>> = {
  concatenate: made([extent, extent, extent, extent], (a, b, c, d) => [[a, b, d], [a, c, d]]),
  linearRecurrence: made([extent, extent, extent], (a, b, c) => [[a, b, c], [a, b, c]]),
  searchSorted: made([wide, extent, extent], (n, a, b) => [[n], [a, b]]),
  matmul: made([extent, extent, extent, extent], (b, m, k, n) => [[b, m, k], [k, n]]),
  take: INDEXED,
  scatterAdd: made([extent, wide], (count, width) => [[count, width], [count]]),
  checkIndices: INDEXED,
  scatter: INDEXED,
  convolution: CONVOLVED,
  convolutionInput: CONVOLVED,
  convolutionKernel: CONVOLVED,
  maxPool: IMAGE,
  maxPoolGradient: IMAGE,
  maxPoolGather: IMAGE,
  averagePool: IMAGE,
  averagePoolGradient: IMAGE,
  cholesky: SQUARE,
  triangularSolve: SQUARE,
  solve: SQUARE,
  det: SQUARE,
  cofactor: SQUARE,
  slogdet: SQUARE,
  qr: TALL,
  eigh: SQUARE,
  svd: SQUARE,
  pinv: TALL,
  lstsq: made([extent, fc.nat(2)], (n, more) => [[n + more, n]]),
  expm: SQUARE,
  fourier: made([extent, fc.integer({ min: 1, max: 12 })], (b, n) => [[b, n]]),
  fourierOfReal: made([extent, fc.integer({ min: 1, max: 12 })], (b, n) => [[b, n]]),
  fourierToReal: made([extent, fc.integer({ min: 2, max: 12 })], (b, n) => [[b, n]]),
  scan: STEPS,
  whileLoop: STEPS,
  cond: STEPS,
  checkpoint: STEPS,
  checkpointName: ONE,
  customVjp: STEPS,
  customJvp: STEPS,
  linearSolve: made([extent], (n) => [[n, n], [n]]),
  barrier: ONE,
  hostScalar: ONE,
};

/** Random shapes of as many operands as a primitive's entry has. */
export function shapesOf(name: string, count: number, ofKey: boolean): Shapes {
  if (ofKey) return KEYED;
  if (Object.hasOwn(ELEMENTWISE, name)) return broadcasting(count);
  return SHAPES[name] ?? THREE;
}
