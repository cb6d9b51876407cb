/**
 * Which pixels of a source the taps of a convolution see for which pixels of its target.
 *
 * @module
 */
import type { Patches } from "../convolution.ts";

/** Along an axis: where a tap sees something, for a place of the target. */
export interface Meeting {
  /** The tap. */
  readonly tap: number;
  /** The place of the target. */
  readonly place: number;
  /** The place of the source. */
  readonly at: number;
}

/** Numbers of an axis, as `meetingsAt` reads them. */
export const AXIS_NUMBERS = 7;

/** An axis as numbers: extents of source, target and window, expansion, step, origin and shift. */
export function axisNumbers(patches: Patches, axis: 0 | 1): readonly number[] {
  const { source, target, window, expansion, step, origin, shift } = patches;
  return [
    ...[source[2 + axis], target[2 + axis], window[2 + axis]],
    ...[expansion[axis], step[axis], origin[axis], shift[axis]],
  ];
}

/** Calls back for what meets along the axis whose numbers begin at `p`: place after place of the target, tap after tap. */
function forEachMeeting(
  numbers: ArrayLike<number>,
  p: number,
  meet: (tap: number, place: number, at: number) => void,
): void {
  const [source, target, taps] = [numbers[p], numbers[p + 1], numbers[p + 2]];
  const [expansion, step, origin, shift] = [numbers[p + 3], numbers[p + 4], numbers[p + 5], numbers[p + 6]];
  for (let place = 0; place < target; place++) {
    for (let tap = 0; tap < taps; tap++) {
      const at = place * step + origin + tap * shift;
      if (at % expansion === 0 && at >= 0 && at < expansion * source) meet(tap, place, at / expansion);
    }
  }
}

/** What meets along the axis whose numbers begin at `p`, in that order. */
export function meetingsAt(numbers: ArrayLike<number>, p: number): readonly Meeting[] {
  const meetings: Meeting[] = [];
  forEachMeeting(numbers, p, (tap, place, at) => meetings.push({ tap, place, at }));
  return meetings;
}

/** How many meetings there are along an axis. */
export function countMeetings(patches: Patches, axis: 0 | 1): number {
  let count = 0;
  forEachMeeting(axisNumbers(patches, axis), 0, () => count++);
  return count;
}
