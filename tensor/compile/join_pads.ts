/**
 * Sums of what was padded with zeros: the gradient of a tensor of which every part was used by itself. Where the parts lie
 * side by side, each is copied to its place, and neither zeros are written nor sums taken.
 *
 * @module
 */
import { concatenatePrimitive } from "../ops/concatenate.ts";
import { type Padding, padPrimitive } from "../ops/slice.ts";
import type { Entry, Primitive, Tape } from "../primitive.ts";

/** A part of a sum: its slot, and where it lies along the one axis that is padded. */
interface Part {
  readonly slot: number;
  readonly axis: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * Replaces sums of padded parts that make up a whole by the parts joined. `wanted` are the slots that are results. A zero
 * may be -0 where the sum would have been 0.
 */
export function joinPads(entries: readonly Entry[], tape: Tape, wanted: readonly number[]): readonly Entry[] {
  if (!entries.some((entry) => isPad(entry))) return entries;
  const makers: (Entry | undefined)[] = [];
  const uses = new Uint32Array(tape.slots.length);
  for (const slot of wanted) uses[slot]++;
  for (const entry of entries) {
    for (const slot of entry.inputs) uses[slot]++;
    for (const slot of entry.outputs) makers[slot] = entry;
  }

  // How far the parts of sums reach altogether, along the axis that they all are padded along.
  const widths = new Map<number, { readonly axis: number; readonly width: number }>();
  for (const entry of entries) {
    const part = partOf(entry, tape);
    if (part !== null) widths.set(entry.outputs[0], { axis: part.axis, width: part.end - part.begin });
    if (entry.primitive.name !== "add") continue;
    const [x, y] = entry.inputs.map((slot) => uses[slot] === 1 ? widths.get(slot) : undefined);
    if (x === undefined || y === undefined || x.axis !== y.axis) continue;
    widths.set(entry.outputs[0], { axis: x.axis, width: x.width + y.width });
  }

  const gone = new Set<Entry>();
  const joined = new Map<Entry, Entry>();
  for (const entry of entries.toReversed()) {
    if (entry.primitive.name !== "add" || gone.has(entry)) continue;
    const [slot] = entry.outputs;
    const { shape } = tape.slots[slot];
    const reached = widths.get(slot);
    if (reached === undefined || reached.width !== shape[reached.axis]) continue;
    const within = [entry];
    const parts: Part[] = [];
    for (const one of within) {
      const part = partOf(one, tape);
      if (part !== null) parts.push(part);
      else within.push(...one.inputs.map((input) => makers[input]!));
    }
    parts.sort((a, b) => a.begin - b.begin);
    if (!isWhole(parts, shape)) continue;
    within.forEach((one) => gone.add(one));
    joined.set(entry, {
      primitive: concatenatePrimitive as unknown as Primitive<never>,
      attributes: { axis: reached.axis },
      inputs: parts.map((part) => part.slot),
      outputs: entry.outputs,
    });
  }
  return entries.filter((entry) => joined.has(entry) || !gone.has(entry)).map((entry) =>
    joined.get(entry) ?? entry
  );
}

function isPad(entry: Entry): boolean {
  return (entry.primitive as unknown) === padPrimitive;
}

/** What an entry pads with zeros along one axis; null for other entries. */
function partOf(entry: Entry, tape: Tape): Part | null {
  if (!isPad(entry)) return null;
  const { low, high, interior, value } = entry.attributes as Padding;
  const axes = low.flatMap((width, axis) => width !== 0 || high[axis] !== 0 ? [axis] : []);
  if (value !== 0 || axes.length !== 1 || interior.some((gap) => gap !== 0)) return null;
  const [slot] = entry.inputs;
  const [axis] = axes;
  return { slot, axis, begin: low[axis], end: low[axis] + tape.slots[slot].shape[axis] };
}

/** Whether parts in order lie side by side from one end to the other. */
function isWhole(parts: readonly Part[], shape: readonly number[]): boolean {
  const [{ axis }] = parts;
  let end = 0;
  for (const part of parts) {
    if (part.axis !== axis || part.begin !== end) return false;
    end = part.end;
  }
  return end === shape[axis];
}
