/**
 * In which order launches run: those that are over in no time wait until something needs what they make, so that long
 * ones before and behind them can share a stage.
 *
 * @module
 */
import type { Launch, Lowered } from "./lowered.ts";
import { depends, type Touched, touchedBy } from "./stages.ts";

/** Most bytes of an operand of a launch that waits, as what it reads stays for longer. */
const SMALL_BYTES = 1 << 14;

function isSmall({ callee, total, grain, operands }: Launch): boolean {
  return callee === null && total <= grain && operands.every(({ buffer }) => buffer.bytes <= SMALL_BYTES);
}

/** The same with its launches in an order in which short ones come as late as they can. */
export function delayShort(lowered: Lowered): Lowered {
  const { launches } = lowered;
  const result: Launch[] = [];
  let waiting: { readonly launch: Launch; readonly touched: Touched }[] = [];
  /** Moves those that are needed, and those that these need, to the result. */
  const take = (isNeeded: (touched: Touched) => boolean): void => {
    const needed: Touched[] = [];
    const taken = new Set<Launch>();
    for (const { launch, touched } of waiting.toReversed()) {
      if (!isNeeded(touched) && !needed.some((later) => depends(later, touched))) continue;
      needed.push(touched);
      taken.add(launch);
    }
    result.push(...waiting.flatMap(({ launch }) => taken.has(launch) ? [launch] : []));
    waiting = waiting.filter(({ launch }) => !taken.has(launch));
  };
  for (const launch of launches) {
    const touched = touchedBy(launches, launch);
    if (isSmall(launch)) waiting.push({ launch, touched });
    else {
      take(launch.callee === null ? (earlier) => depends(touched, earlier) : () => true);
      result.push(launch);
    }
  }
  take(() => true);
  // Buffers know the places of the launches that touch them.
  for (const buffer of lowered.buffers) {
    buffer.first = Infinity;
    buffer.last = -1;
  }
  result.forEach(({ operands }, index) =>
    operands.forEach(({ buffer }) => {
      buffer.first = Math.min(buffer.first, index);
      buffer.last = Math.max(buffer.last, index);
    })
  );
  return { ...lowered, launches: result };
}
