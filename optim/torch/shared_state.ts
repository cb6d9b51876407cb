/**
 * What LBFGS keeps for all parameters together, in torch's layout: vectors have the elements of all of them one after
 * another.
 *
 * @module
 */

import { cast, concatenate, reshape, slice, Tensor, tree, zerosLike } from "../../tensor/mod.ts";
import { equalShapes, formatShape, sizeOf } from "../../tensor/shape.ts";
import type { TorchLayout } from "./definition.ts";
import { atPlace, withPlace } from "./places.ts";
import type { TorchWeights } from "./torch_weights.ts";

/** How vectors over all parameters are ordered here and in torch. */
export interface SharedOrder<P> {
  /** The params. */
  readonly params: P;
  /** Torch's names and layouts of them. */
  readonly weights: TorchWeights<P>;
  /** Torch's names in its order. */
  readonly names: readonly string[];
}

/** The entries of a group's state by torch's names. Past iterations that are not there yet are left out. */
export function sharedEntries<P>(
  layout: TorchLayout,
  state: unknown,
  order: SharedOrder<P>,
): Record<string, unknown> {
  const { shared = {} } = layout;
  const weights = atPlace(state, shared.ro ?? "") as readonly number[] | undefined;
  const entries = Object.entries(shared).map(([name, place]) => {
    const value = atPlace(state, place);
    if (value instanceof Tensor) return [name, toTorchVector(value, order)];
    if (!Array.isArray(value)) return [name, value];
    const known = value.filter((_, i) => weights?.[i] !== 0);
    return [name, known.map((one) => one instanceof Tensor ? toTorchVector(one, order) : one)];
  });
  return Object.fromEntries(entries);
}

/**
 * A group's state with the entries of torch in it.
 *
 * @throws {TypeError} If an entry is missing or of another type.
 * @throws {RangeError} If a vector has another size, or there are more past iterations than the history holds.
 */
export function withSharedEntries<P, S>(
  layout: TorchLayout,
  state: S,
  entry: Readonly<Record<string, unknown>>,
  order: SharedOrder<P>,
): S {
  let next = state;
  for (const [name, place] of Object.entries(layout.shared ?? {})) {
    const before = atPlace(state, place);
    // A list without anything in it is not among flat tensors.
    const value = entry[name] ?? (Array.isArray(before) ? [] : undefined);
    if (!Array.isArray(before)) {
      next = withPlace(next, place, like(name, before, value, order));
      continue;
    }
    if (!Array.isArray(value) || value.length > before.length) {
      throw new RangeError(
        `loadStateDict expects ${name} to be a list of at most ${before.length} but got ${
          tree.describe(value)
        }`,
      );
    }
    const list = value.map((one) => like(name, before[0], one, order));
    next = withPlace(next, place, [...before.slice(value.length), ...list]);
  }
  return next;
}

function like<P>(name: string, before: unknown, value: unknown, order: SharedOrder<P>): unknown {
  if (before instanceof Tensor) {
    if (value instanceof Tensor && equalShapes(value.shape, before.shape)) {
      return cast(fromTorchVector(value, order), before.dtype);
    }
    const got = value instanceof Tensor ? formatShape(value.shape) : tree.describe(value);
    throw new RangeError(
      `loadStateDict expects ${name} to be a vector of ${before.size} elements but got ${got}`,
    );
  }
  if (typeof value === "number") return value;
  if (value instanceof Tensor && value.size === 1) return value.data()[0];
  throw new TypeError(
    `loadStateDict expects ${name} to be a number or a tensor of one but got ${tree.describe(value)}`,
  );
}

function toTorchVector<P>(vector: Tensor, { params, weights, names }: SharedOrder<P>): Tensor {
  const parts = pieces(vector, tree.entries(params).map(({ value }) => (value as Tensor).shape));
  let next = 0;
  const named = weights.toTorch(tree.map(params, () => parts[next++]));
  return joined(names.map((name) => named[name]));
}

function fromTorchVector<P>(vector: Tensor, { params, weights, names }: SharedOrder<P>): Tensor {
  const like = weights.toTorch(tree.map(params, (leaf) => zerosLike(leaf as Tensor)));
  const parts = pieces(vector, names.map((name) => like[name].shape));
  const named = Object.fromEntries(names.map((name, i) => [name, parts[i]]));
  return joined(tree.entries(weights.fromTorch(named)).map(({ value }) => value as Tensor));
}

function pieces(vector: Tensor, shapes: readonly (readonly number[])[]): Tensor[] {
  let at = 0;
  return shapes.map((shape) => {
    const end = at + sizeOf(shape);
    const piece = reshape(slice(vector, [[at, end]]), shape);
    at = end;
    return piece;
  });
}

function joined(parts: readonly Tensor[]): Tensor {
  return concatenate(parts.map((part) => reshape(part, [part.size])));
}
