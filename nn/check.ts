/**
 * Checks that layers share, and how layers read in errors.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type Shape, Tensor, tree } from "../tensor/mod.ts";
import { formatShape } from "../tensor/shape.ts";
import type { ApplyOptions, LayerContext } from "./layer.ts";

/** How a layer reads in an error: `dense`, or `dense at head/out` where it stands inside of others. */
export function place(layer: string, path: string | undefined): string {
  return path === undefined || path === "" ? layer : `${layer} at ${path}`;
}

const LAYER_CONTEXT = { path: true } as const;

/** The place of a layer that is initialized. Throws where it is told what no layer knows. */
export function placeOf(layer: string, context: LayerContext): string {
  const at = place(layer, context?.path);
  checkOptionNames(at, context, LAYER_CONTEXT);
  return at;
}

/** The names of `ApplyOptions`. */
export const APPLY_OPTIONS = {
  path: true,
  training: true,
  key: true,
  observe: true,
  mask: true,
  context: true,
  contextValue: true,
  contextMask: true,
  lengths: true,
  cacheLength: true,
  normMask: true,
  batchNormMomentum: true,
} as const;

/** The place of a layer that is applied. Throws where it is told what no layer knows. */
export function placeOfApply(layer: string, options: ApplyOptions): string {
  const at = place(layer, options?.path);
  checkOptionNames(at, options, APPLY_OPTIONS);
  return at;
}

/** Throws unless `value` is an integer from 1 on. */
export function checkPositiveInteger(layer: string, name: string, value: number): void {
  if (typeof value !== "number") {
    throw new TypeError(`${layer} expects ${name} to be a number but got ${tree.describe(value)}`);
  }
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${layer} expects ${name} to be a positive integer but got ${value}`);
  }
}

/** Throws unless `value` is a number from `min` to `max`. */
export function checkBetween(layer: string, name: string, value: number, min: number, max: number): void {
  if (typeof value !== "number") {
    throw new TypeError(`${layer} expects ${name} to be a number but got ${tree.describe(value)}`);
  }
  if (!(value >= min && value <= max)) {
    throw new RangeError(`${layer} expects ${name} between ${min} and ${max} but got ${value}`);
  }
}

/** Throws unless `x` is a tensor. */
export function checkTensor(at: string, x: Tensor): void {
  if (!(x instanceof Tensor)) {
    throw new TypeError(`${at} expects its input to be a tensor but got ${tree.describe(x)}`);
  }
}

/** The error of an input whose shape does not fit: `expected` reads like `inputs of shape [n, 3]`. */
export function shapeError(at: string, expected: string, shape: Shape): RangeError {
  return new RangeError(`${at} expects ${expected} but got ${formatShape(shape)}`);
}

/** A tensor of a layer's params or state; throws where it is missing. */
export function variable(at: string, kind: "params" | "state", variables: unknown, name: string): Tensor {
  const found = tree.isNode(variables) && Object.hasOwn(variables, name)
    ? (variables as Readonly<Record<string, unknown>>)[name]
    : undefined;
  if (!(found instanceof Tensor)) {
    throw new TypeError(
      `${at} expects its ${kind} to have the tensor ${name}, as init makes it, but got ${
        tree.describe(variables)
      }`,
    );
  }
  return found;
}
