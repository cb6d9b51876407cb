/**
 * The leaves that a transform never moves.
 *
 * @module
 */

import { tree } from "../tensor/mod.ts";

/** A tree of booleans, true for leaves whose update is zero whatever comes in. */
export function frozenLeaves(
  transform: { readonly frozen?: (params: unknown) => unknown },
  params: unknown,
): unknown {
  return transform.frozen === undefined ? tree.map(params, () => false) : transform.frozen(params);
}
