import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../../tensor/mod.ts";
import type { Tensor } from "../../../../tensor/mod.ts";
import { checkGradients } from "../../../laws/gradients.ts";
import { numbers } from "../../primitives/entry.ts";

/** Whole numbers, of which sums are exact. */
function whole(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return t.tensor(Float64Array.from({ length: size }, (_, i) => ((i * 37 + seed * 11) % 17) - 8), { shape });
}

/** Every place of a shape. */
function* placesOf(shape: readonly number[]): Generator<readonly number[]> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  for (let i = 0; i < size; i++) {
    const place = new Array<number>(shape.length);
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    yield place;
  }
}

function at(x: Tensor, data: ArrayLike<number>, place: readonly number[]): number {
  if (place.some((one, axis) => one < 0 || one >= x.shape[axis])) return NaN;
  return data[place.reduce((flat, one, axis) => flat * x.shape[axis] + one, 0)];
}

interface Sizes {
  readonly rank: number;
  readonly extents: readonly number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly groups: number;
}

const sizes: fc.Arbitrary<Sizes> = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const each = (min: number, max: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  return fc.record({
    rank: fc.constant(rank),
    extents: each(3, 5),
    window: each(1, 2),
    strides: each(1, 2),
    dilation: each(1, 2),
    padding: fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
      minLength: rank,
      maxLength: rank,
    }),
    groups: fc.integer({ min: 1, max: 2 }),
  });
});

