/**
 * Cases of layers of flax: their variables as a tree, and their data.
 *
 * @module
 */
import { expandDims, type Tensor } from "../../tensor/mod.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** Variables of flax by name, nested. */
export type FlaxTree = { readonly [name: string]: Tensor | FlaxTree };

/** The inputs of a case, sorted. */
export interface FlaxInputs {
  /** The collection `params`. */
  readonly params: FlaxTree;
  /** Other collections, such as `batch_stats` and `cache`. */
  readonly collections: FlaxTree;
  /** What is no variable, in order. */
  readonly data: readonly Tensor[];
  /** What is no variable, by name. */
  readonly named: Readonly<Record<string, Tensor>>;
}

/** Makes a run out of one that takes sorted inputs. */
export function withFlaxInputs(
  { inputNames = [] }: NnCase,
  run: (inputs: FlaxInputs) => readonly Tensor[],
): Run {
  return (inputs) => {
    const tree: Record<string, Tensor | FlaxTree> = {};
    const data: Tensor[] = [];
    const named: Record<string, Tensor> = {};
    inputs.forEach((value, i) => {
      const path = (inputNames[i] ?? "").split("/");
      if (path.length === 1) {
        data.push(value);
        named[path[0]] = value;
        return;
      }
      let at = tree;
      for (const name of path.slice(0, -1)) at = (at[name] ??= {}) as typeof tree;
      at[path[path.length - 1]] = value;
    });
    return run({ params: (tree.params ?? {}) as FlaxTree, collections: tree, data, named });
  };
}

/** A tensor of a tree by its path; undefined where there is none. */
export function leafOf(tree: FlaxTree, path: string): Tensor | undefined {
  let at: Tensor | FlaxTree | undefined = tree;
  for (const name of path.split("/")) at = (at as FlaxTree | undefined)?.[name];
  return at as Tensor | undefined;
}

/** One number or a list as a list; undefined where there is none. */
export function listOf(value: unknown, length = 1): readonly number[] | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" ? new Array<number>(length).fill(value) : value as readonly number[];
}

/** Runs what takes exactly one batch axis with any number of them, as flax's layers do. */
export function withBatchAxes(x: Tensor, featureAxes: number, run: (x: Tensor) => Tensor): Tensor {
  const batch = x.shape.slice(0, x.rank - featureAxes);
  if (batch.length === 1) return run(x);
  const rest = x.shape.slice(batch.length);
  const y = run(batch.length === 0 ? expandDims(x, 0) : x.reshape([-1, ...rest]));
  return y.reshape([...batch, ...y.shape.slice(1)]);
}
