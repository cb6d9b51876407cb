/**
 * Gradients of functions.
 *
 * @module
 */
import { checkFunction } from "./check_function.ts";
import { checkOptionNames } from "./check_option_names.ts";
import { isFloating } from "./dtype.ts";
import { isTracedNumber } from "./host.ts";
import { constantTensor } from "./make_tensor.ts";
import { pullTape } from "./reverse.ts";
import { scope } from "./scope.ts";
import { record, type TreeFunction } from "./tape.ts";
import { describe, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** Which arguments gradients are taken of. */
export interface GradOptions {
  /** The position of the argument, or several positions for a list of gradients; 0 by default. */
  readonly argnums?: number | readonly number[];
  /**
   * A tree of booleans like the differentiated argument, in which one boolean may stand for a subtree: leaves that
   * are false get no gradient but a hole, and nothing is computed for them. With several arguments a list of trees.
   *
   * @default {true}
   */
  readonly trainable?: unknown;
}

const GRAD_OPTIONS = { argnums: true, trainable: true } as const;

/** What a function under `valueAndGrad` may return beside a scalar: the scalar and something to pass along. */
export interface ValueWithAux<Aux> {
  /** The scalar that is differentiated. */
  readonly value: Tensor;
  /** Anything else, passed through without gradients. */
  readonly aux: Aux;
}

/** What `valueAndGrad` returns. */
export interface ValueAndGrad<P, Aux> {
  /** The scalar. */
  readonly value: Tensor;
  /** Its gradient, a tree like the argument. */
  readonly gradient: P;
  /** What the function passed along. */
  readonly aux: Aux;
}

/**
 * The value of a scalar function together with its gradient with respect to its first argument, a tree of
 * floating-point tensors (numbers count as float32 scalars). The function returns a scalar, or
 * `{ value, aux }` to pass something along. Intermediate results are freed before it returns.
 *
 * The gradient of a leaf that the function does not use is zeros.
 *
 * @throws {RangeError} If the function does not return a scalar, or the tree has no leaves.
 * @throws {TypeError} If a leaf is not floating point, or a primitive on the way has no pullback rule.
 *
 * @example A quadratic
 * ```ts
 * import { square, sum, type Tensor, tensor, valueAndGrad } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { value, gradient } = valueAndGrad((p: { x: Tensor }) => sum(square(p.x)))({ x: tensor([1, 2]) });
 * assertEquals(value.item(), 5);
 * assertEquals(gradient.x.toArray(), [2, 4]);
 * ```
 */
export function valueAndGrad<P = Tensor, Rest extends unknown[] = [], Aux = undefined>(
  f: (params: P, ...rest: Rest) => Tensor | ValueWithAux<Aux>,
  options: GradOptions = {},
): (params: P, ...rest: Rest) => ValueAndGrad<P, Aux> {
  checkOptionNames("valueAndGrad", options, GRAD_OPTIONS);
  checkFunction("valueAndGrad", f);
  const { argnums = 0, trainable = true } = options;
  const positions = typeof argnums === "number" ? [argnums] : argnums;
  const masks = typeof argnums === "number" || !Array.isArray(trainable)
    ? positions.map(() => trainable)
    : trainable;
  if (masks.length !== positions.length) {
    throw new RangeError(
      `grad expects ${positions.length} trees in trainable, one for each of argnums, but got ${masks.length}`,
    );
  }
  return (...args) =>
    scope(() => {
      for (const position of positions) {
        if (!Number.isInteger(position) || position < 0 || position >= args.length) {
          throw new RangeError(
            `grad expects argnums within its ${args.length} arguments but got ${position}`,
          );
        }
      }
      const differentiated = positions.map((position, i) =>
        prepare(onlyTrainable(args[position], masks[i], ""))
      );
      let extra: Aux = undefined as Aux;
      const recorded = record((...traced: unknown[]) => {
        const full = [...args] as unknown[];
        positions.forEach((position, i) => {
          full[position] = masks[i] === true
            ? traced[i]
            : tree.zip("grad", [args[position], traced[i]], ([leaf, tracer]) => tracer ?? leaf);
        });
        const returned = (f as TreeFunction<Tensor | ValueWithAux<Aux>>)(...full);
        const value = returned instanceof Tensor ? returned : returned?.value;
        if (!(returned instanceof Tensor) && returned !== undefined) extra = returned.aux;
        if (!(value instanceof Tensor)) {
          throw new TypeError(
            `grad expects a function that returns a scalar tensor or { value, aux } but got ${
              tree.describe(returned)
            }`,
          );
        }
        if (value.rank !== 0 || !isFloating(value.dtype)) {
          throw new RangeError(
            `grad expects a function that returns a floating-point scalar but got ${describe(value)}`,
          );
        }
        return { value, aux: extra };
      }, { name: f.name || "grad" })(...differentiated);
      const { value, aux } = recorded.result;
      const seed = constantTensor(value.dtype, [], 1);
      const cotangents = recorded.outputs.map((_, i) => i === 0 ? seed : null);
      const gradients = pullTape(recorded, "grad")(cotangents);
      let next = 0;
      const trees = differentiated.map((arg) => tree.map(arg, () => gradients[next++]));
      const gradient = (typeof argnums === "number" ? trees[0] : trees) as P;
      return { value, gradient, aux };
    }, { name: "valueAndGrad" });
}

/** The argument with holes for the leaves that no gradient is wanted of. */
function onlyTrainable(argument: unknown, mask: unknown, path: string): unknown {
  if (mask === true || argument === null || argument === undefined) return argument;
  if (mask === false) return tree.map(argument, () => null);
  const at = path === "" ? "the root" : path;
  const same = tree.isNode(mask) && tree.isNode(argument) &&
    Array.isArray(mask) === Array.isArray(argument) &&
    Object.keys(mask).length === Object.keys(argument).length &&
    Object.keys(argument).every((key) => Object.hasOwn(mask, key));
  if (!same) {
    throw new TypeError(
      `grad expects trainable to be a tree of booleans like its argument but got ${tree.describe(mask)} for ${
        tree.describe(argument)
      } at ${at}`,
    );
  }
  const below = (key: string, child: unknown): unknown =>
    onlyTrainable(
      child,
      (mask as Readonly<Record<string, unknown>>)[key],
      path === "" ? key : `${path}/${key}`,
    );
  if (Array.isArray(argument)) return argument.map((child, i) => below(String(i), child));
  const kept: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(argument)) tree.setOwn(kept, key, below(key, child));
  return kept;
}

