import { assertEquals } from "@std/assert/equals";
import * as t from "../../../../tensor/mod.ts";
import type { Complex, Tensor } from "../../../../tensor/mod.ts";
import { checkGuards, setGuards } from "../../../../tensor/runtime/heap.ts";
import { numbers } from "../../primitives/entry.ts";

type DType = "float32" | "float64";

/** Lengths of every radix, of rows that go along together, of long ones in two halves, with large prime factors. */
// deno-fmt-ignore
const LENGTHS = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 26, 27, 33, 49, 60, 64, 81, 121, 210, 256, 300, 343, 514, 1000, 1024, 4095,
];
const LONG = [20000, 39366];

/** The root mean square of the difference of results, as a part of that of what was expected. */
function distance(actual: readonly Tensor[], expected: readonly Tensor[]): number {
  let [error, norm] = [0, 0];
  actual.forEach((x, part) => {
    const [a, b] = [x.data(), expected[part].data()];
    assertEquals(a.length, b.length);
    for (let i = 0; i < a.length; i++) {
      error += (Number(a[i]) - Number(b[i])) ** 2;
      norm += Number(b[i]) ** 2;
    }
  });
  return Math.sqrt(error / norm);
}

function pair(x: Complex): readonly Tensor[] {
  return [x.real, x.imag];
}

/** What transforms give for lines of a length. */
function results(n: number, lines: number, dtype: DType): readonly (readonly Tensor[])[] {
  const [re, im] = [-1, -2].map((low) => numbers([lines, n], low, 1, dtype));
  const columns = { real: t.reshape(re, [n, lines]), imag: t.reshape(im, [n, lines]) };
  return [
    pair(t.fft({ real: re, imag: im })),
    pair(t.ifft({ real: re, imag: im }, { norm: "ortho" })),
    pair(t.fft(columns, { axis: 0 })),
    pair(t.fft(re)),
    pair(t.rfft(re)),
    [t.irfft({ real: re, imag: im }, { n: 2 * n })],
    [t.irfft({ real: re, imag: im }, { n: 2 * n + 1 })],
  ];
}

Deno.test("vectors give what the loops over typed arrays give for lengths of any kind, and write nothing else", () => {
  setGuards(true);
  try {
    for (const dtype of ["float32", "float64"] as const) {
      for (
        const [n, lines] of [...LENGTHS.flatMap((n) => [[n, 1], [n, 6], [n, 21]]), ...LONG.map((n) => [n, 1])]
      ) {
        if (n * lines > 40_000) continue;
        t.scope(() => {
          t.configure({ simd: "off" });
          const expected = results(n, lines, dtype);
          for (const simd of ["strict", "relaxed"] as const) {
            t.configure({ simd });
            const bound = (dtype === "float32" ? 1e-7 : 3e-16) * Math.log2(2 * n + 2);
            results(n, lines, dtype).forEach((actual, i) => {
              const error = distance(actual, expected[i]);
              if (!(error <= bound)) {
                throw new RangeError(
                  `Result ${i} of ${lines} lines of ${n} ${dtype}, ${simd}, is ${error} off`,
                );
              }
            });
          }
        });
        checkGuards();
      }
    }
  } finally {
    setGuards(false);
    t.configure({ simd: "relaxed" });
  }
});

Deno.test("long transforms give the same bits on any number of threads", () => {
  const [re, im] = [-1, -2].map((low) => numbers([40_000], low, 1, "float32"));
  const of = (threads: number): readonly Tensor[] => {
    t.configure({ threads });
    return [...pair(t.fft({ real: re, imag: im })), ...pair(t.rfft(re)), t.irfft({ real: re, imag: im })];
  };
  const one = of(1).map((x) => x.data());
  for (const threads of [2, 3, 8]) {
    of(threads).forEach((x, i) => assertEquals(x.data(), one[i]));
  }
  t.configure({ threads: 2 });
  t.shutdown();
});
