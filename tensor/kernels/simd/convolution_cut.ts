/**
 * How a convolution is cut into units that fit in the scratch area.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";
import { type WindowAxis, windowAxis } from "./window_axis.ts";

/** The most float32 elements of the parts of the scratch area. */
export const PARTS: {
  /** The table of the taps. */
  readonly table: number;
  /** Packed weights. */
  readonly weights: number;
  /** Sums on their way to the target. */
  readonly sums: number;
  /** Planes. */
  readonly planes: number;
} = { table: 15 << 10, weights: 64 << 10, sums: 64 << 10, planes: 112 << 10 };

/** Units that a convolution should have. */
const UNITS_WANTED = 16;

/** Multiplications below which a unit is not worth cutting further. */
const UNIT_WORK = 1_000_000;

/** Channels of the target in a unit: where sums or weights take part of the scratch area, and where neither does. */
const ROWS: readonly [number, number] = [64, 192];

/** Channels of the target in a unit below which sources are copied too often. */
const FEWEST_ROWS = 16;

/** What a product costs, where copying an element into a plane costs 1. */
const PRODUCT_COST = 0.06;

/** The cut of a convolution. */
export interface Cut {
  /** Groups in a unit; more than one only where all channels of each go along together. */
  readonly groups: number;
  /** Channels of the target in a unit. */
  readonly rows: number;
  /** Rows of each phase of the target in a unit. */
  readonly band: number;
  /** Channels of the source at a time. */
  readonly channels: number;
}

/** Elements in a line of sums: the pixels of a band, counted along lines of a plane, in whole vectors. */
export function pixelsOf(band: number, pitch: number, columns: number): number {
  return 4 * Math.ceil(((band - 1) * pitch + columns) / 4);
}

/** Whether the pixels of a plane are those of the target, one after the other. */
export function isFlat(down: WindowAxis, across: WindowAxis): boolean {
  return down.phases.length * across.phases.length === 1 && across.reach === 0;
}

/** The axis of rows of a convolution (0), or of columns (1). */
export function axisOf(patches: Patches, i: 0 | 1, apart: boolean): WindowAxis {
  const { window, target, expansion, step, origin, shift } = patches;
  return windowAxis(window[2 + i], target[2 + i], expansion[i], step[i], origin[i], shift[i], apart);
}

/**
 * Whether every tap of the columns has planes of its own. That costs copying, but saves the pixels between the
 * rows: it pays where there are many products to a pixel.
 */
export function setApart(patches: Patches): boolean {
  const [joined, apart] = [axisOf(patches, 1, false), axisOf(patches, 1, true)];
  const products = patches.rows * patches.window[2] * patches.window[3];
  const saved = PRODUCT_COST * products * joined.reach / (joined.count + joined.reach);
  return saved > apart.starts.length - joined.starts.length;
}

function half(n: number): number {
  return (n + 1) >>> 1;
}

/** The cut, or null where not even a row of a channel fits. `direct`: the weights are not packed. */
export function cutPatches(
  patches: Patches,
  down: WindowAxis,
  across: WindowAxis,
  direct: boolean,
): Cut | null {
  const taps = patches.window[2] * patches.window[3];
  const phases = down.phases.length * across.phases.length;
  const pitch = across.count + across.reach;
  const flat = isFlat(down, across);
  const most = ROWS[flat && direct ? 1 : 0];
  let rows = Math.ceil(patches.rows / Math.ceil(patches.rows / most));
  let [band, channels] = [down.count, patches.channels];
  for (;;) {
    const planes = channels * down.starts.length * across.starts.length * (band + down.reach) * pitch;
    const sums = flat ? 0 : rows * phases * pixelsOf(band, pitch, across.count);
    const weights = direct ? 0 : rows * channels * taps;
    if (planes > PARTS.planes) {
      if (band > 4) band = half(band);
      else if (channels > 1) channels = half(channels);
      else if (band > 1) band = half(band);
      else return null;
    } else if (sums > PARTS.sums) {
      if (band > 4) band = half(band);
      else if (rows > 1) rows = half(rows);
      else if (band > 1) band = half(band);
      else return null;
    } else if (weights > PARTS.weights || channels * taps > PARTS.table) {
      // Weights of all source channels are packed once for many units.
      const fitting = Math.floor(PARTS.weights / (channels * taps));
      if (channels === patches.channels && fitting >= FEWEST_ROWS && rows > fitting) {
        rows = Math.ceil(rows / Math.ceil(rows / fitting));
      } else if (channels > 1) channels = half(channels);
      else if (rows > 1 && weights > PARTS.weights) rows = half(rows);
      else return null;
    } else {
      const bands = patches.target[0] * Math.ceil(down.count / band);
      const units = patches.groups * Math.ceil(patches.rows / rows) * bands;
      const work = rows * band * across.count * patches.channels * taps;
      if (units < UNITS_WANTED && work >= 2 * UNIT_WORK && (rows > 16 || band > 4)) {
        if (rows > 16) rows = half(rows);
        else band = half(band);
        continue;
      }
      const room = Math.min(
        Math.floor(PARTS.planes / Math.max(1, planes)),
        Math.floor(PARTS.weights / (rows * channels * taps)),
      );
      const together = Math.min(room, Math.ceil(UNIT_WORK / work));
      const whole = rows === patches.rows && channels === patches.channels;
      const groups = whole ? Math.max(1, Math.min(patches.groups, together)) : 1;
      return { groups, rows, band, channels };
    }
  }
}
