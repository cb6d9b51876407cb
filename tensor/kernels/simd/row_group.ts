/**
 * One or two rows whose vectors go along them, and the code of a pass over them.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { isNear, isStrideOfWords, type Step } from "../elementwise_form.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import { allNodes, type Helpers, prepare } from "./emit.ts";
import { constant, type Expression } from "./expression.ts";
import type { Node } from "./nodes.ts";
import {
  loadPartial,
  loadSplat,
  loadStepped,
  sizeShift,
  stepBytes,
  storeLane,
  storeVector,
} from "./operands.ts";
import type { Partials } from "./partials.ts";
import { least } from "./reduce_arguments.ts";
import { type Pass, SAMPLE, type Source } from "./row_pass.ts";
import { accumulator } from "./row_totals.ts";
import { operandTypes, rootsOf, type RowLoop, sourcesOf, targetOf } from "./rows_arguments.ts";
import { f64, i32 } from "./scalar.ts";
import { f64x2, v128 } from "./vector.ts";

type Vector = Local<"v128">;

/** Vectors that go along together: more of them where they are only added up. */
function copiesOf({ totals }: Pass, roots: readonly Node[]): 4 | 8 {
  return allNodes(roots).length === 1 && totals.some(({ block }) => block > 0) ? 8 : 4;
}

const ZERO = v128.constI32x4(0);

/** Where the record of a row has what the passes need of it: the bases of the operands, then the numbers. */
export interface RecordLayout {
  readonly numbers: number;
  readonly bytes: number;
}

/** Neighbouring rows, of which a pass takes one or two. */
export class Rows {
  readonly #f: FunctionBuilder;
  readonly #loop: RowLoop;
  readonly #dtypes: readonly DType[];
  readonly #helpers: Helpers;
  readonly #layout: RecordLayout;
  readonly #record: Local<"i32">;
  readonly #count: Local<"i32">;
  readonly #share: Vector;

  constructor(
    f: FunctionBuilder,
    loop: RowLoop,
    helpers: Helpers,
    layout: RecordLayout,
    record: Local<"i32">,
    count: Local<"i32">,
  ) {
    this.#f = f;
    this.#loop = loop;
    this.#dtypes = operandTypes(loop);
    this.#helpers = helpers;
    this.#layout = layout;
    this.#record = record;
    this.#count = count;
    this.#share = f.local("v128", f64x2.splat(f64.div(1, f64.convertI32U(count))));
  }

