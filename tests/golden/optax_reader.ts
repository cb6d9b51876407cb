/**
 * How the builders of our transforms read the options of a call of optax.
 *
 * @module
 */

import type { ScalarOrSchedule, Selector, Transform } from "../../optim/mod.ts";
import type { OptaxOptions } from "../schedules/optax.ts";

/** A transform whatever its state; extras pass through. */
export type AnyTransform = Transform<unknown, unknown>;

/** A call in options: `{ call: "optax.adam", options: { learning_rate: 0.1 } }`. */
export interface Call {
  readonly call: string;
  readonly options: OptaxOptions;
}

/** Reads the options of one call; those that nobody asked for are an error. */
export interface OptionReader {
  /** The options under our names: `names` gives ours for each of optax's. Those not given stay out. */
  as<T>(names: Readonly<Record<string, string>>): T;
  /** A number or a schedule. */
  scalar(name: string): ScalarOrSchedule;
  /** A transform. */
  transform(name: string): AnyTransform;
  /** Which leaves. */
  mask(name: string): Selector;
  /** As it stands in the file. */
  raw(name: string): unknown;
  /** A transform out of a call that stands somewhere in an option. */
  build(call: unknown): AnyTransform;
}

/** What makes ours for each function of optax. */
export type Builders = Readonly<Record<string, (read: OptionReader) => AnyTransform>>;
