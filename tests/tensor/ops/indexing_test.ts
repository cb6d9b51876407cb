import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { grad } from "../../../tensor/grad.ts";
import { vjp } from "../../../tensor/vjp.ts";
import type { DType } from "../../../tensor/dtype.ts";
import {
  arange,
  broadcastTo,
  cast,
  flip,
  full,
  multiply,
  oneHot,
  reshape,
  slice,
  sum,
  tensor,
  transpose,
} from "../../../tensor/ops/mod.ts";
import * as ops from "../../../tensor/ops/mod.ts";
import * as random from "../../../tensor/random.ts";
import { configure, shutdown } from "../../../tensor/runtime/configure.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

// What lies outside is read and left out as JAX does; that it is an error otherwise is tested beside `at`.
const take = (x: Tensor, indices: Tensor | number, options: ops.TakeOptions = {}): Tensor =>
  ops.take(x, indices, { mode: "fill", ...options });
const scatterAdd = (x: Tensor, indices: Tensor, options: ops.ScatterAddOptions): Tensor =>
  ops.scatterAdd(x, indices, { mode: "drop", ...options });
const takeAlongAxis = (x: Tensor, indices: Tensor, axis: number): Tensor =>
  ops.takeAlongAxis(x, indices, axis, { mode: "fill" });

interface View {
  readonly shape: readonly number[];
  readonly order: readonly number[];
  readonly flipped: readonly boolean[];
  readonly repeated: readonly boolean[];
  readonly step: number;
}

/** Shapes of rank 1 to 4 and how a view of that shape lies in memory. */
const viewOfRank = (rank: number): fc.Arbitrary<View> => {
  const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: rank, maxLength: rank });
  return fc.record({
    shape: each(fc.integer({ min: 0, max: 4 })),
    order: each(fc.integer({ min: 0, max: 9 })),
    flipped: each(fc.boolean()),
    repeated: each(fc.integer({ min: 0, max: 5 }).map((n) => n === 0)),
    step: fc.integer({ min: 1, max: 2 }),
  });
};

/** Numbers 1, 2, ... under a strided, flipped or repeated view. */
function build({ shape, order, flipped, repeated, step }: View, dtype: DType = "float32"): Tensor {
  const axes = shape.map((_, i) => i).sort((a, b) => order[a] - order[b] || a - b);
  const stored = axes.map((axis) => repeated[axis] ? 1 : shape[axis]);
  if (stored.length > 0) stored[stored.length - 1] *= step;
  const size = stored.reduce((product, extent) => product * extent, 1);
  let x = reshape(cast(arange(1 + size, { start: 1 }), dtype), stored);
  x = slice(x, stored.map((_, i) => i === stored.length - 1 ? [null, null, step] : null));
  const back = axes.map((_, i) => axes.indexOf(i));
  x = flip(transpose(x, back), flipped.flatMap((flag, i) => flag ? [i] : []));
  return broadcastTo(x, shape);
}

interface Problem {
  readonly x: View;
  readonly axis: number;
  readonly indices: readonly number[];
  readonly indexShape: readonly number[];
}

const problems: fc.Arbitrary<Problem> = fc.integer({ min: 1, max: 4 }).chain((rank) =>
  fc.record({
    x: viewOfRank(rank),
    axis: fc.integer({ min: 0, max: rank - 1 }),
    indexShape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
  }).chain((rest) => {
    const size = rest.indexShape.reduce((product, extent) => product * extent, 1);
    const indices = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: size, maxLength: size });
    return indices.map((list) => ({ ...rest, indices: list }));
  })
);

/** The same by plain loops: for each element of the result, where it is read from. */
function sources({ x: { shape }, axis, indices }: Problem): (number | null)[] {
  const outer = shape.slice(0, axis).reduce((product, extent) => product * extent, 1);
  const inner = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const result: (number | null)[] = [];
  for (let o = 0; o < outer; o++) {
    for (const given of indices) {
      const i = given < 0 ? given + shape[axis] : given;
      for (let c = 0; c < inner; c++) {
        result.push(i >= 0 && i < shape[axis] ? (o * shape[axis] + i) * inner + c : null);
      }
    }
  }
  return result;
}

function indexTensor({ indices, indexShape }: Problem): Tensor {
  return tensor(new Int32Array(indices), { shape: indexShape });
}

