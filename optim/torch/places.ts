/**
 * Places in the state of a group's chain.
 *
 * @module
 */

import { isTracedNumber } from "../../tensor/host.ts";
import type { TorchLayout, TorchState } from "./definition.ts";

type States = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The key of the transform and the name in its state that a place stands for; null where the chain has it not. */
export function placeIn(state: unknown, place: string): readonly [key: string, name: string] | null {
  const [keys, name] = place.split("/");
  const key = keys.split("|").find((one) => Object.hasOwn(state as States, one));
  return key === undefined ? null : [key, name];
}

/** What stands at a place of a group's state; undefined where there is nothing. */
export function atPlace(state: unknown, place: string): unknown {
  const found = placeIn(state, place);
  return found === null ? undefined : (state as States)[found[0]][found[1]];
}

/** A group's state with another value at a place, which has to be there. */
export function withPlace<S>(state: S, place: string, value: unknown): S {
  const found = placeIn(state, place);
  if (found === null) throw new RangeError(`withPlace expects a state with ${place} but got none`);
  const [key, name] = found;
  return { ...state, [key]: { ...(state as States)[key], [name]: value } };
}

/** The hyperparameter at a place; undefined where there is none. */
export function numberAt(state: unknown, place: string): number | undefined {
  const found = placeIn(state, place);
  if (found === null) return undefined;
  return ((state as States)[found[0]].hyperparameters as Readonly<Record<string, number>>)[found[1]];
}

/** The state of a group's chain with numbers among the options in their places. */
export function withOptions<S>(layout: TorchLayout, state: S, options: object): S {
  let states = state as States;
  for (const [option, value] of Object.entries(options)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    [layout.options[option] ?? []].flat().forEach((place, i) => {
      const [number, found] = [values[i], placeIn(states, place)];
      if (found === null || (typeof number !== "number" && !isTracedNumber(number))) return;
      const [key, name] = found;
      const { hyperparameters, overrides } = states[key];
      if (!Object.hasOwn(hyperparameters as object, name)) return;
      states = {
        ...states,
        [key]: {
          ...states[key],
          hyperparameters: { ...hyperparameters as object, [name]: number },
          overrides: { ...overrides as object, [name]: number },
        },
      };
    });
  }
  return states as S;
}

/** The state of a group. */
export function groupState<S>(state: TorchState<S>, index: number): S {
  return state[`${index}`];
}
