/**
 * How Fourier transforms are carried out: which kernels, over which parts of long ones.
 *
 * @module
 */
import { copyInto } from "./launch_elementwise.ts";
import { chirpTable, columnsTable, realTable, rowsTable } from "./fourier_tables.ts";
import { vectorMode } from "./kernel_choice.ts";
import { fourierArea, fourierLoop, fourierSize } from "./kernels/fourier.ts";
import {
  chirpFilterKernel,
  chirpKernel,
  chirpProductKernel,
  chirpResultKernel,
  complexLinesKernel,
} from "./kernels/fourier_chirp.ts";
import { blocksOf, radicesOf, smoothFrom, splitOf } from "./kernels/fourier_plan.ts";
import { SCRATCH_BYTES } from "./kernels/kernel.ts";
import { matrixKernel } from "./kernels/linalg/matrix_kernel.ts";
import { type FloatingDType, grainFor } from "./kernels/plan.ts";
import { type Lines, REAL_STEPS, type RealStep } from "./kernels/simd/fourier.ts";
import { kernelNamed } from "./kernels/table.ts";
import type { Machine, Operand } from "./machine.ts";
import { seenAs, turned } from "./operand.ts";

/** The real and the imaginary parts of complex numbers. */
export type Parts = readonly [re: Operand, im: Operand];

/** Lengths up to this are transformed row by row, longer ones as columns of a matrix. */
const LONG = 1 << 14;

/** Lengths up to this are transformed several rows at a time. */
const SHORT = 2000;

/** Columns and rows that go along together: a line of the cache in float32, or so many elements where they are short. */
const [TOGETHER, ELEMENTS] = [8, 2048];

/** Nanoseconds for an element, and for one and a doubling of the length. */
const [ONCE, NANOSECONDS] = [1, 0.2];

function grainOf(elements: number, n: number): number {
  return grainFor(elements * (ONCE + NANOSECONDS * Math.log2(2 * n)));
}

/** The numbers that end the arguments: 1 for float64, 1 for fused multiply-add. */
function flags(dtype: FloatingDType): readonly number[] {
  return [dtype === "float64" ? 1 : 0, vectorMode() === "relaxed" ? 1 : 0];
}

function dtypeOf(x: Operand): FloatingDType {
  return x.dtype as FloatingDType;
}

function vectorOf(dtype: FloatingDType): 2 | 4 {
  return dtype === "float64" ? 2 : 4;
}

/** Columns of a block that fit into the scratch area, turned or not; 0 where not even a vector of them does. */
function columnsAtOnce(dtype: FloatingDType, n: number, columns: number, turns: boolean): number {
  const vector = vectorOf(dtype);
  const most = Math.floor(SCRATCH_BYTES / ((turns ? 6 : 4) * n * (16 / vector))) - (vector - 1);
  if (columns < vector || most < vector) return 0;
  // The tables of those that are turned grow with the columns of a block.
  let together = turns ? TOGETHER : TOGETHER * Math.max(1, Math.floor(ELEMENTS / (n * TOGETHER)));
  while (together > most) together /= 2;
  return together;
}

/** Whether columns of length n can be transformed where they lie. */
export function transformsColumns(dtype: FloatingDType, n: number, columns: number): boolean {
  return vectorMode() !== null && radicesOf(n) !== null && columnsAtOnce(dtype, n, columns, false) > 0;
}

/** Transforms columns of `matrices` matrices; the results are turned to rows for the second half of a long transform. */
function launchColumns(
  machine: Machine,
  from: Parts,
  to: Parts,
  { matrices, n, columns, turns }: {
    readonly matrices: number;
    readonly n: number;
    readonly columns: number;
    readonly turns: boolean;
  },
): void {
  const dtype = dtypeOf(from[0]);
  const most = columnsAtOnce(dtype, n, columns, turns);
  machine.launch(
    kernelNamed("fourierColumnsSimd"),
    [...from, ...to, machine.table(columnsTable(dtype, n, columns, most, turns))],
    [n, columns, most, turns ? 1 : 0, ...flags(dtype)],
    matrices * blocksOf(columns, most, vectorOf(dtype)),
    grainOf(n * most, n),
  );
}