Deno.test("take() agrees with plain loops over any layout", () => {
  fc.assert(
    fc.property(
      problems,
      fc.constantFrom<DType>("float32", "float64", "int32", "uint8"),
      (problem, dtype) => {
        const x = build(problem.x, dtype);
        const flat = x.data();
        const missing = dtype === "int32" ? -2147483648 : dtype === "uint8" ? 255 : NaN;
        const result = take(x, indexTensor(problem), { axis: problem.axis });
        assertEquals(
          result.shape,
          [...x.shape.slice(0, problem.axis), ...problem.indexShape, ...x.shape.slice(problem.axis + 1)],
        );
        assertEquals(
          Array.from(result.data()),
          sources(problem).map((from) => from === null ? missing : flat[from]),
        );
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("take() has the gradient that adds each cotangent where its element came from", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const x = build(problem.x);
      const { value, pullback } = vjp(
        (given: Tensor) => take(given, indexTensor(problem), { axis: problem.axis }),
        x,
      );
      const cotangent = reshape(arange(value.size), value.shape);
      const expected = new Array<number>(x.size).fill(0);
      sources(problem).forEach((from, i) => {
        if (from !== null) expected[from] += i;
      });
      const [gradient] = pullback(cotangent) as readonly Tensor[];
      assertEquals(Array.from(gradient.data()), expected);
    }),
    { numRuns: 200 },
  );
});

Deno.test("take() does not mind the layout or dtype of its indices", () => {
  const x = tensor([10, 11, 12, 13]);
  const indices = transpose(tensor([[0, 1, 2], [3, 2, 1]], { dtype: "int32" }));
  assertEquals(take(x, indices).toArray(), [[10, 13], [11, 12], [12, 11]]);
  assertEquals(take(x, tensor([3, 4], { dtype: "uint8" })).toArray(), [13, NaN]);
  assertEquals(take(x, tensor([4294967295, 0], { dtype: "uint32" })).toArray(), [NaN, 10]);
  assertEquals(take(x, -1).item(), 13);
});

Deno.test("take() reads random keys", () => {
  const keys = random.split(random.key(0), [2, 3]);
  const taken = take(keys, tensor([2, 0], { dtype: "int32" }), { axis: 1 });
  assertEquals(taken.dtype, "key");
  const words = random.keyData(keys).toArray() as number[][][];
  assertEquals(random.keyData(taken).toArray(), words.map((row) => [row[2], row[0]]));
});

Deno.test("take() throws for indices that are no integers and axes that do not exist", () => {
  const x = tensor([[1, 2]]);
  assertThrows(() => take(x, tensor([0])), TypeError, "take expects indices of dtype int32, uint32 or uint8");
  assertThrows(() => take(x, 0.5), TypeError, "take expects indices");
  assertThrows(() => take(x, 0, { axis: 2 }), RangeError, "take expects an axis within rank 2 but got 2");
});

Deno.test("scatterAdd() is the transpose of take(), and its gradient take() with zeros outside", () => {
  const updates = tensor([1, 2, 3, 4]);
  const indices = tensor([1, 7, -1, 1], { dtype: "int32" });
  const weights = tensor([10, 20, 30]);
  const loss = (given: Tensor) => sum(multiply(scatterAdd(given, indices, { extent: 3 }), weights));
  assertEquals(scatterAdd(updates, indices, { extent: 3 }).toArray(), [0, 5, 3]);
  assertEquals(grad(loss)(updates).toArray(), [20, 0, 30, 20]);
});

Deno.test("scatterAdd() wraps integers around and adds along inner axes", () => {
  const bytes = tensor([200, 100], { dtype: "uint8" });
  assertEquals(scatterAdd(bytes, tensor([0, 0], { dtype: "int32" }), { extent: 1 }).toArray(), [44]);
  const updates = broadcastTo(tensor([[1], [2]]), [2, 3]);
  assertEquals(
    scatterAdd(updates, tensor([0, 0, 1], { dtype: "int32" }), { extent: 2, axis: 1 }).toArray(),
    [[2, 1], [4, 2]],
  );
});

Deno.test("scatterAdd() throws for shapes and dtypes that do not fit", () => {
  const indices = tensor([0, 1], { dtype: "int32" });
  assertThrows(() => scatterAdd(tensor([1, 2, 3]), indices, { extent: 2 }), RangeError, "[3] and [2]");
  assertThrows(() => scatterAdd(tensor([true, false]), indices, { extent: 2 }), TypeError, "numbers");
  assertThrows(() => scatterAdd(tensor(1), indices, { extent: 2 }), RangeError);
  assertThrows(() => scatterAdd(tensor([1, 2]), indices, { extent: -1 }), RangeError);
});

Deno.test("take() and scatterAdd() give the same bits on one thread and on two", () => {
  const table = random.normal(random.key(0), [500, 64]);
  const indices = random.randint(random.key(1), [5000], { min: -10, max: 520 });
  const both = () => {
    const rows = take(table, indices);
    return [rows.data(), scatterAdd(take(table, indices), indices, { extent: 500 }).data()];
  };
  configure({ threads: 1 });
  const alone = both();
  configure({ threads: 2 });
  for (let i = 0; i < 5; i++) assertEquals(both(), alone);
  shutdown();
});

const lineProblems = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc.record({
    x: viewOfRank(rank),
    axis: fc.integer({ min: 0, max: rank - 1 }),
    count: fc.integer({ min: 0, max: 3 }),
    seed: fc.nat(),
  })
);

