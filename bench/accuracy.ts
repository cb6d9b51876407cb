/**
 * `deno task accuracy`: the largest errors of float32 functions in units in the last place.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { FUNCTIONS } from "./accuracy/functions.ts";
import { MODES, sweep } from "./accuracy/sweep.ts";
import { shutdown } from "../mod.ts";

const HELP = `Compares float32 functions with float64, over values of all exponents.

Usage: deno task accuracy [options]

  --values N        how many values (10000000)
  --functions LIST  names (all): ${Object.keys(FUNCTIONS).join(", ")}

Columns: the largest error in units in the last place of the exact result, by the kernels over typed arrays ("off"),
with SIMD that is the same on every machine ("strict") and with fused multiply-add ("relaxed"), each with a value that
has it. At most 2 is right; "wrong" means a NaN, an infinity or a zero in place of another.`;

/** What is allowed. */
const MOST = 2;

function main(args: readonly string[]): number {
  const { values, functions, help } = parseArgs([...args], {
    string: ["values", "functions"],
    boolean: ["help"],
    default: { values: "10000000", functions: Object.keys(FUNCTIONS).join() },
  });
  if (help) {
    console.log(HELP);
    return 0;
  }
  const count = Number(values);
  const names = functions.split(",");
  const unknown = names.find((name: string) => !(name in FUNCTIONS));
  if (!Number.isInteger(count) || count < 1 || unknown !== undefined) {
    const wrong = unknown === undefined ? `--values ${values}` : `--functions ${unknown}`;
    console.error(`Expected a number of values and names of functions but got ${wrong}: see --help`);
    return 2;
  }
  console.log("function".padEnd(10) + MODES.map((mode) => mode.padStart(8) + " at".padEnd(26)).join(""));
  let right = true;
  for (const name of names) {
    const worst = sweep(FUNCTIONS[name], count, MODES);
    const cells = MODES.map((mode) => {
      const { units, at } = worst.get(mode)!;
      right &&= units <= MOST;
      const size = units === Infinity ? "wrong" : units.toFixed(3);
      return size.padStart(8) + ` ${at.map((x) => x.toPrecision(9)).join(" ")}`.padEnd(26);
    });
    console.log(name.padEnd(10) + cells.join("").trimEnd());
  }
  console.log(right ? `All within ${MOST} units` : `NOT ALL WITHIN ${MOST} UNITS`);
  return right ? 0 : 1;
}

if (import.meta.main) {
  const code = main(Deno.args);
  shutdown();
  Deno.exit(code);
}
