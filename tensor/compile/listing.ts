/**
 * Programs as text.
 *
 * @module
 */
import { describe } from "../tensor.ts";
import { formatTape, type Tape } from "../tape.ts";
import type { Work } from "./fuse.ts";
import type { Launch } from "./lower.ts";
import type { Program } from "./program.ts";
import type { RowsWork } from "./rows_form.ts";

/**
 * A listing that a person reads. Of a tape: one line an entry, with shapes and dtypes. Of a program: one line a
 * launch, with the entries that were fused into it, its units, and the bytes that it touches.
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
  return "lowered" in listed ? formatProgram(listed) : formatTape(listed);
}

function formatProgram(program: Program): string {
  const { tape, lowered, plan } = program;
  const lines = [
    `program ${program.name}(${tape.inputs.map((slot) => describe(tape.slots[slot])).join(", ")})`,
  ];
  lowered.launches.forEach((launch, i) => {
    const what = launch.work < 0 ? "copy of a result" : describeWork(lowered.work[launch.work], lowered.tape);
    lines.push(`  ${i}: ${what} | ${launch.total} units of ${launch.grain} | ${bytesOf(launch)} bytes`);
  });
  const reused = plan.reuse.filter((argument) => argument >= 0).length;
  lines.push(
    `  ${tape.entries.length} entries in ${lowered.launches.length} launches, ` +
      `${plan.arenaBytes} bytes of intermediate results, ${reused} results in donated memory`,
  );
  return lines.join("\n");
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

/** Bytes of the operands, each counted once. */
function bytesOf(launch: Launch): number {
  return [...new Set(launch.operands.map(({ buffer }) => buffer))].reduce((sum, { bytes }) => sum + bytes, 0);
}