Deno.test("takeAlongAxis() agrees with plain loops, and so does its gradient", () => {
  fc.assert(
    fc.property(lineProblems, ({ x: view, axis, count, seed }) => {
      const x = build(view);
      const extent = view.shape[axis];
      const shape = view.shape.map((old, i) => i === axis ? count : old);
      const indices = random.randint(random.key(seed), shape, { min: -extent - 1, max: extent + 2 });
      const { value, pullback } = vjp((given: Tensor) => takeAlongAxis(given, indices, axis), x);
      const positions = indices.data();
      const flat = x.data();
      const inner = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
      const from = Array.from(positions, (given, at) => {
        const i = given < 0 ? given + extent : given;
        const outer = Math.floor(at / (inner * count));
        return i >= 0 && i < extent ? (outer * extent + i) * inner + at % inner : null;
      });
      assertEquals(value.shape, shape);
      assertEquals(Array.from(value.data()), from.map((at) => at === null ? NaN : flat[at]));
      const expected = new Array<number>(x.size).fill(0);
      from.forEach((at, i) => {
        if (at !== null) expected[at] += i;
      });
      const [gradient] = pullback(reshape(arange(value.size), shape)) as readonly Tensor[];
      assertEquals(Array.from(gradient.data()), expected);
    }),
    { numRuns: 200 },
  );
});

Deno.test("takeAlongAxis() has second derivatives", () => {
  const indices = tensor([[1], [0]], { dtype: "int32" });
  const cube = (x: Tensor) => {
    const taken = takeAlongAxis(x, indices, 1);
    return sum(multiply(multiply(taken, taken), taken));
  };
  const second = grad((x: Tensor) => sum(grad(cube)(x)))(tensor([[1, 2], [3, 4]]));
  assertEquals(second.toArray(), [[0, 12], [18, 0]]);
});

Deno.test("takeAlongAxis() throws for other ranks, for shapes that do not broadcast and for keys", () => {
  const indices = full([2, 1], 0, { dtype: "int32" });
  assertThrows(() => takeAlongAxis(tensor([1, 2]), indices, 0), RangeError, "rank 1");
  assertThrows(() => takeAlongAxis(full([3, 2], 1), indices, 1), RangeError, "broadcast together");
  assertThrows(
    () => takeAlongAxis(random.split(random.key(0), [2, 1]), indices, 1),
    TypeError,
    "random keys",
  );
});

Deno.test("oneHot() is zero for indices outside of the classes", () => {
  const indices = tensor([[0, 3], [-1, 2]], { dtype: "int32" });
  assertEquals(oneHot(indices, 3).toArray(), [[[1, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 1]]]);
  assertEquals(oneHot(tensor([4294967295], { dtype: "uint32" }), 2).toArray(), [[0, 0]]);
  assertEquals(oneHot(1, 2, { dtype: "bool" }).toArray(), [false, true]);
});

Deno.test("oneHot() throws for indices that are no integers and for no classes", () => {
  assertThrows(() => oneHot(tensor([0]), 2), TypeError, "oneHot expects indices of dtype");
  const indices = tensor([0], { dtype: "int32" });
  assertThrows(() => oneHot(indices, 0), RangeError, "positive integer but got 0");
  assertThrows(() => oneHot(indices, 1.5), RangeError);
});
