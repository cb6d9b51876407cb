/**
 * The pullback of a recorded tape.
 *
 * @module
 */
import { pullTape } from "./reverse.ts";
import type { Recorded } from "./tape.ts";
import type { Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/**
 * Reverse mode over a recorded tape: from cotangents of the outputs to cotangents of the inputs. The rules are
 * made of public operations, so the pullback can be recorded, differentiated and compiled itself.
 *
 * @param recorded What `record` returned.
 * @returns A function from one cotangent for each tensor of the result, in order, to one for each tensor of the
 * arguments; null for integers, zeros for what was not used.
 * @throws {RangeError} If a cotangent has another shape than its output.
 *
 * @example The pullback of a product
 * ```ts
 * import { multiply, pullback, record, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const recorded = record((x, y) => multiply(x, y))(tensor(2), tensor(5));
 * const [dx, dy] = pullback(recorded)([tensor(1)]);
 * assertEquals([dx!.item(), dy!.item()], [5, 2]);
 * ```
 */
export function pullback(
  recorded: Recorded<unknown>,
): (cotangents: readonly (Tensor | null)[]) => readonly (Tensor | null)[] {
  if (!(recorded instanceof Object) || !("tape" in recorded)) {
    throw new TypeError(`pullback expects what record returns but got ${tree.describe(recorded)}`);
  }
  return pullTape(recorded, "pullback");
}
