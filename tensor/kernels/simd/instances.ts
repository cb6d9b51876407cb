/**
 * The modules of this thread: assembled and compiled when first used, kept for as long as their memory.
 *
 * @module
 */
import { assembled } from "./assembled.ts";
import { instantiate, type ModuleBuilder } from "./assembler.ts";
import { PACKING, type Packing } from "./pack.ts";
import { definePanel, type Panels, type TileForm, tileRows, tileVectors, UNROLL } from "./tile.ts";

const instances = new WeakMap<WebAssembly.Memory, Map<string, unknown>>();

/** What is kept for this memory under `name`, made by `make` the first time. */
export function kept<T>(memory: WebAssembly.Memory, name: string, make: () => T): T {
  let known = instances.get(memory);
  if (known === undefined) instances.set(memory, known = new Map());
  let value = known.get(name) as T | undefined;
  if (value === undefined) known.set(name, value = make());
  return value;
}

/**
 * What is kept for this memory under `name` and the `count` numbers from index `from` on, made by `make` the first time.
 */
export function keptFor<T>(
  memory: WebAssembly.Memory,
  name: string,
  numbers: Float64Array,
  from: number,
  count: number,
  make: () => T,
): T {
  const known = kept(memory, name, () => new Map<number, { numbers: Float64Array; value: T }[]>());
  let hash = 0;
  for (let i = 0; i < count; i++) hash = (Math.imul(hash, 31) + numbers[from + i]) | 0;
  let list = known.get(hash);
  if (list === undefined) known.set(hash, list = []);
  for (const entry of list) {
    let i = 0;
    while (i < count && entry.numbers[i] === numbers[from + i]) i++;
    if (i === count) return entry.value;
  }
  const value = make();
  list.push({ numbers: numbers.slice(from, from + count), value });
  return value;
}

/** The functions of the module called `name`, which `define` writes the first time; T describes them. */
export function functionsOf<T>(
  memory: WebAssembly.Memory,
  name: string,
  define: (module: ModuleBuilder) => void,
): T {
  return kept(memory, name, () => instantiate(assembled(name, define), memory) as T);
}

/** The functions that move blocks; each is made when first asked for. */
export function packingOf(memory: WebAssembly.Memory): Packing {
  return kept(memory, "packing", () => {
    const packing = {};
    for (const [name, define] of Object.entries(PACKING)) {
      const get = (): unknown => {
        const value = functionsOf<Readonly<Record<string, unknown>>>(memory, name, define)[name];
        Object.defineProperty(packing, name, { value });
        return value;
      };
      Object.defineProperty(packing, name, { get, configurable: true });
    }
    return packing as Packing;
  });
}

/**
 * The micro-kernels for so many vectors of columns, from 1, and so many rows, of which the last two vectors share some
 * columns, and for this k where it is given; each is made when first asked for.
 */
export type PanelsOf = (vectors: number, rows: number, shared?: number, inner?: number) => Panels;

/** Below this k it shows whether what is beyond multiples of `UNROLL` is written out as well. */
const SHORT_INNER = 16;

/** The rows of the tiles that a product of so many rows takes, of those there are: one kind if it will do. */
function heightsFor(rows: number, heights: readonly number[]): readonly number[] {
  const [most] = heights;
  if (rows % most === 0) return [most];
  if (rows < most) return [rows];
  if (rows > 2 * most) return heights;
  const half = Math.ceil(rows / 2);
  return rows % 2 === 0 ? [half] : [half, half - 1];
}

/** The names of what is kept for each form, made once: to make one takes as long as a small product. */
const NAMES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  (["unit", "any", "columns", "table", "lines"] as const).map((form) => [
    form,
    Array.from({ length: 8 }, (_, flags) => `panels|${form}|${flags}`),
  ]),
);

/**
 * The micro-kernels of a form, of float64 if `double`; with `series` if there are `many`. Rows that tiles of one height
 * fill, as most do, take a
 * module without the others.
 */
export function panelsOf(
  memory: WebAssembly.Memory,
  form: TileForm,
  relaxed: boolean,
  many = false,
  double = false,
): PanelsOf {
  return kept(memory, NAMES[form][(relaxed ? 1 : 0) + (many ? 2 : 0) + (double ? 4 : 0)], () => {
    const kind = `${many ? "|many" : ""}${double ? "|double" : ""}`;
    const heights = Array.from(
      { length: 1 + tileVectors(relaxed) },
      (_, vectors) => tileRows(vectors, relaxed),
    );
    const made: (Panels | undefined)[][] = [];
    const make = (vectors: number, rows: number, shared: number, rest: number): Panels => {
      const some = heightsFor(rows, heights[vectors]);
      return functionsOf(
        memory,
        `panel|${vectors}|${some}|${form}|${relaxed}${shared > 0 ? `|${shared}` : ""}${kind}${
          rest > 0 ? `|rest${rest}` : ""
        }`,
        (module) =>
          definePanel(module, { vectors, form, relaxed, heights: some, shared, many, rest, double }),
      );
    };
    return (vectors, rows, shared = 0, inner = 0) => {
      const [most] = heights[vectors];
      const left = inner < SHORT_INNER ? inner % UNROLL : 0;
      const rest = left > 1 ? left : 0;
      // Those of few rows have tiles of their own.
      const place = rows % most === 0 ? 0 : rows < 2 * most ? rows : 15;
      const list = made[16 * vectors + place] ??= [];
      return list[UNROLL * shared + rest] ??= make(vectors, rows, shared, rest);
    };
  });
}
