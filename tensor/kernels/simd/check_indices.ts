/**
 * Indices checked four at a time in WebAssembly SIMD; see `../check_indices.ts`.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { checkIndicesSource } from "../check_indices.ts";
import { generatedKernel } from "../generated.ts";
import type { KernelReference } from "../kernel.ts";
import { assembled } from "./assembled.ts";
import type { Local, ModuleBuilder } from "./assembler.ts";
import { moduleSource } from "./module_source.ts";
import { argument } from "./operands.ts";
import { POSITIONS } from "./positions.ts";
import { i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

/**
 * The loop for int32 or uint32, with the arguments and units of `checkIndicesKernel`: vectors go up to the first four of which
 * one is outside of the axis, and the loop of typed arrays goes on from there.
 */
export function simdCheckIndicesKernel(dtype: DType, operation: string): KernelReference {
  const name = `simd|checkIndices|${dtype}`;
  return generatedKernel(`${name}|${operation}`, () => {
    const vectors = moduleSource(assembled(name, (module) => defineCheck(module, dtype)), ["begin", "end"]);
    return `(() => {
const vectors = ${vectors};
const others = ${checkIndicesSource(dtype, operation)};
return (views, at, begin, end) => others(views, at, vectors(views, at, begin, end), end);
})()`;
  });
}

/** Vectors of which all are inside or not. */
const TOGETHER = 4;

/** Defines `run`, which gives the unit up to which it went. */
function defineCheck(module: ModuleBuilder, dtype: DType): void {
  module.define("run", ["i32", "i32", "i32", "i32"], "i32", (f, block, begin, end) => {
    const extent = f.local("v128", i32x4.splat(argument(block, 2)));
    const [from, to] = [0, 1].map((i) => f.local("i32", i32.shl(i32.add(argument(block, i), begin), 2)));
    const inside = f.local("i32", 1);
    const places = Array.from({ length: TOGETHER }, () => f.local("v128"));
    const loop = (together: readonly Local<"v128">[]): void => {
      const count = together.length * POSITIONS;
      f.set(inside, 1);
      f.while(i32.and(inside, i32.leU(i32.add(begin, count), end)), () => {
        together.forEach((place, i) => {
          f.set(place, v128.load(from, 16 * i));
          if (dtype === "int32") f.set(place, i32x4.add(place, v128.and(extent, i32x4.shrS(place, 31))));
        });
        const outside = together.map((place) => i32x4.geU(place, extent)).reduce(v128.or);
        f.set(inside, i32.eqz(v128.anyTrue(outside)));
        f.if(inside, () => {
          together.forEach((place, i) => f.store("v128", to, place, 16 * i));
          f.advance(from, 4 * count);
          f.advance(to, 4 * count);
          f.advance(begin, count);
        });
      });
    };
    loop(places);
    loop(places.slice(0, 1));
    return begin;
  });
}
