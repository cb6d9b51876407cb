/**
 * Initializers of given bounds or means.
 *
 * @module
 */
import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { add, multiply, random } from "../../../tensor/mod.ts";
import { checkNumber, type Initializer, scoped } from "../initializer.ts";

/** Options of `uniform`. */
export interface UniformOptions {
  /** The least number. @default {0} */
  readonly a?: number;
  /** What all numbers lie below. @default {1} */
  readonly b?: number;
}

const UNIFORM_OPTIONS = { a: true, b: true } as const;

/**
 * Uniform in `[a, b)`, as torch.nn.init.uniform_.
 *
 * @throws {RangeError} If a bound is not finite, or `a` above `b`.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = initializers.torch.uniform({ a: 2, b: 3 })(random.key(0), [9]);
 * assertEquals(x.data().every((value) => value >= 2 && value < 3), true);
 * ```
 */
export function uniform(options: UniformOptions = {}): Initializer {
  checkOptionNames("uniform", options, UNIFORM_OPTIONS);
  const { a = 0, b = 1 } = options;
  checkNumber("uniform", "a", a);
  checkNumber("uniform", "b", b);
  if (a > b) throw new RangeError(`uniform expects a up to b but got ${a} and ${b}`);
  return scoped(
    "uniform",
    (key, shape, { dtype = "float32" }) => random.uniform(key, shape, { dtype, min: a, max: b }),
  );
}

/** Options of `normal`. */
export interface NormalOptions {
  /** The mean. @default {0} */
  readonly mean?: number;
  /** The standard deviation; from 0 on. @default {1} */
  readonly standardDeviation?: number;
}

const NORMAL_OPTIONS = { mean: true, standardDeviation: true } as const;

/**
 * Normal of a mean and a deviation, as torch.nn.init.normal_.
 *
 * @throws {RangeError} If an option is not finite, or the deviation negative.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const make = initializers.torch.normal({ mean: 2, standardDeviation: 0 });
 * assertEquals(make(random.key(0), [2]).toArray(), [2, 2]);
 * ```
 */
export function normal(options: NormalOptions = {}): Initializer {
  checkOptionNames("normal", options, NORMAL_OPTIONS);
  const { mean, standardDeviation } = checked("normal", options);
  return scoped(
    "normal",
    (key, shape, { dtype = "float32" }) =>
      add(multiply(random.normal(key, shape, { dtype }), standardDeviation), mean),
  );
}

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions extends NormalOptions {
  /** What all numbers lie above. @default {-2} */
  readonly a?: number;
  /** What all numbers lie below. @default {2} */
  readonly b?: number;
}

const TRUNCATED_NORMAL_OPTIONS = { a: true, b: true, mean: true, standardDeviation: true } as const;

/**
 * Normal of a mean and a deviation, drawn again where it lies outside of `[a, b]`, as torch.nn.init.trunc_normal_. The
 * bounds are numbers, not counted in deviations.
 *
 * @throws {RangeError} If an option is not finite, the deviation not positive, or the bounds in the wrong order.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = initializers.torch.truncatedNormal({ standardDeviation: 0.02, a: 0, b: 0.01 })(random.key(0), [9]);
 * assertEquals(x.data().every((value) => value >= 0 && value <= 0.01), true);
 * ```
 */
export function truncatedNormal(options: TruncatedNormalOptions = {}): Initializer {
  checkOptionNames("truncatedNormal", options, TRUNCATED_NORMAL_OPTIONS);
  const { mean, standardDeviation } = checked("truncatedNormal", options);
  const { a = -2, b = 2 } = options;
  if (standardDeviation === 0) {
    throw new RangeError("truncatedNormal expects standardDeviation to be positive but got 0");
  }
  if (!(a < b)) {
    throw new RangeError(`truncatedNormal expects a below b but got ${String(a)} and ${String(b)}`);
  }
  const [min, max] = [a, b].map((bound) => (bound - mean) / standardDeviation);
  return scoped(
    "truncatedNormal",
    (key, shape, { dtype = "float32" }) =>
      add(multiply(random.truncatedNormal(key, shape, { dtype, min, max }), standardDeviation), mean),
  );
}

function checked(operation: string, options: NormalOptions): Required<NormalOptions> {
  const { mean = 0, standardDeviation = 1 } = options;
  checkNumber(operation, "mean", mean);
  checkNumber(operation, "standardDeviation", standardDeviation);
  if (standardDeviation < 0) {
    throw new RangeError(`${operation} expects standardDeviation from 0 on but got ${standardDeviation}`);
  }
  return { mean, standardDeviation };
}
