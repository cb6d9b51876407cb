/**
 * Replaying transforms of fixed functions: gradients, Jacobians, pullbacks, tangents and batches of any depth.
 *
 * @module
 */
import {
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  scope,
  square,
  sum,
  Tensor,
  tree,
  valueAndGrad,
  vjp,
  vmap,
} from "../../tensor/mod.ts";
import { fromGolden, goldenData, type GoldenTensor } from "../tensor/golden.ts";
import { FUNCTIONS, type GoldenFunction } from "./autodiff_functions.ts";
import { distance, type GoldenFile, replayCases, type Replayer, UnsupportedError } from "./replay.ts";

interface Options {
  readonly argnums?: number | readonly number[];
  readonly has_aux?: boolean;
  readonly first?: number;
  readonly second?: number;
  readonly in_axes?: unknown;
  readonly out_axes?: unknown;
  readonly inner?: readonly unknown[];
  readonly outer?: readonly unknown[];
}

interface Case {
  readonly name: string;
  readonly function: string;
  readonly transform: string;
  readonly options: Options;
  readonly dtype: string;
  readonly inputs: readonly unknown[];
  readonly output?: unknown;
  readonly raises?: string;
  readonly advisory?: boolean;
}

// The functions are of a table, and every transform has other types.
type Scalar = (...args: unknown[]) => Tensor;

function argnumsOf({ argnums }: Options): { readonly argnums?: number | readonly number[] } {
  return argnums === undefined ? {} : { argnums };
}

function axesOf({ in_axes, out_axes }: Options): { readonly inAxes?: unknown; readonly outAxes?: unknown } {
  return {
    ...(in_axes === undefined ? {} : { inAxes: in_axes }),
    ...(out_axes === undefined ? {} : { outAxes: out_axes }),
  };
}

/** A function of a scalar and something to pass along, as ours say it. */
function withAux(
  f: GoldenFunction,
): (...args: unknown[]) => { readonly value: Tensor; readonly aux: unknown } {
  return (...args) => {
    const [value, aux] = f(...args) as [Tensor, unknown];
    return { value, aux };
  };
}

const asList = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : [value];

/** From a function and options to the function of the inputs that gives the output. */
const TRANSFORMS: Readonly<Record<string, (f: GoldenFunction, options: Options) => GoldenFunction>> = {
  call: (f) => f,
  grad: (f, options) =>
    options.has_aux === true
      ? (...args) => {
        const { gradient, aux } = valueAndGrad(withAux(f), argnumsOf(options))(...args as [unknown]);
        return [gradient, aux];
      }
      : grad(f as Scalar, argnumsOf(options)) as GoldenFunction,
  valueAndGrad: (f, options) => (...args) => {
    const given = options.has_aux === true ? withAux(f) : f as Scalar;
    const { value, gradient, aux } = valueAndGrad(given, argnumsOf(options))(...args as [unknown]);
    return options.has_aux === true ? [[value, aux], gradient] : [value, gradient];
  },
  grad2: (f) => grad(grad(f as Scalar) as Scalar) as GoldenFunction,
  grad3: (f) => grad(grad(grad(f as Scalar) as Scalar) as Scalar) as GoldenFunction,
  grad4: (f) => grad(grad(grad(grad(f as Scalar) as Scalar) as Scalar) as Scalar) as GoldenFunction,
  mixed: (f, { first = 0, second = 0 }) =>
    grad(grad(f as Scalar, { argnums: first }) as Scalar, { argnums: second }) as GoldenFunction,
  jacfwd: (f, options) => jacfwd(f, argnumsOf(options)),
  jacrev: (f, options) => jacrev(f, argnumsOf(options)),
  hessian: (f, options) => hessian(f as Scalar, argnumsOf(options)),
  hessianReverse: (f) => jacrev(jacrev(f)),
  hvp: (f) => (x, v) => hvp(f as Scalar, x, v),
  thirdDerivativeTensor: (f) => jacfwd(hessian(f as Scalar)),
  gradOfGradNorm: (f) => grad((x: Tensor) => sum(square(grad(f as Scalar)(x) as Tensor))) as GoldenFunction,
  gradOfHvp: (f) => grad((x: Tensor, v: Tensor) => sum(square(hvp(f as Scalar, x, v)))) as GoldenFunction,
  vjp: (f) => (args, cotangents) => {
    const { value, pullback } = vjp((...given: unknown[]) => asList(f(...given)), ...args);
    return [value, pullback(cotangents)];
  },
  jvp: (f) => (args, tangents) => {
    const { value, tangent } = jvp((...given: unknown[]) => asList(f(...given)), args, tangents);
    return [value, tangent];
  },
  vjpOfVjp: (f) => (x, g, h) => {
    const pull = (y: unknown, c: unknown): unknown => vjp(f, y).pullback(c)[0];
    return vjp(pull, x, g).pullback(h);
  },
  vmap: (f, options) => vmap(f, axesOf(options)),
  vmapGrad: (f, options) => vmap(grad(f as Scalar, argnumsOf(options)) as GoldenFunction, axesOf(options)),
  vmapVmap: (f, { inner, outer }) => vmap(vmap(f, { inAxes: inner }), { inAxes: outer }),
  vmapHessian: (f, options) => vmap(hessian(f as Scalar) as GoldenFunction, axesOf(options)),
  gradOfVmapSum: (f, options) =>
    grad((...args: unknown[]) => sum(square(vmap(f, axesOf(options))(...args) as Tensor))) as GoldenFunction,
};

