/**
 * The modules that a program makes.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { modulesOf, withModules } from "../../bundle/ready.ts";
import { assemble } from "../../tensor/kernels/simd/assembler.ts";
import { PACKING } from "../../tensor/kernels/simd/pack.ts";
import { definePanel } from "../../tensor/kernels/simd/tile.ts";

Deno.test("the modules of a program are what the sources assemble for it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const program = `${folder}/program.ts`;
    await Deno.writeTextFile(
      program,
      `
import { matmul, tensor, transpose } from "@weft/weft/tensor";
const x = tensor(new Float32Array(65536).fill(1), { shape: [256, 256] });
console.log(matmul(x, transpose(x)).at(0).at(0).item());
`,
    );
    const modules = await modulesOf(program);
    const [panel] = Object.keys(modules).filter((name) => name.startsWith("panel|6|2|unit|"));
    const relaxed = panel.endsWith("true");
    assertEquals(
      modules[panel],
      assemble((module) =>
        definePanel(module, {
          vectors: 6,
          form: "unit",
          relaxed,
          heights: [2],
          shared: 0,
          many: false,
          rest: 0,
        })
      ).toBase64(),
    );
    assertEquals(modules.packRows, assemble(PACKING.packRows).toBase64());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("modules go where a file has its one place for them", () => {
  assertEquals(withModules("a;var READY={};b", { 'x"': "AA==" }), `a;var READY={"x\\"":"AA=="};b`);
  assertEquals(withModules("a;b", {}), null);
  assertThrows(() => withModules("READY={},READY={}", {}), Error, "two places");
});
