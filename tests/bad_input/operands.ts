/**
 * What calls with bad input have in common.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** Two rows of floats. */
export const f32: Tensor = t.ones([2, 3]);

/** Two rows of integers. */
export const i32: Tensor = t.ones([2, 3], { dtype: "int32" });

/** Two random keys. */
export const keys: Tensor = t.random.split(t.random.key(0));

/** An image of two channels. */
export const image: Tensor = t.ones([1, 2, 4, 4]);

/** What the types forbid may still come from JavaScript. */
// deno-lint-ignore no-explicit-any -- it stands in the place of any type
export const wrong = (value: unknown): any => value;
