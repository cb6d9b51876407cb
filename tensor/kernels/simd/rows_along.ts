/**
 * Loops over rows whose vectors go along a row.
 *
 * @module
 */
import { type Accumulation, combineLanes, promoted } from "./accumulate.ts";
import type { DType } from "../../dtype.ts";
import type { FunctionBuilder, FunctionHandle, Local, ModuleBuilder } from "./assembler.ts";
import { allNodes, defineHelpers, type Helpers, prepare } from "./emit.ts";
import { constant, type Expression } from "./expression.ts";
import type { Node } from "./nodes.ts";
import {
  loadPartial,
  loadSplat,
  loadVector,
  sizeShift,
  storeLane,
  storePartial,
  storeVector,
} from "./operands.ts";
import { least } from "./reduce_arguments.ts";
import type { Pass, Source, Total } from "./row_passes.ts";
import {
  findRow,
  firstLanes,
  operandTypes,
  readRowArguments,
  rootsOf,
  type RowLoop,
  sourcesOf,
  targetOf,
} from "./rows_arguments.ts";
import { f64, i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Vector = Local<"v128">;

/** Elements that are added up as float32 before they go into a precise accumulator, 4 or 8 of them after each other. */
const BLOCK = 128;

/** Vectors that go along together: more of them where they are only added up. */
function copiesOf({ totals }: Pass, roots: readonly Node[]): 4 | 8 {
  return allNodes(roots).length === 1 && totals.some(({ blocks }) => blocks) ? 8 : 4;
}

const ZERO = v128.constI32x4(0);

/** Bytes of rows that go through a pass before the next one, so that they stay in the nearest cache. */
const BATCH_BYTES = 1 << 14;

/** Most rows of a batch. */
const MOST_ROWS = 8;

/** Where the record of a row has what the passes need of it: the bases of the operands, then the numbers. */
interface RecordLayout {
  readonly numbers: number;
  readonly bytes: number;
}

/** A function of the address of the first record, of the number of rows and of the elements of a row. */
type PassFunction = FunctionHandle<readonly ["i32", "i32", "i32"], null>;

/**
 * Defines the kernel. Each pass is a function of its own that goes through a few rows: what a row waits for at its end
 * is hidden by the next one.
 */
export function defineAlong(module: ModuleBuilder, loop: RowLoop): void {
  const { passes, single, numbers } = loop.passes;
  const roots = [
    ...passes.flatMap((pass) => [...rootsOf(pass), ...pass.numbers]),
    ...single.map((s) => s.value),
  ];
  const helpers = defineHelpers(module, roots);
  const operands = operandTypes(loop);
  const first = 16 * Math.ceil(operands.length / 4);
  const record: RecordLayout = { numbers: first, bytes: first + 16 * numbers };
  let next = 0;
  const functions: PassFunction[] = passes.map((pass) => {
    const from = next;
    next += pass.numbers.length;
    return defineRows(module, loop, helpers, record, (row) => row.pass(pass, from));
  });
  if (single.length > 0) functions.push(defineRows(module, loop, helpers, record, (row) => row.single()));
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    const a = readRowArguments(f, loop, block);
    const bases = operands.map(() => f.local("i32"));
    const most = f.local("i32", i32.divU(BATCH_BYTES, i32.add(i32.shl(a.count, 2), 1)));
    f.set(most, least(i32.add(most, i32.eqz(most)), constant("i32", MOST_ROWS)));
    const rows = f.local("i32");
    const at = f.local("i32");
    const stop = f.local("i32");
    f.while(i32.ltU(begin, end), () => {
      f.set(rows, least(most, i32.sub(end, begin)));
      f.set(stop, i32.add(begin, rows));
      f.set(at, scratch);
      f.until(begin, stop, 1, () => {
        findRow(f, a, begin, bases);
        bases.forEach((base, i) => f.store("i32", at, base, 4 * i));
        f.advance(at, record.bytes);
      });
      for (const pass of functions) f.call(pass, scratch, rows, a.count);
    });
  });
}

function defineRows(
  module: ModuleBuilder,
  loop: RowLoop,
  helpers: Helpers,
  layout: RecordLayout,
  write: (row: Row) => void,
): PassFunction {
  return module.define(null, ["i32", "i32", "i32"], null, (f, record, rows, count) => {
    const row = new Row(f, loop, helpers, layout, record, count);
    f.repeat(() => {
      write(row);
      f.advance(record, layout.bytes);
      f.advance(rows, -1);
    }, () => rows);
  });
}

class Row {
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

