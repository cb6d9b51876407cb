/**
 * A worker that drives one thread to its limit, at the same time as the others.
 *
 * @module
 */
import { FLOPS_A_TURN, multiplyAddModule, triadModule } from "./modules.ts";

/** What a worker is asked for. */
export interface Drive {
  /** Bytes that a triad goes over; 0 for multiply-adds in registers. */
  readonly bytes: number;
  /** When to begin, in milliseconds since the epoch. */
  readonly at: number;
  /** How long, in milliseconds. */
  readonly duration: number;
}

const TURNS = 20_000;

function prepare(bytes: number): { readonly run: () => void; readonly work: number } {
  if (bytes === 0) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(multiplyAddModule()));
    const run = exports.run as (turns: number) => number;
    return { run: () => run(TURNS), work: TURNS * FLOPS_A_TURN };
  }
  const length = Math.floor(bytes / 3 / 64) * 64;
  const module = new WebAssembly.Module(triadModule(Math.ceil(3 * length / 65536)));
  const run = new WebAssembly.Instance(module).exports.run as (...addresses: number[]) => void;
  // A turn of at least a megabyte, so that the clock counts for nothing.
  const repeats = Math.max(1, Math.round(2 ** 20 / bytes));
  return {
    run() {
      for (let i = 0; i < repeats; i++) run(0, length, 2 * length, 2 * length);
    },
    work: repeats * 3 * length,
  };
}

interface Scope {
  onmessage: (event: MessageEvent<Drive>) => void;
  postMessage(rates: readonly number[]): void;
}

const self = globalThis as unknown as Scope;
self.onmessage = ({ data: { bytes, at, duration } }) => {
  const { run, work } = prepare(bytes);
  const now = (): number => performance.timeOrigin + performance.now();
  do run(); while (now() < at);
  const rates: number[] = [];
  // One turn at least, however late others let it begin.
  for (let begin = now(); rates.length === 0 || begin < at + duration;) {
    run();
    const end = now();
    rates.push(1000 * work / (end - begin));
    begin = end;
  }
  self.postMessage(rates);
};
