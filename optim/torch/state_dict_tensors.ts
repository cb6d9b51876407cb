/**
 * State dicts as tensors by name and JSON, which safetensors and a text beside them hold.
 *
 * @module
 */

import { Tensor, tensor, tree } from "../../tensor/mod.ts";
import type { StateDict } from "./state_dict.ts";

/** A state dict in two parts. */
export interface FlatStateDict {
  /** The state, each entry under `state.<index>.<name>`, those of a list under `state.<index>.<name>.<place>`. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** The groups: plain data for JSON. */
  readonly param_groups: readonly Readonly<Record<string, unknown>>[];
}

/**
 * A state dict in tensors by name, for `encodeSafetensors`, and groups, for JSON.
 *
 * @throws {TypeError} If an entry of the state is neither a tensor nor a number.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const dict = { state: { 0: { step: 3, exp_avg: tensor([1]) } }, param_groups: [{ lr: 0.5, params: [0] }] };
 * const { tensors, param_groups } = torch.flattenStateDict(dict);
 * assertEquals(Object.keys(tensors), ["state.0.step", "state.0.exp_avg"]);
 * assertEquals(JSON.stringify(param_groups), '[{"lr":0.5,"params":[0]}]');
 * ```
 */
export function flattenStateDict(dict: StateDict): FlatStateDict {
  const tensors: Record<string, Tensor> = {};
  for (const [index, entry] of Object.entries(dict.state)) {
    for (const [name, value] of Object.entries(entry)) {
      const path = `state.${index}.${name}`;
      const list = Array.isArray(value)
        ? value.map((one, i) => [`${path}.${i}`, one] as const)
        : [[path, value] as const];
      for (const [at, one] of list) {
        if (one !== null) tensors[at] = flat(at, one);
      }
    }
  }
  return { tensors, param_groups: dict.param_groups };
}

function flat(path: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === "number") {
    return tensor(value, { dtype: Object.is(Math.fround(value), value) ? "float32" : "float64" });
  }
  throw new TypeError(
    `flattenStateDict expects tensors and numbers but got ${tree.describe(value)} as ${path}`,
  );
}

/**
 * The state dict of tensors under `state.<index>.<name>` and of groups: the inverse of {@linkcode flattenStateDict}.
 *
 * @throws {RangeError} If a tensor has another name.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { state } = torch.unflattenStateDict({
 *   tensors: { "state.0.exp_avg": tensor([1]) },
 *   param_groups: [{ lr: 0.5, params: [0] }],
 * });
 * assertEquals(Object.keys(state[0]), ["exp_avg"]);
 * ```
 */
export function unflattenStateDict({ tensors, param_groups }: FlatStateDict): StateDict {
  const state: Record<string, Record<string, Tensor | Tensor[]>> = {};
  for (const [path, value] of Object.entries(tensors)) {
    const found = /^state\.(\d+)\.([A-Za-z_]\w*)(?:\.(\d+))?$/.exec(path);
    if (found === null) {
      throw new RangeError(`unflattenStateDict expects names as state.0.exp_avg but got ${path}`);
    }
    const [, index, name, place] = found;
    const entry = state[index] ??= {};
    if (place === undefined) entry[name] = value;
    else {
      const list = entry[name] ??= [];
      if (Array.isArray(list)) list[Number(place)] = value;
    }
  }
  return { state, param_groups };
}
