/**
 * Kernels of linear algebra: loops over matrices that lie one after the other.
 *
 * @module
 */
import { generatedKernel } from "../generated.ts";
import type { KernelReference } from "../kernel.ts";
import type { FloatingDType } from "../plan.ts";
import type { SimdMode } from "../simd/arithmetic.ts";
import { factorDefinite } from "./cholesky.ts";
import { eliminate, exchangeRows } from "./eliminate.ts";
import { type Multiply, multiplyLoop } from "./multiply.ts";
import { orthogonalize, turnedFactor } from "./orthogonalize.ts";
import { joinAll, joinReflections, reflect, reflector } from "./reflect.ts";
import { type Rotate, rotateLoop } from "./rotate.ts";
import { substitute, substituteLoop } from "./substitute.ts";

/** What loops share, by name, so that each finds the others on any thread. Addresses and steps count float64 elements. */
export interface Steps {
  /** Products. */
  readonly multiply: Multiply;
  /** Triangular systems. */
  readonly substitute: typeof substitute;
  /** Triangular systems of at most eight unknowns. */
  readonly substituteBlock: (
    a: number,
    aRow: number,
    aColumn: number,
    n: number,
    lower: boolean,
    unit: boolean,
    b: number,
    bRow: number,
    k: number,
  ) => void;
  /** Triangular factors of positive definite matrices. */
  readonly factorDefinite: typeof factorDefinite;
  /** Triangular factors of square matrices. */
  readonly eliminate: typeof eliminate;
  /** Exchanges of rows. */
  readonly exchangeRows: typeof exchangeRows;
  /** A reflection. */
  readonly reflector: typeof reflector;
  /** Two groups of reflections as one. */
  readonly joinReflections: typeof joinReflections;
  /** Reflections as one group. */
  readonly joinAll: typeof joinAll;
  /** Triangles by reflections. */
  readonly reflect: typeof reflect;
  /** Orthogonal times triangular factors. */
  readonly orthogonalize: typeof orthogonalize;
  /** Products of reflections, transposed. */
  readonly turnedFactor: typeof turnedFactor;
  /** Rotations of rows. */
  readonly rotate: Rotate;
}

/**
 * The loop over the matrices `begin` to `end`. Arguments of the kernel are in `p` from `at` on, as for every
 * kernel; `x` is the heap as the dtype of the matrices. All of them use the area of the first, which stays in the cache.
 * The function is carried to other threads as its own
 * source, so it uses nothing but its parameters and what the language has.
 */
export type MatrixLoop = (
  p: Float64Array,
  x: Float32Array | Float64Array,
  at: number,
  begin: number,
  end: number,
  steps: Steps,
) => void;

/** Multiplications of a product that take less time than the way into WebAssembly. */
const FEW = 200;

/**
 * The kernel called `name` for matrices of a dtype, made when it is first asked for. Its products run in vectors of a
 * mode, or as loops over typed arrays where that is null.
 */
export function matrixKernel(
  name: string,
  dtype: FloatingDType,
  loop: MatrixLoop,
  mode: SimdMode | null = null,
): KernelReference {
  const fused = mode === "relaxed";
  const product = "c, cRow, a, aRow, aColumn, b, bRow, bColumn, rows, inner, columns, add";
  const system = "b, bRow, k";
  const rows = "row, step, angles, count";
  /** What comes before the call of a loop: where vectors do it instead. */
  const vectors = (when: string, call: string): string => mode === null ? "" : `${when} ? double.${call} : `;
  const shared = {
    ...{ substitute, eliminate, exchangeRows, factorDefinite },
    ...{ reflector, joinReflections, joinAll, reflect, orthogonalize, turnedFactor },
  };
  return generatedKernel(`${name} ${dtype} ${mode}`, () =>
    `(() => {
const loop = ${loop};
const multiplyLoop = ${multiplyLoop};
const rotateLoop = ${rotateLoop};
const substituteLoop = ${substituteLoop};
const shared = {${Object.entries(shared).map(([name, step]) => `${name}: ${step}`)}};
return (views, at, begin, end) => {
  const p = views.float64;
  const steps = {
    ...shared,
    multiply: (${product}) =>
      ${
      vectors(
        `rows * inner * columns > ${FEW} && (columns > 1 || (aColumn === 1 && bRow === 1))`,
        `multiply(views, ${fused}, ${product})`,
      )
    }multiplyLoop(p, ${product}),
    substituteBlock: (a, aRow, aColumn, n, lower, unit, ${system}) =>
      ${
      vectors("n === 8 && k > 3", `substitute(views, ${fused}, a, aRow, aColumn, lower, unit, ${system})`)
    }substituteLoop(p, a, aRow, aColumn, n, lower, unit, ${system}),
    rotate: (${rows}, width) =>
      ${
      vectors(`count * width > ${FEW}`, `rotate(views.memory, ${rows}, width + width % 2)`)
    }rotateLoop(p, ${rows}, width),
  };
  loop(p, views.${dtype}, at, begin, end, steps);
};
})()`);
}
