/**
 * Values of scalars as plain numbers.
 *
 * @module
 */
import type { HostRecorder } from "./host.ts";
import { formatShape } from "./shape.ts";
import { checkTensor } from "./check_tensor.ts";
import { knownValue, type Tensor } from "./tensor.ts";

/**
 * The value of a scalar as a plain number: at once when it is known, and inside of `compile` a stand-in, whose
 * number is there when the program has run. The stand-in may be returned, and given to `host` and to tensor operations,
 * as the count of a state is. A bool is 0 or 1.
 *
 * @throws {RangeError} If the tensor is not a scalar.
 *
 * @example Counting what only the program knows
 * ```ts
 * import { compile, greater, host, hostValue, sum, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const count = compile((x: Tensor, seen: number) => {
 *   const found = hostValue(greater(sum(x), 0));
 *   return host((before, found) => before + found, seen, found);
 * });
 * assertEquals(count(tensor([1, 2]), 5), 6);
 * assertEquals(count(tensor([1, -2]), 5), 5);
 * ```
 */
export function hostValue(scalar: Tensor): number {
  checkTensor("hostValue", scalar);
  if (scalar.rank !== 0) {
    throw new RangeError(`hostValue expects a scalar but got shape ${formatShape(scalar.shape)}`);
  }
  if (knownValue(scalar) !== null) return scalar.item();
  let tracer = scalar;
  // Of nested recordings the outermost one is that of the program.
  while (tracer.node!.value !== null) tracer = tracer.node!.value;
  // In a recording a traced number takes the place of a number, which its operators enforce.
  return (tracer.node!.recorder as HostRecorder).recordValue(tracer) as unknown as number;
}
