/**
 * Initializers after He and after Glorot, with gains.
 *
 * @module
 */
import { checkOptionNames } from "../../../tensor/check_option_names.ts";
import { multiply, random } from "../../../tensor/mod.ts";
import { checkNumber, type Fans, fansFor, type Initializer, scoped } from "../initializer.ts";
import { calculateGain, type Nonlinearity } from "./gain.ts";

/** Options of `kaimingUniform` and `kaimingNormal`. */
export interface KaimingOptions {
  /** The slope below 0 of the activation after the layer, where that is "leakyRelu". @default {0} */
  readonly a?: number;
  /** Whether the size of outputs or of gradients is kept. @default {"fanIn"} */
  readonly mode?: "fanIn" | "fanOut";
  /** The activation after the layer. @default {"leakyRelu"} */
  readonly nonlinearity?: Nonlinearity;
}

const KAIMING_OPTIONS = { a: true, mode: true, nonlinearity: true } as const;

/**
 * Uniform in `[-sqrt(3) d, sqrt(3) d)` with the deviation `d = gain / sqrt(fan)`, as torch.nn.init.kaiming_uniform_; after
 * He et al., "Delving deep into rectifiers" (2015). With `a: Math.sqrt(5)` it is what torch's layers begin with:
 * uniform within `1 / sqrt(fanIn)`.
 *
 * @throws {RangeError} If an option is not known or not finite.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dense, initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const kernelInitializer = initializers.torch.kaimingUniform({ nonlinearity: "relu" });
 * const { params } = dense({ features: 5, kernelInitializer }).init(random.key(0), [6]);
 * assertEquals(params.kernel.data().every((weight) => Math.abs(weight) <= 1), true);
 * ```
 */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  checkOptionNames("kaimingUniform", options, KAIMING_OPTIONS);
  return uniformOf("kaimingUniform", kaiming("kaimingUniform", options));
}

/**
 * Normal with the deviation `gain / sqrt(fan)`, as torch.nn.init.kaiming_normal_.
 *
 * @throws {RangeError} If an option is not known or not finite.
 *
 * @example
 * ```ts
 * import { random, standardDeviation } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const kernel = initializers.torch.kaimingNormal({ mode: "fanOut" })(random.key(0), [200, 50]);
 * assertAlmostEquals(standardDeviation(kernel).item(), Math.sqrt(2 / 50), 0.01);
 * ```
 */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  checkOptionNames("kaimingNormal", options, KAIMING_OPTIONS);
  return normalOf("kaimingNormal", kaiming("kaimingNormal", options));
}

function kaiming(operation: string, options: KaimingOptions): (fans: Fans) => number {
  const { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" } = options;
  checkNumber(operation, "a", a);
  if (mode !== "fanIn" && mode !== "fanOut") {
    throw new RangeError(`${operation} expects mode "fanIn" or "fanOut" but got ${String(mode)}`);
  }
  const gain = calculateGain(nonlinearity, { negativeSlope: a });
  return (fans) => gain / Math.sqrt(Math.max(fans[mode], Number.MIN_VALUE));
}

/** Options of `xavierUniform` and `xavierNormal`. */
export interface XavierOptions {
  /** What the deviation is multiplied by; see `calculateGain`. @default {1} */
  readonly gain?: number;
}

const XAVIER_OPTIONS = { gain: true } as const;

/**
 * Uniform in `[-sqrt(3) d, sqrt(3) d)` with the deviation `d = gain sqrt(2 / (fanIn + fanOut))`, as
 * torch.nn.init.xavier_uniform_; after Glorot and Bengio, "Understanding the difficulty of training deep feedforward
 * neural networks" (2010).
 *
 * @throws {RangeError} If the gain is not finite.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const kernel = initializers.torch.xavierUniform()(random.key(0), [4, 2]);
 * assertEquals(kernel.data().every((weight) => Math.abs(weight) <= 1), true);
 * ```
 */
export function xavierUniform(options: XavierOptions = {}): Initializer {
  checkOptionNames("xavierUniform", options, XAVIER_OPTIONS);
  return uniformOf("xavierUniform", xavier("xavierUniform", options));
}

/**
 * Normal with the deviation `gain sqrt(2 / (fanIn + fanOut))`, as torch.nn.init.xavier_normal_.
 *
 * @throws {RangeError} If the gain is not finite.
 *
 * @example
 * ```ts
 * import { random, standardDeviation } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const kernel = initializers.torch.xavierNormal({ gain: 5 / 3 })(random.key(0), [100, 100]);
 * assertAlmostEquals(standardDeviation(kernel).item(), 1 / 6, 0.01);
 * ```
 */
export function xavierNormal(options: XavierOptions = {}): Initializer {
  checkOptionNames("xavierNormal", options, XAVIER_OPTIONS);
  return normalOf("xavierNormal", xavier("xavierNormal", options));
}

function xavier(operation: string, { gain = 1 }: XavierOptions): (fans: Fans) => number {
  checkNumber(operation, "gain", gain);
  return ({ fanIn, fanOut }) => gain * Math.sqrt(2 / Math.max(fanIn + fanOut, Number.MIN_VALUE));
}

function uniformOf(operation: string, deviation: (fans: Fans) => number): Initializer {
  return scoped(operation, (key, shape, options) => {
    const bound = Math.sqrt(3) * deviation(fansFor(shape, options));
    return random.uniform(key, shape, { dtype: options.dtype ?? "float32", min: -bound, max: bound });
  });
}

function normalOf(operation: string, deviation: (fans: Fans) => number): Initializer {
  return scoped(operation, (key, shape, options) =>
    multiply(
      random.normal(key, shape, { dtype: options.dtype ?? "float32" }),
      deviation(fansFor(shape, options)),
    ));
}
