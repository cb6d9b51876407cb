/**
 * Loops that go on while a condition holds.
 *
 * @module
 */
import { applyAll } from "../apply.ts";
import { close, rearranged } from "../body.ts";
import { passedOn } from "../body_slots.ts";
import { checkOptionNames } from "../check_option_names.ts";
import { describe, Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { type Carry, carryOf, withNumbers } from "./trees.ts";
import { whilePrimitive } from "./while/primitive.ts";

/** Options of `whileLoop`. */
export interface WhileOptions {
  /**
   * The greatest number of steps. Reverse mode needs it, as it keeps the carry before each of so many steps; forward
   * mode does not. No bound by default.
   */
  readonly maxSteps?: number;
  /**
   * What happens where the condition still holds after `maxSteps`: "stop" returns the carry as it is, "error" throws.
   *
   * @default {"stop"}
   */
  readonly atLimit?: "stop" | "error";
}

const WHILE_OPTIONS = { maxSteps: true, atLimit: true } as const;

/**
 * Repeats `carry = body(carry)` while `condition(carry)` is true, and returns the last carry, as `jax.lax.while_loop`.
 * Condition and body are recorded once; the loop runs as one program, and compiled into a larger program it stays a
 * loop. The carry keeps its structure, shapes and dtypes; what `scan` says of plain numbers in it holds here too.
 *
 * Under `vmap`, examples that are done stay as they are while others go on.
 *
 * @param condition From the carry to a bool scalar.
 * @param body From the carry to the next one.
 * @param init The first carry, a tree.
 * @throws {TypeError} If the condition gives anything else, a step changes the carry's structure, a shape or a dtype, or
 * reverse mode meets a loop without `maxSteps`.
 * @throws {RangeError} If the condition still holds after `maxSteps` and `atLimit` is "error".
 *
 * @example The square root by Newton's method
 * ```ts
 * import { abs, add, divide, greater, multiply, subtract, tensor, type Tensor, whileLoop } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const root = (x: Tensor) =>
 *   whileLoop(
 *     (y) => greater(abs(subtract(multiply(y, y), x)), 1e-6),
 *     (y) => multiply(add(y, divide(x, y)), 0.5),
 *     x,
 *     { maxSteps: 50, atLimit: "error" },
 *   );
 * assertAlmostEquals(root(tensor(2)).item(), Math.SQRT2, 1e-6);
 * ```
 */
export function whileLoop<C>(
  condition: (carry: C) => Tensor,
  body: (carry: C) => C,
  init: C,
  options: WhileOptions = {},
): C {
  checkOptionNames("whileLoop", options, WHILE_OPTIONS);
  for (const f of [condition, body] as readonly unknown[]) {
    if (typeof f !== "function") {
      throw new TypeError(`whileLoop expects functions but got ${tree.describe(f)}`);
    }
  }
  const { maxSteps, atLimit = "stop" } = options;
  if (maxSteps !== undefined && (!Number.isInteger(maxSteps) || maxSteps < 0)) {
    throw new RangeError(
      `whileLoop expects maxSteps to be a non-negative integer but got ${String(maxSteps)}`,
    );
  }
  if (atLimit !== "stop" && atLimit !== "error") {
    throw new RangeError(`whileLoop expects atLimit to be "stop" or "error" but got ${String(atLimit)}`);
  }
  return withNumbers((asTensors) =>
    loop(condition, body, carryOf("whileLoop", "a carry", init, asTensors), maxSteps ?? null, atLimit)
  );
}

function loop<C>(
  condition: (carry: C) => Tensor,
  body: (carry: C) => C,
  carry: Carry<C>,
  maxSteps: number | null,
  atLimit: "stop" | "error",
): C {
  const test = close(condition.name || "condition", carry.tensors, (inputs) => {
    const holds: unknown = condition(carry.open(inputs));
    if (!(holds instanceof Tensor) || holds.rank !== 0 || holds.dtype !== "bool") {
      throw new TypeError(
        `whileLoop expects its condition to return a bool scalar but got ${
          holds instanceof Tensor ? describe(holds) : tree.describe(holds)
        }`,
      );
    }
    return [holds];
  });
  const step = close(
    body.name || "whileLoop",
    carry.tensors,
    (inputs) => carry.close("the carry", body(carry.open(inputs))),
  );
  // What every step passes on is a constant, to be neither copied nor kept.
  const passed = passedOn(step.body, step.captured.length, carry.tensors.length);
  const orderAfter = (before: number): readonly number[] => [
    ...Array.from({ length: before }, (_, i) => i),
    ...passed.flatMap((is, i) => is ? [before + i] : []),
    ...passed.flatMap((is, i) => is ? [] : [before + i]),
  ];
  const fixed = carry.tensors.filter((_, i) => passed[i]);
  const changing = carry.tensors.filter((_, i) => !passed[i]);
  const results = applyAll(whilePrimitive, [
    ...test.captured,
    ...fixed,
    ...step.captured,
    ...fixed,
    ...changing,
  ], {
    condition: rearranged(test.body, orderAfter(test.captured.length), () => true),
    body: rearranged(step.body, orderAfter(step.captured.length), (i) => !passed[i]),
    tests: test.captured.length + fixed.length,
    constants: step.captured.length + fixed.length,
    sums: 0,
    maxSteps,
    atLimit,
    saves: false,
  });
  let next = 0;
  return carry.open(carry.tensors.map((x, i) => passed[i] ? x : results[next++]));
}
