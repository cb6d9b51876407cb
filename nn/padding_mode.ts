/**
 * What stands around the input of a convolution.
 *
 * @module
 */
import { pad, type PadMode, type Tensor } from "../tensor/mod.ts";

/**
 * What the elements around an input are: "zeros", its mirror image at the outermost element ("reflect"), the outermost
 * element ("replicate"), or the other end ("circular"), as `padding_mode` of torch.
 */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

const MODES: Readonly<Record<Exclude<PaddingMode, "zeros">, PadMode>> = {
  reflect: "reflect",
  replicate: "edge",
  circular: "wrap",
};

/** Throws unless a padding mode is one of those. */
export function checkPaddingMode(layer: string, mode: PaddingMode): void {
  if (mode === "zeros" || Object.hasOwn(MODES, mode)) return;
  throw new RangeError(
    `${layer} expects paddingMode "zeros", "reflect", "replicate" or "circular" but got ${String(mode)}`,
  );
}

/** A batch with elements before and after each spatial axis, the first of which is `from`. */
export function surrounded(
  x: Tensor,
  sides: readonly (readonly [number, number])[],
  { mode, from }: { readonly mode: Exclude<PaddingMode, "zeros">; readonly from: number },
): Tensor {
  const widths = x.shape.map((_, i) => sides[i - from] ?? [0, 0] as const);
  return pad(x, widths, { mode: MODES[mode] });
}
