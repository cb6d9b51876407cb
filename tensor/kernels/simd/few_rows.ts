/**
 * Some neighbouring rows of few elements, turned in registers, and the code of passes over them written out.
 *
 * @module
 */
import { inPairs } from "./accumulate.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { extreme, EXTREMES } from "./extremes.ts";
import { type Helpers, prepare, type Write } from "./emit.ts";
import { joinRows, splitRows } from "./interleave.ts";
import { loadSplat, sizeShift } from "./operands.ts";
import { transpose } from "./turn.ts";
import type { Node } from "./nodes.ts";
import type { Total } from "./row_pass.ts";
import { type Own, RowPlaces, ROWS } from "./row_places.ts";
import { rootsOf, type RowArguments, type RowLoop, sourcesOf } from "./rows_arguments.ts";
import { i32 } from "./scalar.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Address = Local<"i32">;
type Vector = Local<"v128">;

/**
 * Elements of a row up to which two groups go along together, and four where there are several passes: one alone would
 * wait for its numbers.
 */
const [TWO, FOUR] = [16, 7];

/** Elements that go along together. */
const TOGETHER = 2;

/** Sums of a total that do not wait for each other. */
const SUMS = 4;

/** What is known of the rows of a group. */
interface Group {
  /** Their number. */
  readonly index: number;
  /** For each operand the vectors of its elements; one where they are all the same. */
  readonly elements: Vector[][];
  /** Those of rows that are kept. */
  readonly kept: Vector[][];
  numbers: Vector[];
}

/** Some neighbouring rows. */
export class FewRows {
  /** How many there are. */
  readonly count: number;
  readonly #f: FunctionBuilder;
  readonly #loop: RowLoop;
  readonly #length: number;
  readonly #places: RowPlaces;
  readonly #writes: readonly { readonly values: Write; readonly numbers: Write }[];
  readonly #single: Write;
  /** One over the number of elements. */
  readonly #share: Vector;
  readonly #groups: readonly Group[];

