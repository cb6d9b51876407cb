/**
 * Names that appear twice in an object of a JSON text, which JSON.parse passes over in silence.
 *
 * @module
 */

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;

/**
 * The first name that an object of a valid JSON text has twice, or undefined.
 */
export function findRepeatedKey(json: string): string | undefined {
  // One set of names for each open object, null for an array.
  const open: (Set<string> | null)[] = [];
  let isKey = false;
  for (const [token] of json.matchAll(TOKEN)) {
    const names = open.at(-1);
    if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : null);
      isKey = token === "{";
    } else if (token === "}" || token === "]") {
      open.pop();
      isKey = false;
    } else if (token === ",") {
      isKey = names instanceof Set;
    } else if (token === ":") {
      isKey = false;
    } else if (isKey && names) {
      const name = JSON.parse(token) as string;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}
