import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { IndexItem, SliceRange, Tensor } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";
import { positionsOf } from "./reference.ts";
import { RUNS } from "../../runs.ts";

const int32 = (values: readonly number[]): Tensor => t.tensor([...values], { dtype: "int32" });

/** The numbers 0, 1, ... under a shape. */
function counted(shape: readonly number[]): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return t.reshape(t.arange(size, { dtype: "float64" }), shape);
}

/** A problem: a shape, and for each axis a position, a range or a list of positions; new axes in between. */
interface Problem {
  readonly shape: readonly number[];
  readonly items: readonly (number | SliceRange | readonly [list: "list", ...number[]] | "new")[];
}

const PROBLEM: fc.Arbitrary<Problem> = fc.tuple(
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  fc.integer({ min: 1, max: 3 }),
).chain(([shape, length]) => {
  const item = (extent: number): fc.Arbitrary<Problem["items"]> => {
    const position = fc.integer({ min: -extent, max: extent - 1 });
    const end = fc.option(fc.integer({ min: -5, max: 5 }), { nil: null });
    return fc.tuple(
      fc.oneof(
        position,
        fc.tuple(end, end, fc.constantFrom(1, 2, -1, -2, null)) as fc.Arbitrary<SliceRange>,
        fc.constant(null),
        fc.array(position, { minLength: length, maxLength: length }).map((list) =>
          ["list", ...list] as const
        ),
      ),
      fc.constantFrom([], [], [], ["new"] as const),
    ).map(([one, more]) => [one, ...more]);
  };
  return fc.tuple(...shape.map(item)).map((parts) => ({ shape, items: parts.flat() }));
});

/** The positions that a range takes, by walking. */
function walk(range: SliceRange, extent: number): number[] {
  const all = Array.from({ length: extent }, (_, i) => i);
  if (range === null) return all;
  const [start, stop = null, given = null] = range;
  const step = given ?? 1;
  const end = (place: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, place < 0 ? place + extent : place));
  const found: number[] = [];
  if (step > 0) {
    const to = stop === null ? extent : end(stop, 0, extent);
    for (let i = start === null ? 0 : end(start, 0, extent); i < to; i += step) found.push(i);
  } else {
    const to = stop === null ? -1 : end(stop, -1, extent - 1);
    for (let i = start === null ? extent - 1 : end(start, -1, extent - 1); i > to; i += step) found.push(i);
  }
  return found;
}

/** The shape of the result, and for each of its positions the position in the tensor, as NumPy says. */
function expected({ shape, items }: Problem): { shape: number[]; places: number[] } {
  const isList = (item: Problem["items"][number]): boolean => Array.isArray(item) && item[0] === "list";
  const lists = items.some(isList);
  // Beside lists a single position is a list too.
  const advanced = items.map((item) => lists && (isList(item) || typeof item === "number"));
  const count = lists ? (items.find(isList) as readonly unknown[]).length - 1 : 0;
  const [first, last] = [advanced.indexOf(true), advanced.lastIndexOf(true)];
  const together = advanced.slice(first, last + 1).every((one) => one);
  const axes: { count: number; item: number }[] = [];
  if (lists && !together) axes.push({ count, item: -1 });
  let axis = 0;
  const walks = items.map((item, i) => {
    if (item === "new") {
      axes.push({ count: 1, item: i });
      return [];
    }
    const extent = shape[axis++];
    const from = (place: number): number => place < 0 ? place + extent : place;
    if (isList(item)) {
      if (together && i === first) axes.push({ count, item: -1 });
      return (item as readonly unknown[]).slice(1).map((place) => from(place as number));
    }
    if (typeof item === "number") {
      if (lists && together && i === first) axes.push({ count, item: -1 });
      return [from(item)];
    }
    const found = walk(item as SliceRange, extent);
    axes.push({ count: found.length, item: i });
    return found;
  });
  const result = axes.map((one) => one.count);
  const places = positionsOf(result).map((position) => {
    let [place, at] = [0, 0];
    items.forEach((item, i) => {
      if (item === "new") return;
      const k = axes.findIndex((one) => one.item === (advanced[i] ? -1 : i));
      const walked = walks[i];
      place = place * shape[at++] +
        (walked.length === 1 && k < 0 ? walked[0] : walked[Math.min(position[k] ?? 0, walked.length - 1)]);
    });
    return place;
  });
  return { shape: result, places };
}

