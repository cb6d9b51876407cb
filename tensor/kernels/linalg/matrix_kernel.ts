/**
 * Kernels of linear algebra: loops over matrices that lie one after the other.
 *
 * @module
 */
import { generatedKernel } from "../generated.ts";
import type { KernelReference } from "../kernel.ts";
import type { FloatingDType } from "../plan.ts";
import type { SimdMode } from "../simd/arithmetic.ts";
import { bidiagonalize } from "./bidiagonalize.ts";
import { factorDefinite } from "./cholesky.ts";
import { diagonalize } from "./diagonalize.ts";
import { eliminate, exchangeRows } from "./eliminate.ts";
import { multiplyLoop } from "./multiply.ts";
import { orthogonalize, turnedFactor } from "./orthogonalize.ts";
import { joinAll, joinReflections, reflect, reflector, reflectRows } from "./reflect.ts";
import { rotateLoop } from "./rotate.ts";
import type { MatrixLoop } from "./steps.ts";
import { substitute, substituteLoop } from "./substitute.ts";
import { tridiagonalize } from "./tridiagonalize.ts";

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
    ...{ reflector, joinReflections, joinAll, reflect, orthogonalize, turnedFactor, tridiagonalize },
    ...{ bidiagonalize, diagonalize, reflectRows },
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
    rotateTwice: (row, step, angles, other, count, width) => {
      ${
      mode === null ? "" : `if (count * width > ${FEW}) {
        double.rotateTwice(views.memory, row, step, angles, other, count, width + width % 2);
        return;
      }`
    }
      rotateLoop(p, ${rows}, width);
      rotateLoop(p, row, step, other, count, width);
    },
  };
  loop(p, views.${dtype}, at, begin, end, steps);
};
})()`);
}
