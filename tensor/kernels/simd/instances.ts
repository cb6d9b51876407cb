/**
 * The modules of this thread: assembled and compiled when first used, kept for as long as their memory.
 *
 * @module
 */
import { assemble, instantiate, type ModuleBuilder } from "./assembler.ts";
import { PACKING, type Packing } from "./pack.ts";
import { definePanel, type Panels, type TileForm } from "./tile.ts";

const instances = new WeakMap<WebAssembly.Memory, Map<string, unknown>>();

/** What is kept for this memory under `name`, made by `make` the first time. */
export function kept<T>(memory: WebAssembly.Memory, name: string, make: () => T): T {
  let known = instances.get(memory);
  if (known === undefined) instances.set(memory, known = new Map());
  let value = known.get(name) as T | undefined;
  if (value === undefined) known.set(name, value = make());
  return value;
}

/** The functions of the module called `name`, which `define` writes the first time; T describes them. */
export function functionsOf<T>(
  memory: WebAssembly.Memory,
  name: string,
  define: (module: ModuleBuilder) => void,
): T {
  return kept(memory, name, () => instantiate(assemble(define), memory) as T);
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

/** The micro-kernels of a form by their vectors of columns, from 1; each is made when first asked for. */
export function panelsOf(
  memory: WebAssembly.Memory,
  form: TileForm,
  relaxed: boolean,
): (vectors: number) => Panels {
  return kept(memory, `panels|${form}|${relaxed}`, () => {
    const panels: (Panels | undefined)[] = [];
    const make = (vectors: number): Panels =>
      functionsOf(
        memory,
        `panel|${vectors}|${form}|${relaxed}`,
        (module) => definePanel(module, vectors, form, relaxed),
      );
    return (vectors) => panels[vectors] ??= make(vectors);
  });
}
