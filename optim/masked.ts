/**
 * A transform for some of the leaves.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type Tensor, tree, zerosLike } from "../tensor/mod.ts";
import { keep, selection, type Selector } from "./select.ts";
import { frozenLeaves } from "./frozen.ts";
import { SparseLeaf } from "./sparse_gradient.ts";
import { assemble, erase } from "./assemble.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode masked}. */
export interface MaskedOptions {
  /** What becomes of the updates of the other leaves: they pass as they came, or are zero. */
  readonly rest: "pass" | "zero";
}

const MASKED_OPTIONS = { rest: true } as const;

/** The state of {@linkcode masked}. */
export interface MaskedState<S> {
  /** The name of the function that made the transform. */
  readonly kind: "masked";
  /** The state of the transform inside; holes stand for the leaves that are masked out. */
  readonly inner: S;
}

/**
 * Applies a transform to the leaves that the mask selects. The others are holes for it: they have no state and
 * no part in a norm. What becomes of their updates is up to `rest`: "pass" hands on what came in, which are raw
 * gradients unless a transform before has scaled them, and "zero" leaves the params as they are.
 *
 * @param transform What the selected leaves go through.
 * @param mask Which leaves: patterns, a predicate or a tree of booleans.
 * @throws {TypeError} If `rest` is neither "pass" nor "zero", or the mask does not fit the params.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { masked, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = masked(sgd({ learningRate: 1 }), "head/**", { rest: "zero" });
 * const params = { stem: { bias: tensor([1]) }, head: { bias: tensor([1]) } };
 * const { params: next } = optimizer.step(optimizer.init(params), params, params);
 * assertEquals(next.stem.bias.toArray(), [1]);
 * assertEquals(next.head.bias.toArray(), [0]);
 * ```
 */
export function masked<T extends AnyTransform>(
  transform: T,
  mask: Selector,
  options: MaskedOptions,
): Transform<ParamsOf<T>, MaskedState<StateOf<T>>, ExtraOf<T>> {
  checkOptionNames("masked", options, MASKED_OPTIONS);
  const rest: unknown = options?.rest;
  if (rest !== "pass" && rest !== "zero") {
    throw new TypeError(`masked expects rest to be "pass" or "zero" but got ${String(rest)}`);
  }
  const inner = erase("masked", transform);
  const select = selection("masked", mask);
  const other = (update: unknown, param: unknown): unknown =>
    rest === "pass" ? update : zerosLike((update instanceof SparseLeaf ? param : update) as Tensor);
  const assembled = assemble<MaskedState<unknown>, unknown>({
    name: "masked",
    takesSparse: true,
    options: { rest },
    frozen: (params) => {
      const selected = select(params);
      const inside = frozenLeaves(inner, keep("masked", params, selected));
      return tree.zip(
        "masked",
        [params, selected, inside],
        ([_, isSelected, isFrozen]) => isSelected === true ? isFrozen : rest === "zero",
      );
    },
    parts: (params) => [{
      key: "inner",
      group: null,
      transform,
      params: keep("masked", params, select(params)),
    }],
    init: (params) => ({ kind: "masked", inner: inner.init(keep("masked", params, select(params))) }),
    update(state, grads, params, extra) {
      const selected = select(params);
      const { state: next, updates } = inner.update(
        state.inner,
        keep("masked", grads, selected),
        keep("masked", params, selected),
        extra,
      );
      return {
        state: { kind: "masked", inner: next },
        updates: tree.zip(
          "masked",
          [grads, selected, updates, params],
          ([grad, isSelected, update, param]) => isSelected === true ? update : other(grad, param),
        ),
      };
    },
  });
  return assembled as unknown as Transform<ParamsOf<T>, MaskedState<StateOf<T>>, ExtraOf<T>>;
}
