import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { shutdown } from "../../../tensor/runtime/configure.ts";
import { assertSame } from "./programs.ts";

/** Elements of any kind, the edges among them. */
function elements(shape: readonly number[], seed: number): Tensor {
  const edges = [0, -0, 1e-41, -3e38, 3e38, NaN, Infinity, -Infinity];
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = Float32Array.from(
    { length: size },
    (_, i) => (i * 31 + seed) % 97 < 1 ? edges[(i + seed) % edges.length] : Math.sin(i * 1.7 + seed),
  );
  return t.tensor(data, { shape });
}

/** The last row and column of a larger tensor left out, so that rows do not follow each other. */
function inner(shape: readonly number[], seed: number): Tensor {
  return t.slice(elements(shape.map((extent) => extent + 1), seed), shape.map((extent) => [0, extent]));
}

type Operand = "same" | "columns" | "rows" | "scalar" | "view";

function operand(kind: Operand, shape: readonly number[], seed: number): Tensor {
  const rows = shape.length === 4 ? 1 : shape.length - 2;
  switch (kind) {
    case "same":
      return elements(shape, seed);
    case "columns":
      return shape.length === 4
        ? elements([shape[1], 1, 1], seed)
        : elements([shape[shape.length - 1]], seed);
    case "rows":
      return elements(shape.map((extent, i) => i === rows ? extent : 1), seed);
    case "scalar":
      return t.full([1], 0.5);
    case "view":
      return inner(shape, seed);
  }
}

const FINISH: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  t.add,
  t.multiply,
  (x, y) => t.where(t.greater(x, y), x, t.multiply(y, 0.1)),
  (x, y) => t.maximum(t.tanh(x), y),
  (x, y) => t.gelu(t.add(x, y)),
  (x, y) => t.sigmoid(t.subtract(x, y)),
];

interface Case {
  readonly extents: readonly number[];
  readonly steps: readonly { readonly step: number; readonly kind: Operand }[];
  readonly kept: boolean;
}

const STEPS = fc.array(
  fc.record({
    step: fc.nat(FINISH.length - 1),
    kind: fc.constantFrom<Operand>("same", "columns", "rows", "scalar", "view"),
  }),
  { minLength: 1, maxLength: 4 },
);
const EXTENT = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 100, max: 260 }));

function check(base: (x: Tensor, w: Tensor) => Tensor, x: Tensor, w: Tensor, { steps, kept }: Case): void {
  const { shape } = base(x, w);
  const others = steps.map(({ kind }, i) => operand(kind, shape, i + 3));
  const f = (x: Tensor, w: Tensor, others: Tensor[]): Tensor[] => {
    const made = base(x, w);
    const last = steps.reduce((y, { step }, i) => FINISH[step](y, others[i]), made);
    return kept ? [made, last, t.greater(last, 0)] : [last];
  };
  const expected = f(x, w, others);
  const compiled = t.compile(f);
  for (let i = 0; i < 2; i++) compiled(x, w, others).forEach((y, j) => assertSame(y, expected[j]));
}

