/**
 * The WebAssembly modules that a program makes, so that the package can have them ready.
 *
 * @module
 */
import * as esbuild from "esbuild";
import settings from "../deno.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);
const MARK = "module\t";

const pathOf = (url: URL): string => decodeURIComponent(url.pathname);

/** Takes the place of `assembled.ts`: it prints what it assembles. */
const PRINTING = `
import { assemble } from "./assembler.ts";
export function assembled(name, define) {
  const bytes = assemble(define);
  console.log(${JSON.stringify(MARK)} + JSON.stringify([name, bytes.toBase64()]));
  return bytes;
}`;

const printing: esbuild.Plugin = {
  name: "printing",
  setup: (build) =>
    build.onLoad({ filter: /\/kernels\/simd\/assembled\.ts$/ }, ({ path }) => ({
      contents: PRINTING,
      loader: "ts",
      resolveDir: path.slice(0, path.lastIndexOf("/")),
    })),
};

/** The modules that a program makes, by name, in base64. */
export async function modulesOf(program: string): Promise<Readonly<Record<string, string>>> {
  const folder = await Deno.makeTempDir();
  try {
    const bundled = `${folder}/program.js`;
    await esbuild.build({
      entryPoints: [program],
      alias: Object.fromEntries(
        Object.entries(settings.exports).map(([entry, file]) => [
          entry.replace(".", settings.name),
          pathOf(new URL(file, ROOT)),
        ]),
      ),
      bundle: true,
      external: Object.keys(settings.imports),
      format: "esm",
      logLevel: "warning",
      outfile: bundled,
      plugins: [printing],
      target: "esnext",
    });
    const run = ["run", "--no-prompt", "--no-config", bundled, "1"];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: run }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const modules: Record<string, string> = {};
    for (const line of new TextDecoder().decode(stdout).split("\n")) {
      if (!line.startsWith(MARK)) continue;
      const [name, bytes]: [string, string] = JSON.parse(line.slice(MARK.length));
      if ((modules[name] ??= bytes) !== bytes) throw new Error(`Two modules are called ${name}`);
    }
    return modules;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What `ready.ts` becomes in a bundle. */
const PLACE = "READY={}";

/** The text of a bundle with modules in their place; null where it has none. */
export function withModules(text: string, modules: Readonly<Record<string, string>>): string | null {
  const [before, after, ...more] = text.split(PLACE);
  if (after === undefined) return null;
  if (more.length > 0) throw new Error("Expected one place for modules but got two places or more");
  return `${before}READY=${JSON.stringify(modules)}${after}`;
}
