/**
 * The processes in which workloads run: one for each workload, library and number of threads.
 *
 * @module
 */
import { JAVASCRIPT_PEERS, PYTHON_PEERS } from "./options.ts";
import { type Measured, median } from "./timing.ts";
import type { Workload } from "./workload.ts";

const fileOf = (path: string): string => new URL(path, import.meta.url).pathname;
const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** Whether a library uses one thread whatever it is told. */
export function singleThreaded(peer: string): boolean {
  return peer.startsWith("tfjs") || peer === "jax-js-sync";
}

/** Whether a library has the workload. */
export function canRun(workload: Workload, peer: string): boolean {
  if ("scripts" in workload) return isOneOf(PYTHON_PEERS, peer) || workload.scripts[peer] !== undefined;
  if (peer.startsWith("tfjs")) {
    const backends: readonly string[] = workload.tfjsBackends ?? ["wasm", "cpu"];
    return workload.tfjs !== undefined && backends.includes(peer.slice("tfjs-".length));
  }
  return !peer.startsWith("jax-js") || workload.jaxJs !== undefined;
}

/** Seconds after which a process is given up. */
const PATIENCE = 300;

async function output(command: string, args: readonly string[], peer: string): Promise<string> {
  const signal = AbortSignal.timeout(1000 * PATIENCE);
  const process = new Deno.Command(command, { args: [...args], stdout: "piped", stderr: "piped", signal });
  const { success, stdout, stderr } = await process.output();
  if (signal.aborted) throw new Error(`${peer} was stopped after ${PATIENCE} seconds`);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  if (success) return lines[lines.length - 1];
  const text = new TextDecoder().decode(stderr);
  const line = text.split("\n").findLast((line) => /error/i.test(line)) ?? text.trim();
  throw new Error(`${peer} failed: ${line.trim().slice(0, 200)}`);
}

/** What a run of a library on a workload is asked for. */
export interface Job {
  readonly workload: Workload;
  readonly peer: string;
  readonly threads: number;
  readonly seconds: number;
  readonly python: string | null;
}

/** The settings of weft as it is published: a process is started with that, as a user's is. */
const PUBLISHED = fileOf("../dist/deno.json");

let bundled: Promise<string> | null = null;

/** Makes the package as it is published, once. */
async function bundle(): Promise<void> {
  bundled ??= output(Deno.execPath(), ["run", "-A", fileOf("../bundle.ts")], "bundle.ts");
  await bundled;
}

/** The command that runs a job, and its arguments. */
function commandOf({ workload, peer, threads, seconds, python }: Job): readonly [string, readonly string[]] {
  if (isOneOf(PYTHON_PEERS, peer)) {
    const parts = "parts" in workload ? workload.parts : 1;
    const request = { workload: workload.name, peer, threads, seconds, parts };
    return [python!, [fileOf(`peers/${peer === "jax" ? "jax" : "torch"}_peer.py`), JSON.stringify(request)]];
  }
  // weft needs no permission.
  const run = ["run", "--no-prompt", ...(isOneOf(JAVASCRIPT_PEERS, peer) ? ["--allow-all"] : [])];
  if ("scripts" in workload) {
    const [script, ...rest] = workload.scripts[peer];
    const published = peer === "weft" ? ["--config", PUBLISHED] : [];
    return [Deno.execPath(), [...run, ...published, fileOf(`start/${script}`), ...rest, String(threads)]];
  }
  const request = { workload: workload.name, peer, threads, seconds };
  return [Deno.execPath(), [...run, fileOf("child.ts"), JSON.stringify(request)]];
}

/** The Python modules that each peer needs. */
const MODULES: Readonly<Record<(typeof PYTHON_PEERS)[number], readonly string[]>> = {
  "torch": ["torch"],
  "torch-compile": ["torch"],
  "jax": ["jax", "optax"],
};

/** The modules that peers need and the interpreter does not have, by peer. */
export async function missingModules(
  python: string,
  peers: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const modules = [...new Set(Object.values(MODULES).flat())];
  const find = `[name for name in ${JSON.stringify(modules)} if importlib.util.find_spec(name) is None]`;
  const code = `import importlib.util, json\nprint(json.dumps(${find}))`;
  const missing: readonly string[] = JSON.parse(await output(python, ["-c", code], python));
  return new Map(
    PYTHON_PEERS.flatMap((peer) => {
      const lacking = MODULES[peer].filter((name) => missing.includes(name));
      return peers.includes(peer) && lacking.length > 0 ? [[peer, lacking] as const] : [];
    }),
  );
}

const PROCESSES = 7;

/** The wall time of whole processes, the first of which is left out. */
async function wall(command: string, args: readonly string[], peer: string): Promise<Measured> {
  const times: number[] = [];
  let printed = "";
  for (let i = 0; i <= PROCESSES; i++) {
    const begin = performance.now();
    printed = await output(command, args, peer);
    if (i > 0) times.push(performance.now() - begin);
  }
  return { ms: median(times), least: Math.min(...times), first: [Number(printed)], checksum: [] };
}

/** Runs a job in a process of its own. */
export async function measureJob(job: Job): Promise<Measured> {
  const [command, args] = commandOf(job);
  if ("scripts" in job.workload) {
    if (job.peer === "weft") await bundle();
    return await wall(command, args, job.peer);
  }
  return JSON.parse(await output(command, args, job.peer));
}

/** The wall time of a process that does nothing, in milliseconds. */
export async function emptyProcess(): Promise<number> {
  return (await wall(Deno.execPath(), ["run", "--no-prompt", fileOf("start/empty.ts")], "deno")).ms;
}
