/**
 * Weights that resample an axis, and their application.
 *
 * @module
 */
import type { Tensor } from "../../tensor.ts";
import { tensor } from "../create.ts";
import { take } from "../indexing.ts";
import { repeatEach } from "../repeat_each.ts";
import { type Band, bandedProduct, bandOf } from "./banded_product.ts";

/** How an axis is resampled: the elements to take, or a matrix [to, from] of weights and its transpose. */
export type Resampling =
  | { readonly kind: "take"; readonly places: Int32Array }
  | { readonly kind: "weights"; readonly matrix: Band; readonly transpose: Band };

/** The element `place` (rounded down) of each new place, within the axis. */
export function taking(from: number, to: number, place: (i: number) => number): Resampling {
  return {
    kind: "take",
    places: Int32Array.from({ length: to }, (_, i) => Math.min(from - 1, Math.max(0, Math.floor(place(i))))),
  };
}

/** Weights from a function of the new place that lists pairs of an old place and its weight. */
export function weighing(
  from: number,
  to: number,
  taps: (i: number) => Iterable<readonly [place: number, weight: number]>,
): Resampling {
  const rows = Array.from({ length: to }, () => [] as [number, number][]);
  const columns = Array.from({ length: from }, () => [] as [number, number][]);
  for (let i = 0; i < to; i++) {
    for (const [place, weight] of taps(i)) {
      if (weight === 0) continue;
      const j = Math.min(from - 1, Math.max(0, place));
      rows[i].push([j, weight]);
      columns[j].push([i, weight]);
    }
  }
  return { kind: "weights", matrix: bandOf(rows, from), transpose: bandOf(columns, to) };
}

/** How often each element of an axis is taken in a row, all as often; null where they are not. */
function repetitionOf(from: number, places: Int32Array): number | null {
  const times = places.length / from;
  const even = Number.isInteger(times) && places.every((place, i) => place === Math.floor(i / times));
  return even ? times : null;
}

/** Resamples axes from `first` on, each in its way. */
export function resampleAxes(x: Tensor, first: number, ways: readonly Resampling[]): Tensor {
  const times = ways.map((how, i) =>
    how.kind === "take" ? repetitionOf(x.shape[first + i], how.places) : null
  );
  if (times.every((factor) => factor !== null)) {
    return repeatEach(x, x.shape.map((_, axis) => times[axis - first] ?? 1));
  }
  return ways.reduce((result, how, i) => resample(result, first + i, how), x);
}

/** Resamples one axis. */
export function resample(x: Tensor, axis: number, how: Resampling): Tensor {
  if (how.kind === "take") return take(x, tensor(how.places), { axis });
  return bandedProduct(x, axis, how.matrix, how.transpose);
}

/** `1 - |x|` within 1 of the middle. */
export function triangle(x: number): number {
  return Math.max(0, 1 - Math.abs(x));
}

/** The cubic kernel of Keys (1981) with slope `a` at 1; within 2 of the middle. */
export function cubic(x: number, a: number): number {
  const y = Math.abs(x);
  if (y >= 2) return 0;
  return y < 1 ? ((a + 2) * y - (a + 3)) * y * y + 1 : a * (((y - 5) * y + 8) * y - 4);
}

/** The windowed sinc of Lanczos, within `radius` of the middle. */
export function lanczos(x: number, radius: number): number {
  const y = Math.abs(x);
  if (y > radius) return 0;
  if (y <= 1e-3) return 1;
  return radius * Math.sin(Math.PI * y) * Math.sin(Math.PI * y / radius) / (Math.PI * y) ** 2;
}
