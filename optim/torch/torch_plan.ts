/**
 * Which names and indices the parameters of an optimizer have in torch.
 *
 * @module
 */

import { broadcastTo, full, type Tensor, tree } from "../../tensor/mod.ts";
import type { TorchOptimizer, TorchState } from "./definition.ts";
import { atPlace, groupState } from "./places.ts";
import { leavesByName, plainWeights, type TorchWeights } from "./torch_weights.ts";

/** How params stand in torch. */
export interface TorchParamsOptions<P> {
  /** The params. */
  readonly params: P;
  /**
   * Torch's names and layouts of them, as `nn.torchParams` gives them for layers; by default a name is the path with
   * dots in it, and layouts are the same.
   */
  readonly weights?: TorchWeights<P>;
  /**
   * Torch's names in the order in which its optimizer has the parameters of each group; by default in the order of the
   * weights.
   */
  readonly order?: readonly string[];
}

/** The names of `TorchParamsOptions`. */
export const TORCH_PARAMS_OPTIONS = { params: true, weights: true, order: true } as const;

/** Which names the parameters of torch have, and how trees like the params become tensors under them. */
export interface TorchPlan {
  /** The names of each group's parameters in torch's order. */
  readonly indices: readonly (readonly string[])[];
  /** The paths of the leaves that a name is made of. */
  readonly leaves: (name: string) => readonly string[];
  /** The largest number of a name's leaves; 0 if there is none. */
  readonly numberOf: (numbers: ReadonlyMap<string, unknown>, name: string) => number;
  /** Leaves by path under torch's names; where there is none the tensor is zeros. */
  readonly toTorch: (leaves: ReadonlyMap<string, unknown>) => Readonly<Record<string, Tensor>>;
}

/** The plan of an optimizer and its params. */
export function torchPlan<O extends object, S, Extra, P>(
  operation: string,
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  { params, weights = plainWeights(params), order }: TorchParamsOptions<P>,
): TorchPlan {
  const layout = optimizer?.definition?.layout;
  if (layout === undefined || Object.keys({ ...layout.state, ...layout.shared }).length === 0) {
    throw new TypeError(
      `${operation} expects an optimizer of torch's with a state that it can tell in torch's layout`,
    );
  }
  const byName = leavesByName(weights, params);
  const leaves = (name: string): readonly string[] => byName.get(name) ?? [];
  const groupOf = new Map(
    optimizer.paramGroups.flatMap((_, group) =>
      tree.entries(atPlace(groupState(state, group), layout.steps)).map(({ path }) => [path, group] as const)
    ),
  );
  const names = ordered(operation, [...byName.keys()], order);
  const indices: string[][] = optimizer.paramGroups.map(() => []);
  for (const name of names) {
    const [group, ...others] = new Set(leaves(name).map((path) => groupOf.get(path)));
    if (others.length > 0) {
      throw new RangeError(`${operation} expects the leaves of ${name} in one group but got them in several`);
    }
    if (group !== undefined) indices[group].push(name);
  }
  return {
    indices,
    leaves,
    numberOf: (numbers, name) =>
      Math.max(0, ...leaves(name).map((path) => numbers.get(path)).filter((one) => typeof one === "number")),
    toTorch: (values) => placed(weights, params, values),
  };
}

function ordered(operation: string, names: readonly string[], order?: readonly string[]): readonly string[] {
  if (order === undefined) return names;
  const missing = names.filter((name) => !order.includes(name));
  const unexpected = order.filter((name) => !names.includes(name));
  if (missing.length + unexpected.length > 0 || order.length !== names.length) {
    throw new RangeError(
      `${operation} expects order to have the names of the params but got it without [${missing}] and with [${unexpected}]`,
    );
  }
  return order;
}

function placed<P>(
  weights: TorchWeights<P>,
  params: P,
  values: ReadonlyMap<string, unknown>,
): Readonly<Record<string, Tensor>> {
  return weights.toTorch(tree.map(params, (leaf, path) => {
    const { shape, dtype } = leaf as Tensor;
    return values.get(path) ?? broadcastTo(full([], 0, { dtype }), shape);
  }));
}

/** The leaves at a place of all groups' states, by path. */
export function leafMap<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  place: string,
): ReadonlyMap<string, unknown> {
  return new Map(
    optimizer.paramGroups.flatMap((_, group) =>
      tree.entries(atPlace(groupState(state, group), place)).map(({ path, value }) => [path, value] as const)
    ),
  );
}
