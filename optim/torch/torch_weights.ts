/**
 * Trees like the params under the names of torch's parameters.
 *
 * @module
 */

import { broadcastTo, full, type Tensor, tree } from "../../tensor/mod.ts";
import { viewTensor } from "../../tensor/make_tensor.ts";

/** The two functions between trees like the params and torch's names and layouts. */
export interface TorchWeights<P = unknown> {
  /** A tree like the params under torch's names and in torch's layout, in the order of `module.parameters()`. */
  toTorch(params: P): Readonly<Record<string, Tensor>>;
  /** The tree of tensors under torch's names. */
  fromTorch(tensors: Readonly<Record<string, Tensor>>): P;
}

/** Weights whose names are the paths of the params with dots in them, each in its own layout. */
export function plainWeights<P>(params: P): TorchWeights<P> {
  const nameOf = (path: string): string => path.replaceAll("/", ".");
  return {
    toTorch: (values) =>
      Object.fromEntries(tree.entries(values).map(({ path, value }) => [nameOf(path), value as Tensor])),
    fromTorch: (tensors) => tree.map(params, (_, path) => tensors[nameOf(path)]),
  };
}

/** The paths of the leaves that each of torch's tensors is made of, by torch's names and in torch's order. */
export function leavesByName<P>(
  weights: TorchWeights<P>,
  params: P,
): ReadonlyMap<string, readonly string[]> {
  const paths = tree.entries(params).map(({ path }) => path);
  // Each leaf is filled with its own index, which is found again where its elements went.
  const indices = new Map(paths.map((path, i) => [path, i]));
  const filled = tree.map(params, (leaf, path) => fill(indices.get(path)!, (leaf as Tensor).shape));
  const found = Object.entries(weights.toTorch(filled));
  return new Map(found.map(([name, tensor]) => [name, elementsOf(tensor).map((index) => paths[index])]));
}

/** A tree of numbers out of one for each of torch's names. */
export function numbersFromTorch<P>(
  weights: TorchWeights<P>,
  params: P,
  numbers: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const filled = Object.entries(weights.toTorch(params)).map(([name, { shape }]) =>
    [name, fill(numbers.get(name) ?? 0, shape)] as const
  );
  const leaves = tree.entries(weights.fromTorch(Object.fromEntries(filled)));
  return new Map(leaves.map(({ path, value }) => [path, Math.max(0, ...elementsOf(value as Tensor))]));
}

/** A tensor of one value, which takes no memory. */
function fill(value: number, shape: readonly number[]): Tensor {
  return broadcastTo(full([], value, { dtype: "float64" }), shape);
}

/** The different elements of a tensor: one where it is a value that was spread. */
function elementsOf(x: Tensor): number[] {
  if (x.size === 0) return [];
  if (x.strides.every((stride, axis) => stride === 0 || x.shape[axis] === 1)) {
    return [viewTensor(x, { shape: [], strides: [], offset: x.offset }).item()];
  }
  return [...new Set(x.data())];
}
