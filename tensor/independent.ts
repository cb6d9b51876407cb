/**
 * What of an application does not depend on some of its inputs.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { zerosOf } from "./ops/zeros_of.ts";
import type { Primitive } from "./primitive.ts";
import type { Abstract, Tensor } from "./tensor.ts";

/**
 * The outputs of an application that do not depend on the inputs in `changing`, and null for those that do: the
 * former are the same for zeros in the place of these inputs. Null where all of them depend.
 */
export function independentOutputs(
  primitive: Primitive<object>,
  attributes: object,
  likes: readonly Abstract[],
  inputs: readonly (Tensor | null)[],
  changing: readonly boolean[],
): readonly (Tensor | null)[] | null {
  const depends = changing.includes(true) ? primitive.depends?.(changing, attributes) : [];
  if (depends === undefined || (depends.length > 0 && !depends.includes(false))) return null;
  const made = applyAll(primitive, inputs.map((x, i) => changing[i] ? zerosOf(likes[i]) : x!), attributes);
  return made.map((x, i) => depends[i] ? null : x);
}
