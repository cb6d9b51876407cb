import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { forwardPatches, inputPatches } from "../../../../tensor/kernels/convolution.ts";
import { axisNumbers, countMeetings, meetingsAt } from "../../../../tensor/kernels/simd/meetings.ts";

const between = (min: number, max: number) => fc.integer({ min, max });

/** A convolution with these numbers along its rows, and one of single columns. */
const SIZES = fc.record({
  ...{ extent: between(1, 9), taps: between(1, 4), stride: between(1, 3), dilation: between(1, 3) },
  ...{ before: between(0, 3), after: between(0, 3) },
}).filter(({ extent, taps, dilation, before, after }) => extent + before + after > (taps - 1) * dilation)
  .map(({ extent, taps, stride, dilation, before, after }) => ({
    dtype: "float32" as const,
    image: [1, 1, extent, 1],
    weights: [1, 1, taps, 1],
    output: [1, 1, Math.floor((extent + before + after - (taps - 1) * dilation - 1) / stride) + 1, 1],
    strides: [stride, 1] as const,
    padding: [[before, after], [0, 0]] as const,
    dilation: [dilation, 1] as const,
    groups: 1,
  }));

const STRIDES = [1, 1, 1, 1] as const;

Deno.test("taps meet the pixels of the image that a convolution is defined by, and those alone", () => {
  fc.assert(fc.property(SIZES, (sizes) => {
    const { image, weights, output, strides: [stride], padding: [[before]], dilation: [dilation] } = sizes;
    const patches = forwardPatches(sizes, STRIDES, STRIDES);
    const expected = [];
    for (let place = 0; place < output[2]; place++) {
      for (let tap = 0; tap < weights[2]; tap++) {
        const at = place * stride + tap * dilation - before;
        if (at >= 0 && at < image[2]) expected.push({ tap, place, at });
      }
    }
    assertEquals(meetingsAt(axisNumbers(patches, 0), 0), expected);
    assertEquals(countMeetings(patches, 0), expected.length);
  }));
});

Deno.test("a gradient for the image meets what the convolution meets, seen from the other side", () => {
  fc.assert(fc.property(SIZES, (sizes) => {
    const forward = meetingsAt(axisNumbers(forwardPatches(sizes, STRIDES, STRIDES), 0), 0);
    const back = meetingsAt(axisNumbers(inputPatches(sizes, STRIDES, STRIDES), 0), 0);
    const seen = (tap: number, image: number, output: number): string => `${tap} ${image} ${output}`;
    assertEquals(
      forward.map(({ tap, place, at }) => seen(tap, at, place)).sort(),
      back.map(({ tap, place, at }) => seen(tap, place, at)).sort(),
    );
  }));
});
