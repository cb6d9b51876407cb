/**
 * Which convolutions go plane by plane (`convolution_by_plane.ts`), and how they are cut into units.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import { grainFor, type KernelPlan } from "../plan.ts";
import { axisOf } from "./convolution_cut.ts";
import { TILE_LINES } from "./convolution_tile.ts";
import { DEPTHWISE_PHASES, DEPTHWISE_TAPS } from "./depthwise.ts";
import { isHalved } from "./depthwise_halves_plan.ts";
import { BLOCK } from "./tile.ts";
import { type WindowAxis, within } from "./window_axis.ts";

/** The most float32 elements of the parts of the scratch area. */
export const PARTS: {
  /** The table of the rows of a plane. */
  readonly table: number;
  /** Packed weights. */
  readonly weights: number;
  /** Planes. */
  readonly planes: number;
} = { table: 64, weights: 64 << 10, planes: 112 << 10 };

/** The most weights of a channel of the source, where a group has several and the target has phases: of one group, of more. */
const FEW_WEIGHTS: readonly [number, number] = [64, 80];

/** Channels of the source from which sums of one product for each are not written and read again for every channel. */
const SINGLE_CHANNELS = 12;

/** The most channels of the target of a group, or of the source, without phases, where lines share little. */
const FEW_MIXED: readonly [target: number, source: number] = [8, 4];

/** Channels of the source, or of the target, up to which products with a single tap are slower; or of both. */
const FEW_CHANNELS: {
  /** Of the source or the target. */
  readonly either: number;
  /** Of the source where the target has no more than the last. */
  readonly source: number;
  /** Of the target. */
  readonly target: number;
} = { either: 4, source: 16, target: 8 };

/** The most lines between two taps for which lines share much. */
const NEAR_LINES = 2;

/** Elements of the planes of a channel and of its target that stay in the first-level cache. */
const NEAR = 6 << 10;

/** Channels of the target that are not worth cutting further. */
const MOST_ROWS = 16;

/** Elements that all lines of a tile see, which stay in the first-level cache beside the weights. */
const TILE_NEAR = 7 << 10;

/** Rows of a band that are not worth cutting further. */
const FEWEST_ROWS = 8;

/** Channels of the source that are summed before they are added, as far as there are so many. */
const FEWEST_CHANNELS = 8;

/** Units that a convolution should have. */
const UNITS_WANTED = 16;

/** Multiplications below which a unit is not worth cutting further. */
const UNIT_WORK = 1_000_000;

/** Nanoseconds per multiplication, and per unit, for choosing grains. */
const NANOSECONDS: readonly [number, number] = [0.04, 1000];

/** The cut of a convolution. */
interface Cut {
  /** Groups in a unit. */
  readonly groups: number;
  /** Rows of each phase of the target in a unit. */
  readonly band: number;
  /** Channels of the target in a unit. */
  readonly rows: number;
  /** Channels of the source at a time. */
  readonly channels: number;
}

/** Whether several channels of the source are summed in registers. */
function isMixed({ channels, expansion }: Patches): boolean {
  return channels > 1 && expansion[0] * expansion[1] === 1;
}

/** Where the channels of the source are read: where they are, or in planes that the micro-kernel copies them to, or that are there before. */
export type Source = "in place" | "copied" | "prepared";

/** The places by number. */
export const SOURCES: readonly Source[] = ["in place", "copied", "prepared"];

/**
 * Whether the taps can be written out, and that is faster than products of weights with patches: where few products share
 * what is read, or where neighbouring lines see much of the same.
 */
function isByPlane(patches: Patches): boolean {
  const { groups, channels, rows, window, expansion, step, shift, sourceStrides } = patches;
  const fits = window[2] * window[3] <= DEPTHWISE_TAPS && expansion[0] <= DEPTHWISE_PHASES[0] &&
    expansion[1] <= DEPTHWISE_PHASES[1];
  if (!fits || channels === 1) return fits;
  if (window[2] * window[3] === 1) {
    const { either, source, target } = FEW_CHANNELS;
    const few = channels <= either || rows <= either || (channels <= source && rows <= target);
    return few && isMixed(patches);
  }
  if (!isMixed(patches)) {
    const taps = window[2] * window[3];
    const single = taps <= expansion[0] * expansion[1] && channels >= SINGLE_CHANNELS;
    return !single && rows * taps <= FEW_WEIGHTS[groups > 1 ? 1 : 0];
  }
  const shared = step[0] <= (sourceStrides[3] === 1 ? 2 : 1) && window[2] === 3 && window[3] === 3 &&
    Math.abs(shift[0]) <= NEAR_LINES;
  return shared || rows <= FEW_MIXED[0] || channels <= FEW_MIXED[1];
}

/**
 * Where no tap leaves the source and its columns are neighbours, they are read in place; where they are neighbours, the
 * micro-kernel copies them.
 */
