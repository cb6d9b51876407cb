/**
 * Making optimizers of the torch dialect.
 *
 * @module
 */

import { tree } from "../../tensor/mod.ts";
import { groupsOf, rest } from "../groups.ts";
import type { AnyTransform } from "../transform_type.ts";
import { erase } from "../assemble.ts";
import type {
  FilledGroup,
  ParamGroup,
  TorchArguments,
  TorchDefinition,
  TorchOptimizer,
} from "./definition.ts";
import { withOptions } from "./places.ts";
import { SparseLeaf } from "../sparse_gradient.ts";

/** Options that choose between implementations in torch and change no numbers. */
const IMPLEMENTATIONS = ["foreach", "fused", "capturable", "differentiable"];

/** Makes the optimizer of a definition from the arguments of its function. */
export function torchOptimizer<O extends object, S, Extra = unknown>(
  definition: TorchDefinition<O>,
  args: TorchArguments<O>,
): TorchOptimizer<O, S, Extra> {
  const { className } = definition;
  const [first, second] = args;
  const isGrouped = Array.isArray(first);
  if (!isGrouped && second !== undefined) {
    throw new TypeError(
      `${className} expects a list of groups before the options but got ${tree.describe(first)}`,
    );
  }
  const given = (isGrouped ? second : first as Partial<O> | undefined) ?? {};
  checkKnown(definition, given);
  const defaults = { ...definition.defaults, ...given };
  definition.check(defaults);
  const list = isGrouped ? first as readonly ParamGroup<O>[] : [{ params: rest } as ParamGroup<O>];
  if (list.length === 0) {
    throw new RangeError(`${className} expects at least one group of params but got an empty list`);
  }
  return fromGroups(definition, defaults, list.map((group) => filled(className, defaults, group)));
}

/**
 * An optimizer of groups that have every option.
 *
 * @param made The groups that chains are made for; their numbers that are part of the state are those of `paramGroups`.
 */
export function fromGroups<O extends object, S, Extra = unknown>(
  definition: TorchDefinition<O>,
  defaults: O,
  paramGroups: readonly FilledGroup<O>[],
  made: readonly FilledGroup<O>[] = paramGroups,
): TorchOptimizer<O, S, Extra> {
  if (definition.hasOneGroup === true && paramGroups.length !== 1) {
    throw new RangeError(
      `${definition.className} expects one group of params only but got ${paramGroups.length}`,
    );
  }
  const transform = groupsOf(
    definition.className,
    paramGroups.map((group, index) => ({
      name: String(index),
      select: group.params,
      transform: groupTransform(definition, made[index], defaults, group),
    })),
  );
  const optimizer: unknown = { ...transform, defaults, paramGroups, made, definition };
  return optimizer as TorchOptimizer<O, S, Extra>;
}

/** A group with the options that it does not have of its own. */
export function filled<O extends object>(
  className: string,
  defaults: O,
  group: ParamGroup<O>,
): FilledGroup<O> {
  if (!tree.isNode(group) || Array.isArray(group)) {
    throw new TypeError(`${className} expects a group to be an object but got ${tree.describe(group)}`);
  }
  if (group.params === undefined) {
    throw new TypeError(
      `${className} expects params in every group but got { ${Object.keys(group).join(", ")} }`,
    );
  }
  return { ...defaults, ...group };
}

/** The chain of a group, whose state starts with the numbers of the group as it is now. */
function groupTransform<O extends object>(
  definition: TorchDefinition<O>,
  made: FilledGroup<O>,
  constructed: O,
  group: FilledGroup<O>,
): AnyTransform {
  const { className, defaults, layout } = definition;
  const safe: Record<string, unknown> = { ...made };
  for (const name of Object.keys(layout.options)) {
    const value = safe[name];
    const standard = (defaults as Readonly<Record<string, unknown>>)[name];
    safe[name] = Array.isArray(value)
      ? value.map((one, i) => typeof one === "number" ? (standard as readonly unknown[])[i] : one)
      : typeof value === "number"
      ? standard
      : value;
  }
  const chain = erase(className, definition.chain(safe as O, made, constructed));
  return {
    ...chain,
    init: (params: unknown) => withOptions(layout, chain.init(params), group),
    update(state: unknown, grads: unknown, params: unknown, extra: unknown) {
      if (definition.takesSparse !== true) refuseSparse(className, grads);
      return chain.update(state, grads, params, extra);
    },
  } as unknown as AnyTransform;
}

function refuseSparse(className: string, grads: unknown): void {
  const sparse = tree.entries(grads).find(({ value }) => value instanceof SparseLeaf);
  if (sparse === undefined) return;
  const at = sparse.path || "the root";
  throw new TypeError(
    `${className} expects dense gradients but got a sparse one at ${at}; SparseAdam, SGD and Adagrad take them`,
  );
}

function checkKnown<O extends object>({ className, defaults }: TorchDefinition<O>, options: object): void {
  if (!tree.isNode(options) || Array.isArray(options)) {
    throw new TypeError(`${className} expects its options in an object but got ${tree.describe(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(defaults, name)) continue;
    if (IMPLEMENTATIONS.includes(name)) {
      throw new TypeError(
        `${className} has no option ${name}, which in torch chooses between implementations of the same numbers`,
      );
    }
    throw new TypeError(
      `${className} expects options among ${Object.keys(defaults).join(", ")} but got ${name}`,
    );
  }
}
