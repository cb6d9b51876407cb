/**
 * Initializers whose variance follows from the fans.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { multiply, random } from "../../tensor/mod.ts";
import { type FanAxes, type Fans, fansFor, type Initializer, rounding, scoped } from "./initializer.ts";

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions extends FanAxes {
  /** The factor of the variance; positive. */
  readonly scale: number;
  /** What the scale is divided by: the fan of inputs, of outputs, or the mean or the geometric mean of both. */
  readonly mode: "fanIn" | "fanOut" | "fanAverage" | "fanGeometricAverage";
  /** What is drawn. */
  readonly distribution: "truncatedNormal" | "normal" | "uniform";
}

const VARIANCE_SCALING_OPTIONS = {
  scale: true,
  mode: true,
  distribution: true,
  inAxis: true,
  outAxis: true,
  batchAxis: true,
} as const;

/** The standard deviation of a standard normal variable cut off at -2 and 2. */
const TRUNCATED_DEVIATION = 0.87962566103423978;

const FAN: Readonly<Record<VarianceScalingOptions["mode"], (fans: Fans) => number>> = {
  fanIn: ({ fanIn }) => fanIn,
  fanOut: ({ fanOut }) => fanOut,
  fanAverage: ({ fanIn, fanOut }) => (fanIn + fanOut) / 2,
  fanGeometricAverage: ({ fanIn, fanOut }) => Math.sqrt(fanIn * fanOut),
};

const MODES = '"fanIn", "fanOut", "fanAverage" or "fanGeometricAverage"';
const DISTRIBUTIONS = ["truncatedNormal", "normal", "uniform"];

/**
 * Numbers of mean 0 and variance `v = scale / fan`, as jax.nn.initializers.variance_scaling:
 *
 * - "uniform": uniform in `[-sqrt(3 v), sqrt(3 v))`;
 * - "normal": `sqrt(v)` times standard normal;
 * - "truncatedNormal": the same cut off at two standard deviations, and rescaled to variance v.
 *
 * The fans are those of the axes where any is named, else those that a layer tells, else those of `fansOf`.
 *
 * @throws {RangeError} If `scale` is not positive, `mode` or `distribution` is another word, or an axis is none.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const make = initializers.varianceScaling({ scale: 3, mode: "fanIn", distribution: "uniform" });
 * const kernel = make(random.key(0), [9, 4]);
 * assertEquals(kernel.shape, [9, 4]);
 * assertEquals(kernel.data().every((x) => Math.abs(x) <= 1), true);
 * ```
 */
export function varianceScaling(options: VarianceScalingOptions): Initializer {
  checkOptionNames("varianceScaling", options, VARIANCE_SCALING_OPTIONS);
  return scaling("varianceScaling", options);
}

function scaling(operation: string, options: VarianceScalingOptions): Initializer {
  const { scale, mode, distribution, ...axes } = options;
  if (!(scale > 0) || !Number.isFinite(scale)) {
    throw new RangeError(`varianceScaling expects scale to be positive but got ${scale}`);
  }
  if (!Object.hasOwn(FAN, mode)) {
    throw new RangeError(`varianceScaling expects mode ${MODES} but got ${String(mode)}`);
  }
  if (!DISTRIBUTIONS.includes(distribution)) {
    throw new RangeError(
      `varianceScaling expects distribution "truncatedNormal", "normal" or "uniform" but got ${
        String(distribution)
      }`,
    );
  }
  return scoped(operation, (key, shape, given) => {
    const { dtype = "float32" } = given;
    const round = rounding(dtype);
    const fan = FAN[mode](fansFor(shape, given, axes));
    const variance = round(scale / Math.max(fan, Number.MIN_VALUE));
    if (distribution === "uniform") {
      const bound = round(Math.sqrt(round(3 * variance)));
      return multiply(random.uniform(key, shape, { dtype, min: -1, max: 1 }), bound);
    }
    const deviation = round(Math.sqrt(variance));
    if (distribution === "normal") return multiply(random.normal(key, shape, { dtype }), deviation);
    const drawn = random.truncatedNormal(key, shape, { dtype, min: -2, max: 2 });
    return multiply(drawn, round(deviation / round(TRUNCATED_DEVIATION)));
  });
}

/** Uniform with variance `2 / (fanIn + fanOut)` (Glorot and Bengio, 2010), also named after Xavier; for tanh and sigmoid. */
export const glorotUniform: Initializer = scaling("glorotUniform", {
  scale: 1,
  mode: "fanAverage",
  distribution: "uniform",
});

/** Truncated normal with variance `2 / (fanIn + fanOut)` (Glorot and Bengio, 2010); for tanh and sigmoid. */
export const glorotNormal: Initializer = scaling("glorotNormal", {
  scale: 1,
  mode: "fanAverage",
  distribution: "truncatedNormal",
});

/** Uniform with variance `2 / fanIn` (He et al., 2015), also named after Kaiming; for relu. */
export const heUniform: Initializer = scaling("heUniform", {
  scale: 2,
  mode: "fanIn",
  distribution: "uniform",
});

/** Truncated normal with variance `2 / fanIn` (He et al., 2015); for relu. */
export const heNormal: Initializer = scaling("heNormal", {
  scale: 2,
  mode: "fanIn",
  distribution: "truncatedNormal",
});

/** Uniform with variance `1 / fanIn` (LeCun et al., 1998). */
export const lecunUniform: Initializer = scaling("lecunUniform", {
  scale: 1,
  mode: "fanIn",
  distribution: "uniform",
});

/** Truncated normal with variance `1 / fanIn` (LeCun et al., 1998); the default of kernels. */
export const lecunNormal: Initializer = scaling("lecunNormal", {
  scale: 1,
  mode: "fanIn",
  distribution: "truncatedNormal",
});
