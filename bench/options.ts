/**
 * The command line of the benchmark.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { workloads } from "./workloads/mod.ts";

/** The peers that run in Deno. */
export const JAVASCRIPT_PEERS = ["tfjs-wasm", "tfjs-cpu", "jax-js", "jax-js-sync"] as const;
/** The peers that run in Python. */
export const PYTHON_PEERS = ["torch", "torch-compile", "jax"] as const;

/** What the command line asks for. */
export interface Options {
  readonly workloads: readonly string[];
  readonly threads: readonly number[];
  readonly seconds: number;
  readonly passes: number;
  readonly peers: readonly string[];
  readonly python: string | null;
  readonly json: boolean;
  readonly write: boolean;
  readonly basics: boolean;
  readonly optimizers: boolean;
  readonly layers: boolean;
  /** Whether only weft runs. */
  readonly weft: boolean;
}

/** What `--help` prints. */
export const HELP: string = `Times weft beside its peers, which take turns in one run.

Usage: deno task bench [options]

  --workloads LIST  names, or beginnings of names such as W1 or W3_odd (all)
  --threads LIST    numbers of threads (1,2)
  --seconds N       how long a workload is timed in one process, at least (1.5)
  --passes N        how often the peers take turns; the lowest median counts (2)
  --peers LIST      ${JAVASCRIPT_PEERS.join(", ")}, and with --python
                    ${PYTHON_PEERS.join(", ")}; tfjs, jax-js and torch mean both of theirs (all)
  --python PATH     a Python interpreter that has torch or jax with optax
  --weft            only weft
  --json            a line of JSON for each result in place of the table
  --write           write the table into bench/results.md as well
  --optimizers      what each optimizer costs, and what groups add, instead
  --layers          what each layer costs beside its floor, instead; with --write into layers.md
  --basics          kernels beside plain loops, and the digit classifier's step by phase, instead
  --help            print this

W9 and W10 start weft as it is published, bundled: see deno task bundle.
Workloads: ${workloads.map(({ name }) => name).join(", ")}`;

/** A command line that cannot be followed. */
export class OptionError extends Error {}

/** The names that each part of a list asks for, in the order of all names. */
function choose(
  option: string,
  asked: string,
  names: readonly string[],
  matches: (name: string, part: string) => boolean,
): readonly string[] {
  const parts = asked.split(",").map((part) => part.trim());
  for (const part of parts) {
    if (part !== "" && names.some((name) => matches(name, part))) continue;
    throw new OptionError(
      `Option --${option} expects some of ${names.join(", ")} but got ${part || "nothing"}`,
    );
  }
  return names.filter((name) => parts.some((part) => matches(name, part)));
}

/** The peer whose mode or backend a name tells. */
function familyOf(name: string): string {
  return ["tfjs", "jax-js", "torch"].find((family) => name.startsWith(family)) ?? name;
}

const isPeer = (name: string, part: string): boolean => name === part || familyOf(name) === part;
const isWorkload = (name: string, part: string): boolean => name.startsWith(part);

function number(option: string, text: string, least: number, whole: boolean): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || value < least || (whole && !Number.isInteger(value))) {
    throw new OptionError(
      `Option --${option} expects ${whole ? "integers" : "a number"} of at least ${least} but got ${
        text || "nothing"
      }`,
    );
  }
  return value;
}

const FLAGS = ["weft", "json", "write", "basics", "optimizers", "layers", "help"] as const;
const VALUES = ["workloads", "threads", "seconds", "passes", "peers", "python"] as const;

/** Reads the command line; null where help is wanted. */
export function parseOptions(args: readonly string[]): Options | null {
  const unknown: string[] = [];
  const parsed = parseArgs([...args], {
    boolean: [...FLAGS],
    string: [...VALUES],
    unknown: (argument: string) => {
      unknown.push(argument);
      return false;
    },
  }) as Readonly<Record<string, unknown>>;
  if (unknown.length > 0) throw new OptionError(`Unknown option ${unknown.join(", ")}: see --help`);
  if (parsed.help === true) return null;
  const value = (name: (typeof VALUES)[number]): string | undefined => {
    const text = parsed[name];
    if (text === undefined) return undefined;
    if (typeof text !== "string" || text === "") throw new OptionError(`Option --${name} expects a value`);
    return text;
  };
  const python = value("python") ?? null;
  const available = python === null ? JAVASCRIPT_PEERS : [...JAVASCRIPT_PEERS, ...PYTHON_PEERS];
  const asked = value("peers");
  const peers = asked === undefined ? available : choose("peers", asked, available, isPeer);
  const names = workloads.map(({ name }) => name);
  return {
    workloads: choose("workloads", value("workloads") ?? names.join(","), names, isWorkload),
    threads: (value("threads") ?? "1,2").split(",").map((part) => number("threads", part, 1, true)),
    seconds: number("seconds", value("seconds") ?? "1.5", 0.01, false),
    passes: number("passes", value("passes") ?? "2", 1, true),
    peers: parsed.weft === true ? [] : peers,
    python,
    json: parsed.json === true,
    write: parsed.write === true,
    basics: parsed.basics === true,
    optimizers: parsed.optimizers === true,
    layers: parsed.layers === true,
    weft: parsed.weft === true,
  };
}
