/**
 * What transforms around another one have in common.
 *
 * @module
 */

import { erase, type ErasedTransform } from "./assemble.ts";
import type { AnyTransform, Part } from "./transform_type.ts";

/** A transform that another one is put around. */
export interface Wrapped {
  /** It, with its types forgotten. */
  readonly inner: ErasedTransform;
  /** What tables and the search for frozen leaves read. */
  readonly seen: {
    readonly parts: (params: unknown) => readonly Part[];
    readonly frozen?: (params: unknown) => unknown;
  };
}

/** Makes a transform ready to be put another one around, whose state has its state under `inner`. */
export function wrap(operation: string, transform: AnyTransform): Wrapped {
  const inner = erase(operation, transform);
  return {
    inner,
    seen: {
      parts: (params) => [{ key: "inner", group: null, transform, params }],
      ...(inner.frozen === undefined ? {} : { frozen: inner.frozen }),
    },
  };
}
