/**
 * Residual connections.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add } from "../tensor/mod.ts";
import { equalShapes, formatShape } from "../tensor/shape.ts";
import { checkTensor, placeOf, placeOfApply } from "./check.ts";
import { applyEach, type ChildParams, childrenOf, type ChildState, initEach } from "./children.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchChildren } from "./torch_form.ts";

/** Options of `residual`. */
export interface ResidualOptions<S extends Layer = Layer> {
  /** What the input goes through beside the layer, such as a 1 x 1 convolution; the identity by default. */
  readonly shortcut?: S;
}

const RESIDUAL_OPTIONS = { shortcut: true } as const;

/**
 * A layer plus its input, `y = layer(x) + x`, or `layer(x) + shortcut(x)` where the shapes differ (He et al.,
 * "Deep Residual Learning for Image Recognition", 2015). Params and state stand under `body` and `shortcut`.
 *
 * @throws {RangeError} If the two sides have different shapes.
 * @throws {TypeError} If `layer` or `shortcut` is not a layer.
 *
 * @example
 * ```ts
 * import { random, tensor, tree } from "@weft/weft";
 * import { dense, initializers, residual } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = residual(dense({ features: 2, kernelInitializer: initializers.zeros }));
 * const { params, state } = layer.init(random.key(0), [2]);
 * assertEquals(tree.entries(params).map((leaf) => leaf.path), ["body/kernel", "body/bias"]);
 * assertEquals(layer.apply({ params, state }, tensor([[1, 2]])).output.toArray(), [[1, 2]]);
 * ```
 */
export function residual<L extends Layer, S extends Layer = Layer<Empty, Empty>>(
  layer: L,
  options: ResidualOptions<S> = {},
): Layer<ChildParams<{ body: L; shortcut: S }>, ChildState<{ body: L; shortcut: S }>> {
  checkOptionNames("residual", options, RESIDUAL_OPTIONS);
  const { shortcut } = options;
  const children = childrenOf(
    "residual",
    shortcut === undefined ? { body: layer } : { body: layer, shortcut },
  );
  type P = ChildParams<{ body: L; shortcut: S }>;
  type State = ChildState<{ body: L; shortcut: S }>;
  return {
    name: "residual",
    torch: torchChildren("residual", children),
    init(key, inputShape, context = {}) {
      const at = placeOf("residual", context);
      const { params, state, shapes } = initEach(children, key, inputShape, context);
      checkSides(at, shapes[0], shapes[1] ?? inputShape);
      return { params: params as P, state: state as State, outputShape: shapes[0] };
    },
    apply(variables, x, options = {}) {
      const at = placeOfApply("residual", options);
      checkTensor(at, x);
      const { outputs: [body, other = x], state } = applyEach(children, variables, x, options);
      checkSides(at, body.shape, other.shape);
      return { output: add(body, other), state: state as State };
    },
  };
}

function checkSides(at: string, body: readonly number[], other: readonly number[]): void {
  if (!equalShapes(body, other)) {
    throw new RangeError(
      `${at} expects its body and its shortcut to give one shape but got ${formatShape(body)} and ${
        formatShape(other)
      }`,
    );
  }
}
