/**
 * Makes the package as it is published. Each entry is one file, what several entries need lies in files that they
 * share, and the sources come along for their types. A process that imports it starts sooner: the host spends more on
 * each of some hundred modules than on what is in them.
 *
 * ```sh
 * deno task bundle         # in dist/
 * deno task bundle FOLDER  # elsewhere
 * ```
 *
 * @module
 */
import * as esbuild from "esbuild";
import { calledBy } from "./bundle/called.ts";
import { eager } from "./bundle/eager.ts";
import { modulesOf, withModules } from "./bundle/ready.ts";
import settings from "./deno.json" with { type: "json" };

const ROOT = new URL("./", import.meta.url);
const DIST = Deno.args.length > 0 ? toFileUrl(Deno.args[0]) : new URL("./dist/", ROOT);
/** Where the sources lie in the package. */
const TYPES = "types/";

/** The URL of a folder. */
function toFileUrl(path: string): URL {
  return new URL(`${path}/`, `file://${Deno.cwd()}/`);
}

const pathOf = (url: URL): string => decodeURIComponent(url.pathname);

/** The name of an entry's file, without its ending. */
const nameOf = (entry: string): string => entry === "." ? "mod" : entry.slice("./".length);

const entries = Object.entries(settings.exports).map(([entry, file]) => ({
  entry,
  file,
  name: nameOf(entry),
}));

/** What becomes a file beside the rest of what entries share: the two load sooner than one. */
const BESIDE = { name: "kernels", file: "tensor/kernel_choice.ts" };

/** What most programs do first. */
const FIRST_STEPS = pathOf(new URL("bundle/first_steps.ts", ROOT));

/** Bundles the entries; the packages that they import from elsewhere. */
async function bundle(): Promise<ReadonlySet<string>> {
  const { metafile } = await esbuild.build({
    entryPoints: Object.fromEntries(
      [...entries, BESIDE].map(({ file, name }) => [name, pathOf(new URL(file, ROOT))]),
    ),
    bundle: true,
    splitting: true,
    external: Object.keys(settings.imports),
    format: "esm",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    minifySyntax: true,
    minifyWhitespace: true,
    outdir: pathOf(DIST),
    target: "esnext",
  });
  // It is there to be cut off, and nobody's entry.
  await Deno.remove(new URL(`${BESIDE.name}.js`, DIST));
  const imported = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return new Set(imported.filter(({ external }) => external === true).map(({ path }) => path));
}

/** Has what most programs call compiled as soon as its file is loaded. */
async function compileEagerly(): Promise<void> {
  const called = await calledBy(FIRST_STEPS, pathOf(new URL("deno.json", DIST)), [["1"], ["2"]]);
  for await (const { name } of Deno.readDir(DIST)) {
    const url = new URL(name, DIST);
    const ranges = called.get(url.href);
    if (ranges !== undefined) await Deno.writeTextFile(url, eager(await Deno.readTextFile(url), ranges));
  }
}

/** Puts the modules that most programs need where they are looked for. */
async function addModules(): Promise<void> {
  const modules = await modulesOf(FIRST_STEPS);
  let places = 0;
  for (const { name } of [...Deno.readDirSync(DIST)]) {
    const url = new URL(name, DIST);
    const text = name.endsWith(".js") ? withModules(await Deno.readTextFile(url), modules) : null;
    if (text === null) continue;
    await Deno.writeTextFile(url, text);
    places++;
  }
  if (places !== 1) throw new Error(`Expected one file with a place for modules but got ${places}`);
}

/** Says in each entry where its types are. */
async function addTypes(): Promise<void> {
  for (const { file, name } of entries) {
    const url = new URL(`${name}.js`, DIST);
    const types = `/* @ts-self-types="./${file.replace("./", TYPES)}" */\n`;
    await Deno.writeTextFile(url, types + await Deno.readTextFile(url));
  }
}

/** Copies what a pattern of `publish.include` means: a file, or the TypeScript files of a folder. */
async function copy(pattern: string, into: URL): Promise<void> {
  const [path, files] = pattern.split("**/*");
  if (files === undefined) {
    await Deno.mkdir(new URL("./", new URL(path, into)), { recursive: true });
    return await Deno.copyFile(new URL(path, ROOT), new URL(path, into));
  }
  for await (const { name, isDirectory } of Deno.readDir(new URL(path, ROOT))) {
    const excluded = settings.publish.exclude.includes(path + name);
    if (isDirectory) await copy(`${path}${name}/**/*${files}`, into);
    else if (name.endsWith(files) && !excluded) await copy(path + name, into);
  }
}

await Deno.remove(DIST, { recursive: true }).catch(() => {});
const packages = await bundle();
for (const pattern of settings.publish.include) {
  if (pattern.endsWith(".ts")) await copy(pattern, new URL(TYPES, DIST));
  else if (pattern !== "deno.json") await copy(pattern, DIST);
}
const { name, version, license, compilerOptions, nodeModulesDir } = settings;
const imports = Object.fromEntries(Object.entries(settings.imports).filter(([name]) => packages.has(name)));
const exports = Object.fromEntries(entries.map(({ entry, name }) => [entry, `./${name}.js`]));
// Git ignores the folder, which must not keep it from being published.
const publish = { exclude: ["!**/*"] };
await Deno.writeTextFile(
  new URL("deno.json", DIST),
  JSON.stringify(
    { name, version, license, exports, imports, publish, compilerOptions, nodeModulesDir },
    null,
    2,
  ),
);
await compileEagerly();
// Afterwards, so that what assembles other modules counts as called.
await addModules();
await addTypes();
await esbuild.stop();
