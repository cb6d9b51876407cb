/**
 * The gradient of a float32 convolution for its weights, in WebAssembly: the SIMD form of
 * `../convolution_kernel.ts`.
 *
 * For each tap of the window, the gradient is a product whose rows are channels of the image, whose columns are
 * channels of the output, and whose k are pixels. The image is copied into planes (`planes.ts`), where what a tap
 * sees along an output row are neighbours; the cotangent is packed a block of pixels at a time.
 *
 * Each element is a float32 sum over pixels of blocks of whole output rows (or parts of one, or images) of about `BLOCK`
 * pixels, each summed in order and then added, over the bands and images of a slice (those of each `LONG_BLOCK`
 * pixels or more apart); the slices, whose number depends on the sizes alone, are added in order.
 *
 * @module
 */
import type { Kernel } from "../kernel.ts";
import { PARTS } from "./convolution_kernel_plan.ts";
import { packingOf, panelsOf } from "./instances.ts";
import { fillPlanes, type Planes } from "./planes.ts";
import { BLOCK, LONG_BLOCK, panelVectors, tileVectors } from "./tile.ts";
import { windowAxis } from "./window_axis.ts";

/**
 * One unit is a slice of the sum for some output and input channels of a group; input channels follow each
 * other, then output channels, groups, slices.
 *
 * Arguments: those of `convolutionKernelFloat32` up to the dilations; output channels, input channels and output
 * rows at a time; slices and their length in pieces (bands of an image, or some images); 1 for fused multiply-add; groups at a time; 1
 * if the image is read in place; images at a time; 1 if each tap of the columns has its planes. With more than one slice the result is the temporary buffer, addressed as float64 and filled with float32:
 * with the sums of each tile as they lie in scratch, by input channel and tap.
 */
