/**
 * The package as it is published.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";

const ROOT = new URL("../../", import.meta.url);

async function deno(args: readonly string[], cwd: string | URL = ROOT): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    signal: AbortSignal.timeout(120_000),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the bundled package is one library, whatever is imported, without permissions and with threads", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await deno(["run", "-A", "bundle.ts", folder]);
    await deno(["publish", "--dry-run", "--allow-dirty", "--no-check"], folder);
    const program = `${folder}/program.ts`;
    await Deno.writeTextFile(
      program,
      `
import * as weft from "@weft/weft";
import * as t from "@weft/weft/tensor";
import { dense } from "@weft/weft/nn";
import { sgd } from "@weft/weft/optim";
import { constant } from "@weft/weft/schedules";
t.configure({ threads: 2 });
const params = t.ones([300, 300]);
const step = weft.compile((x: weft.Tensor) => sgd({ learningRate: constant(1) }).step(
  sgd({ learningRate: constant(1) }).init(x), t.grad((p: t.Tensor) => t.sum(t.matmul(p, p)))(x), x).params);
const begin = performance.now();
while (weft.info().workers < 1 && performance.now() < begin + 20_000) step(params);
const same = weft.nn.dense === dense && weft.Tensor === t.Tensor;
console.log(same, step(params).at(0).at(0).item(), weft.info().workers);
`,
    );
    for await (const { name } of Deno.readDir(folder)) {
      const entry = /^(\w+)\.js$/.exec(name);
      if (entry === null) continue;
      const [, types] = /@ts-self-types="(.*?)"/.exec(await Deno.readTextFile(`${folder}/${name}`))!;
      assertEquals((await Deno.stat(`${folder}/${types}`)).isFile, true);
    }
    // What programs do first is compiled at once.
    const chunks = [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("chunk-"));
    const sources = await Promise.all(chunks.map(({ name }) => Deno.readTextFile(`${folder}/${name}`)));
    for (const name of ["matmul", "makeProgram", "softmaxCrossEntropy", "chain"]) {
      assertEquals(sources.some((source) => source.includes(`var ${name}=(function ${name}(`)), true, name);
    }
    assertEquals(sources.some((source) => source.includes('READY={"')), true);
    const config = ["--config", `${folder}/deno.json`];
    assertEquals(await deno(["run", "--no-prompt", ...config, program]), "true -599 1");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