/** Transforms of `lines` short lines: `fourierRowsSimd`. */
function launchRows(
  machine: Machine,
  from: Parts,
  to: Parts,
  { n, lines, kind, wide }: {
    readonly n: number;
    readonly lines: number;
    readonly kind: Lines;
    readonly wide: number;
  },
): void {
  const dtype = dtypeOf(from[0]);
  const vector = vectorOf(dtype);
  const [a, b] = splitOf(n);
  const splits = a >= vector && (n > SHORT || lines < vector);
  const together = Math.min(lines, Math.max(vector, vector * Math.floor(ELEMENTS / (n * vector))));
  machine.launch(
    kernelNamed("fourierRowsSimd"),
    [...from, ...to, machine.table(rowsTable(dtype, n, splits ? a : 0, kind !== 0))],
    [n, splits ? a : 0, splits ? b : together, lines, kind, wide, ...flags(dtype)],
    splits ? lines : Math.ceil(lines / together),
    grainOf(n * (splits ? 1 : together), n),
  );
}

/** The parts in each other's place, of which the transform is that with the other sign. */
function signed([re, im]: Parts, sign: 1 | -1): Parts {
  return sign === -1 ? [re, im] : [im, re];
}

function temporaryParts(machine: Machine, dtype: FloatingDType, shape: readonly number[]): Parts {
  return [machine.temporary(dtype, shape), machine.temporary(dtype, shape)];
}

/** The transforms of contiguous lines of n elements. */
export function launchLines(
  machine: Machine,
  from: Parts,
  to: Parts,
  lines: number,
  n: number,
  sign: 1 | -1,
): void {
  const dtype = dtypeOf(from[0]);
  if (vectorMode() === null) {
    const area = fourierArea(n);
    machine.launch(
      matrixKernel("fourier", dtype, fourierLoop),
      [...from, ...to, machine.temporary("float64", [lines, area])],
      [n, fourierSize(n), sign, area],
      lines,
      Math.max(1, Math.round(20_000 / (n * Math.log2(n + 1) + 1))),
    );
    return;
  }
  const [source, target] = [signed(from, sign), signed(to, sign)];
  if (radicesOf(n) === null) return launchChirp(machine, source, target, lines, n);
  if (n <= LONG) return launchRows(machine, source, target, { n, lines, kind: 0, wide: n });
  const [a, b] = splitOf(n);
  const between = temporaryParts(machine, dtype, [lines, n]);
  launchColumns(machine, source, between, { matrices: lines, n: a, columns: b, turns: true });
  launchColumns(machine, between, target, { matrices: lines, n: b, columns: a, turns: false });
}

/** The transforms of lines of a length with large prime factors. */
function launchChirp(machine: Machine, from: Parts, to: Parts, lines: number, n: number): void {
  const dtype = dtypeOf(from[0]);
  const m = smoothFrom(2 * n - 1);
  const chirp = machine.table(chirpTable(n));
  const [a, b] = [0, 1].map(() => temporaryParts(machine, "float64", [lines, m]));
  const [c, d] = [0, 1].map(() => temporaryParts(machine, "float64", [1, m]));
  const grain = grainFor(2 * m);
  machine.launch(chirpKernel(dtype), [...from, ...a, chirp], [n, m], lines, grain);
  machine.launch(chirpFilterKernel(), [...c, chirp], [n, m], 1, 1);
  launchLines(machine, c, d, 1, m, -1);
  launchLines(machine, a, b, lines, m, -1);
  machine.launch(chirpProductKernel(), [...b, ...d], [m, 1 / m], lines, grain);
  launchLines(machine, b, a, lines, m, 1);
  machine.launch(chirpResultKernel(dtype), [...a, ...to, chirp], [n, m], lines, grain);
}

