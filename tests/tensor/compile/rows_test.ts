import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { softmaxCrossEntropy } from "../../../nn/mod.ts";
import { assertClose } from "../../laws/mod.ts";

/** A function of a tensor of rank 3, of another of its shape, and of one that broadcasts along the axis. */
type RowFunction = (x: Tensor, g: Tensor, gain: Tensor, axis: number) => Tensor | readonly Tensor[];

const along = (axis: number) => ({ axes: axis, keepDims: true } as const);

const FUNCTIONS: Readonly<Record<string, RowFunction>> = {
  scaled: (x, g, _, axis) => t.softmax(t.add(t.multiply(x, 0.25), g), { axes: axis }),
  dropped: (x, g, _, axis) => t.where(t.greater(g, 0), t.multiply(t.softmax(x, { axes: axis }), 2), 0),
  softmaxGradient: (x, g, _, axis) =>
    t.grad((x: Tensor) => t.sum(t.multiply(t.softmax(x, { axes: axis }), g)))(x),
  logSoftmaxGradient: (x, g, _, axis) =>
    t.grad((x: Tensor) => t.sum(t.multiply(t.logSoftmax(x, { axes: axis }), g)))(x),
  logSumExpGradient: (x, _, __, axis) =>
    t.grad((x: Tensor) => t.sum(t.square(t.logSumExp(x, { axes: axis }))))(x),
  layerNorm: (x, g, gain, axis) => t.add(t.multiply(t.standardize(x, { axes: axis }), gain), g),
  layerNormGradient: (x, g, gain, axis) =>
    t.grad((x: Tensor, gain: Tensor) => {
      return t.sum(t.multiply(t.multiply(t.standardize(x, { axes: axis }), gain), g));
    }, { argnums: [0, 1] })(x, gain),
  rootMeanSquare: (x, _, gain, axis) =>
    t.multiply(t.divide(x, t.sqrt(t.add(t.mean(t.square(x), along(axis)), 1e-6))), gain),
  unit: (x, g, _, axis) => {
    const norm = t.sqrt(t.sum(t.square(x), along(axis)));
    return [t.divide(x, norm), t.reshape(norm, [-1]), t.max(g, { axes: axis })];
  },
  byHand: (x, _, __, axis) => {
    const shifted = t.subtract(x, t.stopGradient(t.max(x, along(axis))));
    const exponentials = t.exp(shifted);
    const total = t.sum(exponentials, along(axis));
    return [t.divide(exponentials, total), t.subtract(shifted, t.log(total))];
  },
  largest: (x, _, __, axis) => t.max(t.softmax(x, { axes: axis }), { axes: axis }),
  counted: (x, g, _, axis) => {
    const above = t.greater(x, t.mean(x, along(axis)));
    return [t.any(above, along(axis)), t.where(above, g, t.sum(t.where(above, g, 0), along(axis)))];
  },
};

function results(value: Tensor | readonly Tensor[]): readonly Tensor[] {
  return value instanceof t.Tensor ? [value] : value;
}

const given = fc.record({
  name: fc.constantFrom(...Object.keys(FUNCTIONS)),
  shape: fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }),
  ),
  axis: fc.integer({ min: 0, max: 2 }),
  seed: fc.nat(),
  turned: fc.boolean(),
  mode: fc.constantFrom("relaxed" as const, "strict" as const, "off" as const),
});

