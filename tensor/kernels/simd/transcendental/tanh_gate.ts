/**
 * `y (1 + tanh(u))` of four float32 as one quotient: what gelu is made of.
 *
 * @module
 */
import { type Arithmetic, polynomial } from "../arithmetic.ts";
import { float4, int4, type Node, type Term } from "../nodes.ts";
import { MAGIC } from "./exponential.ts";

const { sub, mul, div, pmin, pmax } = float4;

/** `2^r` for |r| <= 1 / 2. Minimax for the relative error with 1 at 0, error 2^-23.4. */
const POWER_OF_2: readonly number[] = [
  1,
  0.6931469775987171,
  0.2402224208463509,
  0.05550733743574016,
  0.009671512688151886,
  0.0013264727247198841,
];

/** Sizes of slopes that leave room for bounds and products. */
const [LEAST_SLOPE, MOST_SLOPE] = [2 ** -60, 2 ** 60];

/** Whether `tanhGate` takes the slope. */
export function isGateSlope(slope: number): boolean {
  return Math.abs(slope) >= LEAST_SLOPE && Math.abs(slope) <= MOST_SLOPE;
}

/**
 * `y (1 + tanh(slope w))`, or half of it, as `y / (1 + e^(-2 slope w))` times 2 or 1, so that nothing cancels where
 * tanh is near -1. For fused arithmetic. Error: 2.1 units in the last place where tanh is positive; else 4, and at
 * most 1.5 more for each unit of `-slope w`.
 */
export function tanhGate(m: Arithmetic, y: Term, w: Node, slope: number, half: boolean): Node {
  const factor = Math.fround(2 * Math.LOG2E * Math.fround(slope));
  const offset = half ? 0 : -1;
  // 2^128 is infinite, which makes the quotient 0; NaN stays.
  const bounds = [-(128 - offset) / factor, (126 + offset) / factor].sort((a, b) => a - b);
  const bounded = pmin(pmax(w, bounds[0]), bounds[1]);
  // -factor w = n + r with |r| <= 1 / 2, and 127 + n + offset in the low bits of shift.
  const origin = MAGIC + 127 + offset;
  const shift = m.float.nmadd(bounded, factor, origin);
  const r = m.float.nmadd(bounded, factor, sub(origin, shift));
  const one = half ? 1 : 0.5;
  return div(y, m.float.madd(int4.shl(shift, 23), polynomial(m.float, POWER_OF_2, r), one));
}

/** `1 - tanh(u)^2` where `1 + tanh(u)` is at hand. */
export function tanhSlope(onePlus: Node): Node {
  return mul(onePlus, sub(2, onePlus));
}
