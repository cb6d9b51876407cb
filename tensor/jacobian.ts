/**
 * Matrices of derivatives: Jacobians in forward and reverse mode.
 *
 * @module
 */
import { checkOptionNames } from "./check_option_names.ts";
import { isFloating } from "./dtype.ts";
import { pushTape } from "./forward.ts";
import { eye } from "./ops/eye.ts";
import { reshape } from "./ops/reshape.ts";
import { zerosOf } from "./ops/zeros_of.ts";
import { pullTape } from "./reverse.ts";
import { scope } from "./scope.ts";
import { type Recorded, recordWith, type TreeFunction } from "./tape.ts";
import { TapeRecorder } from "./tape_recorder.ts";
import { describe, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";
import { vmap } from "./vmap.ts";

/** Which arguments derivatives are taken of. */
export interface JacobianOptions {
  /** The position of the argument, or several positions for a list of results; 0 by default. */
  readonly argnums?: number | readonly number[];
}

/** The names of `JacobianOptions`. */
export const JACOBIAN_OPTIONS = { argnums: true } as const;

/**
 * The Jacobian of a function in forward mode, one direction for each element of the argument, all of them at once:
 * best where there are more results than arguments. For a result of shape `[...a]` and an argument of shape `[...b]`
 * it has shape `[...a, ...b]`. For trees it is a tree like the result whose leaves are trees like the argument (its type, which
 * nothing tells, is then given as `J`).
 *
 * @throws {TypeError} If the argument or the result is not floating point, or a primitive on the way has no rule.
 *
 * @example
 * ```ts
 * import { jacfwd, multiply, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const f = (x: Tensor) => multiply(x, tensor([1, 2]));
 * assertEquals(jacfwd(f)(tensor([3, 4])).toArray(), [[1, 0], [0, 2]]);
 * ```
 */
export function jacfwd<A extends unknown[] = Tensor[], J = Tensor>(
  f: (...args: A) => unknown,
  options: JacobianOptions = {},
): (...args: A) => J {
  checkOptionNames("jacfwd", options, JACOBIAN_OPTIONS);
  return jacobian("jacfwd", f as TreeFunction<unknown>, options, false, (recorded, inputs) => {
    const slots = recorded.outputs.flatMap((slot) => slot === null ? [] : [slot]);
    // The columns of one input leaf after the other; those of all its elements together.
    const columns = inputs.map((input, i) =>
      vmap((direction: Tensor) => {
        const tangents = inputs.map((_, j) => j === i ? direction : null);
        const pushed = pushTape(recorded.tape, tangents, slots, "jacfwd").tangents;
        return pushed.map((tangent, k) => tangent ?? zerosOf(recorded.tape.slots[slots[k]]));
      }, { outAxes: -1 })(basis(input))
    );
    let next = 0;
    return recorded.outputs.map((slot, k) => {
      const k2 = slot === null ? -1 : next++;
      const output = outputLike(recorded, k);
      return inputs.map((input, i) =>
        k2 < 0
          ? zerosOf({ dtype: output.dtype, shape: [...output.shape, ...input.shape] })
          : reshape(columns[i][k2], [...output.shape, ...input.shape])
      );
    });
  }) as (...args: A) => J;
}

/**
 * The Jacobian of a function in reverse mode, one pullback for each element of the result, all of them at once: best
 * where there are fewer results than arguments. The result is as that of `jacfwd`.
 *
 * @example
 * ```ts
 * import { jacrev, sum, square, tensor, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const f = (x: Tensor) => sum(square(x), { axes: 1 });
 * assertEquals(jacrev(f)(tensor([[1, 2]])).toArray(), [[[2, 4]]]);
 * ```
 */
export function jacrev<A extends unknown[] = Tensor[], J = Tensor>(
  f: (...args: A) => unknown,
  options: JacobianOptions = {},
): (...args: A) => J {
  checkOptionNames("jacrev", options, JACOBIAN_OPTIONS);
  return jacobian("jacrev", f as TreeFunction<unknown>, options, true, (recorded, inputs) => {
    const pull = pullTape(recorded, "jacrev");
    return recorded.outputs.map((_, k) => {
      const output = outputLike(recorded, k);
      const rows = vmap((cotangent: Tensor) =>
        pull(recorded.outputs.map((_, j) => j === k ? cotangent : null)) as Tensor[]
      )(basis(output));
      return inputs.map((input, i) => reshape(rows[i], [...output.shape, ...input.shape]));
    });
  }) as (...args: A) => J;
}

type Blocks = (recorded: Recorded<unknown>, inputs: readonly Tensor[]) => readonly (readonly Tensor[])[];

/** A Jacobian whose blocks, by leaf of the result and leaf of the arguments, `blocks` computes. */
function jacobian(
  operation: string,
  f: TreeFunction<unknown>,
  { argnums = 0 }: JacobianOptions,
  saves: boolean,
  blocks: Blocks,
): TreeFunction<unknown> {
  if (typeof f !== "function") {
    throw new TypeError(`${operation} expects a function but got ${tree.describe(f)}`);
  }
  const positions = typeof argnums === "number" ? [argnums] : argnums;
  return (...args) =>
    scope(() => {
      for (const position of positions) {
        if (!Number.isInteger(position) || position < 0 || position >= args.length) {
          throw new RangeError(
            `${operation} expects argnums within its ${args.length} arguments but got ${position}`,
          );
        }
      }
      const differentiated = positions.map((position) => args[position]);
      const inputs = tree.leaves(differentiated).map((leaf) => checkLeaf(operation, "arguments", leaf));
      const recorded = recordWith(
        new TapeRecorder(f.name || operation, false, saves),
        (...traced: unknown[]) => {
          const full = [...args];
          positions.forEach((position, i) => full[position] = traced[i]);
          return f(...full);
        },
        differentiated,
      );
      for (const leaf of tree.leaves(recorded.result)) checkLeaf(operation, "results", leaf);
      const parts = blocks(recorded, inputs);
      let next = 0;
      return tree.map(recorded.result, () => {
        const row = parts[next++];
        let leaf = 0;
        const trees = differentiated.map((arg) => tree.map(arg, () => row[leaf++]));
        return typeof argnums === "number" ? trees[0] : trees;
      });
    }, { name: operation });
}

function checkLeaf(operation: string, what: string, leaf: unknown): Tensor {
  if (leaf instanceof Tensor && isFloating(leaf.dtype)) return leaf;
  throw new TypeError(
    `${operation} expects ${what} of floating-point tensors but got ${
      leaf instanceof Tensor ? describe(leaf) : tree.describe(leaf)
    }`,
  );
}

function outputLike({ result }: Recorded<unknown>, k: number): Tensor {
  return tree.leaves(result)[k] as Tensor;
}

/** The unit tensors of a shape, along a first axis. */
function basis(like: Tensor): Tensor {
  return reshape(eye(like.size, { dtype: like.dtype }), [like.size, ...like.shape]);
}