function sourceOf(
  { source, target, expansion, sourceStrides }: Patches,
  down: WindowAxis,
  across: WindowAxis,
): Source {
  if (sourceStrides[3] !== 1) return "prepared";
  const plain = expansion[0] * expansion[1] * across.step === 1 && target[3] >= 4 && sourceStrides[2] >= 0;
  return plain && within(down, source[2]) && within(across, source[3]) ? "in place" : "copied";
}

function half(n: number): number {
  return (n + 1) >>> 1;
}

/** The cut, or null where not even a row fits into the scratch area. */
function cutByPlane(
  patches: Patches,
  down: WindowAxis,
  across: WindowAxis,
  source: Source,
  packed: boolean,
): Cut | null {
  const { target, window, groups, rows, channels } = patches;
  const taps = window[2] * window[3];
  const elements = (band: number): number =>
    down.starts.length * across.starts.length * (band + down.reach) * (across.count + across.reach);
  const mixed = isMixed(patches);
  // Channels that are summed before they are added: blocks of about as many products, as far as all that the lines of a
  // tile see of them stays in the first-level cache.
  const lines = new Set(
    down.phases[0].taps.flatMap(({ split, line }) =>
      Array.from({ length: TILE_LINES }, (_, i) => split * 1e6 + line + i)
    ),
  );
  const pitch = across.starts.length * (across.count + across.reach);
  const room = Math.max(FEWEST_CHANNELS, Math.floor(TILE_NEAR / (lines.size * pitch)));
  const blocks = Math.max(1, Math.round(channels * taps / BLOCK), Math.ceil(channels / room));
  let few = mixed ? Math.ceil(channels / blocks) : 2;
  const near = (band: number): number =>
    (source === "in place" ? 0 : elements(band)) +
    (channels > 1 ? band * down.phases.length * target[3] : 0);
  let [band, height] = [Math.max(1, down.count), rows];
  while (!mixed && band > FEWEST_ROWS && near(band) > NEAR) band = half(band);
  const units = (): number => groups * target[0] * Math.ceil(down.count / band) * Math.ceil(rows / height);
  const work = (): number => height * band * across.count * channels * taps;
  while (units() < UNITS_WANTED && work() >= 2 * UNIT_WORK && (height > MOST_ROWS || band > FEWEST_ROWS)) {
    if (height > MOST_ROWS) height = half(height);
    else band = half(band);
  }
  while (source !== "in place" && few * elements(band) > PARTS.planes) {
    if (band > FEWEST_ROWS) band = half(band);
    else if (mixed && few > 1) few = half(few);
    else if (band > 1) band = half(band);
    else return null;
  }
  // Bands of whole tiles, as far as there are some.
  if (band < down.count && band > 4) band = Math.min(down.count, band & -4);
  const weights = packed ? height * channels * taps : 0;
  if (weights > PARTS.weights) return null;
  const together = Math.min(
    Math.floor(PARTS.weights / Math.max(1, weights)),
    Math.ceil(UNIT_WORK / work()),
  );
  const several = height === rows ? Math.max(1, Math.min(groups, together)) : 1;
  return { groups: several, band, rows: height, channels: mixed ? few : channels };
}

/** The launch, with the operands of `convolutionPlan`; null where products share much, or where nothing fits. */
export function convolutionByPlanePlan(patches: Patches, relaxed: boolean): KernelPlan | null {
  const { source, target, window, groups, rows, channels, weightStrides } = patches;
  if (!isByPlane(patches) || target[0] * target[1] * target[2] * target[3] === 0) return null;
  const [down, across] = [axisOf(patches, 0, false), axisOf(patches, 1, false)];
  const taps = window[2] * window[3];
  // Weights whose taps lie in order are read in place.
  const packed = weightStrides[3] !== 1 || weightStrides[2] !== window[3];
  let place = isHalved(patches) ? "in place" : sourceOf(patches, down, across);
  let cut = cutByPlane(patches, down, across, place, packed);
  if (cut !== null && cut.band < down.count && across.step === 2 && place === "in place") {
    place = sourceOf(patches, down, across);
    cut = cutByPlane(patches, down, across, place, packed);
  }
  if (cut === null) return null;
  const axis = (i: 0 | 1) => [patches.expansion[i], patches.step[i], patches.origin[i], patches.shift[i]];
  const work = cut.groups * cut.rows * channels * cut.band * across.count * taps;
  return {
    kernel: "convolutionByPlaneSimd.float32",
    scalars: [
      ...[groups, rows, channels, source[2], source[3], ...patches.sourceStrides],
      ...[...weightStrides, ...patches.groupStrides],
      ...[target[0], target[2], target[3], window[2], window[3], ...axis(0), ...axis(1)],
      ...[
        cut.groups,
        cut.rows,
        cut.channels,
        cut.band,
        SOURCES.indexOf(place),
        packed ? 1 : 0,
        relaxed ? 1 : 0,
      ],
    ],
    total: Math.ceil(groups / cut.groups) * Math.ceil(rows / cut.rows) * target[0] *
      Math.ceil(down.count / cut.band),
    grain: grainFor(NANOSECONDS[0] * work + NANOSECONDS[1]),
  };
}
