/**
 * The modules of this thread: assembled and compiled when first used, kept for as long as their memory.
 *
 * @module
 */
import { assembled } from "./assembled.ts";
import { instantiate, type ModuleBuilder } from "./assembler.ts";
import { PACKING, type Packing } from "./pack.ts";
import { definePanel, type Panels, type TileForm, tileRows, tileVectors } from "./tile.ts";

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
 * columns; each is made when first asked for.
 */
export type PanelsOf = (vectors: number, rows: number, shared?: number) => Panels;

/**
 * The micro-kernels of a form; with `series` if there are `many`. Rows that the largest tiles fill, as most do, take a
 * module without the others.
 */
export function panelsOf(
  memory: WebAssembly.Memory,
  form: TileForm,
  relaxed: boolean,
  many = false,
): PanelsOf {
  return kept(memory, `panels|${form}|${relaxed}${many ? "|many" : ""}`, () => {
    const heights = Array.from(
      { length: 1 + tileVectors(relaxed) },
      (_, vectors) => tileRows(vectors, relaxed),
    );
    const made: (Panels | undefined)[] = [];
    const make = (vectors: number, heights: readonly number[], shared: number): Panels =>
      functionsOf(
        memory,
        `panel|${vectors}|${heights}|${form}|${relaxed}${shared > 0 ? `|${shared}` : ""}${
          many ? "|many" : ""
        }`,
        (module) => definePanel(module, { vectors, form, relaxed, heights, shared, many }),
      );
    return (vectors, rows, shared = 0) => {
      const filled = rows % heights[vectors][0] === 0;
      const place = 8 * vectors + (filled ? 4 : 0) + shared;
      return made[place] ??= make(
        vectors,
        filled ? heights[vectors].slice(0, 1) : heights[vectors],
        shared,
      );
    };
  });
}
