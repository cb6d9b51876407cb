/**
 * `deno task bench`: times weft beside its peers, and both beside the limits of the machine.
 *
 * @module
 */
import { difference } from "./compare.ts";
import { describeLimits, describeQuiet, machineName } from "./machine/describe.ts";
import { limitOf, type Limits, measureLimits, measureSpread } from "./machine/machine.ts";
import { HELP, OptionError, type Options, parseOptions } from "./options.ts";
import { canRun, emptyProcess, measureJob, missingModules, singleThreaded } from "./processes.ts";
import { HEAD, markdown, type Row, textRow } from "./table.ts";
import type { Measured } from "./timing.ts";
import type { Workload } from "./workload.ts";
import { workloads } from "./workloads/mod.ts";

/** The better of two measurements of the same. */
const lower = (a: Measured | undefined, b: Measured): Measured => a === undefined || b.ms < a.ms ? b : a;

/** What is known so far, as a key of workload, library and threads. */
type Results = Map<string, Measured>;

const keyOf = (workload: string, peer: string, threads: number): string =>
  `${workload} ${peer} ${singleThreaded(peer) ? 1 : threads}`;

/** Lets the libraries take turns on a workload; failures are noted. */
async function takeTurns(
  workload: Workload,
  threads: number,
  options: Options,
  results: Results,
  notes: Set<string>,
): Promise<void> {
  const peers = ["weft", ...options.peers].filter((peer) =>
    canRun(workload, peer) && !results.has(keyOf(workload.name, peer, threads))
  );
  const own = (): Measured | undefined => results.get(keyOf(workload.name, "weft", threads));
  for (let pass = 0; pass < options.passes; pass++) {
    for (const peer of peers) {
      const key = keyOf(workload.name, peer, threads);
      const before = results.get(key);
      // One that failed, or that is slow beyond all measure, gets no second turn.
      if (pass > 0 && (before === undefined || before.ms > 10 * (own()?.ms ?? Infinity))) continue;
      const job = { workload, peer, threads: singleThreaded(peer) ? 1 : threads, ...pick(options) };
      try {
        results.set(key, lower(before, await measureJob(job)));
      } catch (error) {
        notes.add(`${workload.name} at ${threads}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}

const pick = ({ seconds, python }: Options): { seconds: number; python: string | null } => ({
  seconds,
  python,
});

/** The throughput of a workload of odd sizes, in parts of that of its even one. */
function evenShare(workload: Workload, threads: number, results: Results): number | null {
  if ("scripts" in workload || workload.even === undefined) return null;
  const even = workloads.find(({ name }) => name === workload.even);
  const own = results.get(keyOf(workload.name, "weft", threads));
  const other = results.get(keyOf(workload.even, "weft", threads));
  if (even === undefined || own === undefined || other === undefined) return null;
  return (workload.flops / own.ms) / (even.flops / other.ms);
}

function rowOf(
  workload: Workload,
  limits: Limits,
  empty: number,
  options: Options,
  results: Results,
): Row {
  const { threads } = limits;
  const measured = new Map<string, Measured>();
  for (const peer of ["weft", ...options.peers]) {
    const found = results.get(keyOf(workload.name, peer, threads));
    if (found !== undefined) measured.set(peer, found);
  }
  const counted = workload.flops + workload.bytes > 0;
  const limit = "scripts" in workload ? empty : counted ? limitOf(limits, workload) : null;
  return { workload: workload.name, threads, measured, limit, even: evenShare(workload, threads, results) };
}

/** What a row differs in between weft and its peers. */
function differences({ workload, threads, measured }: Row): string[] {
  const own = measured.get("weft")!;
  return [...measured].flatMap(([peer, other]) => {
    const found = peer === "weft" ? null : difference(own, other);
    return found === null ? [] : [`${workload} at ${threads}: weft and ${peer} differ: ${found}`];
  });
}

function printJson(row: Row, options: Options): void {
  for (const [peer, { ms, least, first }] of row.measured) {
    const { workload, threads } = row;
    const head = options.weft ? { workload, threads } : { workload, threads, peer };
    const limit = options.weft || row.limit === null ? {} : { limit: row.limit };
    console.log(JSON.stringify({ ...head, ms, first, least, ...limit }));
  }
}

/** The options without the peers that the interpreter lacks, which are noted. */
async function withInstalled(asked: Options, notes: Set<string>): Promise<Options> {
  if (asked.python === null || asked.peers.length === 0) return asked;
  const missing = await missingModules(asked.python, asked.peers).catch(() => {
    throw new OptionError(`Option --python expects a Python interpreter but got ${asked.python}`);
  });
  for (const [peer, names] of missing) {
    notes.add(`${peer} was left out: ${asked.python} has no ${names.join(" and no ")}`);
  }
  return { ...asked, peers: asked.peers.filter((peer) => !missing.has(peer)) };
}

async function bench(asked: Options): Promise<number> {
  const notes = new Set<string>();
  const options = await withInstalled(asked, notes);
  const say = options.json ? (): void => {} : (text: string): void => console.log(text);
  const head: string[] = [];
  const tell = (text: string): void => {
    head.push(text);
    say(text);
  };
  tell(await machineName());
  const load = Deno.loadavg()[0];
  const limits: Limits[] = [];
  if (!options.json) { for (const threads of options.threads) limits.push(await measureLimits(threads)); }
  const spread = limits.length > 0 ? Math.max(...limits.map(({ spread }) => spread)) : await measureSpread();
  const quiet = describeQuiet(spread, load);
  for (const limit of limits) tell(describeLimits(limit));
  tell(quiet.text);
  if (options.json && !quiet.quiet) console.error(quiet.text);
  say(
    `\nweft's time over the fastest mode of each peer, and the share of the limit that it reaches\n${HEAD}`,
  );
  const empty = options.weft && options.json ? 0 : await emptyProcess();
  const results: Results = new Map();
  const rows: Row[] = [];
  let failed = false;
  for (const threads of options.threads) {
    const limit = limits.find((limit) => limit.threads === threads) ??
      { threads, flops: Infinity, bandwidths: [{ bytes: Infinity, rate: Infinity }], spread: 0 };
    for (const workload of workloads.filter(({ name }) => options.workloads.includes(name))) {
      await takeTurns(workload, threads, options, results, notes);
      if (!results.has(keyOf(workload.name, "weft", threads))) {
        failed = true;
        continue;
      }
      const row = rowOf(workload, limit, empty, options, results);
      rows.push(row);
      if (options.json) printJson(row, options);
      else say(textRow(row));
      for (const found of differences(row)) {
        notes.add(found);
        failed = true;
      }
    }
  }
  if (!failed && options.peers.length > 0) notes.add("All losses and checksums agree.");
  const after = describeQuiet(await measureSpread());
  if (!after.quiet) notes.add(`At the end: ${after.text}`);
  for (const note of notes) {
    if (options.json) console.error(note);
    else say(note);
  }
  if (options.write) await write(head, rows, notes);
  return failed ? 1 : 0;
}

async function write(
  head: readonly string[],
  rows: readonly Row[],
  notes: ReadonlySet<string>,
): Promise<void> {
  const text = [
    "# Results",
    `${new Date().toISOString().slice(0, 10)}. ${head[0]}.`,
    head.slice(1).map((fact) => `- ${fact}`).join("\n"),
    "Columns: weft's milliseconds; weft's time over that of the fastest mode of torch, jax and the JavaScript " +
    "peers; the share of the machine's limit (of an empty process for W9 and W10) that weft reaches; the " +
    "throughput of odd sizes over that of even ones. W9 and W10 start weft as it is published, bundled.",
    markdown(rows),
    [...notes].map((note) => `- ${note}`).join("\n"),
  ].join("\n\n");
  const file = new URL("results.md", import.meta.url);
  await Deno.writeTextFile(file, `${text}\n`);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", file.pathname] }).output();
}

try {
  const options = parseOptions(Deno.args);
  if (options === null) console.log(HELP);
  else if (options.basics) (await import("./basics/basics.ts")).basics();
  else if (options.optimizers) await (await import("./optimizers/optimizers.ts")).optimizers();
  else if (options.layers) await (await import("./layers/layers.ts")).layers(options.write);
  else Deno.exit(await bench(options));
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  console.error(error.message);
  Deno.exit(2);
}
