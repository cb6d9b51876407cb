/**
 * Layers inside of layers: their names, paths, keys, and places in the trees of params and state.
 *
 * @module
 */
import { random, scope, type Shape, type Tensor, tree } from "../tensor/mod.ts";
import type {
  Applied,
  ApplyOptions,
  Initialized,
  Layer,
  LayerContext,
  Params,
  ParamsOf,
  StateOf,
  Variables,
} from "./layer.ts";

/** Layers by name. */
export type Layers = { readonly [name: string]: Layer };

/** Params of several layers by name, without those that have none. */
export type ChildParams<L extends Layers> = {
  readonly [K in keyof L as keyof ParamsOf<L[K]> extends never ? never : K]: ParamsOf<L[K]>;
};

/** State of several layers by name, without those that have none. */
export type ChildState<L extends Layers> = {
  readonly [K in keyof L as keyof StateOf<L[K]> extends never ? never : K]: StateOf<L[K]>;
};

const NONE: Params = {};

/** The layers of a combinator in order, checked: names that make paths, and values that are layers. */
export function childrenOf(operation: string, layers: Layers): readonly (readonly [string, Layer])[] {
  if (!tree.isNode(layers) || Array.isArray(layers)) {
    throw new TypeError(
      `${operation} expects an object of layers by name but got ${tree.describe(layers)}`,
    );
  }
  const children = Object.entries(layers);
  if (children.length === 0) throw new RangeError(`${operation} expects at least one layer but got none`);
  for (const [name, layer] of children) {
    // JavaScript moves names that are integers to the front, which would change the order of the layers.
    if (name === "" || name.includes("/") || name === "__proto__" || /^\d+$/.test(name)) {
      throw new RangeError(
        `${operation} expects names that are not empty, not integers and without "/" but got "${name}"`,
      );
    }
    if (typeof layer?.init !== "function" || typeof layer.apply !== "function") {
      const hint = typeof layer === "function" ? ": call it, or wrap it with activation" : "";
      throw new TypeError(`${operation} expects a layer at ${name} but got ${tree.describe(layer)}${hint}`);
    }
  }
  return children;
}

/** A key for the child of a name, which does not depend on the layers beside it: 32-bit FNV-1a of the name. */
function childKey(key: Tensor, name: string): Tensor {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return random.foldIn(key, hash >>> 0);
}

function childPath(context: LayerContext, name: string): string {
  return context.path === undefined || context.path === "" ? name : `${context.path}/${name}`;
}

/** Initializes a child with a key of its own. */
export function initChild(
  [name, layer]: readonly [string, Layer],
  key: Tensor,
  inputShape: Shape,
  context: LayerContext,
): Initialized {
  // What drawing leaves behind is many times the params.
  return scope(() => layer.init(childKey(key, name), inputShape, { path: childPath(context, name) }));
}

/** Applies a child to its part of params and state, with a key of its own. */
export function applyChild(
  [name, layer]: readonly [string, Layer],
  variables: Variables<unknown, unknown>,
  x: Tensor,
  options: ApplyOptions,
): Applied {
  const { training, key, observe } = options;
  const part = { params: partOf(variables.params, name), state: partOf(variables.state, name) };
  const path = childPath(options, name);
  const own = key === undefined || training !== true ? undefined : childKey(key, name);
  const applied = layer.apply(part, x, { ...options, key: own, path });
  observe?.({ path, layer, variables: part, input: x, output: applied.output });
  return applied;
}

function partOf(variables: unknown, name: string): Params {
  if (!tree.isNode(variables) || !Object.hasOwn(variables, name)) return NONE;
  return (variables as Readonly<Record<string, Params>>)[name];
}

/** Sets a child's params or state in a tree, unless it has none. */
export function setPart(target: Record<string, Params>, name: string, part: Params): void {
  if (!tree.isNode(part) || Object.keys(part).length > 0) target[name] = part;
}

/** Initializes children that all take the same input: params and state by name, and the shape of each output. */
export function initEach(
  children: readonly (readonly [string, Layer])[],
  key: Tensor,
  inputShape: Shape,
  context: LayerContext,
): { readonly params: Params; readonly state: Params; readonly shapes: readonly Shape[] } {
  const params: Record<string, Params> = {};
  const state: Record<string, Params> = {};
  const shapes = children.map((child) => {
    const initialized = initChild(child, key, inputShape, context);
    setPart(params, child[0], initialized.params);
    setPart(state, child[0], initialized.state);
    return initialized.outputShape;
  });
  return { params, state, shapes };
}

/** Applies children that all take the same input: the outputs in order, and the state by name. */
export function applyEach(
  children: readonly (readonly [string, Layer])[],
  variables: Variables<unknown, unknown>,
  x: Tensor,
  options: ApplyOptions,
): { readonly outputs: readonly Tensor[]; readonly state: Params } {
  const state: Record<string, Params> = {};
  const outputs = children.map((child) => {
    const applied = applyChild(child, variables, x, options);
    setPart(state, child[0], applied.state);
    return applied.output;
  });
  return { outputs, state };
}
