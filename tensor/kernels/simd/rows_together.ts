/**
 * Loops over short rows whose vectors go along them: four rows at a time, of which what the vectors come to is turned, so
 * that their numbers are made together. Making them, and what comes before and after a loop, would take longer than the
 * elements of one.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { allNodes, type Helpers, prepare, type Write } from "./emit.ts";
import { constant, type Expression, select } from "./expression.ts";
import type { Node } from "./nodes.ts";
import { loadSplat, loadVector, sizeShift, storeVector } from "./operands.ts";
import { type Pass, SAMPLE } from "./row_pass.ts";
import { type Own, RowPlaces, ROWS } from "./row_places.ts";
import {
  helpersOf,
  operandTypes,
  overRuns,
  readRowArguments,
  rootsOf,
  type RowArguments,
  type RowLoop,
  sourcesOf,
  targetOf,
} from "./rows_arguments.ts";
import { f64, i32 } from "./scalar.ts";
import { type TurnedTotal, turnedTotal, waysOf } from "./turned_totals.ts";
import { f32x4, f64x2, i32x4, v128 } from "./vector.ts";

type Address = Local<"i32">;
type Vector = Local<"v128">;
type Word = Expression<"i32">;

/** Groups of rows, so that one goes along while the numbers of the other are made. */
const GROUPS = 2;

/** Values of an element, in a pass, up to which two vectors of a row go along together. */
const FEW_VALUES = 12;

/** Numbers and sums of all rows that stay in registers beside what is made of them. */
const HELD = 8;

/** Fewest elements of rows that go along together, and most where they are whole lines of the caches and where not. */
const [FEWEST, MOST_WHOLE, MOST] = [16, 127, 160];

/** Whether rows of so many elements are so short that it is better if some go along together. */
export function goTogether(length: number): boolean {
  return length >= FEWEST && length <= (length % FEWEST === 0 ? MOST_WHOLE : MOST);
}

/** How many numbers and sums of a row a pass holds. A sum that has no register would wait for memory in every step. */
function heldOf({ passes: { sources } }: RowLoop, pass: Pass): number {
  const numbers = sourcesOf(rootsOf(pass)).filter((id) => sources[id].kind === "number").length;
  return pass.totals.reduce((sum, { accumulation }) => sum + waysOf(accumulation).length, numbers);
}

/** Defines the kernel, for passes of totals in halves. */
export function defineTogether(module: ModuleBuilder, loop: RowLoop): void {
  const helpers = helpersOf(module, loop.passes);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = readRowArguments(f, loop, block);
    const rows = new RowsTogether(f, loop, helpers, a);
    const count = ROWS * GROUPS;
    overRuns(f, a, begin, end, (bases, left) => {
      rows.places.start(bases);
      f.while(left, () => {
        // Rows beyond the last one are the last one again.
        f.if(i32.ltU(left, count), () => rows.places.shorten(left));
        rows.begin();
        loop.passes.passes.forEach((pass) => rows.pass(pass, left));
        rows.single(left);
        rows.places.advance();
        f.set(left, select(i32.gtU(left, count), i32.sub(left, count), constant("i32", 0)));
      });
    });
  });
}

/** What is known of four rows. */
interface Group {
  readonly index: number;
  /** Where the rows of each operand begin. */
  lines: ReadonlyMap<number, readonly Address[]>;
  /** For each input of which a row has one number the numbers of all. */
  readonly single: Vector[];
  numbers: Vector[];
}

/** Some neighbouring rows. */
class RowsTogether {
  readonly places: RowPlaces;
  readonly #f: FunctionBuilder;
  readonly #loop: RowLoop;
  readonly #helpers: Helpers;
  readonly #groups: readonly Group[];
  /** How many rows go along together: the same ones in all passes, as what is left out of one has no numbers for others. */
  readonly #together: number;
  readonly #same: readonly (Address | Vector | null)[];
  /** Bytes of the float32 of a row before its last vector, and where that begins. */
  readonly #whole: Address;
  readonly #last: Address;
  /** The lanes of the last vector that the one before has not. */
  readonly #own: Vector;
  readonly #share: Vector;
  readonly #sampleShare: Vector;

