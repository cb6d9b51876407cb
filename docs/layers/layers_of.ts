/**
 * Which exports are layers.
 *
 * @module
 */
import type { Declaration, DocType, Symbols } from "./doc_json.ts";

const nameOf = (type: DocType | undefined): string =>
  (type?.value as { readonly typeName?: string } | undefined)?.typeName ?? "";

/** A layer, or a function that makes one. */
export interface LayerExport {
  readonly name: string;
  readonly declaration: Declaration;
  /** The type of the layer, `Layer` or what extends it. */
  readonly type: DocType;
  /** The types of the parameters that are no layers; none where it is a layer itself. */
  readonly parameters: readonly DocType[];
}

/** The exports that are a `Layer`, or what extends one, and the functions that return such. */
export function layersOf(symbols: Symbols): readonly LayerExport[] {
  const isLayer = (type: DocType | undefined): type is DocType =>
    nameOf(type) === "Layer" || (symbols.get(nameOf(type))?.def.extends ?? []).some(isLayer);
  return [...symbols].flatMap(([name, declaration]) => {
    const { kind, def } = declaration;
    const type = kind === "function" ? def.returnType : kind === "variable" ? def.tsType : undefined;
    if (!isLayer(type)) return [];
    const parameters = (def.params ?? []).map(({ tsType, left }) => tsType ?? left?.tsType);
    return [{
      name,
      declaration,
      type,
      parameters: parameters.filter((one) => one !== undefined && !isLayer(one)) as readonly DocType[],
    }];
  });
}

/** The type of the params or of the state of a layer. */
export function variablesType(
  symbols: Symbols,
  type: DocType,
  kind: "params" | "state",
): DocType | undefined {
  const { typeParams = [] } = type.value as { readonly typeParams?: readonly DocType[] };
  if (nameOf(type) === "Layer") return typeParams[kind === "params" ? 0 : 1];
  const inside = symbols.get(nameOf(type))?.def.extends?.find((one) => nameOf(one) !== "");
  return inside === undefined ? undefined : variablesType(symbols, inside, kind);
}