function indexOf({ items }: Problem): IndexItem[] {
  return items.map((item) =>
    Array.isArray(item) && item[0] === "list" ? int32(item.slice(1) as number[]) : item as IndexItem
  );
}

Deno.test("at().get() reads what NumPy reads", () => {
  fc.assert(
    fc.property(PROBLEM, (problem) => {
      const result = t.at(counted(problem.shape), indexOf(problem)).get();
      const { shape, places } = expected(problem);
      assertEquals([result.shape, [...result.data()]], [shape, places]);
    }),
    RUNS,
  );
});

const COMBINE: Readonly<
  Record<"set" | "add" | "multiply" | "min" | "max", (old: number, value: number) => number>
> = {
  set: (_, value) => value,
  add: (old, value) => old + value,
  multiply: (old, value) => old * value,
  min: Math.min,
  max: Math.max,
};

for (const [name, combine] of Object.entries(COMBINE)) {
  Deno.test(`at().${name}() writes in the order of the values, duplicates too`, () => {
    fc.assert(
      fc.property(PROBLEM, (problem) => {
        const { shape, places } = expected(problem);
        const values = places.map((_, i) => (i * 7) % 5 - 2);
        const x = counted(problem.shape);
        const data = [...x.data()];
        places.forEach((place, i) => data[place] = combine(data[place], values[i]));
        const update = t.tensor(values, { shape, dtype: "float64" });
        const result = t.at(x, indexOf(problem))[name as "set"](update);
        assertEquals([result.shape, [...result.data()]], [problem.shape, data]);
        // The tensor itself is not changed.
        assertEquals([...x.data()], [...counted(problem.shape).data()]);
      }),
      RUNS,
    );
  });
}

Deno.test("the gradients of what at() writes are those of finite differences, duplicates too", () => {
  const x = t.tensor([[0.5, -1, 2], [1.5, 0.25, -0.75]]);
  const rows = int32([0, 1, 0]);
  const columns = int32([2, 1, 2]);
  const indices: readonly IndexItem[][] = [[rows, columns], [rows], [null, columns], [1, [0, 2]], [[
    null,
    null,
    -1,
  ], 1]];
  for (const index of indices) {
    const shape = t.at(x, index).get().shape;
    const update = t.add(t.multiply(counted(shape), 0.3), 0.7).cast("float32");
    for (const name of ["set", "add", "subtract", "multiply", "divide", "min", "max"] as const) {
      checkGradients((y, u) => t.at(y as Tensor, index)[name](u as Tensor), [x, update], { order: 2 });
    }
    checkGradients((y) => t.at(y as Tensor, index).apply(t.sin), [x]);
  }
  checkGradients((y, u) => t.at(y as Tensor, [rows, columns]).power(u as Tensor), [t.abs(x), t.ones([3])]);
});

Deno.test("a product with zeros among its factors has the gradient of the others", () => {
  const x = t.tensor([2, 0, 3], { dtype: "float64" });
  const at = int32([0, 0, 1, 2, 2]);
  const updates = t.tensor([0, 5, 4, 0, 0], { dtype: "float64" });
  const f = (y: Tensor, u: Tensor): Tensor => t.sum(t.at(y, [at]).multiply(u));
  assertEquals(t.grad((y: Tensor) => f(y, updates))(x).toArray(), [0, 4, 0]);
  assertEquals(t.grad((u: Tensor) => f(x, u))(updates).toArray(), [10, 0, 0, 0, 0]);
});

