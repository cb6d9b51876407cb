import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { simdDrawKernel, type VectorDraw } from "../../../../tensor/kernels/simd/threefry.ts";
import { drawKernel } from "../../../../tensor/kernels/threefry.ts";
import { cuts } from "../launch.ts";
import { AREA_START, areaAfter, fillArea, firstDifference } from "./memory.ts";

const DRAWS: readonly VectorDraw[] = ["pair", "word", "byte", "originalPair", "originalWord"];

for (const draw of DRAWS) {
  Deno.test(`four lanes draw the same bits as the loop: ${draw}`, () => {
    fc.assert(fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 3 }),
      fc.nat({ max: 200 }),
      fc.nat({ max: 7 }),
      cuts,
      (seed, keys, each, shift, cuts) => {
        fillArea(seed);
        const output = AREA_START + 1024;
        const address = draw === "byte" ? output + shift : output / 4 + shift;
        const parameters = [AREA_START / 4 + shift, address, each];
        const run = (kernel: ReturnType<typeof drawKernel>): Uint32Array =>
          areaAfter(kernel, parameters, keys * each, cuts);
        assertEquals(firstDifference(run(simdDrawKernel(draw)), run(drawKernel(draw))), -1);
      },
    ));
  });
}
