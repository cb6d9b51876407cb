/**
 * Functions that take options refuse what is no object of options, and names that they do not know. Which functions do
 * is read from their sources, so that a new one cannot be forgotten.
 *
 * @module
 */
import { type AnyNode, type ArrowFunctionExpression, type FunctionExpression, parse } from "acorn";

/** A function of anything. */
// deno-lint-ignore no-explicit-any -- exports of every kind are called
type AnyFunction = (...args: any[]) => unknown;

/** Whether a parameter takes options: it is called so, is {} by default, or is taken apart by names. */
function takesOptions(parameter: AnyNode): boolean {
  if (parameter.type === "ObjectPattern") return true;
  if (parameter.type === "Identifier") return parameter.name === "options";
  if (parameter.type !== "AssignmentPattern") return false;
  const { left, right } = parameter;
  return takesOptions(left) || right.type === "ObjectExpression" && right.properties.length === 0;
}

/** Which parameter of a function takes options; -1 where none does. */
function optionsAt(f: AnyFunction): number {
  const statement = parse(`(${f})`, { ecmaVersion: "latest" }).body[0] as unknown as {
    readonly expression: FunctionExpression | ArrowFunctionExpression;
  };
  return statement.expression.params.findIndex(takesOptions);
}

/** The functions of a module and of the modules in it that take options, by name and path. */
function functionsOf(
  path: string,
  module: object,
): readonly (readonly [path: string, name: string, AnyFunction])[] {
  return Object.entries(module).flatMap(([name, value]) => {
    const at = `${path}.${name}`;
    if (value?.[Symbol.toStringTag] === "Module") return functionsOf(at, value);
    const isFunction = typeof value === "function" && !String(value).startsWith("class");
    return isFunction && optionsAt(value) >= 0 ? [[at, name, value] as const] : [];
  });
}

async function messageOf(f: AnyFunction, args: readonly unknown[]): Promise<string> {
  try {
    const result = await f(...args) as { readonly next?: () => unknown } | undefined;
    // A generator begins when it is first asked.
    await result?.next?.();
    return "nothing";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : "no error";
  }
}

/**
 * What functions of a module say to options that are none, where it is not what they should.
 *
 * @param others Paths of functions whose parameter is no options object of theirs.
 */
export async function silentOptions(
  path: string,
  module: object,
  others: readonly string[],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const functions = functionsOf(path, module);
  if (functions.length === 0) wrong.push(`${path} has no function that takes options`);
  for (const [at, name, f] of functions) {
    if (others.includes(at)) continue;
    const before = new Array(optionsAt(f)).fill(undefined);
    const object = (got: string): RegExp =>
      new RegExp(`^TypeError: (\\w+\\.)?${name} expects options to be an object but got ${got}$`);
    for (
      const [options, expected] of [
        [0, object("0")],
        [null, object("null")],
        [[], object("an array of 0")],
        [new Map(), object("Map")],
        [
          { unheardOf: undefined },
          new RegExp(`^TypeError: (\\w+\\.)?${name} expects the options? \\w+.* but got unheardOf$`),
        ],
      ] as const
    ) {
      const said = await messageOf(f, [...before, options]);
      if (!expected.test(said)) {
        wrong.push(`${at}(${before.map(() => "_, ").join("")}${Deno.inspect(options)}): ${said}`);
      }
    }
  }
  return wrong;
}
