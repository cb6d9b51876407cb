/**
 * The tables of Fourier transforms, made when first needed and kept.
 *
 * @module
 */
import { itemSize } from "./dtype.ts";
import { blocksOf, passesSize, powersSize, rootOfUnity, writePasses } from "./kernels/fourier_plan.ts";
import { viewOf } from "./kernels/kernel.ts";
import type { FloatingDType } from "./kernels/plan.ts";
import { allocateTensor } from "./make_tensor.ts";
import { views } from "./runtime/heap.ts";
import { retain } from "./runtime/storage.ts";
import type { Tensor } from "./tensor.ts";

/** Bytes of tables that are kept; those that were not used for longest go first. */
const KEPT = 1 << 26;

const tables = new Map<string, Tensor>();
let bytes = 0;

/** The table called `name`, whose `size` numbers `write` writes the first time, and again when it was not kept. */
function tableOf(
  name: string,
  dtype: FloatingDType,
  size: number,
  write: (table: Float32Array | Float64Array) => void,
): Tensor {
  const key = `${name}|${dtype}`;
  let table = tables.get(key);
  if (table !== undefined) tables.delete(key);
  else {
    table = allocateTensor(dtype, [size]);
    const storage = table.storage!;
    // It may be read after the scope that it was made in.
    retain(storage, null);
    const start = storage.address / itemSize(dtype);
    write((viewOf(views(), dtype) as Float32Array | Float64Array).subarray(start, start + size));
    bytes += storage.bytes;
  }
  tables.set(key, table);
  for (const [old, { storage }] of tables) {
    if (bytes <= KEPT || old === key) break;
    tables.delete(old);
    bytes -= storage!.bytes;
  }
  return table;
}

/** Roots `power(i)` of n: real parts, then imaginary ones. */
function writeRoots(
  table: Float32Array | Float64Array,
  at: number,
  count: number,
  n: number,
  power: (i: number) => number,
): void {
  for (let i = 0; i < count; i++) [table[at + i], table[at + count + i]] = rootOfUnity(power(i), n);
}

/** The table of `fourierRowsSimd`. */
export function rowsTable(dtype: FloatingDType, n: number, a: number, real: boolean): Tensor {
  const b = a > 0 ? n / a : 0;
  const passes = a > 0 ? passesSize(a) + passesSize(b) : passesSize(n);
  const roots = a > 0 ? 2 * n : 0;
  const size = passes + roots + (real ? 2 * powersSize(n) : 0);
  return tableOf(`rows|${n}|${a}|${real}`, dtype, size, (table) => {
    if (a > 0) {
      writePasses(table, 0, a);
      writePasses(table, passesSize(a), b);
      writeRoots(table, passes, n, n, (i) => Math.floor(i / b) * (i % b));
    } else writePasses(table, 0, n);
    if (real) writeRoots(table, passes + roots, powersSize(n), 2 * n, (i) => i);
  });
}

/** The table of `fourierColumnsSimd`; `most` columns a block, whose results are turned where `turned`. */
export function columnsTable(
  dtype: FloatingDType,
  n: number,
  columns: number,
  most: number,
  turned: boolean,
): Tensor {
  const passes = passesSize(n);
  if (!turned) return tableOf(`columns|${n}`, dtype, passes, (table) => writePasses(table, 0, n));
  const vector = 16 / itemSize(dtype);
  const wide = most + vector - 1;
  const blocks = blocksOf(columns, most, vector);
  const size = passes + 2 * n * (wide + blocks);
  return tableOf(`columns|${n}|${columns}|${most}`, dtype, size, (table) => {
    const whole = n * columns;
    writePasses(table, 0, n);
    writeRoots(table, passes, n * wide, whole, (i) => Math.floor(i / wide) * (i % wide));
    let at = passes + 2 * n * wide;
    for (let block = 0; block < blocks; block++) {
      for (let row = 0; row < n; row++) {
        [table[at], table[at + 1]] = rootOfUnity(row * block * most, whole);
        at += 2;
      }
    }
  });
}

/** The table of `fourierRealSimd`. */
export function realTable(dtype: FloatingDType, n: number): Tensor {
  const count = powersSize(n);
  return tableOf(`real|${n}`, dtype, 2 * count, (table) => writeRoots(table, 0, count, 2 * n, (i) => i));
}

/** The chirp of a length: cosines, then sines. */
export function chirpTable(n: number): Tensor {
  return tableOf(`chirp|${n}`, "float64", 2 * n, (table) => {
    for (let i = 0; i < n; i++) {
      // The square of i is taken modulo 2 n, which keeps the angle exact.
      const [c, s] = rootOfUnity((i * i) % (2 * n), 2 * n);
      [table[i], table[n + i]] = [c, -s];
    }
  });
}
