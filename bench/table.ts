/**
 * The table of ratios.
 *
 * @module
 */
import { JAVASCRIPT_PEERS } from "./options.ts";
import type { Measured } from "./timing.ts";

/** What one row tells: a workload at one number of threads. */
export interface Row {
  readonly workload: string;
  readonly threads: number;
  /** By library. */
  readonly measured: ReadonlyMap<string, Measured>;
  /** The least milliseconds that the machine needs; null where overhead alone counts. */
  readonly limit: number | null;
  /** The throughput in parts of that of the even workload; null where there is none. */
  readonly even: number | null;
}

const COLUMNS = ["workload", "threads", "weft ms", "torch", "jax", "best JavaScript", "of limit", "of even"];
const WIDTHS = [20, 7, 10, 8, 8, 20, 9, 8];

const significant = (value: number): string =>
  value >= 1000 ? value.toFixed(0) : value.toPrecision(3).replace(/e.*$/, (e) => e);

/** The fastest of some libraries. */
function fastest(row: Row, names: readonly string[]): { readonly name: string; readonly ms: number } | null {
  let best: { name: string; ms: number } | null = null;
  for (const name of names) {
    const ms = row.measured.get(name)?.ms;
    if (ms !== undefined && (best === null || ms < best.ms)) best = { name, ms };
  }
  return best;
}

function cells(row: Row): readonly string[] {
  const { ms } = row.measured.get("weft")!;
  const ratio = (names: readonly string[], named: boolean): string => {
    const best = fastest(row, names);
    if (best === null) return "-";
    return `${(ms / best.ms).toFixed(2)}${named ? ` ${best.name}` : ""}`;
  };
  return [
    row.workload,
    String(row.threads),
    significant(ms),
    ratio(["torch", "torch-compile"], false),
    ratio(["jax"], false),
    ratio(JAVASCRIPT_PEERS, true),
    row.limit === null ? "-" : (row.limit / ms).toFixed(2),
    row.even === null ? "-" : row.even.toFixed(2),
  ];
}

const line = (parts: readonly string[]): string =>
  parts.map((part, i) => i === 0 ? part.padEnd(WIDTHS[i]) : part.padStart(WIDTHS[i])).join(" ");

/** What stands above the rows. */
export const HEAD: string = line(COLUMNS);

/** A row as text. */
export function textRow(row: Row): string {
  return line(cells(row));
}

/** All rows as a table of Markdown. */
export function markdown(rows: readonly Row[]): string {
  const bar = (parts: readonly string[]): string => `| ${parts.join(" | ")} |`;
  return [
    bar(COLUMNS),
    bar(COLUMNS.map((_, i) => i === 0 ? "---" : "--:")),
    ...rows.map((row) => bar(cells(row))),
  ]
    .join("\n");
}
