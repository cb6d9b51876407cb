/**
 * What `deno doc --json` says of exports.
 *
 * @module
 */

/** A type; many kinds of them matter here in their text alone. */
export interface DocType {
  readonly repr?: string;
  readonly kind: string;
  readonly value?: unknown;
}

/** A member of an interface or of a type of an object. */
export interface DocProperty {
  readonly name: string;
  readonly optional?: boolean;
  readonly jsDoc?: DocText;
  readonly tsType?: DocType;
}

/** Text and tags. */
export interface DocText {
  readonly doc?: string;
  readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
}

/** One declaration of an export. */
export interface Declaration {
  readonly kind: string;
  readonly jsDoc?: DocText;
  readonly def: {
    readonly params?: readonly { readonly tsType?: DocType; readonly left?: { readonly tsType?: DocType } }[];
    readonly returnType?: DocType;
    readonly tsType?: DocType;
    readonly extends?: readonly DocType[];
    readonly properties?: readonly DocProperty[];
  };
}

/** Exports by name. */
export type Symbols = ReadonlyMap<string, Declaration>;

interface Output {
  readonly nodes: Readonly<
    Record<
      string,
      {
        readonly symbols: readonly { readonly name: string; readonly declarations: readonly Declaration[] }[];
      }
    >
  >;
}

/** The exports of a module, the first declaration of each; needs the permission to run Deno. */
export function readSymbols(module: URL): Symbols {
  const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", module.pathname],
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  if (code !== 0) throw new Error(`Expected deno doc to succeed but got ${new TextDecoder().decode(stderr)}`);
  const { nodes }: Output = JSON.parse(new TextDecoder().decode(stdout));
  const all = Object.values(nodes).flatMap(({ symbols }) => symbols);
  return new Map(all.map(({ name, declarations }) => [name, declarations[0]]));
}

interface Literal {
  readonly typeName?: string;
  readonly typeParams?: readonly DocType[];
  readonly properties?: readonly DocProperty[];
  readonly indexSignatures?: readonly { readonly tsType: DocType }[];
}

function literalsOf(type: DocType): readonly string[] {
  return type.kind === "union" ? (type.value as readonly DocType[]).flatMap(literalsOf) : [type.repr ?? ""];
}

/** The members of a type by name, with those that it takes from others by extension, `Omit` and `Pick`. */
export function propertiesOf(symbols: Symbols, type: DocType | undefined): readonly DocProperty[] {
  if (type === undefined) return [];
  const { typeName, typeParams = [], properties } = (type.value ?? {}) as Literal;
  if (type.kind === "typeLiteral") return properties ?? [];
  if (type.kind === "intersection") {
    return (type.value as readonly DocType[]).flatMap((part) => propertiesOf(symbols, part));
  }
  if (typeName === "Omit" || typeName === "Pick") {
    const names = literalsOf(typeParams[1]);
    const wanted = typeName === "Pick";
    return propertiesOf(symbols, typeParams[0]).filter(({ name }) => names.includes(name) === wanted);
  }
  const found = symbols.get(typeName ?? "");
  if (found === undefined) return [];
  if (found.kind === "typeAlias") return propertiesOf(symbols, found.def.tsType);
  const own = found.def.properties ?? [];
  const taken = (found.def.extends ?? []).flatMap((one) => propertiesOf(symbols, one));
  return [...own, ...taken.filter(({ name }) => !own.some((one) => one.name === name))];
}

/** What the docs say of the place that a path leads to inside of a type: the first text on the way. */
export function describePath(symbols: Symbols, type: DocType | undefined, path: readonly string[]): string {
  if (type === undefined || path.length === 0) return "";
  const found = propertiesOf(symbols, type).find(({ name }) => name === path[0]);
  if (found?.jsDoc?.doc !== undefined) return found.jsDoc.doc;
  const { typeName } = (type.value ?? {}) as Literal;
  const alias = symbols.get(typeName ?? "")?.def.tsType ?? type;
  const [signature] = ((alias.value ?? {}) as Literal).indexSignatures ?? [];
  return describePath(symbols, found?.tsType ?? signature?.tsType, path.slice(1));
}
