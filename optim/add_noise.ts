/**
 * Gradient noise.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, host, multiply, random, Tensor, tree } from "../tensor/mod.ts";
import { checkScalar, NOT_NEGATIVE } from "./checks.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode addNoise}. */
export interface AddNoiseOptions {
  /** The variance of the noise in the first step; not negative. */
  readonly eta: ScalarOrSchedule;
  /** How fast the variance falls; not negative. */
  readonly gamma: ScalarOrSchedule;
  /** The random key that all noise comes from. */
  readonly key: Tensor;
}

const ADD_NOISE_OPTIONS = { eta: true, gamma: true, key: true } as const;

/** The state of {@linkcode addNoise}. */
export interface AddNoiseState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "addNoise";
  /** What the last step used. */
  readonly hyperparameters: { readonly eta: number; readonly gamma: number };
  /** The random key that the next step splits. */
  readonly key: Tensor;
}

/** Throws unless the options of gradient noise are right, in the name of `operation`. */
export function checkNoiseOptions(operation: string, { eta, gamma, key }: AddNoiseOptions): void {
  checkScalar(operation, "eta", eta, NOT_NEGATIVE);
  checkScalar(operation, "gamma", gamma, NOT_NEGATIVE);
  if (!(key instanceof Tensor) || key.dtype !== "key" || key.rank !== 0) {
    throw new TypeError(
      `${operation} expects key to be one random key, such as random.key(0), but got ${tree.describe(key)}`,
    );
  }
}

/**
 * Adds normal noise that shrinks with the steps: `u = g + sqrt(eta / t^gamma) * noise` at step t, from 1, with the
 * numbers of `optax.add_noise`. The key in the state is split at each step, and each leaf has noise of its own,
 * whatever the order in which the keys of an object were written. Neelakantan et al. 2015.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If `eta` or `gamma` is negative.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { addNoise } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const noise = addNoise({ eta: 0.1, gamma: 0.55, key: random.key(0) });
 * const params = { x: tensor([0, 0]) };
 * const first = noise.update(noise.init(params), params, params);
 * const again = noise.update(noise.init(params), params, params);
 * assertEquals(first.updates.x.toArray(), again.updates.x.toArray());
 * ```
 */
export function addNoise(options: AddNoiseOptions): Transform<unknown, AddNoiseState> {
  checkOptionNames("addNoise", options, ADD_NOISE_OPTIONS);
  checkNoiseOptions("addNoise", options);
  const { eta, gamma, key } = options;
  return transform<AddNoiseState>({
    name: "addNoise",
    hyperparameters: { eta, gamma },
    // A copy, so that a state can be donated and the key given is still there for another init.
    init: () => ({ key: random.wrapKeyData(random.keyData(key)) }),
    update: ({ state, grads, hyperparameters: { eta, gamma }, step }) => {
      const deviation = host((variance, decay, t) => Math.sqrt(variance / t ** decay), eta, gamma, step);
      const [next, forNoise] = random.split(state.key);
      const places = new Map(sortedPaths(grads).map((path, place) => [path, place]));
      const updates = tree.map(grads, (leaf, path) => {
        const { shape, dtype } = leaf as Tensor;
        const noise = random.normal(random.foldIn(forNoise, places.get(path)!), shape, {
          dtype: dtype === "float64" ? "float64" : "float32",
        });
        return add(leaf as Tensor, multiply(noise, deviation));
      });
      return { state: { key: next }, updates };
    },
  });
}

/** The paths of the leaves, the keys of each object in order: JAX numbers leaves so. */
function sortedPaths(values: unknown, path = ""): string[] {
  if (values === null || values === undefined) return [];
  if (!tree.isNode(values)) return [path];
  const keys = Array.isArray(values) ? Object.keys(values) : Object.keys(values).sort();
  return keys.flatMap((key) => {
    const child = (values as Readonly<Record<string, unknown>>)[key];
    return sortedPaths(child, path === "" ? key : `${path}/${key}`);
  });
}