function isGolden(node: unknown): node is GoldenTensor {
  return typeof node === "object" && node !== null && "shape" in node && "dtype" in node && "data" in node;
}

/** A tree of golden tensors as one of ours. */
function decode(node: unknown): unknown {
  if (isGolden(node)) return fromGolden(node);
  if (Array.isArray(node)) return node.map(decode);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, decode(child)]));
}

/** Relative and absolute distances, the latter times the greatest number of the leaf. */
const TOLERANCES = { float64: [1e-12, 1e-14], float32: [1e-5, 4e-6] } as const;

function compare(path: string, actual: unknown, expected: unknown): string {
  if (isGolden(expected)) return compareLeaf(path, actual, expected);
  if (expected === null) {
    return actual === null ? "" : `${path}: expected nothing but got ${tree.describe(actual)}`;
  }
  const [ours, theirs] = [actual, expected] as readonly Readonly<Record<string, unknown>>[];
  const keys = Object.keys(theirs);
  if (!tree.isNode(ours) || Object.keys(ours).length !== keys.length) {
    return `${path}: expected ${tree.describe(expected)} but got ${tree.describe(actual)}`;
  }
  for (const key of keys) {
    const found = compare(`${path}/${key}`, ours[key], theirs[key]);
    if (found !== "") return found;
  }
  return "";
}

function compareLeaf(path: string, actual: unknown, expected: GoldenTensor): string {
  if (!(actual instanceof Tensor)) return `${path}: expected a tensor but got ${tree.describe(actual)}`;
  if (actual.dtype !== expected.dtype || `${actual.shape}` !== `${expected.shape}`) {
    return `${path}: expected ${expected.dtype}[${expected.shape}] but got ${actual.dtype}[${actual.shape}]`;
  }
  const [data, wanted] = [actual.data(), goldenData(expected)];
  const precision = actual.dtype === "float64" ? "float64" : "float32";
  const [relative, absolute] = TOLERANCES[precision];
  const scale = Math.max(0, ...wanted.map(Math.abs).filter(Number.isFinite));
  for (let i = 0; i < data.length; i++) {
    const value = precision === "float32" ? Math.fround(wanted[i]) : wanted[i];
    const near = data[i] === value || (Number.isNaN(data[i]) && Number.isNaN(value)) ||
      Math.abs(data[i] - value) <= relative * Math.abs(value) + absolute * scale;
    if (!near) {
      const units = distance(data[i], value, precision);
      return `${path}: expected ${value} at ${i} but got ${data[i]}, ${units} units in the last place off`;
    }
  }
  return "";
}

/** Runs a case, with the transformed function passed through `around`; returns the first difference. */
export function runCase(one: Case, around: (f: GoldenFunction) => GoldenFunction = (f) => f): string {
  const { name, function: id, transform, options } = one;
  if (!Object.hasOwn(FUNCTIONS, id)) throw new UnsupportedError(id);
  if (!Object.hasOwn(TRANSFORMS, transform)) throw new UnsupportedError(transform);
  if (one.advisory === true) throw new UnsupportedError(`${id} of undefined behaviour`);
  return scope(() => {
    const inputs = one.inputs.map(decode);
    const run = (): unknown => around(TRANSFORMS[transform](FUNCTIONS[id], options))(...inputs);
    if (one.raises !== undefined) {
      try {
        run();
      } catch {
        return "";
      }
      return `${name}: expected an error but got a result`;
    }
    const found = compare("output", run(), one.output);
    return found === "" ? "" : `${name}: ${found}`;
  });
}

/** Replays the files of the form of `autodiff.json`. */
export const autodiffReplayer: Replayer = {
  match: ({ cases }: GoldenFile) => {
    const first = cases[0] as { readonly function?: unknown; readonly transform?: unknown } | undefined;
    return typeof first?.function === "string" && typeof first.transform === "string";
  },
  replay: ({ cases }) => replayCases(cases as readonly Case[], ({ name }) => name, (one) => runCase(one)),
};
