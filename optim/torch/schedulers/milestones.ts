/**
 * Milestones of schedules.
 *
 * @module
 */

import { tree } from "../../../tensor/mod.ts";
import { checkNumber, COUNT } from "../../checks.ts";

/**
 * Throws unless milestones are a list of epochs.
 *
 * @throws {TypeError} If they are no list of numbers.
 * @throws {RangeError} If one is no whole number from 0 on.
 */
export function checkMilestones(operation: string, milestones: readonly number[]): void {
  if (!Array.isArray(milestones)) {
    throw new TypeError(`${operation} expects a list of milestones but got ${tree.describe(milestones)}`);
  }
  milestones.forEach((milestone, i) => checkNumber(operation, `milestone ${i}`, milestone, COUNT));
}
