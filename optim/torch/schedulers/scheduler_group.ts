/**
 * Parameter groups as schedulers see them.
 *
 * @module
 */

import { isTracedNumber } from "../../../tensor/host.ts";
import { tree } from "../../../tensor/mod.ts";
import { checkNumber, type Domain } from "../../checks.ts";

/** What schedulers read and write of a parameter group, by torch's names; other options of a group stay as they are. */
export interface SchedulerGroup {
  /** The learning rate of the next step. */
  readonly lr: number;
  /** The learning rate that schedules start from; set by the first scheduler. */
  readonly initialLr?: number;
  /** The momentum of the next step, for optimizers that have one. */
  readonly momentum?: number;
  /** The decay rates of the moments, of which the first is cycled, for optimizers that have them. */
  readonly betas?: readonly [number, number];
  /** The peak of OneCycleLR. */
  readonly maxLr?: number;
  /** The end of OneCycleLR. */
  readonly minLr?: number;
  /** The largest momentum of a cycle. */
  readonly maxMomentum?: number;
  /** The smallest momentum of a cycle. */
  readonly baseMomentum?: number;
  /** What SWALR anneals to. */
  readonly swaLr?: number;
}

/** The groups with these learning rates. Groups that were added since the schedule started may have none: they stay. */
export function withLrs<G extends SchedulerGroup>(
  groups: readonly G[],
  lrs: readonly number[],
): readonly G[] {
  return groups.map((group, i) => ({ ...group, lr: lrs[i] ?? group.lr }));
}

/** One value for each group. */
export type PerGroup<T> = T | readonly T[];

/**
 * The value of each group: a list as it is, anything else for all of them.
 *
 * @throws {RangeError} If the list has another length.
 */
export function perGroup<T>(
  operation: string,
  option: string,
  value: PerGroup<T>,
  groups: readonly unknown[],
): readonly T[] {
  if (!Array.isArray(value)) return groups.map(() => value as T);
  if (value.length !== groups.length) {
    throw new RangeError(
      `${operation} expects ${option} to be one for all groups or one for each of ${groups.length} but got ${value.length}`,
    );
  }
  return value;
}

/**
 * Throws unless an option is a number of the domain, or a list of them.
 *
 * @throws {TypeError} If it is neither.
 * @throws {RangeError} If a number lies outside of the domain.
 */
export function checkPerGroup(operation: string, option: string, value: unknown, domain: Domain): void {
  if (!Array.isArray(value)) return checkNumber(operation, option, value, domain);
  value.forEach((one, i) => checkNumber(operation, `${option}[${i}]`, one, domain));
}

/**
 * Throws unless groups are a list of objects with a learning rate each.
 *
 * @throws {TypeError} If they are not.
 */
export function checkGroups(operation: string, groups: unknown): void {
  if (!Array.isArray(groups)) {
    throw new TypeError(`${operation} expects a list of parameter groups but got ${tree.describe(groups)}`);
  }
  groups.forEach((group, i) => {
    const lr = tree.isNode(group) ? (group as Partial<SchedulerGroup>).lr : undefined;
    if (typeof lr !== "number" && !isTracedNumber(lr)) {
      throw new TypeError(`${operation} expects group ${i} to have a number as its lr but got ${typeof lr}`);
    }
  });
}