Deno.test("masks choose, and inside of compile change what does not depend on their number", () => {
  const x = t.tensor([[1, -2], [-3, 4]]);
  const negative = t.less(x, 0);
  assertEquals(t.at(x, negative).get().toArray(), [-2, -3]);
  assertEquals(t.at(x, [negative]).set(t.tensor([7, 8])).toArray(), [[1, 7], [8, 4]]);
  assertEquals(t.at(x, [t.tensor([true, false])]).add(t.tensor([10, 20])).toArray(), [[11, 18], [-3, 4]]);
  const clamped = t.compile((y: Tensor) => t.at(y, t.less(y, 0)).set(0));
  assertEquals(clamped(x).toArray(), [[1, 0], [0, 4]]);
  assertThrows(() => t.compile((y: Tensor) => t.at(y, t.less(y, 0)).get())(x), TypeError, "size");
});

Deno.test("an index outside is an error, eager and compiled, unless a mode says otherwise", () => {
  const x = t.tensor([1, 2, 3]);
  const index = int32([0, 3, -4]);
  const calls: Readonly<Record<string, (x: Tensor, index: Tensor) => Tensor>> = {
    take: (y, i) => t.take(y, i),
    takeAlongAxis: (y, i) => t.takeAlongAxis(y, i, 0),
    putAlongAxis: (y, i) => t.putAlongAxis(y, i, 9, 0),
    scatterAdd: (y, i) => t.scatterAdd(y, i, { extent: 3 }),
    "at": (y, i) => t.at(y, i).get(),
    "at ": (y, i) => t.at(y, i).add(1),
    segmentSum: (y, i) => t.segmentSum(y, i, { segments: 3 }),
    choose: (y, i) => t.choose(i, [y, 1, 2]),
    gather: (y, i) =>
      t.gather(y, t.expandDims(i, 1), {
        offsetDims: [],
        collapsedSliceDims: [0],
        startIndexMap: [0],
        sliceSizes: [1],
      }),
  };
  for (const [name, call] of Object.entries(calls)) {
    const message = `${name.trim()} expects an index within an axis of extent 3 but got 3`;
    assertThrows(() => call(x, index), RangeError, message);
    const compiled = t.compile(call);
    assertThrows(() => compiled(x, index), RangeError, message);
    // The program works again afterwards.
    const inside = int32([0, 2, 1]);
    assertEquals(compiled(x, inside).toArray(), call(x, inside).toArray());
    assertThrows(() => t.vmap(call)(t.stack([x, x]), t.stack([inside, index])), RangeError, "extent 3");
  }
  assertEquals(t.at(x, index).get({ mode: "fill" }).toArray(), [1, NaN, NaN]);
  assertEquals(t.at(x, index).get({ mode: "fill", fillValue: 7 }).toArray(), [1, 7, 7]);
  assertEquals(t.at(x, index).get({ mode: "clip" }).toArray(), [1, 3, 1]);
  assertEquals(t.at(x, index).get({ mode: "wrap" }).toArray(), [1, 1, 3]);
  assertEquals(t.at(x, index).add(10, { mode: "drop" }).toArray(), [11, 2, 3]);
  assertEquals(t.at(x, 5).get({ mode: "clip" }).item(), 3);
  assertEquals(t.at(x, 5).get({ mode: "fill" }).item(), NaN);
  assertEquals(t.take(x, index, { mode: "fill", fillValue: 0 }).toArray(), [1, 0, 0]);
  const bytes = t.tensor([0, 200], { dtype: "uint8" });
  assertThrows(() => t.take(x, bytes), RangeError, "200");
  const words = t.tensor([4294967295], { dtype: "uint32" });
  assertEquals(t.take(x, words, { mode: "clip" }).toArray(), [3]);
  assertEquals(t.at(x, words).add(1, { mode: "drop" }).toArray(), [1, 2, 3]);
});

