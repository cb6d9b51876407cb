/**
 * Memory for comparing two kernels: the same bytes before each, all of them compared after.
 *
 * @module
 */
import fc from "fast-check";
import { type DType, itemSize } from "../../../../tensor/dtype.ts";
import type { KernelReference, Views } from "../../../../tensor/kernels/kernel.ts";
import { makeViews } from "../launch.ts";

/** The views that the tests share. */
export const views: Views = makeViews();

const ARGUMENTS = 64;
const START = 4096 + (1 << 20) + 4096;

/** Bytes of the operands' area. */
export const AREA: number = 3 << 18;

const SPECIAL = [
  ...[
    0,
    -0,
    1,
    -1,
    0.5,
    1.5,
    2.5,
    -2.5,
    NaN,
    Infinity,
    -Infinity,
    2 ** 31,
    -(2 ** 31),
    2 ** 32,
    4294967040,
    255,
  ],
  ...[
    256,
    3.4028234663852886e38,
    -3.4028234663852886e38,
    1.1754943508222875e-38,
    1e-45,
    -1e-45,
    1e-40,
    88.7,
    -88.7,
  ],
];

/** Fills the operands' area with numbers that are edge cases as float32, as integers or as bytes. */
export function fillArea(seed: number): void {
  const words = views.uint32.subarray(START / 4, (START + AREA) / 4);
  const floats = views.float32.subarray(START / 4, (START + AREA) / 4);
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state ^ (state >>> 15)) >>> 0;
  };
  for (let i = 0; i < words.length; i++) {
    const kind = next() % 16;
    if (kind < 9) floats[i] = (next() / 2 ** 31 - 1) * 4;
    else if (kind < 11) floats[i] = SPECIAL[next() % SPECIAL.length];
    else if (kind < 13) words[i] = next() % 5;
    else words[i] = next();
  }
}

/** Bytes of 0 and 1, which bool operands must hold. */
export function fillBools(address: number, length: number): void {
  for (let i = 0; i < length; i++) views.uint8[address + i] &= 1;
}

/** Where an operand lies. */
export interface Placed {
  readonly dtype: DType;
  /** Strides in elements. */
  readonly strides: readonly number[];
  /** Address in elements of its dtype. */
  readonly address: number;
}

/** How an operand is to lie. */
export interface Layout {
  readonly order: readonly number[];
  readonly flipped: readonly boolean[];
  readonly repeated: readonly boolean[];
  readonly gap: number;
}

/** Layouts of `rank` axes. */
export function layouts(rank: number): fc.Arbitrary<Layout> {
  const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: rank, maxLength: rank });
  return fc.record({
    order: fc.boolean().chain((usual) =>
      usual ? fc.constant(new Array(rank).fill(0)) : list(fc.nat({ max: 9 }))
    ),
    flipped: list(fc.nat({ max: 6 }).map((n) => n === 0)),
    repeated: list(fc.nat({ max: 4 }).map((n) => n === 0)),
    gap: fc.nat({ max: 4 }).map((n) => n === 0 ? 2 : 1),
  });
}

/** Places operands one after the other in the area. */
export function makePlacer(): (
  dtype: DType,
  shape: readonly number[],
  layout: Layout,
  output: boolean,
) => Placed {
  let next = START + 256;
  return (dtype, shape, layout, output) => {
    const strides = new Array<number>(shape.length).fill(0);
    let step = layout.gap;
    const axes = shape.map((_, i) => i).sort((a, b) => layout.order[b] - layout.order[a] || b - a);
    for (const axis of axes) {
      if (layout.repeated[axis] && !output) continue;
      strides[axis] = step;
      step *= Math.max(1, shape[axis]);
    }
    const size = itemSize(dtype);
    const start = Math.ceil(next / size) * size;
    // Any multiple of the size is an address, not only those of vectors.
    next = start + Math.ceil((step * size + 60) / 4) * 4;
    if (next > START + AREA - 256) {
      throw new RangeError(`Expected operands to fit but they take ${next - START}`);
    }
    if (dtype === "bool") fillBools(start, step);
    let address = start / size;
    shape.forEach((extent, axis) => {
      if (layout.flipped[axis]) {
        address += (extent - 1) * strides[axis];
        strides[axis] = -strides[axis] + 0;
      }
    });
    return { dtype, strides, address };
  };
}

/** The area after running a kernel from the area as it is, which is then put back. */
export function areaAfter(
  kernel: KernelReference,
  parameters: readonly number[],
  total: number,
  cuts: readonly number[],
): Uint32Array {
  const area = views.uint32.subarray(START / 4, (START + AREA) / 4);
  const before = area.slice();
  const edges = [0, ...cuts.map((cut) => Math.floor(cut * total)).sort((a, b) => a - b), total];
  views.float64.set(parameters, ARGUMENTS);
  for (let i = edges.length - 1; i > 0; i--) {
    // What another range left in the scratch area must not matter.
    views.uint32.fill(0x7fc0_1234, views.scratch / 4, views.scratch / 4 + 32768);
    kernel.run(views, ARGUMENTS, edges[i - 1], edges[i]);
  }
  const after = area.slice();
  area.set(before);
  return after;
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

function isNaNWord(bits: number): boolean {
  word[0] = bits;
  return Number.isNaN(float[0]);
}

/** The first word that differs, NaNs being equal to each other; -1 for none. */
export function firstDifference(a: Uint32Array, b: Uint32Array): number {
  return a.findIndex((bits, i) => bits !== b[i] && !(isNaNWord(bits) && isNaNWord(b[i])));
}

/** The byte where the area starts. */
export const AREA_START: number = START;
