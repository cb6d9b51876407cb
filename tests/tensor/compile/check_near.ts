/**
 * What random programs keep with fused rounding: they are near the plain loops, in values and gradients.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { lossOf, wholeOperandsOf } from "./check_program.ts";
import { operandsOf, type Program, run } from "./programs.ts";

/** Relative changes of the operands, by which is seen how much a result follows from them. */
const CHANGES = [3e-6, -3e-6, 1e-5];

/** How much further than with changed operands a result may lie, as what is rounded within a program is not changed. */
const SPREADS = 200;

/** Share of the largest element by which each may be off; what is read from a wrong place is off by more. */
const SHARE = 0.1;

/** The largest elements between which results are compared, and the share of them that a change may make. */
const [LEAST, MOST, STEADY] = [1e-3, 1e15, 0.02];

type Function = (operands: readonly Tensor[]) => readonly Tensor[];

/** The results of the plain loops, of operands of which each element is changed by up to such a share. */
function plain(f: Function, program: Program, change: number): readonly Float32Array[] {
  t.configure({ simd: "off" });
  const operands = wholeOperandsOf(program).map((x, i) => {
    const data = (x.data() as Float32Array).map((value, j) => value * (1 + change * Math.sin(13 * (i + j))));
    return t.tensor(data, { shape: x.shape });
  });
  return f(operands).map((result) => result.data() as Float32Array);
}

/** Throws where a function, at once or compiled, is further from the plain loops than roundings come to. */
function checkFunction(f: Function, program: Program): void {
  const expected = plain(f, program, 0);
  const changed = CHANGES.map((change) => plain(f, program, change));
  t.configure({ simd: "relaxed" });
  const compiled = t.compile((...operands: Tensor[]) => f(operands));
  const operands = operandsOf(program);
  const found = [...f(operands), ...compiled(...operands)];
  found.forEach((tensor, place) => {
    const i = place % expected.length;
    const scale = expected[i].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const spread = Math.max(
      ...changed.map((results) =>
        results[i].reduce((most, value, j) => Math.max(most, Math.abs(value - expected[i][j])), 0)
      ),
    );
    // Also false where something is NaN.
    if (!(scale >= LEAST && scale <= MOST && spread <= STEADY * scale)) return;
    tensor.data().forEach((value, j) => {
      if (Math.abs(value - expected[i][j]) <= SPREADS * spread + SHARE * scale) return;
      const way = place < expected.length ? "at once" : "compiled";
      throw new Error(`Expected about ${expected[i][j]} at ${j} of result ${i} but got ${value} ${way}`);
    });
  });
}

/** Throws where the values or the gradients of a program, at once or compiled, are further off than roundings come to. */
export function checkNear(program: Program): void {
  t.scope(() => {
    checkFunction((operands) => run(program, operands), program);
    checkFunction(t.grad(lossOf(program)) as unknown as Function, program);
  });
}
