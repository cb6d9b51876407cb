/**
 * How the params and state of a layer stand in a state_dict of torch.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type Tensor, transpose, tree } from "../tensor/mod.ts";
import type { Layer, Params, TorchForm, TorchTensors, Variables } from "./layer.ts";

/** One tensor of a layer in torch. */
export interface TorchEntry {
  /** Whether it is trained. */
  readonly kind: "params" | "state";
  /** Its name in the layer's params or state; absent tensors are passed over. */
  readonly key: string;
  /** Its name in torch. */
  readonly name: string;
  /** The order of its axes that torch has, where that is another; its own axes, as `transpose` takes them. */
  readonly axes?: readonly number[];
}

/** Options of {@linkcode torchEntries}. */
export interface TorchEntriesOptions {
  /** Names that torch has for what the layer does without. @default {[]} */
  readonly ignored?: readonly string[];
}

const TORCH_ENTRIES_OPTIONS = { ignored: true } as const;

/**
 * The form of a layer whose tensors each have one counterpart in torch.
 *
 * @example A layer of one's own: a learned factor, which a module of torch calls weight
 * ```ts
 * import { multiply, ones, random, type Tensor } from "@weft/weft";
 * import { type Layer, torchEntries, toTorch } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const factor: Layer<{ readonly factor: Tensor }> = {
 *   torch: torchEntries([{ kind: "params", key: "factor", name: "weight" }]),
 *   init: (_key, inputShape) => ({ params: { factor: ones([]) }, state: {}, outputShape: inputShape }),
 *   apply: ({ params, state }, x) => ({ output: multiply(x, params.factor), state }),
 * };
 * assertEquals(Object.keys(toTorch(factor, factor.init(random.key(0), [2]))), ["weight"]);
 * ```
 */
export function torchEntries(
  entries: readonly TorchEntry[],
  options: TorchEntriesOptions = {},
): TorchForm {
  checkOptionNames("torchEntries", options, TORCH_ENTRIES_OPTIONS);
  const { ignored = [] } = options;
  return {
    toTorch(variables) {
      const tensors: Record<string, Tensor> = {};
      for (const { kind, key, name, axes } of entries) {
        const value = tensorAt(variables[kind], key);
        if (value !== undefined) tensors[name] = axes === undefined ? value : transpose(value, axes);
      }
      return tensors;
    },
    fromTorch(tensors, like) {
      const variables = { params: {} as Record<string, Tensor>, state: {} as Record<string, Tensor> };
      for (const { kind, key, name, axes } of entries) {
        if (tensorAt(like[kind], key) === undefined) continue;
        const value = tensors[name];
        variables[kind][key] = axes === undefined
          ? value
          : transpose(value, axes.map((_, i) => axes.indexOf(i)));
      }
      return variables;
    },
    ignored,
  };
}

function tensorAt(variables: Params, key: string): Tensor | undefined {
  return Object.hasOwn(variables, key) ? variables[key] as Tensor : undefined;
}

/** Tensors each of which is made anew whenever it is asked for, so that those of a large file need not be kept. */
export function lazyTensors(names: readonly string[], read: (name: string) => Tensor): TorchTensors {
  const properties = names.map((name) => [name, { enumerable: true, get: () => read(name) }] as const);
  return Object.defineProperties({}, Object.fromEntries(properties));
}

/** The tensors inside of a part, under their names there; none is asked for. */
export function inside(tensors: TorchTensors, part: string): TorchTensors {
  const names = Object.keys(tensors).filter((path) => path.startsWith(`${part}/`));
  return lazyTensors(names.map((path) => path.slice(part.length + 1)), (name) => tensors[`${part}/${name}`]);
}

/** The form of a layer that combines others, whose params and state are those of the others by their names. */
export function torchChildren(operation: string, children: readonly (readonly [string, Layer])[]): TorchForm {
  const partOf = ({ params, state }: Variables<Params, Params>, name: string): Variables<Params, Params> => ({
    params: Object.hasOwn(params, name) ? params[name] as Params : {},
    state: Object.hasOwn(state, name) ? state[name] as Params : {},
  });
  return {
    toTorch(variables) {
      const tensors: Record<string, Tensor> = {};
      for (const [name, layer] of children) {
        const part = partOf(variables, name);
        if (isEmpty(part)) continue;
        for (const [path, value] of Object.entries(torchOf(operation, name, layer).toTorch(part))) {
          tensors[`${name}/${path}`] = value;
        }
      }
      return tensors;
    },
    fromTorch(tensors, like) {
      const variables = { params: {} as Record<string, Params>, state: {} as Record<string, Params> };
      for (const [name, layer] of children) {
        const part = partOf(like, name);
        if (isEmpty(part)) continue;
        const { params, state } = torchOf(operation, name, layer).fromTorch(inside(tensors, name), part);
        if (Object.hasOwn(like.params, name)) variables.params[name] = params;
        if (Object.hasOwn(like.state, name)) variables.state[name] = state;
      }
      return variables;
    },
    ignored: children.flatMap(([name, { torch }]) => (torch?.ignored ?? []).map((path) => `${name}/${path}`)),
  };
}

function isEmpty({ params, state }: Variables<Params, Params>): boolean {
  return tree.entries(params).length === 0 && tree.entries(state).length === 0;
}

/**
 * The form of a layer.
 *
 * @throws {TypeError} If it says none.
 */
export function torchOf(operation: string, path: string, { name = "layer", torch }: Layer): TorchForm {
  if (torch !== undefined) return torch;
  const at = path === "" ? name : `${name} at ${path}`;
  throw new TypeError(`${operation} expects layers that say how their tensors stand in torch but got ${at}`);
}
