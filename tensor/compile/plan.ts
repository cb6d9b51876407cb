/**
 * Where the buffers of a program lie: in donated arguments, in place of others, or packed into one arena.
 *
 * @module
 */
import { itemSize } from "../dtype.ts";
import { Arena } from "./arena.ts";
import type { Buffer, Launch, Lowered } from "./lowered.ts";
import { type Place, type Span, spansOf } from "./stages.ts";

/** The places of all buffers. */
export interface MemoryPlan {
  /** By the id of the buffer. */
  readonly places: readonly Place[];
  /** Bytes of the arena. */
  readonly arenaBytes: number;
  /** For each output, the donated argument whose memory it takes; -1 for fresh memory. */
  readonly reuse: readonly number[];
  /** Copies from the arena into donated arguments at the end: output, then argument. */
  readonly copies: readonly { readonly output: number; readonly argument: number }[];
}

const ALIGNMENT = 64;

/** A donated argument with its size. */
export interface Donated {
  /** Index among the tensor arguments. */
  readonly index: number;
  /** Bytes. */
  readonly bytes: number;
}

/**
 * Plans the memory of a lowered tape whose arguments in `donated` may be overwritten. With `addressed` scalar outputs
 * have memory of their own, as others do.
 */
export function planMemory(
  lowered: Lowered,
  donated: readonly Donated[],
  addressed = false,
): MemoryPlan {
  const { buffers, launches, outputs } = lowered;
  const roots = new Map<Buffer, Buffer>();
  const end = launches.length;
  const inputs = new Map<number, Buffer>();
  for (const buffer of buffers) if (buffer.role.kind === "input") inputs.set(buffer.role.index, buffer);
  for (const output of outputs) if (output.kind === "buffer") output.buffer.last = end;

  const reuse: number[] = outputs.map(() => -1);
  const places = new Array<Place | undefined>(buffers.length).fill(undefined);
  const passed = new Set(outputs.flatMap((output) => output.kind === "input" ? [output.index] : []));
  // Those that no output has, by their bytes.
  const free = new Map<number, Set<number>>();
  for (const { index, bytes } of donated) {
    if (passed.has(index)) continue;
    const known = free.get(bytes);
    if (known === undefined) free.set(bytes, new Set([index]));
    else known.add(index);
  }
  outputs.forEach((output, i) => {
    if (output.kind !== "buffer" || isScalar(output.abstract)) return;
    const { buffer } = output;
    const sameSize = free.get(buffer.bytes) ?? new Set();
    for (const index of sameSize) {
      if (!fits(inputs.get(index), buffer, launches)) continue;
      places[buffer.id] = { kind: "argument", index };
      reuse[i] = index;
      sameSize.delete(index);
      return;
    }
  });
  const copies: { output: number; argument: number }[] = [];
  outputs.forEach((output, i) => {
    if (output.kind !== "buffer" || (isScalar(output.abstract) && !addressed) || reuse[i] >= 0) return;
    const [argument] = free.get(output.buffer.bytes) ?? [];
    if (argument !== undefined) {
      free.get(output.buffer.bytes)!.delete(argument);
      reuse[i] = argument;
      copies.push({ output: i, argument });
    } else places[output.buffer.id] = { kind: "output", index: i };
  });
  for (const buffer of buffers) {
    if (buffer.role.kind === "input") places[buffer.id] = { kind: "argument", index: buffer.role.index };
    else if (buffer.role.kind === "constant" && buffer.role.tensor.storage !== null) {
      places[buffer.id] = { kind: "constant" };
    }
  }

  const arena = buffers.filter((buffer) => places[buffer.id] === undefined);
  const lifetimes = shareInPlace(arena, launches, roots, end);
  const arenaBytes = pack(lifetimes, spansOf(launches), places);
  for (const [buffer, root] of roots) places[buffer.id] = places[rootOf(root, roots).id];
  return { places: places as Place[], arenaBytes, reuse, copies };
}

function isScalar(abstract: { readonly shape: readonly number[]; readonly dtype: string }): boolean {
  return abstract.shape.length === 0 && abstract.dtype !== "key";
}

/** Whether an output may be written over a donated argument: nothing reads the argument from then on. */
function fits(source: Buffer | undefined, output: Buffer, launches: readonly Launch[]): boolean {
  if (source === undefined || source.last < output.first) return true;
  return source.last === output.first && mayOverwrite(launches[output.first], source, output);
}

/** Whether a launch reads `source` only at the places that it writes in `output` at that moment. */
function mayOverwrite(launch: Launch, source: Buffer, output: Buffer): boolean {
  if (!launch.aligned || source.bytes !== output.bytes) return false;
  const places = launch.operands.filter(({ buffer }) => buffer === source || buffer === output);
  return places.every(({ whole, dtype }) => whole && itemSize(dtype) === itemSize(places[0].dtype));
}

interface Lifetime {
  readonly buffer: Buffer;
  readonly bytes: number;
  readonly first: number;
  last: number;
}

function rootOf(buffer: Buffer, roots: ReadonlyMap<Buffer, Buffer>): Buffer {
  let root = buffer;
  for (let next = roots.get(root); next !== undefined; next = roots.get(root)) root = next;
  return root;
}

/** Lets results of aligned launches take the place of an operand that dies there. */
function shareInPlace(
  arena: readonly Buffer[],
  launches: readonly Launch[],
  roots: Map<Buffer, Buffer>,
  end: number,
): readonly Lifetime[] {
  const lifetimes = new Map<Buffer, Lifetime>();
  for (const buffer of arena) {
    // Cells for scalars are written before the first launch, and may be read at any time.
    const fixed = buffer.role.kind !== "intermediate";
    const first = fixed ? -1 : Math.min(buffer.first, end);
    lifetimes.set(buffer, {
      buffer,
      bytes: buffer.bytes,
      first,
      last: fixed ? end : Math.max(buffer.last, first),
    });
  }
  for (const buffer of arena.toSorted((a, b) => a.first - b.first)) {
    const own = lifetimes.get(buffer);
    if (own === undefined || own.first < 0 || own.first >= end) continue;
    const launch = launches[own.first];
    for (const operand of launch.operands) {
      const root = rootOf(operand.buffer, roots);
      const other = lifetimes.get(root);
      if (root === buffer || other === undefined || other.first < 0 || other.last !== own.first) continue;
      // What the launch writes as well and nothing reads is no operand that dies.
      if (other.first === own.first) continue;
      if (!mayOverwrite(launch, operand.buffer, buffer) || root.bytes !== buffer.bytes) continue;
      roots.set(buffer, root);
      other.last = own.last;
      lifetimes.delete(buffer);
      break;
    }
  }
  return [...lifetimes.values()];
}

/**
 * Packs lifetimes into an arena, the largest first, each at the lowest offset where nothing alive lies. What is alive
 * during one of the launches that could run together counts as alive during all of them.
 */
function pack(
  lifetimes: readonly Lifetime[],
  spans: readonly Span[],
  places: (Place | undefined)[],
): number {
  // Some live before the first launch, and some after the last one.
  const arena = new Arena(spans.length + 2);
  let total = 0;
  for (const { buffer, bytes, first, last } of lifetimes.toSorted((a, b) => b.bytes - a.bytes)) {
    const size = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const offset = arena.take(size, 1 + (spans[first]?.first ?? first), 1 + (spans[last]?.last ?? last));
    places[buffer.id] = { kind: "arena", offset };
    total = Math.max(total, offset + size);
  }
  return total;
}
