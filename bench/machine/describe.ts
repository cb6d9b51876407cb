/**
 * The machine in words: its name, its limits, and whether it is quiet.
 *
 * @module
 */
import type { Limits } from "./machine.ts";

/** A machine is called quiet up to these. */
const QUIET_LOAD = 0.5;
const QUIET_SPREAD = 0.1;

/** One line on the limits at a number of threads. */
export function describeLimits({ threads, flops, bandwidths }: Limits): string {
  const rates = bandwidths.map(({ bytes, rate }) => `${(rate / 1e9).toFixed(0)} over ${bytes / 2 ** 20} MiB`);
  return `${threads} thread${threads > 1 ? "s" : ""}: ${
    (flops / 1e9).toFixed(1)
  } GFLOP/s in registers; GB/s: ${rates.join(", ")}`;
}

/** Whether the machine is quiet, in words: by how unevenly a fixed loop runs, and by the load before the run. */
export function describeQuiet(
  spread: number,
  load?: number,
): { readonly quiet: boolean; readonly text: string } {
  const quiet = (load ?? 0) <= QUIET_LOAD && spread <= QUIET_SPREAD;
  const facts = [
    ...(load === undefined ? [] : [`load ${load.toFixed(2)}`]),
    `a fixed loop varies by ${(100 * spread).toFixed(0)} %`,
  ].join(", ");
  const text = quiet
    ? `The machine is quiet: ${facts}.`
    : `THE MACHINE IS NOT QUIET, so figures are too high and uneven: ${facts}.`;
  return { quiet, text };
}

/** The processor, the system and Deno. */
export async function machineName(): Promise<string> {
  let model: string = Deno.build.arch;
  try {
    const { stdout } = await new Deno.Command("lscpu", { stderr: "null" }).output();
    model = /Model name:\s*(.*)/.exec(new TextDecoder().decode(stdout))?.[1] ?? model;
  } catch {
    // Only Linux has that command.
  }
  return `${model}, ${navigator.hardwareConcurrency} cores, ${Deno.build.os}, Deno ${Deno.version.deno}`;
}
