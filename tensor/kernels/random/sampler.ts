/**
 * Samplers whose elements draw from one key until the last is accepted, block by block.
 *
 * @module
 */
import { generatedKernel } from "../generated.ts";
import type { KernelReference, Views } from "../kernel.ts";
import { type Generator, makeGenerator } from "./generator.ts";

/** The loop of a sampler, for each of its steps. It is carried to other threads as its own source. */
export type SamplerLoop = (
  views: Pick<Views, "float64" | "float32" | "uint32" | "int32">,
  at: number,
  begin: number,
  end: number,
  step: number,
  generator: Generator,
  lgamma: (x: number) => number,
) => void;

/** The kernels of a sampler's steps for a layout, one after the other. */
export function samplerKernels(
  name: string,
  loop: SamplerLoop,
  steps: number,
  partitionable: boolean,
): readonly KernelReference[] {
  return Array.from(
    { length: steps },
    (_, step) =>
      generatedKernel(`${name} ${partitionable} ${step}`, () =>
        `(() => {
const loop = ${loop};
const generator = (${makeGenerator})(${partitionable}, false, lib.erfinv);
return (views, at, begin, end) => loop(views, at, begin, end, ${step}, generator, lib.lgamma);
})()`),
  );
}
