/**
 * Inputs of attention cut into heads, and their outputs joined.
 *
 * @module
 */
import { multiply, reshape, standardize, swapAxes, type Tensor, type TensorLike } from "../tensor/mod.ts";
import { checkTensor, shapeError, variable } from "./check.ts";
import { dense, type DenseParams } from "./dense.ts";
import type { LayerContext } from "./layer.ts";
import { rotary, type RotaryOptions } from "./rotary.ts";

/** What is added to the variance of normed queries and keys, as in flax. */
const NORM_EPS = 1e-6;

/** A path of a part of a layer. */
export function inside(path: string | undefined, name: string): string {
  return path === undefined || path === "" ? name : `${path}/${name}`;
}

/** The product of [n, length, inputs] with the kernel of a part, under its path. */
export function projected(
  params: { readonly [name: string]: unknown },
  name: string,
  x: Tensor,
  { bias, path }: LayerContext & { readonly bias: boolean },
): Tensor {
  const part = params[name] as DenseParams;
  return dense({ features: 1, bias }).apply({ params: part, state: {} }, x, { path: inside(path, name) })
    .output;
}

/** [n, length, heads * size] to [n, heads, length, size]. */
export function split(x: Tensor, heads: number): Tensor {
  return swapAxes(reshape(x, [x.shape[0], x.shape[1], heads, x.shape[2] / heads]), 1, 2);
}

/** [n, heads, length, size] to [n, length, heads * size]. */
export function joined(x: Tensor): Tensor {
  const [n, heads, length, size] = x.shape;
  return reshape(swapAxes(x, 1, 2), [n, length, heads * size]);
}

/** Queries or keys, normed where there are params for that, and rotated by their positions from `offset` on. */
export function placed(
  at: string,
  x: Tensor,
  how: {
    readonly rotary: Omit<RotaryOptions, "offset"> | undefined;
    readonly norm: unknown;
    readonly offset: TensorLike;
  },
): Tensor {
  const normed = how.norm === null
    ? x
    : multiply(standardize(x, { eps: NORM_EPS }), variable(at, "params", how.norm, "scale"));
  return how.rotary === undefined ? normed : rotary(normed, { ...how.rotary, offset: how.offset });
}

/** Throws unless an input fits the kernel of a part. */
export function checkAttentionInput(
  at: string,
  params: { readonly [name: string]: unknown },
  x: Tensor,
  name: "query" | "key" | "value",
): void {
  checkTensor(at, x);
  const inputs = (params[name] as DenseParams | undefined)?.kernel?.shape[0];
  if (inputs === undefined) {
    throw new TypeError(`${at} expects its params to have ${name}/kernel, as init makes it`);
  }
  if (x.rank !== 3 || x.shape[2] !== inputs) {
    const what = name === "query" ? "inputs" : name === "key" ? "a context" : "a context of values";
    throw shapeError(at, `${what} of shape [n, length, ${inputs}]`, x.shape);
  }
}
