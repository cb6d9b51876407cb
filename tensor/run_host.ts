/**
 * The numbers that the host functions of a tape give, before it runs and after.
 *
 * @module
 */
import { callHost } from "./host.ts";
import type { HostEntry, Tape } from "./primitive.ts";

/** Runs a prologue: the numbers of the arguments first, then those that the host functions give. */
export function runPrologue(tape: Tape, inputs: readonly number[]): number[] {
  const numbers = [...inputs];
  runHost(tape.host, numbers);
  return numbers;
}

/** Runs an epilogue: the numbers of the prologue, the values of scalars, then what the host functions make of them. */
export function runEpilogue(tape: Tape, before: readonly number[], values: readonly number[]): number[] {
  const numbers = [...before];
  tape.hostValues.forEach(({ output }, i) => numbers[output] = values[i]);
  runHost(tape.epilogue, numbers);
  return numbers;
}

function runHost(entries: readonly HostEntry[], numbers: number[]): void {
  for (const { fn, inputs, output } of entries) {
    numbers[output] = callHost(
      fn,
      inputs.map((input) => "index" in input ? numbers[input.index] : input.value),
    );
  }
}
