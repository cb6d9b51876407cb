import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import { isContiguous } from "../../../tensor/shape.ts";
import {
  assertPlain,
  build,
  elementAt,
  type NumberDType,
  operand,
  type Pair,
  type Plain,
  whole,
} from "./reference.ts";
import { RUNS } from "../../runs.ts";

const DTYPES: readonly NumberDType[] = ["float32", "float64", "int32", "uint32", "uint8", "bool"];
const ANY: fc.Arbitrary<readonly [Pair, NumberDType]> = fc.constantFrom(...DTYPES)
  .chain((dtype) => fc.tuple(operand(dtype), fc.constant(dtype)));

/** Checks a function of any operand and of a number. */
function check(f: (pair: Pair, seed: number, dtype: NumberDType) => readonly [t.Tensor, Plain] | null): void {
  fc.assert(
    fc.property(ANY, fc.nat(1000), ([pair, dtype], seed) => {
      const found = f(pair, seed, dtype);
      if (found !== null) assertPlain(found[0], found[1], dtype, 0);
    }),
    RUNS,
  );
}

/** Another shape of the same size: axes merged, split or of extent 1. */
function otherShape(shape: readonly number[], seed: number): number[] {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size === 0) return [0, seed % 4];
  const factors: number[] = [];
  for (let rest = size, f = 2; rest > 1;) {
    if (rest % f === 0) {
      factors.push(f);
      rest /= f;
    } else f++;
  }
  const merged = seed % 2 === 0 || factors.length < 2
    ? factors
    : [factors[0] * factors[1], ...factors.slice(2)];
  return seed % 3 === 0 ? [1, ...merged, 1] : merged.toReversed();
}

Deno.test("toArray() and data() read views in row-major order", () => {
  check(({ tensor, plain }) => {
    const flat = [tensor.toArray()].flat(5).map(Number);
    assertEquals(flat.map((x) => x + 0), [...plain.data].map((x) => Math.fround(x) === x ? x + 0 : x));
    return [tensor, plain];
  });
});

Deno.test("reshape() keeps the row-major order of any layout", () => {
  check(({ tensor, plain }, seed) => {
    const shape = otherShape(plain.shape, seed);
    return [t.reshape(tensor, shape), { shape, data: plain.data }];
  });
});

Deno.test("reshape() fills in one open extent", () => {
  check(({ tensor, plain }, seed) => {
    const shape = otherShape(plain.shape, seed);
    const open = seed % Math.max(1, shape.length);
    if (shape.length === 0 || plain.data.length === 0) return null;
    return [t.reshape(tensor, shape.map((extent, i) => i === open ? -1 : extent)), {
      shape,
      data: plain.data,
    }];
  });
});

Deno.test("contiguous() and ravel() keep the elements", () => {
  check(({ tensor, plain }) => {
    const whole = t.contiguous(tensor);
    assertEquals(whole.storage === null || isContiguous(whole.shape, whole.strides), true);
    assertEquals(t.ravel(tensor).shape, [plain.data.length]);
    return [whole, plain];
  });
});

Deno.test("transpose() and swapAxes() move axes", () => {
  check(({ tensor, plain }, seed) => {
    const rank = plain.shape.length;
    if (rank === 0) return [t.transpose(tensor), plain];
    const [a, b] = [seed % rank, (seed >> 3) % rank];
    const shape = [...plain.shape];
    [shape[a], shape[b]] = [shape[b], shape[a]];
    const expected = build(shape, (position) => {
      const at = [...position];
      [at[a], at[b]] = [at[b], at[a]];
      return elementAt(plain, at);
    });
    return [t.swapAxes(tensor, a, b - rank), expected];
  });
});

Deno.test("flip() reverses axes", () => {
  check(({ tensor, plain }, seed) => {
    const axes = plain.shape.flatMap((_, i) => (seed >> i) % 2 === 0 ? [i] : []);
    const expected = build(
      plain.shape,
      (position) => elementAt(plain, position.map((j, i) => axes.includes(i) ? plain.shape[i] - 1 - j : j)),
    );
    return [t.flip(tensor, axes), expected];
  });
});

Deno.test("expandDims() and squeeze() are inverse", () => {
  check(({ tensor, plain }, seed) => {
    const axis = seed % (plain.shape.length + 1);
    const wide = t.expandDims(tensor, axis);
    assertEquals(wide.shape, [...plain.shape.slice(0, axis), 1, ...plain.shape.slice(axis)]);
    return [t.squeeze(wide, axis), plain];
  });
});

Deno.test("pad() puts a value around", () => {
  check(({ tensor, plain }, seed, dtype) => {
    const widths = plain.shape.map((_, i): [number, number] => [(seed >> i) % 3, (seed >> (i + 2)) % 2]);
    const value = dtype === "bool" ? 1 : 7;
    const shape = plain.shape.map((extent, i) => extent + widths[i][0] + widths[i][1]);
    const expected = build(shape, (position) => {
      const at = position.map((j, i) => j - widths[i][0]);
      return at.every((j, i) => j >= 0 && j < plain.shape[i]) ? elementAt(plain, at) : value;
    });
    return [t.pad(tensor, widths, { value }), expected];
  });
});