  #base(operand: number): Expression<"i32"> {
    return i32.load(this.#record, 4 * operand);
  }

  /** For each source that graphs read its vector, where that is the same all along the row. */
  #known(roots: readonly Node[], totals: readonly Vector[]): (Vector | null)[] {
    const { sources } = this.#loop.passes;
    const used = new Set(sourcesOf(roots));
    const vectorOf = (source: Source): Expression<"v128"> | null => {
      switch (source.kind) {
        case "input": {
          const { index } = source;
          const own = this.#loop.layout.steps[index] === "1";
          return own ? null : loadSplat(this.#dtypes[index], this.#base(index));
        }
        case "kept":
          return null;
        case "number":
          return v128.load(this.#record, this.#layout.numbers + 16 * source.index);
        case "share":
          return this.#share;
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
    const [values] = prepare(f, roots, this.#helpers, this.#known(roots, []))([[]]);
    single.forEach(({ output }, i) => {
      const base = f.local("i32", this.#base(form.inputs.length + output));
      storeLane(f, form.outputs[output].dtype, base, values[i], 0);
    });
  }

  /** A pass whose numbers are those from `from` on. */
  pass(pass: Pass, from: number): void {
    const f = this.#f;
    const { sources } = this.#loop.passes;
    const roots = rootsOf(pass);
    const known = this.#known(roots, []);
    const write = prepare(f, roots, this.#helpers, known);
    const places = new Map<number, Local<"i32">>();
    const placeOf = (operand: number): Local<"i32"> => {
      let place = places.get(operand);
      if (place === undefined) places.set(operand, place = f.local("i32", this.#base(operand)));
      return place;
    };
    const targets = pass.stores.map((store) => targetOf(this.#loop, store));
    targets.forEach(placeOf);
    const read = sourcesOf(roots).flatMap((id) => {
      const source = sources[id];
      if (known[id] !== null || (source.kind !== "input" && source.kind !== "kept")) return [];
      const operand = source.kind === "input" ? source.index : this.#loop.layout.kept[source.index];
      return [{ id, dtype: this.#dtypes[operand], place: placeOf(operand) }];
    });
    const left = f.local("i32", this.#count);
    const advance = (vectors: number): void =>
      places.forEach((place, operand) => f.advance(place, vectors << (2 + sizeShift(this.#dtypes[operand]))));
    const vectors = (
      load: (dtype: DType, place: Local<"i32">) => Expression<"v128">,
    ) => {
      const list: Expression<"v128">[] = known.map((local) => local ?? ZERO);
      for (const { id, dtype, place } of read) list[id] = load(dtype, place);
      return list;
    };
    const copies = copiesOf(pass, roots);
    const totals = pass.totals.map((total) => accumulator(f, total, copies));
    const group = (): void => {
      const loads = Array.from(
        { length: copies },
        (_, copy) => vectors((dtype, place) => loadVector(dtype, place, copy << (2 + sizeShift(dtype)))),
      );
      const values = write(loads);
      let next = 0;
      for (const total of totals) {
        total.add(values.map((list) => list.slice(next, next + total.roots)));
        next += total.roots;
      }
      targets.forEach((operand, i) => {
        const dtype = this.#dtypes[operand];
        values.forEach((list, copy) =>
          storeVector(f, dtype, places.get(operand)!, list[next + i], copy << (2 + sizeShift(dtype)))
        );
      });
      advance(copies);
    };
    const block = f.local("i32");
    f.while(i32.geU(left, 4 * copies), () => {
      totals.forEach((total) => total.open());
      f.set(block, i32.and(left, -4 * copies));
      if (pass.totals.some(({ blocks }) => blocks)) f.set(block, least(block, constant("i32", BLOCK)));
      f.set(left, i32.sub(left, block));
      f.repeat(() => {
        group();
        f.advance(block, -4 * copies);
      }, () => block);
      totals.forEach((total) => total.close());
    });
    f.while(left, () => {
      const whole = f.local("i32", i32.geU(left, 4));
      const loads = vectors(() => f.local("v128"));
      f.if(
        whole,
        () => read.forEach(({ id, dtype, place }) => f.set(loads[id] as Vector, loadVector(dtype, place))),
        () =>
          read.forEach(({ id, dtype, place }) =>
            f.set(loads[id] as Vector, loadPartial(f, dtype, place, left, 1 << sizeShift(dtype)))
          ),
      );
      const [values] = write([loads]);
      let next = 0;
      for (const total of totals) {
        total.addFirst(values.slice(next, next + total.roots), left, whole);
        next += total.roots;
      }
      const store = (one: (dtype: DType, place: Local<"i32">, value: Vector) => void) => () =>
        targets.forEach((operand, i) => one(this.#dtypes[operand], places.get(operand)!, values[next + i]));
      if (targets.length > 0) {
        f.if(
          whole,
          store((dtype, place, value) => storeVector(f, dtype, place, value)),
          store((dtype, place, value) => storePartial(f, dtype, place, value, left)),
        );
      }
      f.if(whole, () => {
        advance(1);
        f.advance(left, -4);
      }, () => f.set(left, 0));
    });
    const results = totals.map((total) => total.result());
    const [numbers] = prepare(f, pass.numbers, this.#helpers, this.#known(pass.numbers, results))([[]]);
    numbers?.forEach((number, i) =>
      f.store("v128", this.#record, number, this.#layout.numbers + 16 * (from + i))
    );
  }
}

/** What adds up a total along a row. */
interface Accumulator {
  /** How many values it takes of an element. */
  readonly roots: number;
  /** Before a block. */
  readonly open: () => void;
  readonly add: (values: readonly (readonly Vector[])[]) => void;
  /** After a block. */
  readonly close: () => void;
  /** Adds a vector, or the one to three first lanes of it. */
  readonly addFirst: (value: readonly Vector[], left: Expression<"i32">, whole: Expression<"i32">) => void;
  /** The total in all lanes. */
  readonly result: () => Vector;
}

function accumulator(f: FunctionBuilder, total: Total, copies: number): Accumulator {
  return total.accumulation.precise
    ? preciseAccumulator(f, total, copies)
    : plainAccumulator(f, total, copies);
}

/** Vectors combined by twos. */
function inPairs(f: FunctionBuilder, vectors: readonly Vector[], combine: Accumulation["combine"]): Vector {
  let list = vectors;
  while (list.length > 1) {
    list = list.flatMap((a, i) => i % 2 === 0 ? [f.local("v128", combine(a, list[i + 1]))] : []);
  }
  return list[0];
}

function preciseAccumulator(
  f: FunctionBuilder,
  { accumulation, factors, blocks }: Total,
  copies: number,
): Accumulator {
  const halves = [0, 1].map(() => f.local("v128", accumulation.initial));
  const parts = Array.from({ length: blocks ? copies : 0 }, () => f.local("v128"));
  const promote = (value: Vector): void =>
    promoted(value).forEach((part, i) => f.set(halves[i], f64x2.add(halves[i], part)));
  const fused = blocks && factors !== null;
  return {
    roots: fused ? 2 : 1,
    open: () => parts.forEach((part) => f.set(part, ZERO)),
    add: (values) =>
      values.forEach(([x, y], copy) => {
        if (!blocks) promote(x);
        else f.set(parts[copy], fused ? f32x4.relaxedMadd(x, y, parts[copy]) : f32x4.add(parts[copy], x));
      }),
    close() {
      if (blocks) promote(inPairs(f, parts, f32x4.add));
    },
    addFirst([x, y], left, whole) {
      if (blocks) return promote(f.local("v128", firstLanes(fused ? f32x4.mul(x, y) : x, ZERO, left)));
      f.if(whole, () => promote(x), () => {
        // One after the other, as the loop of the reduction alone does.
        const sum = f.local("f64", f64x2.extractLane(halves[0], 0));
        for (let lane = 0; lane < 3; lane++) {
          const add = (): void => f.set(sum, f64.add(sum, f64.promoteF32(f32x4.extractLane(x, lane))));
          if (lane === 0) add();
          else f.if(i32.gtU(left, lane), add);
        }
        f.set(halves[0], f64x2.replaceLane(halves[0], 0, sum));
      });
    },
    result() {
      const [low, high] = halves.map((half) =>
        f64.add(f64x2.extractLane(half, 0), f64x2.extractLane(half, 1))
      );
      return f.local("v128", f64x2.splat(f64.add(low, high)));
    },
  };
}

function plainAccumulator(f: FunctionBuilder, { accumulation }: Total, copies: number): Accumulator {
  const { initial, combine } = accumulation;
  const totals = Array.from({ length: copies }, () => f.local("v128", initial));
  return {
    roots: 1,
    open: () => {},
    add: (values) => values.forEach(([value], copy) => f.set(totals[copy], combine(totals[copy], value))),
    close: () => {},
    addFirst: ([value], left) => f.set(totals[0], combine(totals[0], firstLanes(value, initial, left))),
    result() {
      return combineLanes(f, accumulation, inPairs(f, totals, combine));
    },
  };
}
