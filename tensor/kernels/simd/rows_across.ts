/**
 * Loops over rows whose vectors take one element of each of four neighbouring rows. Numbers and accumulators of a tile
 * of rows stand in the scratch area.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { cellAccumulator } from "./cell_totals.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { type Helpers, prepare, type Write } from "./emit.ts";
import { constant, type Expression, select } from "./expression.ts";
import type { Node } from "./nodes.ts";
import { loadPartial, loadSplat, loadVector, sizeShift, storePartial, storeVector } from "./operands.ts";
import { least } from "./reduce_arguments.ts";
import { type Pass, type RowPasses, SAMPLE, type Source } from "./row_pass.ts";
import {
  findRow,
  helpersOf,
  readRowArguments,
  rootsOf,
  type RowArguments,
  type RowLoop,
  sourcesOf,
  targetOf,
} from "./rows_arguments.ts";
import { f64, i32 } from "./scalar.ts";
import { f64x2, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;
type Vector = Local<"v128">;

/** Fewest and most rows of a tile. */
const [FEWEST, TILE] = [128, 1024];

/** Rows that a tile may have more, where they would be a tile of their own. */
const MORE = 32;

/** Bytes of the scratch area that the cells of a tile take at most, unless there are very many of a row. */
const ROOM = 1 << 18;

/** Cells of a row, of four bytes each: its numbers, and the halves of its accumulators. */
function cellsOf({ passes, numbers }: RowPasses): number {
  return numbers + 2 * Math.max(0, ...passes.map(({ totals }) => totals.length));
}

/** Rows of a tile. */
function tileOf(passes: RowPasses): number {
  const fit = Math.floor(ROOM / 4 / Math.max(1, cellsOf(passes))) - MORE;
  return Math.max(FEWEST, Math.min(TILE, fit & -16));
}

/** Bytes from one cell of a row to the next one: those of all rows of a tile lie together. */
function stepOf(passes: RowPasses): number {
  return 4 * (tileOf(passes) + MORE);
}

/** Vectors that go along together: as many as there are registers for. */
function copiesOf({ totals }: Pass): 2 | 4 {
  return totals.length > 1 ? 2 : 4;
}

/** Elements of a row that go along together, whose sum is rounded to float32; fewer where each lies in another page. */
const [DEPTH, FAR_DEPTH] = [16, 8];

/** Bytes from an element of a row to the next one from which they count as far apart. */
const FAR = 2560;

const ZERO = v128.constI32x4(0);

/** Defines the kernel. */
export function defineAcross(module: ModuleBuilder, loop: RowLoop): void {
  const { passes } = loop.passes;
  const helpers = helpersOf(module, loop.passes);
  const most = tileOf(loop.passes);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    const a = readRowArguments(f, loop, block);
    const tile = new Tile(f, loop, a, helpers, scratch);
    f.while(i32.ltU(begin, end), () => {
      const column = findRow(f, a, begin, tile.bases);
      const inner = a.extents[a.extents.length - 1];
      f.set(tile.width, least(i32.sub(inner, column), i32.sub(end, begin)));
      f.if(i32.gtU(tile.width, most + MORE), () => f.set(tile.width, most));
      passes.forEach((pass) => tile.pass(pass));
      tile.single();
      f.advance(begin, tile.width);
    });
  });
}

/** What is read or written of an operand in a pass. */
interface Place {
  readonly operand: number;
  readonly dtype: DType;
  /** Whether neighbouring rows have elements of their own. */
  readonly wide: boolean;
  readonly at: Address;
}

/** Some neighbouring rows. */
class Tile {
  /** Where the operands' first rows start. */
  readonly bases: readonly Address[];
  /** The number of rows. */
  readonly width: Address;
  readonly #f: FunctionBuilder;
  readonly #loop: RowLoop;
  readonly #a: RowArguments;
  readonly #helpers: Helpers;
  readonly #scratch: Word;
  readonly #share: Vector;
  /** Elements of a row of which there is a sample. */
  readonly #sample: Word;
  readonly #sampleShare: Vector;
  /** Of how many elements the sample takes one: of few, so that there are eight. */
  readonly #sampleStep: Word;
  readonly #depth: Word;
  readonly #step: number;
  #numbers = 0;

