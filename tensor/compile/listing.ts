/**
 * Programs as text.
 *
 * @module
 */
import { KERNELS } from "../kernels/table.ts";
import { isWorthSharing } from "../runtime/pool.ts";
import { describe, nameOf } from "../tensor.ts";
import { formatTape } from "../format_tape.ts";
import type { Body, Tape } from "../primitive.ts";
import { flopsOf } from "./flops.ts";
import type { Work } from "./fuse/work.ts";
import type { Launch } from "./lowered.ts";
import type { Program } from "./program.ts";
import { planBody } from "./routine.ts";
import type { RowsWork } from "./rows_form.ts";
import { stagesOf } from "./stages.ts";

/**
 * A listing that a person reads. Of a tape: one line an entry, with shapes and dtypes. Of a program: one line a
 * launch, with the entries that were fused into it, its stage, which the threads share or not, its kernel, its units, the
 * bytes that it touches and its floating-point operations, counted as by `cost`; below a loop or a choice, the launches of
 * its bodies.
 *
 * @example A tape
 * ```ts
 * import { format, record, sum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { tape } = record((x) => sum(x), { name: "total" })(tensor([1, 2]));
 * assertEquals(format(tape), "total(%0 float32[2])\n  %1 float32[] = sum %0 { axes: [0] }");
 * ```
 *
 * @example A program, whose two entries are one loop
 * ```ts
 * import { compile, exp, format, multiply, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const f = compile((x: Tensor) => exp(multiply(x, 2)), { name: "f" });
 * assertEquals(format(f.program(tensor([1, 2]))).includes("loop float32[2] of multiply, exp"), true);
 * ```
 */
export function format(listed: Tape | Program): string {
  if (!(listed instanceof Object) || !("tape" in listed || "entries" in listed)) {
    throw new TypeError(`format expects a tape or a program but got ${nameOf(listed)}`);
  }
  return "lowered" in listed ? formatProgram(listed) : formatTape(listed);
}

function formatProgram({ name, tape, lowered, plan }: Program): string {
  const { lines, bytes, flops } = listLaunches({ lowered, plan }, "  ");
  const reused = plan.reuse.filter((argument) => argument >= 0).length;
  return [
    `program ${name}(${tape.inputs.map((slot) => describe(tape.slots[slot])).join(", ")})`,
    ...lines,
    `  ${tape.entries.length} entries in ${lowered.launches.length} launches, ${bytes} bytes, ${flops} flops, ` +
    `${plan.arenaBytes} bytes of intermediate results, ${reused} results in donated memory`,
  ].join("\n");
}

/** What is listed of a program or of the body of a loop. */
type Planned = Pick<Program, "lowered" | "plan">;

/** A line for each launch, and for each of the bodies that it runs; bytes and operations in all. */
function listLaunches(
  { lowered, plan }: Planned,
  indent: string,
): { readonly lines: readonly string[]; readonly bytes: number; readonly flops: number } {
  const lines: string[] = [];
  const { launches } = lowered;
  let [flops, bytes] = [0, 0];
  const counted = new Set<Work | RowsWork>();
  stagesOf(launches, plan.places).forEach(({ first, last }, stage) => {
    const shared = isWorthSharing(launches.slice(first, last + 1)) ? "shared" : "alone";
    for (let i = first; i <= last; i++) {
      const launch = launches[i];
      const work = launch.work < 0 ? null : lowered.work[launch.work];
      const parts = [
        work === null ? "copy of a result" : describeWork(work, lowered.tape),
        `stage ${stage} ${shared}`,
        kernelOf(launch),
        `${launch.total} units of ${launch.grain}`,
        `${bytesOf(launch)} bytes`,
      ];
      bytes += bytesOf(launch);
      // A piece of work counts where it begins.
      if (work !== null && !counted.has(work)) {
        counted.add(work);
        const own = flopsOf(work, lowered.tape);
        parts.push(`${own} flops`);
        flops += own;
      }
      lines.push(`${indent}${i}: ${parts.join(" | ")}`);
      if (launch.callee !== null) lines.push(...listBodies(work, `${indent}  `));
    }
  });
  return { lines, bytes, flops };
}

/** The launches of the bodies that an entry calls: once for each step of a loop, or of one of several branches. */
function listBodies(work: Work | RowsWork | null, indent: string): readonly string[] {
  if (work === null || work.kind !== "entry") return [];
  return Object.entries(work.entry.attributes).flatMap(([name, given]) =>
    [given].flat().filter(isBody).flatMap((body) => [
      `${indent}${name} ${body.tape.name}`,
      ...listLaunches(planBody(body), `${indent}  `).lines,
    ])
  );
}

function isBody(value: unknown): value is Body {
  return value instanceof Object && "tape" in value && "outputs" in value;
}

function describeWork(work: Work | RowsWork, tape: Tape): string {
  if (work.kind === "entry") {
    return `${work.entry.primitive.name} ${describe(tape.slots[work.entry.outputs[0]])}`;
  }
  if (work.kind === "reduction") {
    return `${work.reduction} ${describe(tape.slots[work.output])} of ${work.entries.join(", ")}`;
  }
  if (work.kind === "rows") {
    const outputs = work.outputs.map((slot) => describe(tape.slots[slot])).join(", ");
    return `rows ${outputs} of ${work.entries.join(", ")}`;
  }
  const outputs = work.outputs.map((slot) => describe(tape.slots[slot])).join(", ");
  if (work.base !== null) {
    const then = work.entries.map((entry) => entry.primitive.name).join(", ");
    return `${work.base.primitive.name} ${outputs} with ${then}`;
  }
  const totals = work.totals.map(({ alone }) => `${alone.reduction} of ${alone.entries.join(", ") || "it"}`);
  const made = [...(outputs === "" ? [] : [outputs]), ...totals.map((total) => total)];
  return `loop ${made.join(", ")} of ${work.entries.map((entry) => entry.primitive.name).join(", ")}`;
}

/** The name of a kernel in the table, or what those made at run time work with. */
function kernelOf({ kernel }: Launch): string {
  if (kernel === null) return "call";
  if (kernel.id >= 0) return Object.keys(KERNELS)[kernel.id];
  return kernel.label ?? "made";
}

/** Bytes of the operands, each counted once. */
function bytesOf(launch: Launch): number {
  return [...new Set(launch.operands.map(({ buffer }) => buffer))].reduce((sum, { bytes }) => sum + bytes, 0);
}
