/**
 * The command lines of the examples: whole numbers by name, `--quick` and `--help`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

/** A whole number that may be asked for. */
export interface NumberOption {
  /** What it is without being asked for. */
  readonly fallback: number;
  /** What it is in a quick run; the fallback by default. */
  readonly quick?: number;
  /** What it is good for, for the help. */
  readonly help: string;
}

/** What was asked for, by name. */
export type Numbers<K extends string> = Readonly<Record<K, number>> & { readonly quick: boolean };

/**
 * Reads the command line. Prints the help, or what is wrong, and ends the process where it says so.
 *
 * @param about What the example does, for the help.
 */
export function readCommandLine<K extends string>(
  about: string,
  numbers: Readonly<Record<K, NumberOption>>,
): Numbers<K> {
  const names = Object.keys(numbers) as K[];
  const unknown: string[] = [];
  const parsed = parseArgs([...Deno.args], {
    boolean: ["help", "quick"],
    string: names,
    unknown: (argument: string) => {
      unknown.push(argument);
      return false;
    },
  }) as Readonly<Record<string, unknown>>;
  if (parsed.help === true) {
    console.log(help(about, numbers));
    Deno.exit(0);
  }
  if (unknown.length > 0) refuse(`Unknown option ${unknown.join(", ")}: see --help`);
  const quick = parsed.quick === true;
  const values = names.map((name) => {
    const { fallback, quick: few = fallback } = numbers[name];
    const text = parsed[name];
    if (text === undefined) return [name, quick ? few : fallback] as const;
    const value = typeof text === "string" && text.trim() !== "" ? Number(text) : NaN;
    const least = name === "seed" ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      refuse(`Option --${name} expects an integer of at least ${least} but got ${text || "nothing"}`);
    }
    return [name, value] as const;
  });
  return { ...Object.fromEntries(values) as Record<K, number>, quick };
}

function help<K extends string>(about: string, numbers: Readonly<Record<K, NumberOption>>): string {
  const rows = Object.entries<NumberOption>(numbers).map(([name, { fallback, help }]) => [
    `--${name} N`,
    `${help} (${fallback})`,
  ]);
  rows.push(["--quick", "a run of seconds that shows only that it works"], ["--help", "print this"]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return [about, "", ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}

function refuse(message: string): never {
  console.error(`error: ${message}`);
  Deno.exit(2);
}