export const convolutionKernelSimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const [groups, rows, channels] = [heap[at + 3], heap[at + 4], heap[at + 5]];
  const [imageRows, imageColumns] = [heap[at + 6], heap[at + 7]];
  const [imageStride, channelStride] = [4 * heap[at + 8], 4 * heap[at + 9]];
  const [rowStride, columnStride] = [4 * heap[at + 10], 4 * heap[at + 11]];
  const [outImage, outChannel] = [4 * heap[at + 12], 4 * heap[at + 13]];
  const [outRow, outColumn] = [4 * heap[at + 14], 4 * heap[at + 15]];
  const [images, gridRows, gridColumns] = [heap[at + 16], heap[at + 17], heap[at + 18]];
  const [windowRows, windowColumns] = [heap[at + 19], heap[at + 20]];
  const down = windowAxis(windowRows, gridRows, 1, heap[at + 21], heap[at + 23], heap[at + 25], false);
  const across = windowAxis(
    windowColumns,
    gridColumns,
    1,
    heap[at + 22],
    heap[at + 24],
    heap[at + 26],
    heap[at + 36] === 1,
  );
  const [cutOutputs, cutInputs, band] = [heap[at + 27], heap[at + 28], heap[at + 29]];
  const [slices, length, relaxed] = [heap[at + 30], heap[at + 31], heap[at + 32] === 1];
  const cutGroups = heap[at + 33];
  const [image, cotangent] = [4 * heap[at], 4 * heap[at + 1]];
  const result = (slices > 1 ? 8 : 4) * heap[at + 2];

  const panels = panelsOf(views.memory, "lines", relaxed);
  const packing = packingOf(views.memory);
  const most = tileVectors(relaxed);
  const taps = windowRows * windowColumns;
  const size = groups * rows * channels * taps;
  const inputParts = Math.ceil(channels / cutInputs);
  const outputParts = Math.ceil(rows / cutOutputs);
  const tiles = Math.ceil(groups / cutGroups) * outputParts * inputParts;
  const blocks = groups * outputParts * inputParts;
  const bands = Math.ceil(gridRows / band);
  const pitch = across.count + across.reach;
  const planes: Planes = { down, across, lines: band + down.reach, pitch };
  const planeBytes = 4 * planes.lines * pitch;
  const channelBytes = planeBytes * down.starts.length * across.starts.length;
  const sums = views.scratch;
  const totals = sums + 4 * PARTS.sums;
  const packed = totals + 4 * PARTS.sums;
  const table = packed + 4 * PARTS.packed;
  const lineTable = table + 4 * PARTS.table;
  const copies = lineTable + 4 * PARTS.lines;
  const sumRow = 4 * cutOutputs;
  const [inPlace, several] = [heap[at + 34] === 1, heap[at + 35]];
  const [lineBytes, eachChannel, eachImage] = inPlace
    ? [down.step * rowStride, channelStride, imageStride]
    : [4 * pitch, channelBytes, cutGroups * cutInputs * channelBytes];
  const offsets = down.phases[0].taps.flatMap((below) =>
    across.phases[0].taps.map((beside) =>
      inPlace
        ? (down.starts[below.split] + below.line * down.step) * rowStride +
          4 * (across.starts[0] + beside.line)
        : (below.split * across.starts.length + beside.split) * planeBytes +
          4 * (below.line * pitch + beside.line)
    )
  );
  const pack = (from: number, to: number, lanes: number, vectors: number, count: number): void => {
    if (outColumn === 4) packing.packRows(from, outChannel, to, lanes, vectors, count);
    else if (outChannel === 4) packing.packColumns(from, outColumn, to, lanes, vectors, count);
    else packing.packAny(from, outChannel, outColumn, to, lanes, vectors, count);
  };

  for (let unit = begin; unit < end; unit++) {
    const slice = Math.floor(unit / tiles);
    const tile = unit - slice * tiles;
    const part = Math.floor(tile / inputParts);
    const groupPart = Math.floor(part / outputParts);
    const group = groupPart * cutGroups;
    const together = Math.min(cutGroups, groups - group);
    const channel = (tile - part * inputParts) * cutInputs;
    const row = (part - groupPart * outputParts) * cutOutputs;
    const depth = Math.min(cutInputs, channels - channel);
    const height = Math.min(cutOutputs, rows - row);
    const wide = Math.ceil(height / 4);
    const imageStart = image + (group * channels + channel) * channelStride;
    const cotangentStart = cotangent + (group * rows + row) * outChannel;
    const last = Math.min(Math.ceil(images / several) * bands, (slice + 1) * length);
    // The rows of a tile: the taps of one channel after the other.
    let entry = table >>> 2;
    for (let c = 0; c < depth; c++) {
      for (const offset of offsets) views.int32[entry++] = offset + c * eachChannel;
    }
    const summing = together * taps * depth * cutOutputs;
    packing.clear(sums, 4 * summing);
    const to = result + 4 * (slice * size + ((group * rows + row) * channels + channel) * taps);

    let [summed, kept] = [0, 0];
    for (let piece = slice * length; piece < last; piece++) {
      if (summed >= LONG_BLOCK) {
        packing.merge(sums, 0, totals, 0, 1, summing, kept++ > 0 ? 1 : 0);
        packing.clear(sums, 4 * summing);
        summed = 0;
      }
      const set = Math.floor(piece / bands);
      const picture = set * several;
      const pictures = Math.min(several, images - picture);
      const first = (piece - set * bands) * band;
      const lines = Math.min(band, gridRows - first);
      summed += pictures * lines * gridColumns;
      const address = imageStart + picture * imageStride;
      for (let n = 0; !inPlace && n < pictures; n++) {
        fillPlanes(views, planes, copies + n * eachImage, {
          ...{ address: address + n * imageStride, channels: together * depth, first },
          ...{ rows: imageRows, columns: imageColumns, channelStride, rowStride, columnStride },
        });
      }
      const source = inPlace ? address + first * lineBytes : copies;
      const from = cotangentStart + picture * outImage + first * outRow;
      const segment = Math.min(gridColumns, BLOCK);
      const step = Math.max(1, Math.floor(BLOCK / gridColumns));
      for (let i = 0; i < lines; i += step) {
        const count = Math.min(step, lines - i);
        for (let left = 0; left < gridColumns; left += segment) {
          const width = Math.min(segment, gridColumns - left);
          // Lines without columns between them are one.
          const [each, length] = lineBytes === 4 * width ? [1, count * width] : [count, width];
          for (let n = 0, entry = lineTable >>> 2; n < pictures; n++) {
            for (let line = 0; line < each; line++) views.int32[entry++] = n * eachImage + line * lineBytes;
          }
          for (let g = 0; g < together; g++) {
            const a = source + g * depth * eachChannel + i * lineBytes + 4 * left;
            const y = from + g * rows * outChannel + i * outRow + left * outColumn;
            const sum = sums + g * taps * depth * sumRow;
            for (let j = 0, vectors = 0; j < wide; j += vectors) {
              vectors = panelVectors(wide - j, most);
              const lanes = Math.min(4 * vectors, height - 4 * j);
              // Rows that follow each other without a gap are packed as one.
              const whole = outRow === gridColumns * outColumn && width === gridColumns;
              const [runs, run] = whole ? [1, count * width] : [count, width];
              for (let n = 0, to = packed; n < pictures; n++) {
                for (let i = 0; i < runs; i++, to += 16 * vectors * run) {
                  pack(y + n * outImage + i * outRow + 4 * j * outChannel, to, lanes, vectors, run);
                }
              }
              // deno-fmt-ignore
              panels(vectors, taps * depth).panel(a, table, lineTable, packed, 0, sum + 16 * j, sumRow, taps * depth,
                pictures * each, length, 1);
            }
          }
        }
      }
    }
    if (kept > 0) packing.merge(totals, 0, sums, 0, 1, summing, 1);
    const block = taps * cutInputs * sumRow;
    if (slices > 1) {
      const index = cutGroups > 1 ? group : tile;
      packing.merge(sums, 0, result + (slice * blocks + index) * block, 0, 1, summing, 0);
    } else {
      for (let g = 0; g < together; g++) {
        const target = to + 4 * g * rows * channels * taps;
        packing.turn(sums + g * block, sumRow, target, 4 * channels * taps, depth * taps, height);
      }
    }
  }
};