  constructor(f: FunctionBuilder, loop: RowLoop, helpers: Helpers, a: RowArguments) {
    const { form, layout } = loop;
    this.#f = f;
    this.#loop = loop;
    this.#helpers = helpers;
    this.places = new RowPlaces(f, loop, a, ROWS * GROUPS, a.dtypes.length);
    this.#groups = Array.from({ length: GROUPS }, (_, index) => ({
      ...{ index, lines: new Map<number, readonly Address[]>(), single: [], numbers: [] },
    }));
    this.#together = Math.max(...loop.passes.passes.map((pass) => heldOf(loop, pass))) * ROWS <= HELD
      ? ROWS
      : ROWS / 2;
    this.#same = form.inputs.map((dtype, operand) => {
      if (!layout.same[operand]) return null;
      const at = f.local("i32", a.addresses[operand]);
      return layout.steps[operand] === "1" ? at : f.local("v128", loadSplat(dtype, at));
    });
    this.#whole = f.local("i32", i32.shl(i32.shrU(i32.sub(a.count, 1), 2), 4));
    this.#last = f.local("i32", i32.shl(i32.sub(a.count, 4), 2));
    const others = i32.sub(3, i32.add(i32.and(i32.sub(a.count, 1), 3), 1));
    this.#own = f.local("v128", i32x4.gtS(v128.constI32x4(0, 1, 2, 3), i32x4.splat(others)));
    const shareOf = (count: Word): Vector => f.local("v128", f64x2.splat(f64.div(1, f64.convertI32U(count))));
    this.#share = shareOf(a.count);
    this.#sampleShare = shareOf(i32.shl(i32.divU(i32.add(i32.shrU(a.count, 2), SAMPLE - 1), SAMPLE), 2));
  }

  /** Finds the rows, and reads the inputs of which they have one number each. */
  begin(): void {
    for (const group of this.#groups) {
      group.numbers = [];
      group.lines = new Map(
        this.places.own.filter((own) => this.places.isWhole(own))
          .map((own) => [own.operand, this.places.lines(own, group.index)]),
      );
      for (const own of this.places.own) {
        if (own.operand < this.#loop.form.inputs.length && !this.places.isWhole(own)) {
          group.single[own.operand] = this.places.numbers(own, group.index);
        }
      }
    }
  }

  /** The address of a vector of a row, of which `offset` is the byte for elements of four. */
  #at(operand: number, line: Address, offset: Address): Word {
    const shift = sizeShift(operandTypes(this.#loop)[operand]);
    return i32.add(line, shift === 2 ? offset : i32.shrU(offset, 2 - shift));
  }

  /** The operand that a source is read from, element by element; null for others. */
  #operandOf(id: number): number | null {
    const { passes: { sources }, layout: { kept, steps } } = this.#loop;
    const source = sources[id];
    if (source.kind === "kept") return kept[source.index];
    return source.kind === "input" && steps[source.index] === "1" ? source.index : null;
  }

  /** Writes a pass over all rows, of which `left` are left. */
  pass(pass: Pass, left: Address): void {
    const roots = rootsOf(pass);
    const share = pass.sampled ? this.#sampleShare : this.#share;
    const known = (nodes: readonly Node[]): (Vector | null)[] => {
      const used = new Set(sourcesOf(nodes));
      return this.#loop.passes.sources.map((source, id) =>
        used.has(id) && source.kind === "share" ? (source.sampled ? this.#sampleShare : this.#share) : null
      );
    };
    const values = prepare(this.#f, roots, this.#helpers, known(roots));
    const numbers = prepare(this.#f, pass.numbers, this.#helpers, known(pass.numbers));
    for (const group of this.#groups) {
      const totals = this.#along(pass, roots, values, group, left);
      if (pass.numbers.length > 0) {
        group.numbers.push(...numbers([this.#ofNumbers(group, pass.numbers, totals, share)])[0]);
      }
    }
  }

  /** The vectors of the sources that graphs of numbers read, a row in each lane. */
  #ofNumbers(
    group: Group,
    roots: readonly Node[],
    totals: readonly (readonly Vector[])[],
    share: Vector,
  ): readonly Vector[] {
    const used = new Set(sourcesOf(roots));
    return this.#loop.passes.sources.map((source, id) => {
      if (!used.has(id)) return share;
      switch (source.kind) {
        case "input":
          return group.single[source.index] ?? this.#same[source.index] as Vector;
        case "number":
          return group.numbers[source.index];
        case "total":
          return totals[source.index][source.half];
        default:
          return share;
      }
    });
  }

  /** Writes a pass over the elements of four rows, and gives the halves of its totals. */
  #along(
    pass: Pass,
    roots: readonly Node[],
    write: Write,
    group: Group,
    left: Address,
  ): readonly (readonly Vector[])[] {
    const f = this.#f;
    const totals = pass.totals.map((total) => turnedTotal(f, total, this.#own));
    for (let first = 0; first < ROWS; first += this.#together) {
      // What is kept may be written over, so that no row may go along again later.
      f.if(
        i32.gtU(left, ROWS * group.index + first),
        () => this.#some(pass, roots, write, group, totals, first, this.#together),
      );
    }
    return totals.map(({ halves }) => halves());
  }

  /** Writes it over `count` of the rows. */
  #some(
    pass: Pass,
    roots: readonly Node[],
    write: Write,
    group: Group,
    totals: readonly TurnedTotal[],
    first: number,
    count: number,
  ): void {
    const f = this.#f;
    const dtypes = operandTypes(this.#loop);
    const used = sourcesOf(roots);
    const splats = new Map<number, readonly Vector[]>();
    for (const id of used) {
      const source = this.#loop.passes.sources[id];
      const numbers = source.kind === "number"
        ? group.numbers[source.index]
        : source.kind === "input"
        ? group.single[source.index]
        : undefined;
      if (numbers === undefined) continue;
      splats.set(
        id,
        Array.from(
          { length: count },
          (_, row) =>
            f.local("v128", f32x4.shuffle(numbers, numbers, new Array<number>(4).fill(first + row))),
        ),
      );
    }
    /** The vectors that each row reads from `offset` on. */
    const read = (offset: Address, more: number): readonly (readonly Vector[])[] => {
      const rows = Array.from({ length: count }, () => this.#loop.passes.sources.map(() => this.#share));
      for (const id of used) {
        const operand = this.#operandOf(id);
        const vectors = operand === null ? splats.get(id) : null;
        if (operand !== null) {
          const dtype = dtypes[operand];
          const load = (line: Address): Vector =>
            f.local(
              "v128",
              loadVector(dtype, this.#at(operand, line, offset), (16 * more) >> (2 - sizeShift(dtype))),
            );
          const lines = group.lines.get(operand)?.slice(first, first + count);
          if (lines !== undefined) lines.forEach((line, row) => rows[row][id] = load(line));
          else {
            const one = load(this.#same[operand] as Address);
            rows.forEach((row) => row[id] = one);
          }
          continue;
        }
        const source = this.#loop.passes.sources[id];
        const same = source.kind === "input" ? this.#same[source.index] as Vector : this.#share;
        rows.forEach((row, i) => row[id] = vectors?.[i] ?? same);
      }
      return rows;
    };
    const add = (values: readonly (readonly Vector[])[], last: boolean): void =>
      values.forEach((list, row) => {
        let next = 0;
        for (const total of totals) {
          total.add(first + row, list.slice(next, next + total.roots), last);
          next += total.roots;
        }
      });
    const stored = roots.length - pass.stores.length;
    const store = (values: readonly (readonly Vector[])[], offset: Address, more: number): void =>
      pass.stores.forEach((one, i) => {
        const operand = targetOf(this.#loop, one);
        const dtype = dtypes[operand];
        group.lines.get(operand)!.slice(first, first + count).forEach((line, row) =>
          storeVector(
            f,
            dtype,
            this.#at(operand, line, offset),
            values[row][stored + i],
            (16 * more) >> (2 - sizeShift(dtype)),
          )
        );
      });
    const offset = f.local("i32", 0);
    if (pass.sampled) {
      f.until(
        offset,
        i32.and(i32.add(this.#last, 16), -16),
        16 * SAMPLE,
        () => add(write(read(offset, 0)), false),
      );
    } else {
      // The last vector is read before what it shares with the one before may be written over, and written after.
      const values = write(read(this.#last, 0));
      add(values, true);
      const step = (more: number): void => {
        const values = write(read(offset, more));
        add(values, false);
        store(values, offset, more);
      };
      if (allNodes(roots).length <= FEW_VALUES) {
        f.until(offset, i32.and(this.#whole, -32), 32, () => [0, 1].forEach(step));
        f.if(i32.ltU(offset, this.#whole), () => step(0));
      } else f.until(offset, this.#whole, 16, () => step(0));
      store(values, this.#last, 0);
    }
  }

  /** Stores the outputs of which `left` rows, or all if there are more, have one number each. */
  single(left: Address): void {
    const { form, passes: { single } } = this.#loop;
    if (single.length === 0) return;
    const roots = single.map(({ value }) => value);
    const write = prepare(this.#f, roots, this.#helpers);
    for (const group of this.#groups) {
      const [numbers] = write([this.#ofNumbers(group, roots, [], this.#share)]);
      single.forEach(({ output }, i) => {
        const own = this.places.own.find(({ operand }) => operand === form.inputs.length + output) as Own;
        this.places.storeNumbers(own, group.index, numbers[i], left);
      });
    }
  }
}
