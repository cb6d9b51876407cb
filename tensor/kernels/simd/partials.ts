/**
 * Functions that load and store less than a vector, for loops that do so in many places.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { call, type FunctionBuilder, type FunctionHandle, type ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { loadPartial, sizeShift, storePartial } from "./operands.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Loads and stores of the first one to three lanes. */
export interface Partials {
  /** The first elements from a byte address on; the other lanes are 0. */
  readonly load: (dtype: DType, address: Word, count: Word) => Vector;
  /** Stores the first lanes from a byte address on. */
  readonly store: (f: FunctionBuilder, dtype: DType, address: Word, value: Vector, count: Word) => void;
}

/** Defines such functions, for elements that are loaded and for those that are stored. */
export function definePartials(
  module: ModuleBuilder,
  loaded: Iterable<DType>,
  stored: Iterable<DType>,
): Partials {
  const loads = new Map<DType, FunctionHandle<readonly ["i32", "i32"], "v128">>();
  for (const dtype of new Set(loaded)) {
    loads.set(
      dtype,
      module.define(
        null,
        ["i32", "i32"],
        "v128",
        (f, address, count) => loadPartial(f, dtype, address, count, 1 << sizeShift(dtype)),
      ),
    );
  }
  const stores = new Map<DType, FunctionHandle<readonly ["i32", "v128", "i32"], null>>();
  for (const dtype of new Set(stored)) {
    stores.set(
      dtype,
      module.define(
        null,
        ["i32", "v128", "i32"],
        null,
        (f, address, value, count) => storePartial(f, dtype, address, value, count),
      ),
    );
  }
  return {
    load: (dtype, address, count) => call(loads.get(dtype)!, address, count),
    store: (f, dtype, address, value, count) => f.call(stores.get(dtype)!, address, value, count),
  };
}
