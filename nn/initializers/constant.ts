/**
 * Initializers that draw nothing.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { eye, full, multiply } from "../../tensor/mod.ts";
import { formatShape } from "../../tensor/shape.ts";
import { checkNumber, type Initializer, scoped } from "./initializer.ts";

/**
 * All elements `value`, as jax.nn.initializers.constant.
 *
 * @throws {TypeError} If `value` is not a number.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(initializers.constant(0.5)(random.key(0), [2]).toArray(), [0.5, 0.5]);
 * ```
 */
export function constant(value: number): Initializer {
  if (typeof value !== "number") {
    throw new TypeError(`constant expects a number but got ${value === null ? "null" : typeof value}`);
  }
  return filled("constant", value);
}

function filled(operation: string, value: number): Initializer {
  return scoped(operation, (_key, shape, { dtype = "float32" }) => full(shape, value, { dtype }));
}

/** All elements 0; the default of biases. */
export const zeros: Initializer = filled("zeros", 0);

/** All elements 1. */
export const ones: Initializer = filled("ones", 1);

/** Options of `identity`. */
export interface IdentityOptions {
  /** The number on the diagonal. @default {1} */
  readonly scale?: number;
}

const IDENTITY_OPTIONS = { scale: true } as const;

/**
 * A matrix with `scale` on its diagonal and 0 elsewhere, square or not, as torch.nn.init.eye_: a dense layer that
 * passes on its inputs. Kernels of convolutions that do so are `torch.dirac`.
 *
 * @throws {RangeError} If the scale is not finite, or what is to be made is no matrix.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(initializers.identity()(random.key(0), [2, 3]).toArray(), [[1, 0, 0], [0, 1, 0]]);
 * ```
 */
export function identity(options: IdentityOptions = {}): Initializer {
  checkOptionNames("identity", options, IDENTITY_OPTIONS);
  const { scale = 1 } = options;
  checkNumber("identity", "scale", scale);
  return scoped("identity", (_key, shape, { dtype = "float32" }) => {
    if (shape.length !== 2) {
      throw new RangeError(`identity expects the shape of a matrix but got ${formatShape(shape)}`);
    }
    const diagonal = eye(shape[0], { columns: shape[1], dtype });
    return scale === 1 ? diagonal : multiply(diagonal, scale);
  });
}
