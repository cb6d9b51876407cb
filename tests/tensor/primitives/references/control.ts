/**
 * What the entries of loops, choices and functions with rules of their own compute, on plain arrays.
 *
 * @module
 */
import { build, mapAll, type Plain } from "../../ops/reference.ts";
import { scaled } from "./arrays.ts";
import { solved } from "./linalg.ts";
import type { Reference } from "./reference.ts";

const total = (x: Plain, f: (value: number) => number): number =>
  x.data.reduce((sum, value) => sum + f(value), 0);
const sinTimes: Reference = (x, w) => mapAll((a, b) => Math.sin(a) * b, x, w);

/** By the names of the primitives. */
export const CONTROL: Readonly<Record<string, Reference>> = {
  scan: (xs, w) => {
    const carry = [...w.data];
    const rows = Array.from({ length: xs.shape[0] }, (_, i) =>
      carry.map((_, j) => {
        carry[j] = Math.tanh(carry[j] * w.data[j] + xs.data[i * carry.length + j]);
        return carry[j] * xs.data[i * carry.length + j];
      }));
    return { shape: [xs.shape[0] + 1, w.shape[0]], data: [...rows.flat(), ...carry] };
  },
  whileLoop: (x, w) => {
    let y = mapAll((value) => value + 3, x);
    for (let step = 0; step < 30 && total(y, (value) => value * value) < 1000 * x.data.length; step++) {
      y = mapAll((value, b) => value * 1.5 + Math.sin(b), y, w);
    }
    return y;
  },
  cond: (x, w) => total(x, (value) => value) > 0.1 ? sinTimes(x, w) : mapAll(Math.exp, x),
  checkpoint: (x, w) => mapAll((a, b) => Math.sin(Math.exp(Math.sin(a)) * b), x, w),
  checkpointName: (x) => mapAll((a) => Math.sin(Math.exp(a)), x),
  customVjp: sinTimes,
  customJvp: sinTimes,
  linearSolve: (a, b) =>
    solved(build(a.shape, ([i, j]) => Math.tanh(a.data[i * a.shape[1] + j]) + (i === j ? 4 : 0)), b),
  barrier: (x) => mapAll((a) => Math.cos(Math.exp(a)) * Math.exp(a), x),
  host: (x) => mapAll((a) => a * a + 1, x),
  hostScalar: (x) => scaled(x, 3),
};
