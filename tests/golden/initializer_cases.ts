/**
 * How golden cases of initializers of JAX are run with ours.
 *
 * @module
 */
import { initializers } from "../../nn/mod.ts";
import { random, tensor } from "../../tensor/mod.ts";
import type { NnCase, Run } from "./nn_cases.ts";

type Given = Readonly<Record<string, unknown>>;

const MODES = {
  fan_in: "fanIn",
  fan_out: "fanOut",
  fan_avg: "fanAverage",
  fan_geo_avg: "fanGeometricAverage",
} as const;
const DISTRIBUTIONS = { truncated_normal: "truncatedNormal", normal: "normal", uniform: "uniform" } as const;

/** Options of ours by those of JAX; null where one is not known. */
function renamed(options: Given, names: Readonly<Record<string, string>>): Given | null {
  const entries = Object.entries(options).filter(([name]) => name !== "shape" && name !== "dtype");
  if (entries.some(([name]) => !Object.hasOwn(names, name))) return null;
  return Object.fromEntries(entries.map(([name, value]) => [names[name], value]));
}

const AXES = { in_axis: "inAxis", out_axis: "outAxis", batch_axis: "batchAxis" };
const ORTHOGONAL = { scale: "scale", column_axis: "columnAxis" };

/** Scale, mode and distribution of those that are cases of variance scaling. */
const SCALES: Readonly<Record<string, readonly [number, keyof typeof MODES, keyof typeof DISTRIBUTIONS]>> = {
  glorot_uniform: [1, "fan_avg", "uniform"],
  glorot_normal: [1, "fan_avg", "truncated_normal"],
  xavier_uniform: [1, "fan_avg", "uniform"],
  xavier_normal: [1, "fan_avg", "truncated_normal"],
  he_uniform: [2, "fan_in", "uniform"],
  he_normal: [2, "fan_in", "truncated_normal"],
  kaiming_uniform: [2, "fan_in", "uniform"],
  kaiming_normal: [2, "fan_in", "truncated_normal"],
  lecun_uniform: [1, "fan_in", "uniform"],
  lecun_normal: [1, "fan_in", "truncated_normal"],
};

const PLAIN: Readonly<Record<string, initializers.Initializer>> = {
  glorot_uniform: initializers.glorotUniform,
  glorot_normal: initializers.glorotNormal,
  he_uniform: initializers.heUniform,
  he_normal: initializers.heNormal,
  lecun_uniform: initializers.lecunUniform,
  lecun_normal: initializers.lecunNormal,
  zeros: initializers.zeros,
  ones: initializers.ones,
};

function scaled(op: string, options: Given, label: string): initializers.Initializer | null {
  const [scale, mode, distribution] = SCALES[op] ?? [1, "fan_in", "normal"];
  // Axes that a case has in its label alone.
  const told = [...label.matchAll(/(in|out|batch)_axis (-?\d+)/g)].map(([, name, axis]) =>
    [`${name}Axis`, Number(axis)] as const
  );
  const named = { scale: "scale", mode: "mode", distribution: "distribution", ...AXES };
  const given = renamed(options, named);
  if (given === null) return null;
  return initializers.varianceScaling({
    ...Object.fromEntries(told),
    ...given,
    scale: (given.scale ?? scale) as number,
    mode: MODES[(given.mode ?? mode) as keyof typeof MODES],
    distribution: DISTRIBUTIONS[(given.distribution ?? distribution) as keyof typeof DISTRIBUTIONS],
  });
}

function initializerOf({ op, name, options }: NnCase): initializers.Initializer | null {
  const bare = Object.keys(options).every((option) => option === "shape" || option === "dtype");
  if (bare && Object.hasOwn(PLAIN, op)) return PLAIN[op];
  if (op === "variance_scaling" || Object.hasOwn(SCALES, op)) return scaled(op, options, name.split("/")[1]);
  switch (op) {
    case "orthogonal_initializer":
    case "delta_orthogonal": {
      const given = renamed(options, ORTHOGONAL);
      const make = op === "delta_orthogonal" ? initializers.deltaOrthogonal : initializers.orthogonal;
      return given && make(given);
    }
    case "normal_initializer": {
      const given = renamed(options, { stddev: "standardDeviation" });
      return given && initializers.normal(given);
    }
    case "uniform_initializer": {
      const given = renamed(options, { scale: "scale" });
      return given && initializers.uniform(given);
    }
    case "truncated_normal_initializer": {
      const given = renamed(options, { stddev: "standardDeviation", lower: "min", upper: "max" });
      return given && initializers.truncatedNormal(given);
    }
    case "constant":
      return typeof options.value === "number" ? initializers.constant(options.value) : null;
    default:
      return null;
  }
}

/** A case of `random.json` that draws with an initializer of JAX; null where there is nothing for it. */
export function initializerRun(one: NnCase): Run | null {
  const { ref, key, dtype, options } = one;
  if (!ref.startsWith("jax.nn.initializers") || key === undefined) return null;
  if (dtype !== "float32" && dtype !== "float64") return null;
  const make = initializerOf(one);
  if (make === null) return null;
  const made = random.wrapKeyData(tensor(key, { dtype: "uint32" }));
  return () => [make(made, options.shape as readonly number[], { dtype })];
}
