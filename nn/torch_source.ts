/**
 * Where tensors of torch are read from, and whether they fit.
 *
 * @module
 */
import { type Tensor, tree } from "../tensor/mod.ts";
import { equalShapes, formatShape } from "../tensor/shape.ts";
import type { TorchTensors } from "./layer.ts";

/** Tensors that are read when they are asked for, as `openSafetensors` of `@weft/weft/io` gives them. */
export interface TorchSource {
  /** The shape of each tensor by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Reads one tensor. */
  read(name: string): Tensor;
}

/** A source of tensors, be they there already. */
export function sourceOf(tensors: TorchTensors | TorchSource): TorchSource {
  if (!tree.isNode(tensors)) {
    throw new TypeError(`fromTorch expects tensors by name but got ${tree.describe(tensors)}`);
  }
  if (isSource(tensors)) return tensors;
  const known = tensors;
  const shapes = Object.entries(known).map(([name, { shape }]) => [name, shape]);
  return { shapes: Object.fromEntries(shapes), read: (name) => known[name] };
}

function isSource(tensors: TorchTensors | TorchSource): tensors is TorchSource {
  return typeof tensors.read === "function";
}

/** Throws one error with all that is missing, unexpected or misshapen. */
export function checkFit(
  expected: TorchTensors,
  got: Readonly<Record<string, readonly number[]>>,
  ignored: ReadonlySet<string>,
): void {
  const has = (names: object, name: string): boolean => Object.hasOwn(names, name);
  const lists: Readonly<Record<string, readonly string[]>> = {
    missing: Object.keys(expected).filter((name) => !has(got, name)),
    unexpected: Object.keys(got).filter((name) => !has(expected, name) && !ignored.has(name)),
    misshapen: Object.keys(expected).flatMap((name) => {
      const [want, shape] = [expected[name].shape, has(got, name) ? got[name] : null];
      return shape === null || equalShapes(want, shape)
        ? []
        : [`${name} ${formatShape(shape)} instead of ${formatShape(want)}`];
    }),
  };
  const wrong = Object.entries(lists).filter(([, list]) => list.length > 0);
  if (wrong.length === 0) return;
  const text = wrong.map(([what, list]) => `${what} ${list.join(", ")}`).join("; ");
  throw new RangeError(`fromTorch expects the tensors of the layers but got some ${text}`);
}
