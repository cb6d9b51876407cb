/**
 * MindSpore's groups of parameters.
 *
 * @module
 */

import { tree } from "../../tensor/mod.ts";
import { rest } from "../groups.ts";
import type { ScalarOrSchedule } from "../scalar.ts";
import { selectedPaths, selection, type Selector } from "../select.ts";
import { checkBoolean } from "./checks.ts";
import type { LearningRate } from "./hyperparameters.ts";

/** A group of parameters. These are all the options that a group may have of its own. */
export interface ParamGroup {
  /** Its leaves: patterns of paths, a predicate or a tree of booleans; `rest` for all that no other group has. */
  readonly params: Selector | typeof rest;
  /** Its learning rate; by default that of the optimizer. */
  readonly lr?: LearningRate;
  /** Its weight decay, for all of its leaves whatever their names; by default that of the optimizer. */
  readonly weightDecay?: ScalarOrSchedule;
  /** Whether the mean of its gradients over each output is subtracted. @default {false} */
  readonly gradCentralization?: boolean;
}

/** The order of the parameters of all groups, for tables and saved states; it changes no number. */
export interface OrderParams {
  /** The path of each parameter that is in a group. */
  readonly orderParams: readonly string[];
}

/** What a list of groups says. */
export interface ParsedGroups {
  /** The groups, each under the name that its state has. */
  readonly groups: readonly (ParamGroup & { readonly name: string })[];
  /** The order of all parameters; null where none is given. */
  readonly order: readonly string[] | null;
}

const KEYS = ["params", "lr", "weightDecay", "gradCentralization", "orderParams"];

/**
 * Reads a list of groups.
 *
 * @throws {TypeError} If it is no list of groups, a group has another key, or a value is of another type.
 * @throws {RangeError} If it is empty, a group has no params, or `orderParams` has company.
 */
export function parseGroups(operation: string, list: readonly (ParamGroup | OrderParams)[]): ParsedGroups {
  if (!Array.isArray(list)) {
    throw new TypeError(`${operation} expects params to be a list of groups but got ${tree.describe(list)}`);
  }
  if (list.length === 0) throw new RangeError(`${operation} expects at least one group but got none`);
  const groups: (ParamGroup & { readonly name: string })[] = [];
  let order: readonly string[] | null = null;
  for (const [i, group] of (list as readonly (ParamGroup | OrderParams)[]).entries()) {
    if (typeof group !== "object" || group === null) {
      throw new TypeError(`${operation} expects params[${i}] to be a group but got ${tree.describe(group)}`);
    }
    const unknown = Object.keys(group).filter((key) => !KEYS.includes(key));
    if (unknown.length > 0) {
      throw new TypeError(`${operation} expects the keys ${KEYS.join(", ")} in a group but got ${unknown}`);
    }
    if ("orderParams" in group) {
      order = checkOrder(operation, group);
      continue;
    }
    const { params, gradCentralization } = group;
    if (params === undefined || params === null) {
      throw new TypeError(`${operation} expects params[${i}] to have params but got none`);
    }
    if (Array.isArray(params) && params.length === 0) {
      throw new RangeError(`${operation} expects params in params[${i}] but got an empty list`);
    }
    if (gradCentralization !== undefined) {
      checkBoolean(operation, "gradCentralization", gradCentralization);
    }
    groups.push({ ...group, name: `group${i}` });
  }
  if (groups.length === 0) throw new RangeError(`${operation} expects at least one group but got none`);
  return { groups, order };
}

function checkOrder(operation: string, group: OrderParams): readonly string[] {
  if (Object.keys(group).length > 1) {
    throw new RangeError(
      `${operation} expects orderParams to stand alone but got ${Object.keys(group).join(", ")}`,
    );
  }
  const { orderParams } = group;
  if (!Array.isArray(orderParams) || orderParams.some((path) => typeof path !== "string")) {
    throw new TypeError(
      `${operation} expects orderParams to be a list of paths but got ${tree.describe(orderParams)}`,
    );
  }
  return orderParams;
}

/**
 * The paths of the leaves of each group, by its name.
 *
 * @throws {RangeError} If a leaf is in two groups, or a group has none.
 */
export function groupPaths(
  operation: string,
  { groups }: ParsedGroups,
  params: unknown,
): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string>();
  const all = tree.entries(params).filter(({ value }) => value !== null).map(({ path }) => path);
  for (const { name, params: select } of groups) {
    if (select === rest) continue;
    const paths = selectedPaths(selection(`${operation} (${name})`, select)(params));
    if (paths.length === 0) {
      throw new RangeError(`${operation} expects ${name} to select a leaf but got none of ${all.join(", ")}`);
    }
    for (const path of paths) {
      const owner = owners.get(path);
      if (owner !== undefined) {
        throw new RangeError(
          `${operation} expects each leaf in one group but got ${path} in ${owner} and ${name}`,
        );
      }
      owners.set(path, name);
    }
  }
  return new Map(groups.map(({ name, params: select }) => {
    if (select === rest) return [name, all.filter((path) => !owners.has(path))];
    const own = all.filter((path) => owners.get(path) === name);
    // A list of paths gives the order, as a list of MindSpore's Parameters does.
    const listed = Array.isArray(select) ? select.filter((path) => own.includes(path)) : [];
    return [name, listed.length === own.length ? listed : own];
  }));
}

/**
 * The paths of all leaves that are in a group, as `orderParams` orders them; without it, group after group.
 *
 * @throws {RangeError} If a leaf is in two groups, a group has none, or the order has other leaves.
 */
export function parameterPaths(operation: string, parsed: ParsedGroups, params: unknown): readonly string[] {
  const grouped = [...groupPaths(operation, parsed, params).values()].flat();
  const { order } = parsed;
  if (order === null) return grouped;
  if (order.length !== grouped.length || grouped.some((path) => !order.includes(path))) {
    throw new RangeError(
      `${operation} expects orderParams to have the leaves of all groups, ${grouped.join(", ")}, but got ${
        order.join(", ")
      }`,
    );
  }
  return [...order];
}