Deno.test("dynamicSlice() and dynamicUpdateSlice() stay inside, with their gradients and batches", () => {
  const x = counted([4, 5]);
  const start = (i: number): Tensor => t.tensor(i, { dtype: "int32" });
  assertEquals(t.dynamicSlice(x, [start(3), start(-2)], [2, 2]).toArray(), [[13, 14], [18, 19]]);
  assertEquals(t.dynamicSlice(x, [9, 0], [4, 1]).toArray(), [[0], [5], [10], [15]]);
  const update = t.full([2, 2], -1, { dtype: "float64" });
  const updated = t.dynamicUpdateSlice(x, update, [start(9), start(1)]);
  assertEquals(t.slice(updated, [[2, 4], [0, 4]]).toArray(), [[10, -1, -1, 13], [15, -1, -1, 18]]);
  checkGradients((y, u) => t.dynamicUpdateSlice(y as Tensor, u as Tensor, [1, 2]), [x, update]);
  checkGradients((y) => t.dynamicSlice(y as Tensor, [1, 2], [2, 3]), [x]);
  const starts = int32([0, 2, 9]);
  const rows = t.vmap((i: Tensor) => t.dynamicSlice(x, [i, 0], [2, 1]))(starts);
  assertEquals(rows.toArray(), [[[0], [5]], [[10], [15]], [[10], [15]]]);
  const all = t.vmap((i: Tensor) => t.dynamicUpdateSlice(t.zeros([3]), t.ones([1]), [i]))(starts);
  assertEquals(all.toArray(), [[1, 0, 0], [0, 0, 1], [0, 0, 1]]);
  assertEquals(t.dynamicIndex(x, start(2), { axis: 1, keepDims: false }).toArray(), [2, 7, 12, 17]);
});

Deno.test("changes of a whole batch are those of its examples", () => {
  const xs = counted([3, 2, 4]);
  const indices = t.tensor([[0, 3, 0], [1, 1, 2], [-1, 0, 5]], { dtype: "int32" });
  const updates = t.multiply(counted([3, 2, 3]), 0.5);
  for (const name of ["set", "add", "multiply", "min", "max"] as const) {
    const f = (x: Tensor, i: Tensor, u: Tensor): Tensor => t.at(x, [null, i])[name](u, { mode: "drop" });
    const each = t.stack([0, 1, 2].map((k) => f(xs.at(k), indices.at(k), updates.at(k))));
    assertEquals(t.vmap(f)(xs, indices, updates).toArray(), each.toArray());
    const shared = t.stack([0, 1, 2].map((k) => f(xs.at(k), indices.at(0), updates.at(k))));
    assertEquals(
      t.vmap((x: Tensor, u: Tensor) => f(x, indices.at(0), u))(xs, updates).toArray(),
      shared.toArray(),
    );
    const alone = t.stack([0, 1, 2].map((k) => f(xs.at(0), indices.at(k), updates.at(0))));
    assertEquals(t.vmap((i: Tensor) => f(xs.at(0), i, updates.at(0)))(indices).toArray(), alone.toArray());
  }
});

Deno.test("nonzero() and argwhere() find places, of a fixed number inside of compile", () => {
  const x = t.tensor([[0, 3], [NaN, 0]]);
  assertEquals(t.argwhere(x).toArray(), [[0, 1], [1, 0]]);
  assertEquals(t.argwhere(t.tensor(5)).shape, [1, 0]);
  assertEquals(t.flatNonzero(x).toArray(), [1, 2]);
  const sized = t.compile((y: Tensor) => t.nonzero(y, { size: 3, fillValue: -1 }));
  assertEquals(sized(x).map((i) => i.toArray()), [[0, 1, -1], [1, 0, -1]]);
  assertEquals(t.nonzero(x, { size: 1 }).map((i) => i.toArray()), [[0], [1]]);
  assertEquals(t.nonzero(t.zeros([2, 0])).map((i) => i.shape), [[0], [0]]);
});

