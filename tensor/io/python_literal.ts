/**
 * The few Python literals that the header of a .npy file is written in, parsed and never evaluated.
 *
 * @module
 */

/** A parsed literal; a name appears in a dict once. */
export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | { readonly kind: "tuple" | "list"; readonly items: readonly PythonLiteral[] }
  | { readonly kind: "dict"; readonly entries: ReadonlyMap<string, PythonLiteral> };

const TOKEN =
  /[ \t\r\n]*(?:([{}[\]():,])|'([^'\\\n]*)'|"([^"\\\n]*)"|(-?\d+)L?(?!\w)|(True|False|None)(?!\w))/y;

// Headers nest three deep at most; a limit keeps hostile ones from overflowing the stack.
const DEEPEST = 16;

/**
 * Parses strings without escapes, decimal integers, True, False, None, tuples, lists and dicts with text keys.
 *
 * @throws {SyntaxError} Naming the operation and what stands where it fails.
 */
export function parsePythonLiteral(operation: string, text: string): PythonLiteral {
  const end = text.trimEnd().length;
  let position = 0;
  let start = 0;

  const fail = (expected: string): never => {
    const rest = text.slice(start, end).trimStart();
    const got = rest === "" ? "its end" : JSON.stringify(rest.slice(0, 24));
    throw new SyntaxError(`${operation} expects ${expected} in the header but got ${got}`);
  };
  const next = (expected: string): RegExpExecArray => {
    start = position;
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(text) ?? fail(expected);
    position = TOKEN.lastIndex;
    return token;
  };
  const takes = (mark: string): boolean => {
    start = position;
    TOKEN.lastIndex = position;
    if (TOKEN.exec(text)?.[1] !== mark) return false;
    position = TOKEN.lastIndex;
    return true;
  };

  const items = (close: string, depth: number): { found: PythonLiteral[]; comma: boolean } => {
    const found: PythonLiteral[] = [];
    let comma = true;
    while (!takes(close)) {
      if (!comma) fail(`, or ${close}`);
      found.push(value(depth + 1));
      comma = takes(",");
    }
    return { found, comma };
  };
  const dict = (depth: number): PythonLiteral => {
    const found = new Map<string, PythonLiteral>();
    let comma = true;
    while (!takes("}")) {
      if (!comma) fail(", or }");
      const key = value(depth + 1);
      if (typeof key !== "string" || found.has(key)) return fail("a key that is a new text");
      if (!takes(":")) fail(":");
      found.set(key, value(depth + 1));
      comma = takes(",");
    }
    return { kind: "dict", entries: found };
  };
  const value = (depth: number): PythonLiteral => {
    if (depth > DEEPEST) fail(`at most ${DEEPEST} levels`);
    const [, mark, single, double, integer, name] = next("a Python literal");
    if (mark === "{") return dict(depth);
    if (mark === "[") return { kind: "list", items: items("]", depth).found };
    if (mark === "(") {
      const { found, comma } = items(")", depth);
      return found.length === 1 && !comma ? found[0] : { kind: "tuple", items: found };
    }
    if (mark !== undefined) return fail("a Python literal");
    if (integer !== undefined) return Number(integer);
    if (name !== undefined) return name === "None" ? null : name === "True";
    return single ?? double;
  };

  const result = value(0);
  start = position;
  if (position < end) fail("nothing after the literal");
  return result;
}
