/**
 * The process in which one library runs one workload: `child.ts '{"workload", "peer", "threads", "seconds"}'`
 * prints a line of JSON with what was measured.
 *
 * @module
 */
import { measure } from "./timing.ts";
import type { Run, StepWorkload } from "./workload.ts";
import { workloads } from "./workloads/mod.ts";

/** What a child is asked for. */
export interface Job {
  readonly workload: string;
  readonly peer: string;
  readonly threads: number;
  readonly seconds: number;
}

async function prepare(workload: StepWorkload, { peer, threads }: Job): Promise<Run> {
  if (peer === "weft") {
    const weft = await import("@weft/weft");
    weft.configure({ threads });
    return workload.weft(weft);
  }
  if (peer === "tfjs-wasm" || peer === "tfjs-cpu") {
    const { tfjs } = await import("./peers/tfjs.ts");
    return workload.tfjs!(await tfjs(peer === "tfjs-wasm" ? "wasm" : "cpu"));
  }
  const { jaxJs } = await import("./peers/jax_js.ts");
  return workload.jaxJs!(await jaxJs(peer === "jax-js-sync" ? 0 : threads));
}

const job: Job = JSON.parse(Deno.args[0]);
const workload = workloads.find(({ name }) => name === job.workload);
if (workload === undefined || "scripts" in workload) {
  throw new RangeError(`Expected the name of a workload of steps but got ${job.workload}`);
}
const run = await prepare(workload, job);
console.log(JSON.stringify(await measure(run, job.seconds, workload.parts)));
// The workers of peers would keep the process alive.
Deno.exit(0);
