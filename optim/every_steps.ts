/**
 * Parts of a state that are computed anew every few steps.
 *
 * @module
 */

import { equal, host, Tensor, tree, where } from "../tensor/mod.ts";

/**
 * `next()` in the first step and every `interval` steps after it, `before` in the steps between. Inside of
 * a recording the count is not known, so that both are there and one is chosen; else what is not needed is
 * not computed.
 */
export function everySteps<T>(interval: number, count: number, before: T, next: () => T): T {
  if (interval === 1) return next();
  if (typeof count === "number") return count % interval === 0 ? next() : before;
  const due = equal(host((count) => count % interval, count), 0);
  const rest = host((count) => count % interval === 0 ? 1 : 0, count);
  const choose = (after: unknown, earlier: unknown): unknown => {
    if (after === null || after === undefined || typeof after === "string") return after;
    if (after instanceof Tensor) return after === earlier ? after : where(due, after, earlier as Tensor);
    if (!tree.isNode(after)) {
      return host(
        (due, after, before) => due === 1 ? after : before,
        rest,
        after as number,
        earlier as number,
      );
    }
    const children = Object.entries(after).map(([key, child]) =>
      [key, choose(child, (earlier as Readonly<Record<string, unknown>>)[key])] as const
    );
    return Array.isArray(after) ? children.map(([, child]) => child) : Object.fromEntries(children);
  };
  return choose(next(), before) as T;
}
