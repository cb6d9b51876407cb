/**
 * The command line of the digit classifier.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

/** What the command line asks for. */
export interface Options {
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly threads: number | null;
  readonly data: string | URL;
  readonly checkpoint: string | null;
  readonly resume: string | null;
  readonly json: boolean;
}

/** What `--help` prints. */
export const HELP: string = `Trains a convolutional network on 1,797 handwritten digits.

Usage: deno task train [options]

  --epochs N         passes over the training examples (10)
  --batch N          examples of a step (64)
  --seed N           seed of the weights and the order of examples (0)
  --threads N        threads that the kernels run on (all cores)
  --data FILE        an npz file with images [n, 8, 8] and labels [n] (examples/data/digits.npz)
  --checkpoint FILE  where to keep the state of the training, after every epoch and on Ctrl-C
  --resume FILE      a checkpoint to go on from, with its batch and seed
  --json             end with one line of JSON
  --help             print this`;

/** A command line that cannot be followed. */
export class OptionError extends Error {}

const NUMBERS = ["epochs", "batch", "seed", "threads"] as const;
const FILES = ["data", "checkpoint", "resume"] as const;

/** Reads the command line; null where help is wanted. */
export function parseOptions(args: readonly string[]): Options | null {
  const unknown: string[] = [];
  const parsed = parseArgs([...args], {
    boolean: ["json", "help"],
    string: [...NUMBERS, ...FILES],
    unknown: (argument: string) => {
      unknown.push(argument);
      return false;
    },
  }) as Readonly<Record<string, unknown>>;
  if (unknown.length > 0) throw new OptionError(`Unknown option ${unknown.join(", ")}: see --help`);
  if (parsed.help === true) return null;
  const integer = (name: (typeof NUMBERS)[number], fallback: number, least: number): number => {
    const text = parsed[name];
    if (text === undefined) return fallback;
    const value = typeof text === "string" && text.trim() !== "" ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new OptionError(
        `Option --${name} expects an integer of at least ${least} but got ${describe(text)}`,
      );
    }
    return value;
  };
  const file = (name: (typeof FILES)[number]): string | null => {
    const text = parsed[name];
    if (text === undefined) return null;
    if (typeof text !== "string" || text === "") {
      throw new OptionError(`Option --${name} expects the path of a file but got ${describe(text)}`);
    }
    return text;
  };
  return {
    epochs: integer("epochs", 10, 1),
    batch: integer("batch", 64, 1),
    seed: integer("seed", 0, 0),
    threads: parsed.threads === undefined ? null : integer("threads", 1, 1),
    data: file("data") ?? new URL("../data/digits.npz", import.meta.url),
    checkpoint: file("checkpoint"),
    resume: file("resume"),
    json: parsed.json === true,
  };
}

function describe(value: unknown): string {
  return value === "" ? "nothing" : String(value);
}
