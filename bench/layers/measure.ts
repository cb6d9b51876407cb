/**
 * One layer timed: its forward pass, and the forward and the backward pass together.
 *
 * @module
 */
import { compile, cost, ones, random, record, scope, Tensor, tree, vjp, zeros } from "@weft/weft";
import type { Layer, Params } from "@weft/weft/nn";
import { makeLayer } from "../../docs/layers/entries.ts";
import { itemSize } from "../../tensor/dtype.ts";
import { compare } from "../basics/turns.ts";
import type { LayerCase } from "./cases.ts";

/** What was measured of a pass. */
export interface Pass {
  /** The shortest run in milliseconds. */
  readonly ms: number;
  /** Floating-point operations. */
  readonly flops: number;
  /** Bytes that have to be read or written at least once. */
  readonly bytes: number;
}

const SECONDS = 0.2;

function bytesIn(value: unknown): number {
  const tensors = tree.leaves(value).filter((leaf) => leaf instanceof Tensor);
  return tensors.reduce((sum, { dtype, size }) => sum + itemSize(dtype) * size, 0);
}

function least(run: () => unknown): number {
  return compare([{ name: "", run: () => void scope(() => void run()) }], SECONDS)[0].least;
}

/** The forward pass of a step of training, and that with the gradients of the params and of the input. */
export function measureLayer(given: LayerCase): { readonly forward: Pass; readonly both: Pass } {
  return scope(() => {
    const { inputShape, batch, dtype = "float32", apply = {}, looksUp } = given;
    const layer: Layer = makeLayer(given);
    const { params, state } = layer.init(random.key(0), inputShape);
    const shape = [batch, ...inputShape];
    const x = dtype === "float32"
      ? random.normal(random.key(1), shape)
      : random.randint(random.key(1), shape, { max: 100 });
    const context = apply.context === undefined ? null : random.normal(random.key(3), [batch, ...inputShape]);
    const key = random.key(2);
    const outputOf = (
      params: Params,
      x: Tensor,
      state: Params,
      key: Tensor,
      context: Tensor | null,
    ): Tensor =>
      layer.apply({ params, state }, x, {
        training: true,
        key,
        ...(context === null ? {} : { context }),
      }).output;
    const passes = (
      params: Params,
      x: Tensor,
      state: Params,
      key: Tensor,
      context: Tensor | null,
      g: Tensor,
    ): unknown => {
      const { value, pullback } = dtype === "float32"
        ? vjp((params: Params, x: Tensor) => outputOf(params, x, state, key, context), params, x)
        : vjp((params: Params) => outputOf(params, x, state, key, context), params);
      return { value, gradients: pullback(g) };
    };
    const output = outputOf(params, x, state, key, context);
    const g = ones(output.shape).add(zeros(output.shape));
    const forward = compile(outputOf);
    const both = compile(passes);
    const [used, taken, made] = [looksUp ? bytesIn(output) : bytesIn(params), bytesIn(x), bytesIn(output)];
    return {
      forward: {
        ms: least(() => forward(params, x, state, key, context)),
        flops: cost(record(outputOf)(params, x, state, key, context).tape).flops,
        bytes: used + taken + made,
      },
      // Read: params, input and what comes back; written: the output and the gradients of params and input.
      both: {
        ms: least(() => both(params, x, state, key, context, g)),
        flops: cost(record(passes)(params, x, state, key, context, g).tape).flops,
        bytes: used + bytesIn(params) + 2 * taken + 2 * made,
      },
    };
  });
}