  #sampleShare(): Expression<"v128"> {
    const every = i32.shl(i32.divU(this.#count, 4 * SAMPLE), 2);
    const last = least(this.#f.local("i32", i32.and(this.#count, 4 * SAMPLE - 1)), constant("i32", 4));
    return f64x2.splat(f64.div(1, f64.convertI32U(i32.add(every, last))));
  }

  #base(operand: number, row = 0): Expression<"i32"> {
    return i32.load(this.#record, row * this.#layout.bytes + 4 * operand);
  }

  /** For each source that graphs read its vector, where that is the same all along the row. */
  #known(roots: readonly Node[], totals: readonly Vector[] = [], row = 0): (Vector | null)[] {
    const { sources } = this.#loop.passes;
    const used = new Set(sourcesOf(roots));
    const vectorOf = (source: Source): Expression<"v128"> | null => {
      switch (source.kind) {
        case "input": {
          const { index } = source;
          const own = isNear(this.#loop.layout.steps[index]);
          return own ? null : loadSplat(this.#dtypes[index], this.#base(index, row));
        }
        case "kept":
          return null;
        case "number":
          return v128.load(
            this.#record,
            row * this.#layout.bytes + this.#layout.numbers + 16 * source.index,
          );
        case "share":
          return source.sampled ? this.#sampleShare() : this.#share;
        case "total":
          return totals[source.index];
      }
    };
    return sources.map((source, i) => {
      const vector = used.has(i) ? vectorOf(source) : null;
      return vector === null ? null : "index" in vector ? vector as Vector : this.#f.local("v128", vector);
    });
  }

  /** Stores the outputs of which there is one number. */
  single(): void {
    const f = this.#f;
    const { form, passes: { single } } = this.#loop;
    const roots = single.map(({ value }) => value);
    const [values] = prepare(f, roots, this.#helpers, this.#known(roots))([[]]);
    single.forEach(({ output }, i) => {
      const base = f.local("i32", this.#base(form.inputs.length + output));
      storeLane(f, form.outputs[output].dtype, base, values[i], 0);
    });
  }

  /** A pass over so many rows, whose numbers are those from `from` on. Totals are of one row. */
  pass(pass: Pass, from: number, count: 1 | 2, partials: Partials): void {
    const f = this.#f;
    const { passes: { sources }, layout: { same, kept, steps } } = this.#loop;
    const roots = rootsOf(pass);
    const rows = Array.from({ length: count }, (_, row) => {
      const known = this.#known(roots, [], row);
      return { known, write: prepare(f, roots, this.#helpers, known) };
    });
    const inputs = this.#loop.form.inputs.length;
    const stepOf = (operand: number): Step => operand < inputs ? steps[operand] : "1";
    const bytesOf = (operand: number): number => stepBytes(this.#dtypes[operand], stepOf(operand));
    /** For each operand its place in each row; one where it is the same for all. */
    const places = new Map<number, readonly Local<"i32">[]>();
    const placeOf = (operand: number, row: number): Local<"i32"> => {
      let list = places.get(operand);
      if (list === undefined) {
        const own = operand < inputs && same[operand] ? rows.slice(0, 1) : rows;
        places.set(operand, list = own.map((_, row) => f.local("i32", this.#base(operand, row))));
      }
      return list[row % list.length];
    };
    const targets = pass.stores.map((store) => targetOf(this.#loop, store));
    targets.forEach((operand) => placeOf(operand, 0));
    const read = sourcesOf(roots).flatMap((id) => {
      const source = sources[id];
      if (rows[0].known[id] !== null || (source.kind !== "input" && source.kind !== "kept")) return [];
      const operand = source.kind === "input" ? source.index : kept[source.index];
      placeOf(operand, 0);
      return [{ id, operand }];
    });
    const left = f.local("i32", this.#count);
    const advance = (vectors: number): void =>
      places.forEach((list, operand) =>
        list.forEach((place) => f.advance(place, 4 * vectors * bytesOf(operand)))
      );
    /** What each row reads; of an operand that is the same for all there is one vector. */
    const vectors = (
      load: (operand: number, place: Local<"i32">) => Vector,
    ): readonly (readonly Vector[])[] => {
      const zero = f.local("v128", ZERO);
      const lists = rows.map(({ known }) => known.map((local) => local ?? zero));
      for (const { id, operand } of read) {
        const own = places.get(operand)!.map((place) => load(operand, place));
        lists.forEach((list, row) => list[id] = own[row % own.length]);
      }
      return lists;
    };
    const copies = count === 1 ? copiesOf(pass, roots) : 2;
    // Two rows have registers for two vectors of each, so four of them go along in two parts.
    const parts = count;
    // Vectors from one that the pass takes to the next, and elements of all that go along together.
    const spread = pass.sampled ? SAMPLE : 1;
    const elements = 4 * copies * parts * spread;
    const totals = pass.totals.map((total) => accumulator(f, total, copies));
    const group = (first: number): void => {
      const shift = (dtype: DType, copy: number): number => copy << (2 + sizeShift(dtype));
      const loads = Array.from(
        { length: copies },
        (_, copy) =>
          vectors((operand, place) => {
            const offset = 4 * (first + copy) * spread * bytesOf(operand);
            return f.local("v128", loadStepped(this.#dtypes[operand], stepOf(operand), place, offset));
          }),
      );
      rows.forEach(({ write }, row) => {
        const values = write(loads.map((lists) => lists[row]));
        let next = 0;
        for (const total of totals) {
          total.add(values.map((list) => list.slice(next, next + total.roots)));
          next += total.roots;
        }
        targets.forEach((operand, i) => {
          const dtype = this.#dtypes[operand];
          values.forEach((list, copy) =>
            storeVector(f, dtype, placeOf(operand, row), list[next + i], shift(dtype, first + copy))
          );
        });
      });
    };
    const most = Math.min(...pass.totals.flatMap(({ block }) => block > 0 ? [block] : []));
    const block = f.local("i32");
    f.while(i32.geU(left, elements), () => {
      totals.forEach((total) => total.open());
      f.set(block, i32.and(left, -elements));
      if (Number.isFinite(most)) f.set(block, least(block, constant("i32", most * spread)));
      f.set(left, i32.sub(left, block));
      f.repeat(() => {
        for (let part = 0; part < parts; part++) group(part * copies);
        advance(copies * parts * spread);
        f.advance(block, -elements);
      }, () => block);
      totals.forEach((total) => total.close());
    });
    f.while(left, () => {
      const whole = f.local("i32", i32.geU(left, 4));
      const loads = vectors(() => f.local("v128"));
      const fill = (load: (operand: number, place: Local<"i32">) => Expression<"v128">) => (): void =>
        read.forEach(({ id, operand }) =>
          places.get(operand)!.forEach((place, row) => f.set(loads[row][id], load(operand, place)))
        );
      f.if(
        whole,
        fill((operand, place) => loadStepped(this.#dtypes[operand], stepOf(operand), place)),
        fill((operand, place) =>
          isStrideOfWords(stepOf(operand))
            ? loadPartial(f, this.#dtypes[operand], place, left, bytesOf(operand))
            : partials.load(this.#dtypes[operand], place, left)
        ),
      );
      rows.forEach(({ write }, row) => {
        const [values] = write([loads[row]]);
        let next = 0;
        for (const total of totals) {
          total.addFirst(values.slice(next, next + total.roots), left, whole);
          next += total.roots;
        }
        const store = (one: (dtype: DType, place: Local<"i32">, value: Vector) => void) => () =>
          targets.forEach((operand, i) =>
            one(this.#dtypes[operand], placeOf(operand, row), values[next + i])
          );
        if (targets.length > 0) {
          f.if(
            whole,
            store((dtype, place, value) => storeVector(f, dtype, place, value)),
            store((dtype, place, value) => partials.store(f, dtype, place, value, left)),
          );
        }
      });
      f.if(i32.geU(left, 4 * spread), () => {
        advance(spread);
        f.advance(left, -4 * spread);
      }, () => f.set(left, 0));
    });
    const results = totals.map((total) => total.result());
    const [numbers] = prepare(f, pass.numbers, this.#helpers, this.#known(pass.numbers, results))([[]]);
    numbers?.forEach((number, i) =>
      f.store("v128", this.#record, number, this.#layout.numbers + 16 * (from + i))
    );
  }
}