  constructor(
    f: FunctionBuilder,
    loop: RowLoop,
    helpers: Helpers,
    a: RowArguments,
    length: number,
  ) {
    const { form, layout, passes: { passes, single } } = loop;
    this.#f = f;
    this.#loop = loop;
    this.#length = length;
    const groups = length > TWO ? 1 : length > FOUR || passes.length === 1 ? 2 : 4;
    this.count = ROWS * groups;
    this.#share = f.local("v128", f32x4.splat(1 / length));
    const write = (roots: readonly Node[]): Write => prepare(f, roots, helpers);
    this.#writes = passes.map((pass) => ({ values: write(rootsOf(pass)), numbers: write(pass.numbers) }));
    this.#single = write(single.map(({ value }) => value));
    const total = form.inputs.length + form.outputs.length;
    this.#places = new RowPlaces(f, loop, a, this.count, total);
    const same = form.inputs.map((dtype, operand) => {
      if (!layout.same[operand]) return [];
      const at = f.local("i32", a.addresses[operand]);
      const count = layout.steps[operand] === "1" ? length : 1;
      return Array.from(
        { length: count },
        (_, i) => f.local("v128", loadSplat(dtype, i32.add(at, i << sizeShift(dtype)))),
      );
    });
    this.#groups = Array.from({ length: groups }, (_, index) => ({
      index,
      elements: [...same],
      kept: [],
      numbers: [],
    }));
  }

  /** Where the squares of four elements of four rows begin; the last one may have some of the one before. */
  #squares(): readonly number[] {
    const squares = Math.ceil(this.#length / ROWS);
    return Array.from({ length: squares }, (_, i) => Math.min(ROWS * i, this.#length - ROWS));
  }

  /** Goes to rows that begin there, of all operands. */
  start(bases: readonly Address[]): void {
    this.#places.start(bases);
  }

  /** Makes of the rows from number `count` on the one before. */
  shorten(count: Address): void {
    this.#places.shorten(count);
  }

  /** Reads the inputs. */
  load(): void {
    for (const group of this.#groups) {
      for (const own of this.#places.own) {
        if (own.operand < this.#loop.form.inputs.length) group.elements[own.operand] = this.#read(own, group);
      }
      group.numbers = [];
    }
  }

  #read(own: Own, group: Group): Vector[] {
    const f = this.#f;
    if (!this.#places.isWhole(own)) return [this.#places.numbers(own, group.index)];
    const lines = this.#places.lines(own, group.index);
    if (this.#length < ROWS) return this.#readFew(lines);
    const elements: Vector[] = [];
    for (const square of this.#squares()) {
      const columns = transpose(f, lines.map((line) => f.local("v128", v128.load(line, 4 * square))));
      columns.forEach((column, i) => elements[square + i] ??= f.local("v128", column));
    }
    return elements;
  }

  /**
   * Whether rows of a group that have less than four elements follow each other, so that vectors have several. The last
   * one alone does not tell, as that of a group which is short stands for those that are not there.
   */
  #follow(lines: readonly Address[]): Expression<"i32"> {
    const bytes = 4 * this.#length;
    return i32.and(
      i32.eq(i32.sub(lines[1], lines[0]), bytes),
      i32.eq(i32.sub(lines[ROWS - 1], lines[0]), (ROWS - 1) * bytes),
    );
  }

  #readFew(lines: readonly Address[]): Vector[] {
    const f = this.#f;
    const elements = Array.from({ length: this.#length }, () => f.local("v128"));
    f.if(this.#follow(lines), () => {
      const vectors = elements.map((_, i) => f.local("v128", v128.load(lines[0], 16 * i)));
      splitRows(f, vectors).forEach((vector, i) => f.set(elements[i], vector));
    }, () =>
      elements.forEach((element, i) =>
        lines.forEach((line, row) => {
          const word = i32.load(line, 4 * i);
          f.set(element, i32x4.replaceLane(row === 0 ? v128.constI32x4(0) : element, row, word));
        })
      ));
    return elements;
  }

  #storeFew(lines: readonly Address[], elements: readonly Vector[]): void {
    const f = this.#f;
    f.if(
      this.#follow(lines),
      () => joinRows(f, elements).forEach((vector, i) => f.store("v128", lines[0], vector, 16 * i)),
      () =>
        elements.forEach((element, i) =>
          lines.forEach((line, row) => f.storeLane32(line, element, row, 4 * i))
        ),
    );
  }

  /** The vectors of the sources that graphs read, of the element at a place of each row of a group. */
  #sources(
    group: Group,
    used: ReadonlySet<number>,
    place: number,
    totals: readonly Vector[] = [],
  ): readonly Vector[] {
    return this.#loop.passes.sources.map((source, id) => {
      if (!used.has(id)) return this.#share;
      switch (source.kind) {
        case "input": {
          const elements = group.elements[source.index];
          return elements[elements.length === 1 ? 0 : place];
        }
        case "kept":
          return group.kept[source.index][place];
        case "number":
          return group.numbers[source.index];
        case "share":
          return this.#share;
        case "total":
          return totals[source.index];
      }
    });
  }

  /** Writes the pass with this number. */
  pass(index: number): void {
    const { numbers } = this.#loop.passes.passes[index];
    const needed = new Set(sourcesOf(numbers));
    const totals = this.#groups.map((group) => this.#pass(index, group));
    if (numbers.length === 0) return;
    // Those of all groups along each other, as they are long ways.
    const made = this.#writes[index].numbers(
      this.#groups.map((group, i) => this.#sources(group, needed, 0, totals[i])),
    );
    this.#groups.forEach((group, i) => group.numbers.push(...made[i]));
  }

  /** Writes it over the elements of a group, and gives its totals. */
  #pass(index: number, group: Group): readonly Vector[] {
    const pass = this.#loop.passes.passes[index];
    const { totals, stores } = pass;
    const { inputs } = this.#loop.form;
    const used = new Set(sourcesOf(rootsOf(pass)));
    const places = Array.from({ length: this.#length }, (_, place) => place);
    const sums = totals.map((total) => this.#total(total));
    for (let first = 0; first < places.length; first += TOGETHER) {
      const some = places.slice(first, first + TOGETHER);
      const values = this.#writes[index].values(some.map((place) => this.#sources(group, used, place)));
      some.forEach((place, copy) => {
        let next = 0;
        for (const sum of sums) {
          sum.add(values[copy].slice(next, next + sum.roots));
          next += sum.roots;
        }
        stores.forEach(({ target, index }, i) => {
          const list = target === "kept"
            ? group.kept[index] ??= []
            : group.elements[inputs.length + index] ??= [];
          list[place] = values[copy][next + i];
        });
      });
    }
    return sums.map(({ result }) => result());
  }

  /** What adds up a total. */
  #total({ accumulation: { initial, combine, greatest }, factors, block }: Total) {
    const f = this.#f;
    const fused = block > 0 && factors !== null;
    const sums: Vector[] = [];
    const extremes: Vector[][] = EXTREMES.map(() => []);
    let count = 0;
    return {
      roots: fused ? 2 : 1,
      add([x, y]: readonly Vector[]): void {
        const place = count++ % SUMS;
        const take = (list: Vector[], two: typeof combine): void => {
          list[place] = list[place] === undefined ? x : f.local("v128", two(list[place], x));
        };
        if (greatest !== null) extremes.forEach((list, i) => take(list, EXTREMES[i]));
        else if (!fused) take(sums, combine);
        else {
          const sum = sums[place];
          sums[place] = f.local("v128", sum === undefined ? f32x4.mul(x, y) : f32x4.relaxedMadd(x, y, sum));
        }
      },
      result(): Vector {
        // What begins with the first elements is -0 where all are, which a sum from 0 on is not.
        if (greatest === null) return f.local("v128", combine(inPairs(f, sums, combine), initial));
        const [signed, least, most] = extremes.map((list, i) => inPairs(f, list, EXTREMES[i]));
        return f.local("v128", extreme(greatest, signed, least, most));
      },
    };
  }

  /** Writes the outputs of `left` rows, or of all if there are more. */
  store(left: Address): void {
    for (const group of this.#groups) this.#store(left, group);
  }

  #store(left: Address, group: Group): void {
    const { form, passes: { single } } = this.#loop;
    const used = new Set(sourcesOf(single.map(({ value }) => value)));
    const [numbers] = single.length === 0 ? [[]] : this.#single([this.#sources(group, used, 0)]);
    for (const own of this.#places.own) {
      const output = own.operand - form.inputs.length;
      if (output < 0) continue;
      if (form.outputs[output].whole) {
        const lines = this.#places.lines(own, group.index);
        if (this.#length < ROWS) {
          this.#storeFew(lines, group.elements[own.operand]);
          continue;
        }
        for (const square of this.#squares()) this.#storeSquare(lines, group.elements[own.operand], square);
        continue;
      }
      const number = numbers[single.findIndex((one) => one.output === output)];
      this.#places.storeNumbers(own, group.index, number, left);
    }
  }

  /** Stores four elements of four rows; where they overlap the square before, what is new of them if that is less. */
  #storeSquare(lines: readonly Address[], elements: readonly Vector[], square: number): void {
    const f = this.#f;
    const rest = this.#length % ROWS;
    const [last] = elements.slice(-1);
    const end = 4 * this.#length;
    if (square % ROWS === 0 || rest === 3) {
      const rows = transpose(f, elements.slice(square, square + ROWS));
      return rows.forEach((row, i) => f.store("v128", lines[i], row, 4 * square));
    }
    if (rest === 1) return lines.forEach((line, row) => f.storeLane32(line, last, row, end - 4));
    const pair = elements[this.#length - 2];
    [[0, 4, 1, 5], [2, 6, 3, 7]].forEach((order, i) => {
      const rows = f.local("v128", f32x4.shuffle(pair, last, order));
      [0, 1].forEach((half) => f.storeLane64(lines[2 * i + half], rows, half, end - 8));
    });
  }

  /** Goes on to the next rows. */
  advance(): void {
    this.#places.advance();
  }
}