Deno.test("work on the same rows gives what its parts give, on any threads", () => {
  const { simd, threads } = t.info();
  try {
    fc.assert(
      fc.property(given, ({ name, shape, axis, seed, turned, mode }) => {
        t.scope(() => {
          const key = (i: number): Tensor => t.random.key((seed + i) % 1000);
          const lie = turned ? [shape[0], shape[2], shape[1]] : shape;
          const [x, g] = [0, 1].map((i) => t.random.normal(key(i), lie));
          const gain = t.random.normal(key(2), shape.map((extent, i) => i === axis ? extent : 1));
          const run = (x: Tensor, g: Tensor, gain: Tensor): readonly Tensor[] => {
            const [a, b] = turned ? [t.swapAxes(x, 1, 2), t.swapAxes(g, 1, 2)] : [x, g];
            return results(FUNCTIONS[name](a, b, gain, axis));
          };
          // What is divided by the deviation of a row of nearly equal elements comes with roundings as much larger.
          const deviations = t.sqrt(
            t.add(t.variance(turned ? t.swapAxes(x, 1, 2) : x, { axes: axis }), 1e-5),
          );
          const amplified = Math.max(1, ...t.divide(1, deviations).data() as Float32Array);
          t.configure({ simd: mode, threads: 1 });
          const expected = run(x, g, gain);
          const compiled = t.compile(run);
          const found = compiled(x, g, gain);
          t.configure({ threads: 3 });
          const again = compiled(x, g, gain);
          found.forEach((tensor, i) => {
            assertEquals(tensor.shape, expected[i].shape);
            const [a, b] = [tensor.data(), expected[i].data()] as [Float32Array, Float32Array];
            assertEquals(again[i].data(), tensor.data());
            const scale = Math.max(1, ...b.map(Math.abs));
            // Without a whole result sums go along the rows as these lie, which decides their order.
            const bound = mode === "relaxed" || name === "largest" ? 32 * 2 ** -23 * scale * amplified : 0;
            const at = a.findIndex((value, j) =>
              !Object.is(value, b[j]) && !(Math.abs(value - b[j]) <= bound)
            );
            if (at >= 0) throw new RangeError(`Expected ${b[at]} but got ${a[at]} at ${at} of ${i}`);
          });
        });
      }),
      { numRuns: 300 },
    );
  } finally {
    t.configure({ simd, threads });
  }
});

Deno.test("few rows of few elements are read and written where they lie, however far apart", () => {
  const { simd } = t.info();
  try {
    t.configure({ simd: "relaxed" });
    for (const [rows, length] of [1, 2, 3, 5, 6, 7, 10].flatMap((rows) => [2, 3, 4].map((n) => [rows, n]))) {
      for (let width = length; width <= 4 * length; width++) {
        t.scope(() => {
          const x = t.random.normal(t.random.key(width), [rows, width]);
          const run = (x: Tensor): Tensor[] => {
            const part = t.slice(x, [null, [width - length, width]]);
            const scaled = t.multiply(part, 2);
            return [t.sum(scaled, { axes: 1 }), t.max(t.softmax(scaled), { axes: 1 })];
          };
          const expected = run(t.contiguous(x));
          t.compile(run)(x).forEach((found, i) => {
            const difference = t.max(t.abs(t.subtract(found, expected[i]))).item();
            assertEquals(
              difference <= 1e-5,
              true,
              `${rows} rows of ${length} out of ${width}: ${difference}`,
            );
          });
        });
      }
    }
  } finally {
    t.configure({ simd });
  }
});

/** How many launches a program of rows of 64 elements has. */
function launchesOf(f: (x: Tensor, g: Tensor, gain: Tensor) => unknown): number {
  return t.scope(() => {
    const [x, g] = [0, 1].map((i) => t.random.normal(t.random.key(i), [32, 64]));
    const compiled = t.compile(f as (x: Tensor, g: Tensor, gain: Tensor) => Tensor);
    return compiled.program(x, g, t.random.normal(t.random.key(2), [64])).lowered.launches.length;
  });
}

Deno.test("a row is read once for all that is made of it", () => {
  const counts = Object.fromEntries(
    ["scaled", "softmaxGradient", "logSoftmaxGradient", "layerNorm", "rootMeanSquare", "unit", "byHand"].map((
      name,
    ) => [name, launchesOf((x, g, gain) => FUNCTIONS[name](x, g, gain, -1))]),
  );
  assertEquals(counts, {
    scaled: 1,
    softmaxGradient: 1,
    logSoftmaxGradient: 1,
    layerNorm: 1,
    rootMeanSquare: 1,
    unit: 2,
    byHand: 1,
  });
});

