/**
 * Gradients against finite differences in double precision, to any order.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  jvp,
  multiply,
  scope,
  sum,
  Tensor,
  tensor,
  tree,
  type TreeFunction,
  vjp,
} from "../../tensor/mod.ts";
import { isFloating } from "../../tensor/dtype.ts";

/** How `checkGradients` compares. */
export interface CheckGradientsOptions {
  /** Up to which order derivatives are compared; 2 by default. */
  readonly order?: number;
  /** Which mode of differentiation is compared; both by default. */
  readonly mode?: "reverse" | "forward" | "both";
  /** The distance of the finite differences, times the size of the number where that is above 1; 1e-5 by default. */
  readonly step?: number;
  /** The greatest distance relative to the derivative; 1e-6 by default. */
  readonly relativeTolerance?: number;
  /** The greatest distance of derivatives near 0; 1e-7 by default. */
  readonly absoluteTolerance?: number;
  /** How many elements of a leaf are compared, spread evenly; 24 by default. */
  readonly elements?: number;
}

const CHECK_GRADIENTS_OPTIONS = {
  order: true,
  mode: true,
  step: true,
  relativeTolerance: true,
  absoluteTolerance: true,
  elements: true,
} as const;

/** A scalar function of a list of float64 tensors. */
type Scalar = (leaves: readonly Tensor[]) => Tensor;

/**
 * Compares the gradients that reverse mode gives, and the derivative along a direction that forward mode gives, with
 * central differences `(f(x + h) - f(x - h)) / (2 h)`, all in float64. What `f` returns is made a scalar by fixed
 * weights. For the second order the same is done to a fixed combination of the first derivatives, and so on.
 *
 * @param f A function of trees of tensors that returns a tree of tensors. It must be smooth near the arguments:
 * keep away from the kinks of relu and the ties of max.
 * @param args Its arguments. Floating-point tensors are cast to float64 and differentiated; anything else passes
 * as it is.
 * @throws {TypeError} If `f` is no function or the arguments are no list.
 * @throws {RangeError} If an option is out of range, or a derivative differs, naming its order, leaf and element, and both numbers.
 *
 * @example
 * ```ts
 * import { exp, multiply, tensor } from "@weft/weft";
 * import { checkGradients } from "@weft/weft/testing";
 *
 * checkGradients((x, y) => multiply(exp(x), y), [tensor([1, 2]), tensor(3)], { order: 2 });
 * ```
 */
export function checkGradients(
  f: TreeFunction<unknown>,
  args: readonly unknown[],
  options: CheckGradientsOptions = {},
): void {
  checkOptionNames("checkGradients", options, CHECK_GRADIENTS_OPTIONS);
  const { order = 2, mode = "both" } = options;
  if (typeof f !== "function") {
    throw new TypeError(`checkGradients expects a function but got ${tree.describe(f)}`);
  }
  if (!Array.isArray(args)) {
    throw new TypeError(`checkGradients expects a list of arguments but got ${tree.describe(args)}`);
  }
  if (!Number.isInteger(order) || order < 1) {
    throw new RangeError(`checkGradients expects order to be a positive integer but got ${String(order)}`);
  }
  if (mode !== "reverse" && mode !== "forward" && mode !== "both") {
    throw new RangeError(
      `checkGradients expects mode "reverse", "forward" or "both" but got ${String(mode)}`,
    );
  }
  const found = tree.entries(args).filter((leaf) => isDifferentiable(leaf.value));
  if (found.length === 0) {
    throw new RangeError("checkGradients expects arguments with a floating-point tensor but got none");
  }
  const leaves = found.map((leaf) => (leaf.value as Tensor).cast("float64"));
  let scalar: Scalar = (given) => {
    let next = 0;
    const full = tree.map(args, (leaf) => isDifferentiable(leaf) ? given[next++] : leaf);
    return weighted(f(...full));
  };
  for (let current = 1; current <= order; current++) {
    const value = scalar;
    const gradient = (given: readonly Tensor[]): readonly Tensor[] => {
      const { pullback } = vjp(value, given);
      return pullback(tensor(1, { dtype: "float64" }))[0] as readonly Tensor[];
    };
    const paths = found.map((leaf) => leaf.path);
    scope(() => {
      const gradients = gradient(leaves);
      if (mode !== "forward") compare(value, gradients, leaves, paths, current, options);
      if (mode !== "reverse") compareForward(value, leaves, current, options);
    });
    scalar = (given) => weighted(gradient(given));
  }
}