/** Checks the leaves of a differentiated argument and turns numbers into tensors. */
function prepare(argument: unknown): unknown {
  if (tree.leaves(argument).length === 0) {
    throw new RangeError(
      `grad expects a tree with at least one tensor but got ${tree.describe(argument)} without leaves`,
    );
  }
  return tree.map(argument, (leaf, path) => {
    if (typeof leaf === "number") return constantTensor("float32", [], Math.fround(leaf));
    if (isTracedNumber(leaf)) return leaf.recorder.recordScalar(leaf, "float32");
    const place = path === "" ? "its argument" : `the leaf ${path}`;
    if (!(leaf instanceof Tensor)) {
      throw new TypeError(`grad expects ${place} to be a tensor but got ${tree.describe(leaf)}`);
    }
    if (!isFloating(leaf.dtype)) {
      throw new TypeError(`grad expects ${place} of dtype float32 or float64 but got ${describe(leaf)}`);
    }
    return leaf;
  });
}

/**
 * The gradient of a scalar function with respect to its first argument, as `valueAndGrad` gives it.
 *
 * @example The derivative of a derivative
 * ```ts
 * import { grad, power, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const slope = grad((x) => power(x, 3));
 * assertEquals(slope(tensor(2)).item(), 12);
 * assertEquals(grad(slope)(tensor(2)).item(), 12);
 * ```
 */
export function grad<P = Tensor, Rest extends unknown[] = []>(
  f: (params: P, ...rest: Rest) => Tensor | ValueWithAux<unknown>,
  options: GradOptions = {},
): (params: P, ...rest: Rest) => P {
  checkOptionNames("grad", options, GRAD_OPTIONS);
  checkFunction("grad", f);
  const both = valueAndGrad(f, options);
  return (...args) => both(...args).gradient;
}