Deno.test("a cross-entropy and its gradient are one launch over rows, and the mean of the losses", () => {
  t.scope(() => {
    const x = t.random.normal(t.random.key(0), [32, 64]);
    const labels = t.tensor(Array.from({ length: 32 }, (_, i) => i), { dtype: "int32" });
    const step = (x: Tensor, labels: Tensor) => {
      const { value, gradient } = t.valueAndGrad((x: Tensor) => softmaxCrossEntropy(x, labels))(x);
      return [value, gradient];
    };
    const compiled = t.compile(step);
    assertEquals(compiled.program(x, labels).lowered.launches.length <= 3, true);
    const [value, gradient] = compiled(x, labels);
    const [expected, slope] = step(x, labels);
    assertEquals(Math.abs(value.item() - expected.item()) < 1e-6, true);
    assertEquals(t.max(t.abs(t.subtract(gradient, slope))).item() < 1e-7, true);
  });
});

Deno.test("work around a result that it needs in between stays apart", () => {
  t.scope(() => {
    // The sum of all elements lies between two passes over the same rows.
    const f = (x: Tensor): Tensor => {
      const y = t.softmax(x);
      return t.multiply(t.divide(y, t.sum(t.square(y))), t.sum(y, { axes: -1, keepDims: true }));
    };
    const x = t.random.normal(t.random.key(0), [32, 64]);
    const difference = t.max(t.abs(t.subtract(t.compile(f)(x), f(x)))).item();
    assertEquals(difference < 1e-7, true);
  });
});

Deno.test("groups of rows that need each other's results are not all joined", () => {
  const loss = (x: t.Tensor, y: t.Tensor): t.Tensor =>
    t.sum(t.multiply(t.softmax(x, { axes: 1 }), t.sum(t.softmax(y, { axes: 1 }))));
  const gradient = (x: t.Tensor, y: t.Tensor): { value: t.Tensor; gradient: [t.Tensor, t.Tensor] } =>
    t.valueAndGrad((both: [t.Tensor, t.Tensor]) => loss(...both))([x, y]);
  const [x, y] = [[65, 70], [3, 3]].map((shape, i) => t.random.normal(t.random.key(i), shape));
  const [expected, found] = [gradient(x, y), t.compile(gradient)(x, y)];
  assertClose(found.value, expected.value, { relativeTolerance: 1e-6 });
  found.gradient.forEach((one, i) =>
    assertClose(one, expected.gradient[i], { absoluteTolerance: 1e-5, relativeTolerance: 1e-5 })
  );
});

Deno.test("a mean of short rows is the sum that an eager one is, with a loop over the results", () => {
  for (const [shape, axis] of [[[3000, 10], 1], [[300, 20, 7], 1], [[2000, 5, 6], 2]] as const) {
    const x = t.random.normal(t.random.key(4), shape);
    const mean = t.compile((x: Tensor) => t.sqrt(t.abs(t.mean(x, { axes: axis }))));
    assertEquals(mean(x).toArray(), t.sqrt(t.abs(t.mean(x, { axes: axis }))).toArray());
  }
});

Deno.test("rows of two and three are turned and turned back in their places", () => {
  for (const length of [2, 3]) {
    const x = t.random.normal(t.random.key(length), [8003, length]);
    const rows = x.toArray() as number[][];
    const expected = rows.map((row) => {
      const exponentials = row.map(Math.exp);
      const total = exponentials.reduce((a, b) => a + b);
      return exponentials.map((value) => value / total);
    });
    const softmax = (x: Tensor): Tensor => t.softmax(x, { axes: -1 });
    for (const f of [softmax, t.compile(softmax)]) {
      assertClose(f(x), t.tensor(expected), { relativeTolerance: 1e-6 });
    }
  }
});