Deno.test("conv() is the sum over channels and taps, in one, two and three dimensions", () => {
  fc.assert(
    fc.property(sizes, ({ extents, window, strides, dilation, padding, groups }) => {
      const x = whole([2, 2 * groups, ...extents], 1);
      const w = whole([3 * groups, 2, ...window], 2);
      const [data, weights] = [x.data(), w.data()];
      const y = t.conv(x, w, { strides, dilation, padding, groups });
      const values = y.data();
      for (const place of placesOf(y.shape)) {
        const [n, o, ...out] = place;
        let sum = 0;
        for (const tap of placesOf([2, ...window])) {
          const [c, ...offset] = tap;
          const from = out.map((one, i) => one * strides[i] + offset[i] * dilation[i] - padding[i][0]);
          const value = at(x, data, [n, Math.floor(o / 3) * 2 + c, ...from]);
          sum += (value === value ? value : 0) * at(w, weights, [o, c, ...offset]);
        }
        assertEquals(at(y, values, place) + 0, sum + 0);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("convTranspose() is the transpose of conv()", () => {
  fc.assert(
    fc.property(sizes, ({ extents, window, strides, dilation, padding, groups }) => {
      const sides = padding.map(([side]) => side);
      const w = whole([3 * groups, 2, ...window], 3);
      const shape = [2, 2 * groups, ...extents];
      const f = (x: Tensor): Tensor => t.conv(x, w, { strides, dilation, padding: sides, groups });
      const y = f(whole(shape, 4));
      const g = whole(y.shape, 5);
      const [expected] = t.vjp(f, whole(shape, 4)).pullback(g) as readonly Tensor[];
      const outputPadding = extents.map((extent, i) =>
        (extent + 2 * sides[i] - (window[i] - 1) * dilation[i] - 1) % strides[i]
      );
      const actual = t.convTranspose(g, w, { strides, dilation, padding: sides, outputPadding, groups });
      assertEquals(actual.shape, expected.shape);
      assertEquals(actual.data().map((x) => x + 0), expected.data().map((x) => x + 0));
    }),
    { numRuns: 40 },
  );
});

Deno.test("a weight of a depthwise convolution has no gradient from what its tap does not see", () => {
  const x = Float32Array.from({ length: 48 }, (_, i) => i % 8 === 7 ? Infinity : 1);
  const image = t.tensor(x, { shape: [1, 1, 6, 8] });
  const { pullback } = t.vjp((w: Tensor) => t.conv2d(image, w), t.ones([1, 1, 3, 3]));
  const [gradient] = pullback(t.ones([1, 1, 4, 6])) as Tensor[];
  assertEquals([...gradient.data()], [1, 2, 3].flatMap(() => [24, 24, Infinity]));
});

Deno.test("maxPool(), minPool() and avgPool() are those of every window", () => {
  fc.assert(
    fc.property(sizes, fc.boolean(), ({ extents, window, strides, dilation }, countIncludePad) => {
      const x = whole([2, 2, ...extents], 6);
      const data = x.data();
      const padding = window.map((extent) => Math.floor(extent / 2));
      const check = (y: Tensor, of: (list: readonly number[]) => number, steps: readonly number[]): void => {
        const values = y.data();
        for (const place of placesOf(y.shape)) {
          const [n, c, ...out] = place;
          const list = [...placesOf(window)].map((offset) =>
            at(x, data, [n, c, ...out.map((one, i) => one * strides[i] + offset[i] * steps[i] - padding[i])])
          );
          const expected = of(list);
          assertEquals(
            Math.abs(at(y, values, place) - expected) <= 1e-12 || at(y, values, place) === expected,
            true,
          );
        }
      };
      const inside = (list: readonly number[]): number[] => list.filter((value) => value === value);
      check(
        t.maxPool(x, { window, strides, dilation, padding }),
        (list) => Math.max(...inside(list)),
        dilation,
      );
      check(
        t.minPool(x, { window, strides, dilation, padding }),
        (list) => Math.min(...inside(list)),
        dilation,
      );
      const ones = window.map(() => 1);
      check(t.avgPool(x, { window, strides, padding, countIncludePad }), (list) => {
        const sum = inside(list).reduce((total, value) => total + value, 0);
        return sum / (countIncludePad ? list.length : inside(list).length);
      }, ones);
    }),
    { numRuns: 40 },
  );
});

Deno.test("maxPoolWithIndices() tells where the greatest elements are", () => {
  const x = whole([2, 3, 5, 6], 7);
  const { output, indices } = t.maxPoolWithIndices(x, { window: 2, padding: 1 });
  const flat = t.reshape(x, [2, 3, 30]);
  const found = t.takeAlongAxis(flat, t.reshape(indices, [2, 3, -1]), 2);
  assertEquals(found.data(), output.data());
});

Deno.test("fold2d() is the transpose of unfold()", () => {
  const options = { window: [2, 3], strides: [1, 2], padding: [1, 0], dilation: 1 } as const;
  const x = whole([2, 3, 4, 5], 8);
  const columns = t.unfold(x, options);
  const g = whole(columns.shape, 9);
  const [expected] = t.vjp((y: Tensor) => t.unfold(y, options), x).pullback(g) as readonly Tensor[];
  assertEquals(t.fold2d(g, { ...options, outputSize: [4, 5] }).data(), expected.data());
});

Deno.test("channels may stand last", () => {
  const x = whole([2, 5, 6, 4], 10);
  const first = t.transpose(x, [0, 3, 1, 2]);
  const last = (y: Tensor): Tensor => t.transpose(y, [0, 2, 3, 1]);
  const w = whole([3, 3, 2, 6], 11);
  const layout = "channelsLast";
  assertEquals(
    t.conv(x, w, { layout, groups: 2 }).data(),
    t.contiguous(last(t.conv(first, t.transpose(w, [3, 2, 0, 1]), { groups: 2 }))).data(),
  );
  assertEquals(
    t.maxPool(x, { window: 2, layout }).data(),
    t.contiguous(last(t.maxPool(first, { window: 2 }))).data(),
  );
  assertEquals(
    t.adaptiveAvgPool(x, { outputSize: [2, 3], layout }).data(),
    t.contiguous(last(t.adaptiveAvgPool(first, { outputSize: [2, 3] }))).data(),
  );
});

const FUNCTIONS: Readonly<Record<string, readonly [f: (x: Tensor) => Tensor, shape: readonly number[]]>> = {
  conv1d: [(x) => t.conv1d(x, numbers([2, 2, 3], -1, 1, x.dtype as "float64"), { padding: 1 }), [1, 2, 6]],
  conv3d: [(x) => t.conv3d(x, numbers([2, 1, 2, 2, 2], -1, 1, x.dtype as "float64"), { strides: 2 }), [
    1,
    1,
    4,
    3,
    4,
  ]],
  convTranspose: [
    (x) => t.convTranspose(x, numbers([2, 1, 2, 2], -1, 1, x.dtype as "float64"), { strides: 2 }),
    [1, 2, 3, 2],
  ],
  maxPool: [(x) => t.maxPool(x, { window: 2, dilation: 2, strides: 1 }), [1, 2, 4, 4]],
  minPool: [(x) => t.minPool(x, { window: 2 }), [1, 2, 4]],
  avgPool: [(x) => t.avgPool(x, { window: 2, ceilMode: true }), [1, 1, 3, 3, 3]],
  lpPool: [(x) => t.lpPool(x, { window: 2, order: 3 }), [1, 2, 4]],
  adaptiveAvgPool: [(x) => t.adaptiveAvgPool(x, { outputSize: [2, 3] }), [1, 2, 3, 5]],
  adaptiveMaxPool: [(x) => t.adaptiveMaxPool(x, { outputSize: [2, 3] }), [1, 2, 3, 5]],
  resize: [(x) => t.resize(x, [1, 2, 5, 3], { method: "cubic" }), [1, 2, 3, 4]],
  interpolate: [(x) => t.interpolate(x, { scaleFactor: 1.5, mode: "bicubic" }), [1, 2, 4, 4]],
  reduceWindow: [(x) => t.reduceWindow(x, { operation: "max", window: [1, 2] }), [2, 4]],
  pixelShuffle: [(x) => t.pixelUnshuffle(t.square(t.pixelShuffle(x, 2)), 2), [1, 4, 2, 3]],
};

for (const [name, [f, shape]] of Object.entries(FUNCTIONS)) {
  Deno.test(`${name}() has gradients to second order, compiles and maps over batches`, () => {
    const x = numbers(shape, -2, 2);
    checkGradients((y: Tensor) => t.add(f(y), t.square(f(y))), [x], { order: 2 });
    assertEquals(t.compile(f)(x).data(), f(x).data());
    const many = t.stack([x, t.multiply(x, 2)]);
    assertEquals(t.vmap(f)(many).data(), t.stack([f(x), f(t.multiply(x, 2))]).data());
  });
}

Deno.test("convolve() and correlate() are sums of products of any lengths and modes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 6 }),
      (a, b) => {
        const full = new Array<number>(a.length + b.length - 1).fill(0);
        a.forEach((x, i) => b.forEach((y, j) => full[i + j] += x * y));
        const [x, y] = [t.tensor(a), t.tensor(b)];
        assertEquals(t.convolve(x, y).toArray(), full.map((value) => value + 0));
        assertEquals(
          t.correlate(x, t.flip(y), { mode: "full" }).data().map((value) => value + 0),
          Float32Array.from(full).map((value) => value + 0),
        );
        assertEquals(t.convolve(x, y, { mode: "same" }).size, Math.max(a.length, b.length));
        assertEquals(t.convolve(x, y, { mode: "valid" }).size, Math.abs(a.length - b.length) + 1);
      },
    ),
  );
});

Deno.test("convolutions by spectra are those by sums of products, and have their gradients", () => {
  for (const mode of ["full", "same", "valid"] as const) {
    for (const [m, n] of [[1, 1], [9, 4], [3, 8], [700, 90]]) {
      const [x, y] = [numbers([m], -1, 1), numbers([n], -2, 1)];
      for (const f of [t.convolve, t.correlate]) {
        const [direct, fast] = [f(x, y, { mode }), f(x, y, { mode, method: "fft" })];
        assertEquals(fast.shape, direct.shape);
        assertEquals(
          t.allClose(fast, direct, { relativeTolerance: 0, absoluteTolerance: 1e-12 }).toArray(),
          true,
        );
      }
    }
  }
  const method = "fft";
  checkGradients((x: Tensor) => t.convolve(x, t.sin(x), { method }), [numbers([6], -1, 1)], { order: 2 });
  assertEquals(t.convolve(t.tensor([1, 2], { dtype: "int32" }), t.ones([2]), { method }).dtype, "float32");
});