/** The transforms of columns of n elements in `matrices` matrices of `columns` columns. */
export function launchAcross(
  machine: Machine,
  from: Parts,
  to: Parts,
  shape: readonly [matrices: number, n: number, columns: number],
  sign: 1 | -1,
): void {
  const [matrices, n, columns] = shape;
  const dtype = dtypeOf(from[0]);
  if (transformsColumns(dtype, n, columns)) {
    const sizes = { matrices, n, columns, turns: false };
    return launchColumns(machine, signed(from, sign), signed(to, sign), sizes);
  }
  const [source, target] = [0, 1].map(() => temporaryParts(machine, dtype, [matrices, columns, n]));
  from.forEach((part, i) => copyInto(turned(part), source[i], machine));
  launchLines(machine, source, target, matrices * columns, n, sign);
  to.forEach((part, i) => copyInto(turned(target[i]), part, machine));
}

/** Whether real lines of n elements are transformed as complex ones of half as many. */
function halves(n: number): boolean {
  return vectorMode() !== null && n > 0 && n % 2 === 0 && radicesOf(n / 2) !== null;
}

function launchStep(
  machine: Machine,
  step: RealStep,
  from: Parts,
  to: Parts,
  { lines, n, wide }: { readonly lines: number; readonly n: number; readonly wide: number },
): void {
  const dtype = dtypeOf(from[0]);
  machine.launch(
    kernelNamed("fourierRealSimd"),
    [...from, ...to, machine.table(realTable(dtype, n))],
    [n, wide, REAL_STEPS.indexOf(step), flags(dtype)[0]],
    lines,
    grainFor(n),
  );
}

/** The first `wide` elements of the spectra of real lines of n elements: half of them and one, or all. */
export function launchReal(
  machine: Machine,
  x: Operand,
  to: Parts,
  lines: number,
  n: number,
  wide: number,
): void {
  const dtype = dtypeOf(x);
  if (!halves(n)) {
    const [given, result] = [0, 1].map(() => temporaryParts(machine, dtype, [lines, n]));
    machine.launch(complexLinesKernel(dtype), [x, x, ...given], [n, 0], lines, grainFor(2 * n));
    launchLines(machine, given, result, lines, n, -1);
    result.forEach((part, i) =>
      copyInto({ ...part, shape: [lines, wide] }, seenAs(to[i], [lines, wide]), machine)
    );
    return;
  }
  const half = n / 2;
  if (half <= LONG) return launchRows(machine, [x, x], to, { n: half, lines, kind: 1, wide });
  const [given, result] = [0, 1].map(() => temporaryParts(machine, dtype, [lines, half]));
  const sizes = { lines, n: half, wide };
  launchStep(machine, "apart", [x, x], given, sizes);
  launchLines(machine, given, result, lines, half, -1);
  launchStep(machine, "unfold", result, to, sizes);
}

/** The real lines of n elements, not divided by n, whose spectra begin with the given halves and one. */
export function launchToReal(machine: Machine, from: Parts, x: Operand, lines: number, n: number): void {
  const dtype = dtypeOf(x);
  const wide = Math.floor(n / 2) + 1;
  if (!halves(n)) {
    const [given, result] = [0, 1].map(() => temporaryParts(machine, dtype, [lines, n]));
    machine.launch(complexLinesKernel(dtype), [...from, ...given], [n, wide], lines, grainFor(2 * n));
    launchLines(machine, given, result, lines, n, 1);
    copyInto(result[0], seenAs(x, [lines, n]), machine);
    return;
  }
  const half = n / 2;
  if (half <= LONG) return launchRows(machine, from, [x, x], { n: half, lines, kind: 2, wide });
  const [given, result] = [0, 1].map(() => temporaryParts(machine, dtype, [lines, half]));
  const sizes = { lines, n: half, wide };
  launchStep(machine, "fold", from, given, sizes);
  launchLines(machine, given, result, lines, half, 1);
  launchStep(machine, "join", result, [x, x], sizes);
}