function isDifferentiable(leaf: unknown): leaf is Tensor {
  return leaf instanceof Tensor && isFloating(leaf.dtype);
}

/** One number out of all floating-point elements of a tree, by weights between 0.5 and 1.5. */
function weighted(value: unknown): Tensor {
  let total: Tensor | null = null;
  for (const leaf of tree.leaves(value)) {
    if (!isDifferentiable(leaf)) continue;
    const weights = Float64Array.from({ length: leaf.size }, (_, i) => 1 + 0.5 * Math.sin(12.9898 * (i + 1)));
    const part = sum(multiply(leaf, tensor(weights, { shape: leaf.shape })));
    total = total === null ? part : add(total, part);
  }
  if (total === null) {
    throw new RangeError("checkGradients expects a function that returns a floating-point tensor");
  }
  return total;
}

function compare(
  scalar: Scalar,
  gradients: readonly Tensor[],
  leaves: readonly Tensor[],
  paths: readonly string[],
  order: number,
  options: CheckGradientsOptions,
): void {
  const { step = 1e-5, relativeTolerance = 1e-6, absoluteTolerance = 1e-7, elements = 24 } = options;
  leaves.forEach((leaf, l) => {
    const [values, derivatives] = [leaf.data(), gradients[l].data()];
    const count = Math.min(elements, leaf.size);
    for (let k = 0; k < count; k++) {
      const i = Math.floor((k * leaf.size) / count);
      const h = step * Math.max(1, Math.abs(values[i]));
      const [above, below] = [h, -h].map((offset) =>
        scope(() => {
          const moved = Float64Array.from(values, (value, j) => j === i ? value + offset : value);
          const at = tensor(moved, { shape: leaf.shape });
          return scalar(leaves.map((other, j) => j === l ? at : other)).item();
        })
      );
      const difference = (above - below) / (2 * h);
      const distance = Math.abs(difference - derivatives[i]);
      if (!(distance <= absoluteTolerance + relativeTolerance * Math.abs(difference))) {
        throw new RangeError(
          `checkGradients expects the derivative of order ${order} by element ${i} of argument ${
            paths[l]
          } to be ${difference}, as finite differences have it, but got ${derivatives[i]}`,
        );
      }
    }
  });
}

/** The derivative along a fixed direction, by forward mode and by differences along it. */
function compareForward(
  scalar: Scalar,
  leaves: readonly Tensor[],
  order: number,
  { step = 1e-5, relativeTolerance = 1e-6, absoluteTolerance = 1e-7 }: CheckGradientsOptions,
): void {
  const directions = leaves.map(({ size, shape }, l) =>
    tensor(Float64Array.from({ length: size }, (_, i) => Math.cos(78.233 * (i + 1) + l)), { shape })
  );
  const { tangent } = jvp(scalar, [leaves], [directions]);
  const [above, below] = [step, -step].map((h) =>
    scope(() => scalar(leaves.map((leaf, l) => add(leaf, multiply(directions[l], h)))).item())
  );
  const difference = (above - below) / (2 * step);
  // Rounding of the differences grows with how much all elements contribute.
  const scale = Math.sqrt(leaves.reduce((sum, { size }) => sum + size, 0));
  const distance = Math.abs(difference - tangent.item());
  if (!(distance <= scale * (absoluteTolerance + relativeTolerance * Math.abs(difference)))) {
    throw new RangeError(
      `checkGradients expects forward mode of order ${order} along a direction to give ${difference}, as finite ` +
        `differences have it, but got ${tangent.item()}`,
    );
  }
}
