/**
 * Calls that have to fail, and how.
 *
 * @module
 */

/** A call with bad input: the export that refuses it, the kind of its error, and what the error says among others. */
export type Row = readonly [
  operation: string,
  call: () => unknown,
  kind: "TypeError" | "RangeError" | "either",
  ...parts: string[],
];

/** What is wrong with how a call fails; empty where nothing is. */
function complaint([operation, call, kind, ...parts]: Row): string {
  try {
    call();
  } catch (error) {
    if (!(error instanceof Error)) return `${operation} throws no error`;
    const { name, message } = error;
    const missing = parts.filter((part) => !message.includes(part));
    const isKind = kind === "either" ? name === "TypeError" || name === "RangeError" : name === kind;
    if (!isKind) return `${operation} throws a ${name} instead of a ${kind}: ${message}`;
    if (!message.startsWith(`${operation} expects`)) return `${operation} is not named: ${message}`;
    if (message.endsWith(".")) return `${operation} ends its error with a period: ${message}`;
    return missing.length === 0 ? "" : `${operation} does not say ${missing.join(" and ")}: ${message}`;
  }
  return `${operation} takes ${String(call).replace("() => ", "")}`;
}

/** Throws unless each call fails with an error that names the operation, what was expected and what came. */
export function assertRefused(rows: readonly Row[]): void {
  const found = rows.map(complaint).filter((text) => text !== "");
  if (found.length > 0) throw new Error(`${found.length} of ${rows.length}:\n${found.join("\n")}`);
}
