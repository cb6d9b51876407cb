/**
 * The momentum that schedulers cycle: `momentum`, or the first of `betas` where a group has betas.
 *
 * @module
 */

import type { SchedulerGroup } from "./scheduler_group.ts";

/** The groups with these momenta; groups without one, which were added later, stay. */
export function withMomenta<G extends SchedulerGroup>(
  groups: readonly G[],
  momenta: readonly number[],
): readonly G[] {
  return groups.map((group, i) =>
    momenta[i] === undefined
      ? group
      : group.betas === undefined
      ? { ...group, momentum: momenta[i] }
      : { ...group, betas: [momenta[i], ...group.betas.slice(1)] }
  );
}

/** The groups at the start of a cycle: the largest momentum, and both ends of the cycle written down. */
export function startMomenta<G extends SchedulerGroup>(
  groups: readonly G[],
  base: readonly number[],
  max: readonly number[],
): readonly G[] {
  return withMomenta(groups, max).map((group, i) => ({
    ...group,
    maxMomentum: max[i],
    baseMomentum: base[i],
  }));
}

/**
 * Throws unless every group has something to cycle.
 *
 * @throws {TypeError} If one has neither.
 */
export function checkMomentum(operation: string, groups: readonly SchedulerGroup[]): void {
  groups.forEach(({ momentum, betas }, i) => {
    if (momentum === undefined && betas === undefined) {
      throw new TypeError(
        `${operation} with cycleMomentum expects groups with a momentum or betas but got none in group ${i}`,
      );
    }
  });
}
