/**
 * What the entries of convolution and pooling compute, on plain arrays.
 *
 * @module
 */
import { build, elementAt, type Plain, positionsOf } from "../../ops/reference.ts";
import { offsetOf, scaled, scattered } from "./arrays.ts";
import type { Reference } from "./reference.ts";

/** Windows over the last two axes: extents, steps, and what is padded before and after. */
interface Windows {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly number[])[];
}

const POOL: Windows = { window: [3, 2], strides: [2, 1], padding: [[1, 0], [0, 1]] };
const convolved = (w: Plain): Windows => ({
  window: w.shape.slice(2),
  strides: [2, 1],
  padding: [[1, 1], [1, 1]],
});

function extents(x: Plain, { window, strides, padding }: Windows): number[] {
  return [0, 1].map((i) =>
    Math.floor((x.shape[2 + i] + padding[i][0] + padding[i][1] - window[i]) / strides[i]) + 1
  );
}

/** The places of the window of an output, with those in the padding left out. */
function places(
  x: Plain,
  { window, strides, padding }: Windows,
  [row, column]: readonly number[],
): readonly { readonly tap: readonly number[]; readonly at: readonly number[] }[] {
  return positionsOf(window).flatMap((tap) => {
    const at = [row, column].map((p, i) => p * strides[i] - padding[i][0] + tap[i]);
    return at.every((p, i) => p >= 0 && p < x.shape[2 + i]) ? [{ tap, at }] : [];
  });
}

const convolution: Reference = (x, w) => {
  const windows = convolved(w);
  return build([x.shape[0], w.shape[0], ...extents(x, windows)], ([n, o, ...place]) => {
    let total = 0;
    for (const { tap, at } of places(x, windows, place)) {
      for (let c = 0; c < x.shape[1]; c++) {
        total += elementAt(x, [n, c, ...at]) * elementAt(w, [o, c, ...tap]);
      }
    }
    return total;
  });
};

/** Twice the outputs of a convolution times what each of them took, at each place of one of the operands. */
function pulled(x: Plain, w: Plain, into: "x" | "w"): Plain {
  const y = convolution(x, w);
  const windows = convolved(w);
  const target = into === "x" ? x : w;
  return scattered(scaled(target, 0), (data) => {
    positionsOf(y.shape).forEach(([n, o, ...place], i) => {
      for (const { tap, at } of places(x, windows, place)) {
        for (let c = 0; c < x.shape[1]; c++) {
          const [ofX, ofW] = [[n, c, ...at], [o, c, ...tap]];
          const other = into === "x" ? elementAt(w, ofW) : elementAt(x, ofX);
          data[offsetOf(target.shape, into === "x" ? ofX : ofW)] += 2 * y.data[i] * other;
        }
      }
    });
  });
}

const inWindow = (x: Plain, position: readonly number[]): readonly number[] =>
  places(x, POOL, position.slice(2)).map(({ at }) => offsetOf(x.shape, [...position.slice(0, 2), ...at]));

const pooled = (x: Plain, f: (places: readonly number[]) => number): Plain =>
  build([...x.shape.slice(0, 2), ...extents(x, POOL)], (position) => f(inWindow(x, position)));

const largest = (x: Plain, found: readonly number[]): number =>
  found.reduce((best, at) => x.data[at] > x.data[best] ? at : best, found[0]);

/** How many windows have each place as their largest. */
function timesLargest(x: Plain): Plain {
  return scattered(scaled(x, 0), (data) => {
    positionsOf(pooled(x, () => 0).shape).forEach((position) => data[largest(x, inWindow(x, position))]++);
  });
}

const WINDOW_SIZE = POOL.window[0] * POOL.window[1];
const averages = (x: Plain): Plain =>
  pooled(x, (found) => found.reduce((total, at) => total + x.data[at], 0) / WINDOW_SIZE);

/** By the names of the primitives. */
export const WINDOW: Readonly<Record<string, Reference>> = {
  convolution,
  convolutionInput: (x, w) => pulled(x, w, "x"),
  convolutionKernel: (x, w) => pulled(x, w, "w"),
  maxPool: (x) => pooled(x, (found) => x.data[largest(x, found)]),
  // A place that is the largest of k windows has the gradient 2 k x, and its square the gradient 8 k^2 x.
  maxPoolGradient: (x) => ({ shape: x.shape, data: timesLargest(x).data.map((k, i) => 2 * k * x.data[i]) }),
  maxPoolGather: (x) => ({ shape: x.shape, data: timesLargest(x).data.map((k, i) => 8 * k * k * x.data[i]) }),
  averagePool: averages,
  averagePoolGradient: (x) => {
    const y = averages(x);
    return scattered(scaled(x, 0), (data) => {
      positionsOf(y.shape).forEach((position, i) => {
        for (const at of inWindow(x, position)) data[at] += 2 * y.data[i] / WINDOW_SIZE;
      });
    });
  },
};
