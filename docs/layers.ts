/**
 * Writes docs/layers.md from the layers and their docs: `deno run -A docs/layers.ts`.
 *
 * @module
 */
import { summary } from "../nn/mod.ts";
import { random } from "../tensor/mod.ts";
import { formatShape } from "../tensor/shape.ts";
import { formatMarkdown } from "./format.ts";
import {
  describePath,
  type DocProperty,
  propertiesOf,
  readSymbols,
  type Symbols,
} from "./layers/doc_json.ts";
import { ENTRIES, type LayerEntry, makeLayer } from "./layers/entries.ts";
import { type LayerExport, layersOf, variablesType } from "./layers/layers_of.ts";
import { tensorsOf } from "./layers/tensors.ts";
import { table } from "./promotion.ts";

/** Throws unless there is an entry for each layer and for nothing else. */
export function checkEntries(layers: readonly { readonly name: string }[]): void {
  const names = layers.map(({ name }) => name);
  const missing = names.filter((name) => !Object.hasOwn(ENTRIES, name));
  const unknown = Object.keys(ENTRIES).filter((name) => !names.includes(name));
  if (missing.length + unknown.length === 0) return;
  throw new Error(
    `Expected docs/layers/entries.ts to have each layer but it lacks ${
      missing.join(", ") || "none"
    } and has ${unknown.join(", ") || "no"} others`,
  );
}

/** Text without references. */
const plain = (text: string): string => text.trim().replaceAll(/\{@link(?:code)? ([^}]*)\}/g, "`$1`");

/** Text for a cell: in one line, without the columns' own sign. */
const cell = (text: string): string => plain(text).replaceAll(/\s+/g, " ").replaceAll("|", "\\|");

/** All up to the first blank line. */
const firstParagraph = (text: string): string => plain(text).split("\n\n")[0];

/** What an option is if it is not given. */
function defaultOf({ optional = false, jsDoc }: DocProperty): string {
  if (!optional) return "required";
  const tagged = jsDoc?.tags?.find(({ kind }) => kind === "default")?.doc;
  if (tagged !== undefined) return tagged.replace(/^\{|\}$/g, "");
  const text = (jsDoc?.doc ?? "").trim();
  const quoted = /("[^"]*")[^"]*the default\)/.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  const parts = text.split(/; |[.:] (?=[A-Z0-9])/);
  return parts.find((part) => part.includes(" by default"))?.split(" by default")[0]
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()) ?? "none";
}

function optionRows(symbols: Symbols, { parameters }: LayerExport): readonly (readonly string[])[] {
  return parameters.flatMap((type) => propertiesOf(symbols, type)).map((property) => [
    `\`${property.name}\``,
    cell(defaultOf(property)),
    cell(property.jsDoc?.doc ?? ""),
  ]);
}

function tensorRows(symbols: Symbols, layer: LayerExport, entry: LayerEntry): readonly (readonly string[])[] {
  const made = makeLayer(entry);
  const { params, state } = made.init(random.key(0), entry.inputShape);
  return tensorsOf(made, { params, state }).map(({ kind, path, shape, torch }) => [
    `\`${path}\``,
    kind,
    formatShape(shape),
    torch === null ? "-" : torch.map(({ name, shape }) => `\`${name}\` ${formatShape(shape)}`).join(", "),
    cell(describePath(symbols, variablesType(symbols, layer.type, kind), path.split("/"))),
  ]);
}

const number = (value: number): string => Math.round(value).toLocaleString("en");

/** The example in a sentence: shapes and what `summary` counts. */
function exampleOf({ call, inputShape, dtype = "float32", apply = {} }: LayerEntry): string {
  const made = makeLayer({ call, inputShape, torch: null, flax: null });
  const { outputShape } = made.init(random.key(0), inputShape);
  const { flops, parameters } = summary(made, inputShape, { dtype, apply });
  const batch = (shape: readonly number[]): string => `[${["n", ...shape].join(", ")}]`;
  const costs = flops === 0 ? "no operations" : `${number(flops)} operations`;
  return `\`${call}\` takes ${batch(inputShape)} to ${batch(outputShape)} with ${
    number(parameters)
  } parameters and ${costs} an input.`;
}

function elsewhere({ torch, flax }: LayerEntry): string {
  const names = [
    ...torch === null ? [] : [`\`torch.nn.${torch.split(" ")[0]}\`${torch.replace(/^\S+/, "")}`],
    ...flax === null ? [] : [`\`flax.linen.${flax.split(" ")[0]}\`${flax.replace(/^\S+/, "")}`],
  ];
  return names.length === 0
    ? "Neither torch nor flax has a layer of this kind."
    : `Elsewhere: ${names.join(", ")}.`;
}

function section(symbols: Symbols, layer: LayerExport): string {
  const { name, declaration } = layer;
  const entry = ENTRIES[name];
  const { ignored = [] } = makeLayer(entry).torch ?? {};
  const options = optionRows(symbols, layer);
  const tensors = tensorRows(symbols, layer, entry);
  return [
    `## \`${name}\``,
    firstParagraph(declaration.jsDoc?.doc ?? ""),
    `${exampleOf(entry)} ${elsewhere(entry)}`,
    ...options.length === 0 ? [] : [table(["option", "default", "what it is"], options)],
    ...tensors.length === 0 ? [] : [table(["tensor", "of", "shape", "in torch", "what it is"], tensors)],
    ...ignored.length === 0
      ? []
      : [`Passed over in torch: ${ignored.map((path) => `\`${path.replaceAll("/", ".")}\``).join(", ")}.`],
  ].join("\n\n");
}

/** Whether there is no more to tell of a layer than fits in a row. */
const isPlain = ({ declaration }: LayerExport): boolean => declaration.kind === "variable";

function plainRow({ name, declaration }: LayerExport): readonly string[] {
  const entry = ENTRIES[name];
  const { flops } = summary(makeLayer(entry), entry.inputShape);
  const found = makeLayer(entry).init(random.key(0), entry.inputShape);
  return [
    `\`${name}\``,
    entry.torch === null ? "-" : `\`${entry.torch}\``,
    entry.flax === null ? "-" : `\`${entry.flax}\``,
    `${formatShape(entry.inputShape)} to ${formatShape(found.outputShape)}`,
    number(flops),
    cell(declaration.jsDoc?.doc ?? ""),
  ];
}

/** The page. */
export function layersPage(): string {
  const module = (path: string): URL => new URL(path, import.meta.url);
  const symbols = new Map([
    ...readSymbols(module("../tensor/mod.ts")),
    ...readSymbols(module("../nn/mod.ts")),
  ]);
  const layers = layersOf(symbols).toSorted((a, b) => a.name < b.name ? -1 : 1);
  checkEntries(layers);
  const sections = layers.filter((layer) => !isPlain(layer)).map((layer) => section(symbols, layer));
  return formatMarkdown(`# Layers

Every layer of \`@weft/weft/nn\`: its options and their defaults, and for an example the shapes, the tensors with
their names and layouts in a state_dict of torch, as \`toTorch\` writes and \`fromTorch\` reads them, and the
floating-point operations that \`summary\` counts. Shapes of tensors are those of the example; n is the batch. In a
network the path of a layer stands before the names of its tensors.

${sections.join("\n\n")}

## Layers without options

In torch and flax, as \`torch.nn\` and \`flax.linen\` name them; operations are those of one input.

${
    table(
      ["layer", "torch", "flax", "example", "operations", "what it is"],
      layers.filter(isPlain).map(plainRow),
    )
  }
`);
}

if (import.meta.main) Deno.writeTextFileSync(new URL("layers.md", import.meta.url), layersPage());
