/**
 * What is said of a module of torch, so that its golden cases can be run.
 *
 * @module
 */
import type { Layer, Params, Variables } from "../../nn/mod.ts";
import type { Shape, Tensor } from "../../tensor/mod.ts";
import type { Options } from "./table.ts";

/** What is known of a case: its options, the shapes of its tensors by torch's names, and its dtype. */
export interface Asked {
  readonly options: Options;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly dtype: string;
}

/** How a layer is run where `apply` does not do; the data of the case by name. */
type ModuleRun = (
  layer: Layer,
  variables: Variables<Params, Params>,
  data: Readonly<Record<string, Tensor>>,
) => Tensor;

/** A module of torch. */
export interface TorchModule {
  /** The layer that does the same; null where there is none. */
  readonly layer: (asked: Asked) => Layer | null;
  /** The options that it understands; a case with others is skipped. */
  readonly options: readonly string[];
  /** How the layer is run; by `apply` where there is nothing. */
  readonly run?: ModuleRun | undefined;
}

/** A layer by the name of torch, whatever its params are. */
export function module<P, S>(
  layer: (asked: Asked) => Layer<P, S> | null,
  options: readonly string[] = [],
  run?: ModuleRun,
): TorchModule {
  return { layer: layer as unknown as TorchModule["layer"], options, run };
}

/** An option under another name, where it is given. */
export function given(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined || value === null ? {} : { [name]: value };
}
