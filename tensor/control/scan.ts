/**
 * Loops over a known number of steps.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { describe, type Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { scanWith, type Step } from "./scan/run.ts";
import { type Carry, carryOf, flatten, withNumbers } from "./trees.ts";

/** Options of `scan`. */
export interface ScanOptions {
  /** The number of steps; the extent of the first axis of `xs` by default. */
  readonly length?: number;
  /** Whether the steps go from the last part of `xs` to the first; false by default. */
  readonly reverse?: boolean;
  /**
   * What reverse mode keeps of a loop of n steps. "carries": the carry before each step, from which the pullback does
   * the step again. "products": the results of products and convolutions too, which are most of the time of a step and
   * are then not done again. "segments": the carry before each of about sqrt(n) segments, which the pullback runs again one
   * after the other, so that about 2 sqrt(n) carries are kept at a time. A number: segments of so many steps.
   * "nothing": nothing but the arguments; the pullback runs the whole loop again.
   *
   * @default {"carries"}
   */
  readonly checkpoint?: "carries" | "products" | "segments" | "nothing" | number;
  /** How many steps one round of the loop does, which trades the size of the program for time; 1 by default. */
  readonly unroll?: number;
}

const SCAN_OPTIONS = { length: true, reverse: true, checkpoint: true, unroll: true } as const;

/**
 * A loop that carries a tree from step to step and stacks what the steps give: with `[c, y_i] = f(c, x_i)` for each
 * part `x_i` of `xs` along its first axis, it returns the last carry and the `y_i` along a new first axis, as
 * `jax.lax.scan` does. The step is recorded once, whatever the number of steps; the loop runs as one program, and
 * compiled into a larger program it stays a loop.
 *
 * The carry keeps its structure, shapes and dtypes. Plain numbers in it, such as the count of an optimizer's state, stay
 * numbers, which a step gives to `host` and to tensor operations; where a step returns a tensor for one, it is a float32
 * scalar from the start. Strings and booleans stay what they are. Gradients flow to `init`, to `xs` and to what `f`
 * takes from outside; reverse mode keeps what `checkpoint` says.
 *
 * @param f The step, from carry and part to `[carry, output]`; the output may be null.
 * @param init The first carry, a tree.
 * @param xs A tree of tensors with one first extent, or null where `length` is given.
 * @returns The last carry, and the outputs stacked.
 * @throws {TypeError} If a step changes the carry's structure, a shape or a dtype.
 * @throws {RangeError} If `xs` does not agree on the number of steps, or there is none.
 *
 * @example Running means
 * ```ts
 * import { add, multiply, scan, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const [last, all] = scan((mean, x) => {
 *   const next = add(multiply(mean, 0.5), multiply(x, 0.5));
 *   return [next, next];
 * }, tensor(0), tensor([1, 2, 3]));
 * assertEquals(all.toArray(), [0.5, 1.25, 2.125]);
 * assertEquals(last.item(), 2.125);
 * ```
 *
 * @example A training loop as one program
 * ```ts
 * import { grad, scan, square, subtract, tensor, type Tensor } from "@weft/weft";
 * import { adamW } from "@weft/weft/optim";
 * import { warmupCosine } from "@weft/weft/schedules";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = adamW({ learningRate: warmupCosine({ peak: 0.1, steps: 100 }) });
 * const loss = (w: Tensor, x: Tensor) => square(subtract(w, x));
 * const start = { params: tensor(0), state: optimizer.init(tensor(0)) };
 * const [trained, path] = scan(({ params, state }, x: Tensor) => {
 *   const next = optimizer.step(state, grad(loss)(params, x), params);
 *   return [next, next.params];
 * }, start, tensor([1, 2, 3]));
 * assertEquals(path.shape, [3]);
 * assertEquals(trained.state.scaleByAdam.count, 3);
 * ```
 *
 * @example A gradient through a thousand steps that keeps 2 sqrt(1000) carries
 * ```ts
 * import { grad, multiply, scan, tensor, type Tensor } from "@weft/weft";
 *
 * const final = (x: Tensor, rate: Tensor) =>
 *   scan((y) => [multiply(y, rate), null], x, null, { length: 1000, checkpoint: "segments" })[0];
 * console.log(grad(final)(tensor(1), tensor(0.999)));
 * ```
 */
export function scan<C, X, Y>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: C,
  xs: X,
  options: ScanOptions = {},
): [C, Y] {
  checkOptionNames("scan", options, SCAN_OPTIONS);
  if (typeof f !== "function") throw new TypeError(`scan expects a function but got ${tree.describe(f)}`);
  const { reverse = false, checkpoint: policy = "carries", unroll = 1 } = options;
  if (!Number.isInteger(unroll) || unroll < 1) {
    throw new RangeError(`scan expects unroll to be a positive integer but got ${String(unroll)}`);
  }
  const isPolicy = ["carries", "products", "segments", "nothing"].includes(policy as string) ||
    (Number.isInteger(policy) && policy as number > 0);
  if (!isPolicy) {
    throw new RangeError(
      `scan expects checkpoint to be "carries", "products", "segments", "nothing" or the steps of a segment but got ${
        String(policy)
      }`,
    );
  }
  const length = lengthOf(xs, options.length);
  return withNumbers((asTensors) => {
    const carry = carryOf("scan", "a carry", init, asTensors);
    const [last, outputs] = scanWith(stepOf(f, carry), carry.tensors, xs, { length, reverse }, {
      policy,
      unroll,
    });
    return [carry.open(last), outputs as Y];
  });
}

/** The function as a step on the tensors of the carry. */
function stepOf<C>(f: (carry: C, x: never) => readonly [C, unknown], carry: Carry<C>): Step {
  const named = {
    [f.name || "scan"]: (tensors: readonly Tensor[], x: unknown) => {
      const returned: unknown = f(carry.open(tensors), x as never);
      if (!Array.isArray(returned) || returned.length !== 2) {
        throw new TypeError(
          `scan expects a function that returns [carry, output] but got ${tree.describe(returned)}`,
        );
      }
      return [carry.close("the carry", returned[0]), returned[1]] as const;
    },
  };
  return Object.values(named)[0];
}

function lengthOf(xs: unknown, given: number | undefined): number {
  if (given !== undefined && (!Number.isInteger(given) || given < 0)) {
    throw new RangeError(`scan expects length to be a non-negative integer but got ${String(given)}`);
  }
  let length = given;
  for (const { path, value } of tree.entries(xs)) {
    const { tensors: [x] } = flatten("scan", "xs", value);
    const place = path === "" ? "" : ` at ${path}`;
    if (x.rank === 0) {
      throw new RangeError(`scan expects xs with an axis of steps but got the scalar ${describe(x)}${place}`);
    }
    if (length !== undefined && x.shape[0] !== length) {
      throw new RangeError(`scan expects ${length} steps in xs but got ${describe(x)}${place}`);
    }
    length = x.shape[0];
  }
  if (length === undefined) throw new RangeError("scan expects xs or length but got neither");
  return length;
}
