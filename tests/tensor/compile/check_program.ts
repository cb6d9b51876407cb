/**
 * What every random program has to keep: compiled equals eager, the values and the gradients.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { assertSame, operandsOf, type Program, run } from "./programs.ts";

/** How a program is checked. */
export interface CheckOptions {
  /** Whether the arguments that a program says so of are donated. */
  readonly donate: boolean;
  /**
   * Whether compiled and eager have to agree bit for bit: they do where fused loops round as single ones, which is
   * so without fused multiply-add.
   */
  readonly sameBits: boolean;
}

/**
 * Runs a program eagerly, and three times compiled, and compares the bits. Returns the bits that came out, to be
 * compared with those of another number of threads.
 */
export function checkValues(program: Program, { donate, sameBits }: CheckOptions): Uint8Array[] {
  return t.scope(() => {
    const expected = run(program, wholeOperandsOf(program));
    const positions = program.operands.flatMap(({ donated }, i) => donate && donated ? [i] : []);
    const compiled = t.compile((...operands: Tensor[]) => run(program, operands), { donate: positions });
    const bits = bitsOf(expected);
    for (let i = 0; i < 3; i++) {
      const operands = operandsOf(program);
      const kept = operands.map((operand) => operand.data());
      const results = compiled(...operands);
      if (i === 0) bits.push(...bitsOf(results));
      if (sameBits) results.forEach((result, j) => assertSame(result, expected[j]));
      // What was not donated is as it was, unless it is the same tensor as one that was.
      operands.forEach((operand, j) => {
        const given = positions.some((position) =>
          operands[position].storage !== null && operands[position].storage === operand.storage
        );
        if (!given) assertSame(operand, t.tensor(kept[j], { shape: operand.shape }));
      });
    }
    return bits;
  });
}

/**
 * The operands as whole tensors: a compiled function copies views that it is given, and a sum over a view may add in
 * another order than one over a copy.
 */
export function wholeOperandsOf(program: Program): Tensor[] {
  return operandsOf(program).map(t.contiguous);
}

/** The sum of all results of a program. */
export function lossOf(program: Program): (operands: Tensor[]) => Tensor {
  return (operands) =>
    run(program, operands).reduce((total, result) => t.add(total, t.sum(result)), t.tensor(0));
}

/** Compares the gradient of a program's results, eager and twice compiled, and returns the bits. */
export function checkGradient(program: Program, { sameBits }: CheckOptions): Uint8Array[] {
  return t.scope(() => {
    const gradient = t.grad(lossOf(program));
    const expected = gradient(wholeOperandsOf(program));
    const compiled = t.compile((...operands: Tensor[]) => gradient(operands));
    const bits = bitsOf(expected);
    for (let i = 0; i < 2; i++) {
      const results = compiled(...operandsOf(program));
      if (i === 0) bits.push(...bitsOf(results));
      if (sameBits) results.forEach((result, j) => assertSame(result, expected[j]));
    }
    return bits;
  });
}

/** The tape of a program as a listing. */
export function listingOf(program: Program): string {
  const { tape } = t.record((...operands: Tensor[]) => run(program, operands))(...operandsOf(program));
  return t.format(tape);
}

/** The bytes of each tensor. Which of the many bit patterns of NaN came out is up to the machine, so all are one. */
function bitsOf(tensors: readonly Tensor[]): Uint8Array[] {
  return tensors.map((one) => {
    const data = one.data() as Float32Array<ArrayBuffer>;
    data.forEach((value, i) => {
      if (Number.isNaN(value)) data[i] = NaN;
    });
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  });
}
