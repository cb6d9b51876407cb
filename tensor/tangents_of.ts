/**
 * The tangents that go with arguments, checked.
 *
 * @module
 */
import { isFloating } from "./dtype.ts";
import { constantTensor } from "./make_tensor.ts";
import { equalShapes, formatShape } from "./shape.ts";
import { describe, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** The tangents of the tensors of the arguments, checked; null for zeros. */
export function tangentsOf(
  operation: string,
  args: readonly unknown[],
  tangents: readonly unknown[],
): readonly (Tensor | null)[] {
  if (!Array.isArray(tangents) || tangents.length !== args.length) {
    throw new RangeError(
      `${operation} expects a tangent for each of the ${args.length} arguments but got ${
        tree.describe(tangents)
      }`,
    );
  }
  const found: (Tensor | null)[] = [];
  args.forEach((arg, i) => {
    const visit = (leaf: unknown, tangent: unknown, path: string): void => {
      if (leaf === null || leaf === undefined) return;
      if (tree.isNode(leaf)) {
        const node = leaf as Readonly<Record<string, unknown>>;
        const same = tree.isNode(tangent) && Array.isArray(tangent) === Array.isArray(leaf);
        if (!same && tangent !== null && tangent !== undefined) {
          throw new TypeError(
            `${operation} expects tangents of the structure of the arguments but got ${
              tree.describe(tangent)
            } for ${tree.describe(leaf)} at ${path}`,
          );
        }
        const below = (tangent ?? {}) as Readonly<Record<string, unknown>>;
        for (const key of Object.keys(node)) visit(node[key], below[key], `${path}/${key}`);
      } else if (leaf instanceof Tensor) found.push(checkTangent(operation, leaf, tangent, path));
    };
    visit(arg, tangents[i], `argument ${i}`);
  });
  return found;
}

function checkTangent(operation: string, x: Tensor, given: unknown, path: string): Tensor | null {
  if (given === null || given === undefined || !isFloating(x.dtype)) return null;
  const tangent = typeof given === "number" && x.rank === 0 ? constantTensor(x.dtype, [], given) : given;
  if (!(tangent instanceof Tensor)) {
    throw new TypeError(
      `${operation} expects the tangent of ${path} to be a tensor but got ${tree.describe(tangent)}`,
    );
  }
  if (tangent.dtype !== x.dtype) {
    throw new TypeError(
      `${operation} expects the tangent of ${path} to be ${describe(x)} but got ${describe(tangent)}`,
    );
  }
  if (!equalShapes(tangent.shape, x.shape)) {
    throw new RangeError(
      `${operation} expects the tangent of ${path} to have shape ${formatShape(x.shape)} but got ${
        formatShape(tangent.shape)
      }`,
    );
  }
  return tangent;
}
