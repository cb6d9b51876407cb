/**
 * Images mixed with each other.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, index, multiply, random, reshape, subtract, type Tensor } from "../../tensor/mod.ts";
import { formatShape } from "../../tensor/shape.ts";

/** Images with targets that are mixed as they are. */
export interface Mixed {
  /** The images. */
  readonly images: Tensor;
  /** Their targets, such as probabilities of classes. */
  readonly targets: Tensor;
}

/** Options of `mixUp`. */
export interface MixUpOptions {
  /** The parameter of the beta distribution that shares are drawn from; 0.2 by default. */
  readonly alpha?: number;
}

const MIX_UP_OPTIONS = { alpha: true } as const;

/**
 * Each image mixed with another of the batch, and their targets alike: `share x + (1 - share) other` with a share from
 * beta(alpha, alpha) (Zhang et al., "mixup", 2018).
 *
 * @throws {RangeError} If there are not as many targets as images, or alpha is not above 0.
 *
 * @example
 * ```ts
 * import { ones, oneHot, random, tensor } from "@weft/weft";
 * import { mixUp } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const targets = oneHot(tensor([0, 1], { dtype: "int32" }), 3);
 * assertEquals(mixUp(random.key(0), { images: ones([2, 1, 4, 4]), targets }).targets.shape, [2, 3]);
 * ```
 */
export function mixUp(key: Tensor, examples: Mixed, options: MixUpOptions = {}): Mixed {
  checkOptionNames("mixUp", options, MIX_UP_OPTIONS);
  const { alpha = 0.2 } = options;
  const { images, targets } = examples;
  const count = images.shape[0];
  if (targets.shape[0] !== count) {
    throw new RangeError(
      `mixUp expects a target for each of ${count} images but got ${formatShape(targets.shape)}`,
    );
  }
  const keys = random.split(key);
  const shares = random.beta(index(keys, 0), { a: alpha, b: alpha, shape: [count] });
  const mix = (x: Tensor): Tensor => {
    const share = reshape(shares, [count, ...x.shape.slice(1).map(() => 1)]);
    const other = random.permutation(index(keys, 1), x);
    return add(multiply(x, share), multiply(other, subtract(1, share)));
  };
  return { images: mix(images), targets: mix(targets) };
}