Deno.test("select(), choose(), compress() and extract() choose", () => {
  const x = t.tensor([1, 2, 3]);
  assertEquals(t.select([t.less(x, 2), t.less(x, 3)], [10, t.multiply(x, 100)]).toArray(), [10, 200, 0]);
  const which = int32([2, 0, 1]);
  assertEquals(t.choose(which, [x, t.multiply(x, 10), 7]).toArray(), [7, 2, 30]);
  assertEquals(t.choose(int32([3, 0, -1]), [x, 5], { mode: "wrap" }).toArray(), [5, 2, 5]);
  const rows = t.tensor([[1, 2], [3, 4], [5, 6]]);
  assertEquals(t.compress(rows, [true, false, true], { axis: 0 }).toArray(), [[1, 2], [5, 6]]);
  assertEquals(t.compress(x, t.tensor([true, false]), { size: 2 }).toArray(), [1, 0]);
  assertEquals(t.extract(t.greater(rows, 3), rows).toArray(), [4, 5, 6]);
});

Deno.test("putAlongAxis() writes into every line", () => {
  const x = t.zeros([2, 3]);
  assertEquals(
    t.putAlongAxis(x, t.tensor([[0, 2], [1, 1]], { dtype: "int32" }), t.tensor([[1, 2], [3, 4]]), 1)
      .toArray(),
    [
      [1, 0, 2],
      [0, 4, 0],
    ],
  );
  assertEquals(t.putAlongAxis(x, t.tensor([[5]], { dtype: "int32" }), 1, 1, { mode: "drop" }).toArray(), [
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const indices = t.tensor([[2], [0]], { dtype: "int32" });
  checkGradients((y, v) => t.putAlongAxis(y as Tensor, indices, v as Tensor, 1), [
    t.ones([2, 3]),
    t.ones([2, 1]),
  ]);
});

Deno.test("segments have their neutral element where they are empty", () => {
  const ids = int32([2, 0, 2]);
  const x = t.tensor([[1, 2], [3, 4], [5, -6]]);
  assertEquals(t.segmentSum(x, ids, { segments: 3 }).toArray(), [[3, 4], [0, 0], [6, -4]]);
  assertEquals(t.segmentProd(x, ids, { segments: 3 }).toArray(), [[3, 4], [1, 1], [5, -12]]);
  assertEquals(t.segmentMax(x, ids, { segments: 3 }).toArray(), [[3, 4], [-Infinity, -Infinity], [5, 2]]);
  assertEquals(t.segmentMin(x.cast("int32"), ids, { segments: 2, mode: "drop" }).toArray(), [
    [3, 4],
    [2147483647, 2147483647],
  ]);
  assertEquals(t.segmentSum(x, int32([-1, 0, 1]), { segments: 2, mode: "drop" }).toArray(), [[3, 4], [
    5,
    -6,
  ]]);
});

Deno.test("at() computes with values of a wider dtype, and brings what comes of them back", () => {
  const x = int32([5, -3, 2]);
  const places = int32([0, 1]);
  const values = t.tensor([1.7, -2.6]);
  const results = [
    t.at(x, places).add(values),
    t.at(x, places).subtract(values),
    t.at(x, places).multiply(values),
    t.at(x, places).set(values),
    t.at(x, places).min(1.7),
    t.at(t.tensor([1, 2], { dtype: "float16" }), 0).add(t.tensor(2.1)),
  ];
  assertEquals(results.map(({ dtype }) => dtype), ["int32", "int32", "int32", "int32", "int32", "float16"]);
  assertEquals(results.map((result) => result.toArray()), [
    [6, -5, 2],
    [3, 0, 2],
    [8, 7, 2],
    [1, -2, 2],
    [1, -3, 2],
    [3.099609375, 2],
  ]);
});