for (const simd of ["strict", "off"] as const) {
  for (const threads of [1, 2]) {
    Deno.test(`products finished as they are made equal those finished afterwards (${simd}, ${threads})`, () => {
      t.configure({ simd, threads });
      try {
        fc.assert(
          fc.property(
            fc.record({
              extents: fc.tuple(fc.integer({ min: 1, max: 3 }), EXTENT, EXTENT, EXTENT),
              steps: STEPS,
              kept: fc.boolean(),
            }),
            (given: Case) => {
              const [batch, m, k, n] = given.extents;
              t.scope(() => {
                const turned = (x: Tensor, w: Tensor): Tensor => t.matmul(x, t.transpose(w));
                if (m % 2 === 0) check(t.matmul, elements([batch, m, k], 1), elements([k, n], 2), given);
                else check(turned, elements([batch, m, k], 1), elements([n, k], 2), given);
                // Short rows of many matrices by a column each.
                const [rows, terms] = [1 + m % 17, 1 + k % 13];
                check(
                  t.matmul,
                  elements([8 + batch, rows, terms], 1),
                  elements([8 + batch, terms, 1], 2),
                  given,
                );
              });
            },
          ),
          { numRuns: 60 },
        );
      } finally {
        t.configure({ simd: "relaxed", threads: 1 });
        shutdown();
      }
    });
  }

  Deno.test(`convolutions finished as they are made equal those finished afterwards (${simd})`, () => {
    t.configure({ simd });
    try {
      fc.assert(
        fc.property(
          fc.record({
            extents: fc.tuple(...[3, 5, 9, 19, 19].map((max) => fc.integer({ min: 1, max }))),
            steps: STEPS,
            kept: fc.boolean(),
          }),
          fc.constantFrom(1, 2),
          fc.constantFrom(1, 3),
          fc.boolean(),
          (given, strides, taps, back) => {
            const [n, c, o, rows, columns] = given.extents;
            t.scope(() => {
              const w = elements([o, c, taps, taps], 2);
              const x = elements([n, c, rows, columns], 1);
              const options = { strides, padding: (taps - 1) / 2 };
              const gradient = (g: Tensor, w: Tensor): Tensor =>
                t.vjp((x: Tensor) => t.conv2d(x, w, options), x).pullback(g)[0] as Tensor;
              if (!back) check((x, w) => t.conv2d(x, w, options), x, w, given);
              else check(gradient, elements(t.conv2d(x, w, options).shape, 5), w, given);
            });
          },
        ),
        { numRuns: 80 },
      );
    } finally {
      t.configure({ simd: "relaxed" });
    }
  });
}

Deno.test("gradients for small images are finished as they are made", () => {
  const [g, w, b] = [elements([3, 20, 5, 6], 1), elements([20, 4, 3, 3], 2), elements([4, 1, 1], 3)];
  const x = t.zeros([3, 4, 6, 8]);
  const f = (g: Tensor, w: Tensor, b: Tensor): Tensor => {
    const { pullback } = t.vjp((x: Tensor) => t.conv2d(x, w, { padding: [[0, 1], [0, 0]] }), x);
    return t.relu(t.add(pullback(g)[0] as Tensor, b));
  };
  const compiled = t.compile(f);
  assertSame(compiled(g, w, b), f(g, w, b));
  const [line] = t.format(compiled.program(g, w, b)).split("\n").slice(1);
  assertEquals(
    [
      line.includes("convolutionInput float32[3, 4, 6, 8] with add, relu"),
      line.includes("convolutionScatterSimd"),
    ],
    [true, true],
    line,
  );
});

Deno.test("with fused multiplications the bits stay, where the loop has none to fuse", () => {
  const [x, w, b] = [elements([70, 30], 1), elements([30, 130], 2), elements([130], 3)];
  const f = (x: Tensor, w: Tensor, b: Tensor): Tensor => t.relu(t.add(t.matmul(x, w), b));
  assertSame(t.compile(f)(x, w, b), f(x, w, b));
});

Deno.test("bias, activation and residual are one launch with their product, and an update in place is its own", () => {
  const [x, w, b] = [elements([70, 64], 1), elements([64, 64], 2), elements([64], 3)];
  const block = t.compile((x: Tensor, w: Tensor, b: Tensor) => t.add(x, t.relu(t.add(t.matmul(x, w), b))));
  const lines = (listing: string): string[] =>
    listing.split("\n").slice(1, -1).map((line) => line.slice(5).split(" |")[0]);
  assertEquals(lines(t.format(block.program(x, w, b))), ["matmul float32[70, 64] with add, relu, add"]);
  const update = t.compile((w: Tensor, x: Tensor, g: Tensor) => t.subtract(w, t.matmul(t.transpose(x), g)), {
    donate: [0],
  });
  assertEquals(lines(t.format(update.program(w, x, x))), [
    "matmul float32[64, 64]",
    "loop float32[64, 64] of subtract",
  ]);
});
