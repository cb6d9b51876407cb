/**
 * In which order launches run: those that are over in no time wait until something needs what they make, so that long
 * ones before and behind them can share a stage.
 *
 * @module
 */
import type { Buffer, Launch, Lowered } from "./lowered.ts";
import { touchedBy } from "./stages.ts";

/** Most bytes of an operand of a launch that waits, as what it reads stays for longer. */
const SMALL_BYTES = 1 << 14;

function isSmall({ callee, total, grain, operands }: Launch): boolean {
  return callee === null && total <= grain && operands.every(({ buffer }) => buffer.bytes <= SMALL_BYTES);
}

/** Launches that wait and touch a buffer, in order: those that may write it, and the others. */
interface Waiting {
  readonly writers: number[];
  readonly readers: number[];
}

/** The same with its launches in an order in which short ones come as late as they can. */
export function delayShort(lowered: Lowered): Lowered {
  const { launches } = lowered;
  const touched = launches.map((launch) => touchedBy(launches, launch));
  const result: Launch[] = [];
  const waiting = new Set<number>();
  const touching = new Map<Buffer, Waiting>();
  /** Lets a launch wait. */
  const put = (index: number): void => {
    waiting.add(index);
    for (const [buffer, written] of touched[index]) {
      let known = touching.get(buffer);
      if (known === undefined) touching.set(buffer, known = { writers: [], readers: [] });
      (written ? known.writers : known.readers).push(index);
    }
  };
  /** Moves those that a launch has to wait for, and those that these have to wait for, to the result. */
  const take = (launch: number): void => {
    const taken = new Set<number>();
    const open = [launch];
    for (let later = open.pop(); later !== undefined; later = open.pop()) {
      for (const [buffer, written] of touched[later]) {
        const known = touching.get(buffer);
        if (known === undefined) continue;
        for (const list of written ? [known.writers, known.readers] : [known.writers]) {
          for (let at = 0; at < list.length && list[at] < later; at++) {
            if (taken.has(list[at]) || !waiting.has(list[at])) continue;
            taken.add(list[at]);
            open.push(list[at]);
          }
        }
      }
    }
    for (const index of [...taken].sort((a, b) => a - b)) {
      waiting.delete(index);
      result.push(launches[index]);
    }
  };
  const takeAll = (): void => {
    for (const index of waiting) result.push(launches[index]);
    waiting.clear();
    touching.clear();
  };
  launches.forEach((launch, index) => {
    if (isSmall(launch)) put(index);
    else {
      if (launch.callee === null) take(index);
      else takeAll();
      result.push(launch);
    }
  });
  takeAll();
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
