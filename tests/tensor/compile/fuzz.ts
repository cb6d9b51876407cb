/**
 * Random programs, as many as wanted: `deno task fuzz --programs 10000`. Each is run eagerly and compiled, with and
 * without donated arguments, in every mode of the kernels, with its gradient, and on one thread and several; every
 * one of them has to give the same bits. With fused rounding compiled differs from eager, so smooth programs have to be
 * near the plain loops both ways. The first failure is shrunk and printed as a listing.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Simd } from "../../../tensor/mod.ts";
import { checkGuards, setGuards } from "../../../tensor/runtime/heap.ts";
import { checkNear } from "./check_near.ts";
import { checkGradient, checkValues, listingOf } from "./check_program.ts";
import { PROGRAM, type Program, SMOOTH_PROGRAM } from "./programs.ts";
import { warmUp } from "./warm_up.ts";

const USAGE = `Runs random programs eagerly and compiled and compares the bits.

Usage: deno task fuzz [options]

  --programs N      how many programs (500)
  --seed N          where the sequence of programs starts (the time)
  --threads LIST    numbers of threads to compare (1,2,3)
  --simd LIST       forms of the kernels (relaxed,strict,off)
  --help            print this`;

/** How many programs are fuzzed, and how. */
export interface FuzzOptions {
  /** How many programs. */
  readonly programs: number;
  /** Where the sequence of programs starts. */
  readonly seed: number;
  /** Numbers of threads that have to give the same bits. */
  readonly threads: readonly number[];
  /** Forms of the kernels. */
  readonly simd: readonly Simd[];
}

/** The bits of everything that a program gives, after checking that compiled equals eager. */
function bitsOf(program: Program, simd: Simd): Uint8Array[] {
  const sameBits = simd !== "relaxed";
  setGuards(true);
  try {
    const bits = [
      ...checkValues(program, { donate: false, sameBits }),
      ...checkValues(program, { donate: true, sameBits }),
      ...checkGradient(program, { donate: false, sameBits }),
    ];
    checkGuards();
    return bits;
  } finally {
    setGuards(false);
  }
}

/** A short number that differs where bits differ. */
function digest(bits: readonly Uint8Array[]): number {
  let hash = 0x811c9dc5;
  for (const bytes of bits) {
    hash = Math.imul(hash ^ bytes.length, 0x01000193);
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/** Fuzzes in one form of the kernels: throws with the listing of a shrunk program where something differs. */
function fuzzWith(simd: Simd, { programs, seed, threads }: FuzzOptions): void {
  t.configure({ simd });
  const first: number[] = [];
  for (const [turn, count] of threads.entries()) {
    warmUp(count);
    let index = 0;
    const property = fc.property(PROGRAM, (program) => {
      const found = digest(bitsOf(program, simd));
      // The programs come in the same order for every number of threads.
      if (turn === 0) first.push(found);
      else if (index < first.length && first[index] !== found) {
        throw new Error(
          `Expected the same bits with ${count} threads as with ${threads[0]}: program ${index}`,
        );
      }
      index++;
    });
    const settings = { numRuns: programs, seed, endOnFailure: turn > 0 };
    report(fc.check(property, settings), `${simd}, ${count} threads, seed ${seed}`);
    if (simd !== "relaxed" || turn > 0) continue;
    report(
      fc.check(fc.property(SMOOTH_PROGRAM, checkNear), settings),
      `near, ${count} threads, seed ${seed}`,
    );
  }
}

/** Throws with the listing of the program that failed, if one did. */
function report(details: fc.RunDetails<[Program]>, where: string): void {
  if (!details.failed) return;
  const [program] = details.counterexample!;
  throw new Error(
    `${where}, path ${details.counterexamplePath}: ${String(details.errorInstance)}\n${
      JSON.stringify(program)
    }\n${listingOf(program)}`,
  );
}

/** Fuzzes in every form of the kernels that is asked for; throws at the first failure. */
export function fuzz(options: FuzzOptions): void {
  try {
    for (const simd of options.simd) fuzzWith(simd, options);
  } finally {
    t.configure({ simd: "relaxed" });
    t.shutdown();
  }
}

function numbers(name: string, text: string): number[] {
  return text.split(",").map((part) => {
    const value = Number(part);
    if (Number.isInteger(value) && value > 0) return value;
    throw new RangeError(`fuzz expects --${name} to be whole numbers above 0 but got ${part}`);
  });
}

function optionsOf(args: readonly string[]): FuzzOptions | null {
  const given = parseArgs([...args], {
    boolean: ["help"],
    string: ["programs", "seed", "threads", "simd"],
    default: {
      programs: "500",
      seed: String(Date.now() % 2 ** 31),
      threads: "1,2,3",
      simd: "relaxed,strict,off",
    },
    unknown: (name: string) => {
      throw new RangeError(`fuzz expects the options that --help lists but got ${name}`);
    },
  });
  if (given.help) return null;
  const simd = given.simd.split(",").map((form: string): Simd => {
    if (form === "relaxed" || form === "strict" || form === "off") return form;
    throw new RangeError(`fuzz expects --simd to be relaxed, strict or off but got ${form}`);
  });
  return {
    programs: numbers("programs", given.programs)[0],
    seed: numbers("seed", given.seed)[0],
    threads: numbers("threads", given.threads),
    simd,
  };
}

if (import.meta.main) {
  try {
    const options = optionsOf(Deno.args);
    if (options === null) console.log(USAGE);
    else {
      console.log(`${options.programs} programs, seed ${options.seed}`);
      fuzz(options);
      console.log(`${options.programs} programs passed`);
    }
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(error instanceof RangeError ? 2 : 1);
  }
}
