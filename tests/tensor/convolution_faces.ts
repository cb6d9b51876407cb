/**
 * Checks of a convolution and its gradients against float64, compiled and on several threads.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { shutdown } from "../../tensor/runtime/configure.ts";
import { assertSame } from "./compile/programs.ts";

type Pair = readonly [number, number];

/** How windows lie on an image. */
export interface Places {
  /** Rows and columns of the image. */
  readonly extent: Pair;
  /** Rows and columns of the window. */
  readonly window: Pair;
  /** Steps of the window. */
  readonly strides: Pair;
  /** Rows and columns of the output. */
  readonly grid: Pair;
  /** Zeros above and below, left and right; none if not given. */
  readonly padding?: readonly [Pair, Pair];
  /** Steps between the taps; 1 if not given. */
  readonly dilation?: Pair;
}

/** The fewest and the most images, channels and outputs. */
export interface Counts {
  /** Of images. */
  readonly images: Pair;
  /** Of channels of an image. */
  readonly channels: Pair;
  /** Of channels of the output. */
  readonly outputs: Pair;
}

const FEW: Counts = { images: [1, 3], channels: [1, 5], outputs: [1, 20] };

function faces(x: Tensor, w: Tensor, y: Tensor, options: t.Conv2dOptions): Tensor[] {
  const { value, pullback } = t.vjp((x: Tensor, w: Tensor) => t.conv2d(x, w, options), x, w);
  const [images, weights] = pullback(y) as unknown as Tensor[];
  return [value, images, weights];
}

/** Checks the three faces for windows that lie so, for any layout and arithmetic. */
export function checkFaces(places: fc.Arbitrary<Places>, counts: Counts = FEW): void {
  const { threads } = t.info();
  const between = ([min, max]: Pair) => fc.integer({ min, max });
  const cases = fc.record({
    images: between(counts.images),
    channels: between(counts.channels),
    outputs: between(counts.outputs),
    places,
    layout: fc.constantFrom("NCHW" as const, "NHWC" as const),
    simd: fc.constantFrom("relaxed" as const, "strict" as const),
    seed: fc.nat(1000),
  });
  try {
    fc.assert(
      fc.property(cases, ({ images, channels, outputs, places, layout, simd, seed }) =>
        t.scope(() => {
          const { extent, window, strides, grid, padding = 0, dilation = 1 } = places;
          const first = layout === "NCHW";
          const shapes = [
            first ? [images, channels, ...extent] : [images, ...extent, channels],
            first ? [outputs, channels, ...window] : [...window, channels, outputs],
            first ? [images, outputs, ...grid] : [images, ...grid, outputs],
          ];
          const [x, w, y] = shapes.map((shape, i) => t.random.normal(t.random.key(seed + i), shape));
          const options = { strides, padding, dilation, layout };
          t.configure({ simd, threads: 1 });
          const eager = faces(x, w, y, options);
          const [x64, w64, y64] = [x, w, y].map((x) => t.cast(x, "float64"));
          const exact = faces(x64, w64, y64, options);
          eager.forEach((result, face) => {
            assertEquals(result.shape, exact[face].shape);
            const error = t.max(t.abs(t.subtract(t.cast(result, "float64"), exact[face]))).item();
            assertEquals(error < 1e-4, true, `face ${face} is off by ${error}`);
          });
          const compiled = t.compile((x: Tensor, w: Tensor, y: Tensor) => faces(x, w, y, options));
          for (const threads of [1, 2, 3]) {
            t.configure({ threads });
            compiled(x, w, y).forEach((result, face) => assertSame(result, eager[face]));
          }
        })),
      { numRuns: 60 },
    );
  } finally {
    t.configure({ simd: "relaxed", threads });
    shutdown();
  }
}
