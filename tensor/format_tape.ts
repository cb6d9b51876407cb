/**
 * Listings of tapes.
 *
 * @module
 */
import { attributesKey, type Tape } from "./primitive.ts";
import { describe } from "./tensor.ts";

/** A listing of a tape: one line an entry, with shapes and dtypes. */
export function formatTape(tape: Tape): string {
  const slot = (i: number): string => `%${i}`;
  const typed = (i: number): string => `${slot(i)} ${describe(tape.slots[i])}`;
  const lines = [`${tape.name}(${tape.inputs.map(typed).join(", ")})`];
  for (const constant of tape.constants) lines.push(`  ${typed(constant.slot)} = constant`);
  for (const entry of tape.entries) {
    const attributes = formatAttributes(entry.attributes);
    const inputs = entry.inputs.map((i) => ` ${slot(i)}`).join("");
    lines.push(`  ${entry.outputs.map(typed).join(", ")} = ${entry.primitive.name}${inputs}${attributes}`);
  }
  return lines.join("\n");
}

function formatAttributes(attributes: object): string {
  const parts = Object.entries(attributes).map(([key, value]) =>
    `${key}: ${attributesKey(value).replaceAll(",", ", ").replaceAll('"', "")}`
  );
  return parts.length === 0 ? "" : ` { ${parts.join(", ")} }`;
}