Deno.test("pad() keeps values apart that JSON merges", () => {
  const x = t.tensor([1]);
  const both = t.compile((y: t.Tensor) =>
    [-0, 0, NaN, Infinity, -Infinity].map((value) => t.pad(y, [[1, 0]], { value }))
  )(x);
  const eager = [-0, 0, NaN, Infinity, -Infinity].map((value) => t.pad(x, [[1, 0]], { value }));
  assertEquals(both.map((y) => y.data()[0]), [-0, 0, NaN, Infinity, -Infinity]);
  assertEquals(eager.map((y) => y.data()[0]), [-0, 0, NaN, Infinity, -Infinity]);
});

Deno.test("concatenate() and unstack() undo each other along any axis", () => {
  check(({ tensor, plain }, seed) => {
    if (plain.shape.length === 0) return null;
    const axis = seed % plain.shape.length;
    if (plain.shape[axis] === 0) return null;
    const parts = t.unstack(tensor, axis);
    assertEquals(parts.length, plain.shape[axis]);
    const joined = t.concatenate(parts.map((part) => t.expandDims(part, axis)), axis);
    assertPlain(t.stack(parts, axis), plain, tensor.dtype as NumberDType, 0);
    return [joined, plain];
  });
});

Deno.test("concatenate() joins operands of different extents and layouts", () => {
  fc.assert(
    fc.property(
      whole([2, 3], "float32"),
      whole([4, 2], "float32"),
      whole([2, 0], "float32"),
      (a, b, none) => {
        const turned = t.transpose(b.tensor);
        const joined = t.concatenate([a.tensor, none.tensor, turned, t.zeros([2, 1])], 1);
        const expected = build(
          [2, 8],
          ([i, j]) => j < 3 ? a.plain.data[3 * i + j] : j < 7 ? b.plain.data[2 * (j - 3) + i] : 0,
        );
        assertPlain(joined, expected, "float32", 0);
      },
    ),
    RUNS,
  );
});

Deno.test("concatenate() takes more constants than there are cells", () => {
  const joined = t.concatenate(Array.from({ length: 100 }, (_, i) => t.full([2], i)));
  assertEquals(joined.data(), Float32Array.from({ length: 200 }, (_, i) => Math.floor(i / 2)));
});

Deno.test("broadcastTo() and slice() make views, which take no memory", () => {
  const x = t.arange(12).reshape([3, 4]);
  const before = t.info().allocations;
  const views = [
    x.broadcastTo([5, 3, 4]),
    x.slice([[null, null, -1], [1, 3]]),
    x.transpose(),
    x.reshape([2, 6]),
    x.at(1),
    t.squeeze(t.expandDims(x, 0)),
  ];
  assertEquals(t.info().allocations, before);
  assertEquals(views.every((view) => view.storage === x.storage), true);
});

Deno.test("slice() reaches no further than the axis", () => {
  const x = t.arange(4);
  assertEquals(x.slice([[-9, 9]]).toArray(), [0, 1, 2, 3]);
  assertEquals(x.slice([[3, 1]]).toArray(), []);
  assertEquals(x.slice([[9, -9, -2]]).toArray(), [3, 1]);
  assertEquals(x.slice([[null, null, 3]]).toArray(), [0, 3]);
  assertEquals(x.slice([]).toArray(), [0, 1, 2, 3]);
});

Deno.test("a tensor iterates over its first axis", () => {
  assertEquals([...t.arange(6).reshape([3, 2])].map((row) => row.toArray()), [[0, 1], [2, 3], [4, 5]]);
});

Deno.test("matmul() is the naive product, for any layout and batch", () => {
  fc.assert(
    fc.property(
      fc.tuple(
        fc.nat(3),
        fc.nat(4),
        fc.nat(5),
        fc.constantFrom([], [2], [1], [3, 2]),
        fc.constantFrom([], [2], [1]),
      ),
      fc.boolean(),
      ([m, k, n, batch, other], turned) => {
        const a = t.arange([...batch, m, k].reduce((x, y) => x * y, 1), { dtype: "float64" }).reshape([
          ...batch,
          m,
          k,
        ]);
        const flat = t.arange([...other, k, n].reduce((x, y) => x * y, 1), { dtype: "float64" });
        const b = turned
          ? t.swapAxes(flat.reshape([...other, n, k]), -1, -2)
          : flat.reshape([...other, k, n]);
        const product = t.matmul(a, b);
        const expected = t.sum(t.multiply(t.expandDims(a, -1), t.expandDims(b, -3)), { axes: -2 });
        assertEquals(product.shape, expected.shape);
        assertEquals([...product.data()], [...expected.data()]);
      },
    ),
    RUNS,
  );
});

Deno.test("matmul() treats an operand of one axis as a row or a column", () => {
  const [m, v, w] = [t.tensor([[1, 2, 3], [4, 5, 6]]), t.tensor([1, 0, 2]), t.tensor([1, -1])];
  assertEquals(t.matmul(m, v).toArray(), [7, 16]);
  assertEquals(t.matmul(w, m).toArray(), [-3, -3, -3]);
  assertEquals(t.matmul(v, v).item(), 5);
  assertEquals(t.matmul(w, t.stack([m, m])).toArray(), [[-3, -3, -3], [-3, -3, -3]]);
  assertEquals(t.matmul(t.stack([m, m]), v).toArray(), [[7, 16], [7, 16]]);
});