  constructor(f: FunctionBuilder, loop: RowLoop, a: RowArguments, helpers: Helpers, scratch: Word) {
    this.#f = f;
    this.#loop = loop;
    this.#a = a;
    this.#helpers = helpers;
    this.#scratch = scratch;
    this.#step = stepOf(loop.passes);
    this.bases = a.addresses.map(() => f.local("i32"));
    this.width = f.local("i32");
    const shareOf = (count: Word): Vector => f.local("v128", f64x2.splat(f64.div(1, f64.convertI32U(count))));
    this.#share = shareOf(a.count);
    const step = f.local("i32", least(f.local("i32", i32.shrU(a.count, 3)), constant("i32", SAMPLE)));
    this.#sampleStep = f.local("i32", i32.add(step, i32.eqz(step)));
    this.#sample = f.local("i32", i32.divU(i32.add(a.count, i32.sub(this.#sampleStep, 1)), this.#sampleStep));
    this.#sampleShare = shareOf(this.#sample);
    const far = a.steps.map((step) => i32.geS(step, FAR)).reduce((x, y) => i32.or(x, y));
    this.#depth = f.local("i32", select(far, constant("i32", FAR_DEPTH), constant("i32", DEPTH)));
  }

  /** Byte of the scratch area where a number of every row, or a half of an accumulator, starts. */
  #placeOf(source: Source): number {
    if (source.kind === "number") return this.#step * source.index;
    if (source.kind !== "total") return 0;
    return this.#step * (this.#loop.passes.numbers + 2 * source.index + source.half);
  }

  #total(index: number, half: 0 | 1): number {
    return this.#placeOf({ kind: "total", index, half });
  }

  #shareOf(source: Source): Vector | null {
    return source.kind !== "share" ? null : source.sampled ? this.#sampleShare : this.#share;
  }

  #prepare(roots: readonly Node[]): Write {
    const known = this.#loop.passes.sources.map((source) => this.#shareOf(source));
    return prepare(this.#f, roots, this.#helpers, known);
  }

  /** Vectors for all sources of which only some are read. */
  #vectors(set: (source: Source) => Expression<"v128"> | null): Expression<"v128">[] {
    return this.#loop.passes.sources.map((source) => this.#shareOf(source) ?? set(source) ?? ZERO);
  }

  /** Writes a pass over the rows. */
  pass(pass: Pass): void {
    const f = this.#f;
    const a = this.#a;
    const roots = rootsOf(pass);
    const write = this.#prepare(roots);
    const { sources } = this.#loop.passes;
    const used = sourcesOf(roots).map((id) => sources[id]);
    const operandOf = (source: Source): number | null =>
      source.kind === "input"
        ? source.index
        : source.kind === "kept"
        ? this.#loop.layout.kept[source.index]
        : null;
    const targets = pass.stores.map((store) => targetOf(this.#loop, store));
    const operands = [...new Set([...used.map(operandOf), ...targets])].filter((operand) => operand !== null);
    const inputs = this.#loop.form.inputs.length;
    const rows = new Map(operands.map((operand) => [operand, f.local("i32", this.bases[operand])]));
    const places = new Map(operands.map((operand): [number, Place] => [operand, {
      operand,
      dtype: a.dtypes[operand],
      wide: operand >= inputs || this.#loop.layout.steps[operand] === "1",
      at: f.local("i32"),
    }]));
    const count = pass.sampled ? this.#sample : a.count;
    const steps = new Map(
      operands.map((operand): [number, Word] => {
        const step = a.steps[operand];
        return [operand, pass.sampled ? f.local("i32", i32.mul(step, this.#sampleStep)) : step];
      }),
    );
    const rest = f.local("i32", count);
    const first = f.local("i32");
    const depth = f.local("i32");
    const later = f.local("i32");
    f.while(rest, () => {
      f.set(depth, least(rest, this.#depth));
      f.set(later, i32.sub(rest, depth));
      f.set(first, i32.eq(rest, count));
      const left = f.local("i32", this.width);
      const cells = f.local("i32", this.#scratch);
      const starts = new Map(operands.map((operand) => [operand, f.local("i32", rows.get(operand)!)]));
      const block = (copies: number, part = false): void => {
        places.forEach(({ at, operand }) => f.set(at, starts.get(operand)!));
        this.#block(
          pass,
          write,
          used,
          places,
          operandOf,
          targets,
          copies,
          part,
          first,
          depth,
          later,
          cells,
          left,
          steps,
        );
        places.forEach(({ operand, dtype, wide }) => {
          if (wide) f.advance(starts.get(operand)!, copies << (2 + sizeShift(dtype)));
        });
        f.advance(cells, 16 * copies);
        f.advance(left, -4 * copies);
      };
      const copies = copiesOf(pass);
      f.while(i32.geS(left, 4 * copies), () => block(copies));
      f.while(i32.geS(left, 4), () => block(1));
      f.if(i32.gtS(left, 0), () => block(1, true));
      rows.forEach((row, operand) => f.advance(row, i32.mul(depth, steps.get(operand)!)));
      f.set(rest, i32.sub(rest, depth));
    });
    this.#finish(pass);
  }

  /** A few elements of some neighbouring rows. */
  #block(
    { totals, stores }: Pass,
    write: Write,
    used: readonly Source[],
    places: ReadonlyMap<number, Place>,
    operandOf: (source: Source) => number | null,
    targets: readonly number[],
    copies: number,
    part: boolean,
    first: Word,
    depth: Address,
    later: Address,
    cells: Address,
    left: Address,
    steps: ReadonlyMap<number, Word>,
  ): void {
    const f = this.#f;
    const list = Array.from({ length: copies }, (_, copy) => copy);
    const numbers = new Map(
      used.filter(({ kind }) => kind === "number").map((source) => [
        source,
        list.map((copy) => f.local("v128", v128.load(cells, this.#placeOf(source) + 16 * copy))),
      ]),
    );
    const accumulators = totals.map((total, i) =>
      cellAccumulator(f, total, list, { first, cells, place: (half) => this.#total(i, half) })
    );
    const rest = f.local("i32", depth);
    f.repeat(() => {
      const splats = new Map<number, Vector>();
      places.forEach(({ operand, dtype, wide, at }) => {
        if (!wide) splats.set(operand, f.local("v128", loadSplat(dtype, at)));
      });
      const partials = new Map<number, Vector>();
      if (part) {
        const read = [...new Set(used.map(operandOf))].flatMap((operand) =>
          operand !== null && places.get(operand)!.wide ? [places.get(operand)!] : []
        );
        for (const { operand } of read) partials.set(operand, f.local("v128"));
        const load = (make: (place: Place) => Expression<"v128">) => (): void =>
          read.forEach((place) => f.set(partials.get(place.operand)!, make(place)));
        const some = load(({ dtype, at }) => loadPartial(f, dtype, at, left, 1 << sizeShift(dtype)));
        if (read.length > 0) {
          // Where another element of the rows follows, more than these may be read.
          const follows = this.#loop.layout.apart ? i32.gtS(i32.add(later, rest), 1) : constant("i32", 0);
          f.if(follows, load(({ dtype, at }) => loadVector(dtype, at)), some);
        }
      }
      const loads = list.map((copy) =>
        this.#vectors((source) => {
          if (!used.includes(source)) return null;
          const operand = operandOf(source);
          if (operand === null) return numbers.get(source)![copy];
          const { dtype, at } = places.get(operand)!;
          return splats.get(operand) ?? partials.get(operand) ??
            loadVector(dtype, at, copy << (2 + sizeShift(dtype)));
        })
      );
      const finish = (values: readonly (readonly Vector[])[], firstCopy: number): void => {
        let next = 0;
        accumulators.forEach((accumulator) => {
          accumulator.add(values.map((value) => value.slice(next, next + accumulator.roots)));
          next += accumulator.roots;
        });
        stores.forEach((_, i) => {
          const { dtype, at } = places.get(targets[i])!;
          values.forEach((value, copy) => {
            if (part) storePartial(f, dtype, at, value[next + i], left);
            else storeVector(f, dtype, at, value[next + i], (firstCopy + copy) << (2 + sizeShift(dtype)));
          });
        });
      };
      // Where nothing is added up, one vector after the other leaves registers for the numbers of the rows.
      if (totals.length > 0) finish(write(loads), 0);
      else loads.forEach((load, copy) => finish(write([load]), copy));
      places.forEach(({ operand, at }) => f.advance(at, steps.get(operand)!));
      f.advance(rest, -1);
    }, () => rest);
    accumulators.forEach(({ close }) => close());
  }

  /** Makes the numbers of a pass. */
  #finish({ numbers }: Pass): void {
    if (numbers.length === 0) return;
    const f = this.#f;
    const first = this.#numbers;
    this.#numbers += numbers.length;
    const write = this.#prepare(numbers);
    const left = f.local("i32", this.width);
    const cells = f.local("i32", this.#scratch);
    const used = sourcesOf(numbers).map((id) => this.#loop.passes.sources[id]);
    f.while(i32.gtS(left, 0), () => {
      const loads = this.#vectors((source) =>
        used.includes(source) ? v128.load(cells, this.#placeOf(source)) : null
      );
      write([loads])[0].forEach((value, i) => f.store("v128", cells, value, this.#step * (first + i)));
      f.advance(cells, 16);
      f.advance(left, -4);
    });
  }

  /** Stores the outputs of which a row has one number. */
  single(): void {
    const { single } = this.#loop.passes;
    if (single.length === 0) return;
    const f = this.#f;
    const a = this.#a;
    const { inputs } = this.#loop.form;
    const roots = single.map(({ value }) => value);
    const write = this.#prepare(roots);
    const used = sourcesOf(roots).map((id) => this.#loop.passes.sources[id]);
    const left = f.local("i32", this.width);
    const cells = f.local("i32", this.#scratch);
    const read = used.flatMap((source) => source.kind === "input" ? [source.index] : []);
    const targets = single.map(({ output }) => inputs.length + output);
    const places = new Map(
      [...read, ...targets].map((operand) => [operand, f.local("i32", this.bases[operand])]),
    );
    f.while(i32.gtS(left, 0), () => {
      const wide = (operand: number): boolean => this.#loop.layout.steps[operand] === "1";
      const local = new Map(read.map((operand) => [operand, f.local("v128")]));
      const load = (make: (dtype: DType, at: Address) => Expression<"v128">) => (): void =>
        read.forEach((operand) => {
          const dtype = a.dtypes[operand];
          const at = places.get(operand)!;
          f.set(local.get(operand)!, wide(operand) ? make(dtype, at) : loadSplat(dtype, at));
        });
      if (read.length > 0) {
        f.if(
          i32.geS(left, 4),
          load(loadVector),
          load((dtype, at) => loadPartial(f, dtype, at, left, 1 << sizeShift(dtype))),
        );
      }
      const loads = this.#vectors((source) => {
        if (!used.includes(source)) return null;
        return source.kind === "input" ? local.get(source.index)! : v128.load(cells, this.#placeOf(source));
      });
      const [values] = write([loads]);
      single.forEach((_, i) => {
        const at = places.get(targets[i])!;
        const dtype = a.dtypes[targets[i]];
        f.if(
          i32.geS(left, 4),
          () => storeVector(f, dtype, at, values[i]),
          () => storePartial(f, dtype, at, values[i], left),
        );
      });
      places.forEach((at, operand) => {
        if (operand >= inputs.length || wide(operand)) f.advance(at, 4 << sizeShift(a.dtypes[operand]));
      });
      f.advance(cells, 16);
      f.advance(left, -4);
    });
  }
}
