/**
 * Checks of the options that several of torch's optimizers have.
 *
 * @module
 */

import { checkScalar, FRACTION, NOT_NEGATIVE } from "../checks.ts";
import type { ScalarOrSchedule } from "../scalar.ts";

/** A pair of decays, as torch has them for the two moments. */
export type Betas = readonly [beta1: ScalarOrSchedule, beta2: ScalarOrSchedule];

/** Throws unless the options of these names are not negative. */
export function checkNotNegative(className: string, options: object, names: readonly string[]): void {
  const values = options as Readonly<Record<string, unknown>>;
  for (const name of names) checkScalar(className, name, values[name], NOT_NEGATIVE);
}

/** Throws unless the options of these names are booleans. */
export function checkFlags(className: string, options: object, names: readonly string[]): void {
  const values = options as Readonly<Record<string, unknown>>;
  for (const name of names) {
    if (typeof values[name] !== "boolean") {
      throw new TypeError(`${className} expects ${name} to be a boolean but got ${typeof values[name]}`);
    }
  }
}

/** Throws unless an option is a pair. */
export function checkPair(className: string, name: string, value: unknown): void {
  if (Array.isArray(value) && value.length === 2) return;
  throw new TypeError(`${className} expects ${name} to be a pair but got ${String(value)}`);
}

/** Throws unless both decays are below 1 and not negative. */
export function checkBetas(className: string, betas: Betas): void {
  checkPair(className, "betas", betas);
  betas.forEach((beta, i) => checkScalar(className, `betas[${i}]`, beta, FRACTION));
}
