/**
 * The names that torch has for tensors of layers.
 *
 * @module
 */
import type { Tensor } from "../tensor/mod.ts";
import type { TorchTensors } from "./layer.ts";

/** Where the layers stand in the module of torch. */
export interface TorchNames {
  /**
   * The path in torch's module for the path of a layer, such as `{ "block/conv": "layer1.0.conv1" }`; what is inside
   * of it follows. The longest path counts; layers that are not named stand under their own path.
   *
   * @default {{}}
   */
  readonly names?: Readonly<Record<string, string>>;
}

/** The names of the options `TorchNames`. */
export const TORCH_NAMES = { names: true } as const;

/** Torch's name for a path: that of the longest path that has one, then all that is left with dots. */
export function naming({ names = {} }: TorchNames): (path: string) => string {
  const known = Object.entries(names).sort(([a], [b]) => b.length - a.length);
  return (path) => {
    const found = known.find(([layer]) => path.startsWith(`${layer}/`));
    if (found === undefined) return path.replaceAll("/", ".");
    const inside = path.slice(found[0].length + 1).replaceAll("/", ".");
    return found[1] === "" ? inside : `${found[1]}.${inside}`;
  };
}

/** Tensors by path under the names that torch has for them. */
export function named(operation: string, tensors: TorchTensors, options: TorchNames): Record<string, Tensor> {
  const nameOf = naming(options);
  const result: Record<string, Tensor> = {};
  for (const [path, tensor] of Object.entries(tensors)) {
    const name = nameOf(path);
    if (Object.hasOwn(result, name)) {
      throw new RangeError(`${operation} expects a name of its own for each tensor but got ${name} twice`);
    }
    result[name] = tensor;
  }
  return result;
}
