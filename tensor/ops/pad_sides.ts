/**
 * New elements before and after one axis, made of those inside.
 *
 * @module
 */
import { isFloating, isInteger } from "../dtype.ts";
import { tensorFromData } from "../make_tensor.ts";
import type { Tensor } from "../tensor.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { cast } from "./cast.ts";
import { concatenate } from "./concatenate.ts";
import type { ExtendMode } from "./extend.ts";
import { take } from "./indexing.ts";
import { median } from "./quantile.ts";
import { max, mean, min } from "./reduce.ts";
import { round } from "./rounding.ts";
import { slice } from "./slice.ts";

/** A vector of numbers along an axis. */
function along(values: readonly number[], x: Tensor, axis: number): Tensor {
  const dtype = isFloating(x.dtype) ? x.dtype : "float32";
  return cast(
    tensorFromData("float64", x.shape.map((_, i) => i === axis ? values.length : 1), values),
    dtype,
  );
}

function one(x: Tensor, axis: number, position: number): Tensor {
  return slice(x, x.shape.map((_, i) => i === axis ? [position, position + 1] : null));
}

/** New elements that are some of those inside; with `odd` mirrored about the values at the edges too. */
export function extended(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  mode: ExtendMode,
  odd: boolean,
): Tensor {
  const extent = x.shape[axis];
  const count = before + extent + after;
  const mirrored = mode === "reflect" || mode === "symmetric";
  const turn = mode === "symmetric" ? 2 * extent : Math.max(1, 2 * (extent - 1));
  const places = new Int32Array(count);
  const signs = new Array<number>(count).fill(1);
  const [firsts, lasts] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
  for (let k = 0; k < count; k++) {
    const i = k - before;
    if (mode === "edge") places[k] = Math.max(0, Math.min(extent - 1, i));
    else if (mode === "wrap") places[k] = ((i % extent) + extent) % extent;
    else {
      const turns = Math.floor(i / turn);
      const j = i - turns * turn;
      const back = j >= extent;
      places[k] = back ? (mode === "symmetric" ? turn - 1 - j : turn - j) : j;
      // Each turn about both ends rises by twice their distance.
      signs[k] = back ? -1 : 1;
      lasts[k] = 2 * turns + (back ? 2 : 0);
      firsts[k] = -2 * turns;
    }
  }
  const taken = take(x, tensorFromData("int32", [count], places), { axis, mode: "fill" });
  if (!mirrored || !odd || extent === 1) return taken;
  const turned = add(
    multiply(taken, along(signs, x, axis)),
    add(
      multiply(one(x, axis, 0), along(firsts, x, axis)),
      multiply(one(x, axis, extent - 1), along(lasts, x, axis)),
    ),
  );
  return cast(turned, x.dtype);
}

/** New elements that run from those at the edges to given ends. */
export function ramp(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  ends: readonly [number, number],
): Tensor {
  const side = (edge: Tensor, shares: readonly number[], end: number): Tensor => {
    const share = along(shares, x, axis);
    return cast(add(multiply(edge, share), multiply(subtract(1, share), end)), x.dtype);
  };
  const front = Array.from({ length: before }, (_, k) => k / before);
  const back = Array.from({ length: after }, (_, k) => (after - 1 - k) / after);
  const last = one(x, axis, x.shape[axis] - 1);
  return concatenate([side(one(x, axis, 0), front, ends[0]), x, side(last, back, ends[1])], axis);
}

/** New elements that are a statistic of those next to the edges. */
export function statistic(
  x: Tensor,
  axis: number,
  before: number,
  after: number,
  mode: "maximum" | "mean" | "median" | "minimum",
  length: number | undefined,
): Tensor {
  const extent = x.shape[axis];
  const count = Math.min(extent, length ?? extent);
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`pad expects a positive integer as statLength but got ${String(length)}`);
  }
  const f = { maximum: max, mean, median, minimum: min }[mode];
  const side = (from: number, to: number, width: number): Tensor => {
    const part = slice(x, x.shape.map((_, i) => i === axis ? [from, to] : null));
    const value = f(part, { axes: axis, keepDims: true });
    // Statistics of integers are rounded to the nearest one.
    const whole = isInteger(x.dtype) && isFloating(value.dtype) ? round(value) : value;
    return broadcastTo(cast(whole, x.dtype), x.shape.with(axis, width));
  };
  return concatenate([side(0, count, before), x, side(extent - count, extent, after)], axis);
}
