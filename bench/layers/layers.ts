/**
 * What each layer costs: a step of training forward, and forward and backward, beside the least that its arithmetic or
 * its bytes take.
 *
 * @module
 */
import { configure, shutdown } from "@weft/weft";
import { table } from "../../docs/promotion.ts";
import { describeLimits, describeQuiet, machineName } from "../machine/describe.ts";
import { limitOf, type Limits, measureLimits, measureSpread } from "../machine/machine.ts";
import { CASES, type LayerCase } from "./cases.ts";
import { measureLayer, type Pass } from "./measure.ts";

const THREADS = [1, 2];
const HEAD = [
  "layer",
  "input",
  ...THREADS.flatMap((n) => [`forward, ${n}`, "of floor", `both, ${n}`, "of floor"]),
];

/** The milliseconds of a pass, and the share of the floor with what sets it. */
function cells(pass: Pass, limits: Limits): readonly string[] {
  const floor = limitOf(limits, pass);
  const byFlops = limitOf(limits, { ...pass, bytes: 0 }) >= floor;
  // Nothing is moved by what gives its input another shape, or itself.
  if (pass.ms < 0.005) return [pass.ms.toPrecision(3), "-"];
  return [pass.ms.toPrecision(3), `${(100 * floor / pass.ms).toFixed(0)} % ${byFlops ? "flops" : "bytes"}`];
}

function rowOf(given: LayerCase, limits: readonly Limits[]): readonly string[] {
  const shape = [given.batch, ...given.inputShape].join(" x ");
  const measured = limits.flatMap((limit) => {
    configure({ threads: limit.threads });
    const { forward, both } = measureLayer(given);
    return [...cells(forward, limit), ...cells(both, limit)];
  });
  return [`\`${given.call}\``, shape, ...measured];
}

/** Prints a row for each layer, and writes them to bench/layers.md if that is asked for. */
export async function layers(write: boolean): Promise<void> {
  const head = [await machineName(), describeQuiet(await measureSpread(), Deno.loadavg()[0]).text];
  const limits: Limits[] = [];
  for (const threads of THREADS) limits.push(await measureLimits(threads));
  for (const line of [...head, ...limits.map(describeLimits)]) console.log(line);
  console.log(HEAD.join(" | "));
  const rows: (readonly string[])[] = [];
  for (const one of CASES) {
    const row = rowOf(one, limits);
    rows.push(row);
    console.log(row.join(" | "));
  }
  shutdown();
  if (!write) return;
  const text = [
    "# Layers",
    `${new Date().toISOString().slice(0, 10)}. ${head[0]}. Written by \`deno task bench --layers --write\`.`,
    [...limits.map(describeLimits), head[1]].map((fact) => `- ${fact}`).join("\n"),
    "Each layer in training, compiled: milliseconds (the shortest run) of the forward pass and of both passes, with the " +
    "gradients of params and input, at 1 and 2 threads. The floor is the greater of two times: all floating-point " +
    "operations of the tape at the rate of fused multiply-adds in registers, and the bytes of params, input, output and " +
    "gradients, each moved once. A transcendental function counts one operation, and drawing random bits none, so that " +
    "layers of those are far above their floors.",
    table(HEAD, rows),
  ].join("\n\n");
  const file = new URL("../layers.md", import.meta.url);
  await Deno.writeTextFile(file, `${text}\n`);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", file.pathname] }).output();
}
