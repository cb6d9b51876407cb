/**
 * Which launches of a program can run together, because none depends on another.
 *
 * @module
 */
import { Intervals } from "./intervals.ts";
import type { Buffer, Launch, LaunchOperand } from "./lowered.ts";

/** The place of a buffer. */
export type Place =
  | { readonly kind: "argument"; readonly index: number }
  | { readonly kind: "arena"; readonly offset: number }
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "constant" };

/** Launches that follow each other, from the first to the last. */
export interface Span {
  /** The first one. */
  readonly first: number;
  /** The last one. */
  readonly last: number;
}

/**
 * Whether a launch may write an operand: what an entry makes is first touched by a launch of that entry, and
 * launches of other entries only read it.
 */
function mayWrite(launches: readonly Launch[], { work }: Launch, { buffer }: LaunchOperand): boolean {
  return buffer.role.kind === "intermediate" && launches[buffer.first].work === work;
}

/** Buffers that launches touch, and whether they may write them. */
export type Touched = ReadonlyMap<Buffer, boolean>;

/** The buffers that a launch touches. */
export function touchedBy(launches: readonly Launch[], launch: Launch): Touched {
  const touched = new Map<Buffer, boolean>();
  for (const operand of launch.operands) {
    const { buffer } = operand;
    touched.set(buffer, touched.get(buffer) === true || mayWrite(launches, launch, operand));
  }
  return touched;
}

/** Whether what touches some buffers has to wait for what touched others. */
function depends(later: Touched, earlier: Touched): boolean {
  for (const [buffer, written] of later) {
    const before = earlier.get(buffer);
    if (before !== undefined && (written || before)) return true;
  }
  return false;
}

/** Cuts launches into spans: a launch goes with those before it unless it `depends` on one that `admit`
 * took in; a call goes alone. */
function cut(
  launches: readonly Launch[],
  depends: (launch: Launch) => boolean,
  admit: (launch: Launch, alone: boolean) => void,
): readonly Span[] {
  const spans: { first: number; last: number }[] = [];
  launches.forEach((launch, i) => {
    const called = launch.callee !== null || (i > 0 && launches[i - 1].callee !== null);
    const alone = i === 0 || called || depends(launch);
    if (alone) spans.push({ first: i, last: i });
    else spans[spans.length - 1].last = i;
    admit(launch, alone);
  });
  return spans;
}

/** For each launch, the span of those that do not depend on each other as long as every buffer has its own memory. */
export function spansOf(launches: readonly Launch[]): readonly Span[] {
  let touched = new Map<Buffer, boolean>();
  const spans = cut(
    launches,
    (launch) => depends(touchedBy(launches, launch), touched),
    (launch, alone) => {
      if (alone) touched = new Map();
      for (const [buffer, written] of touchedBy(launches, launch)) {
        touched.set(buffer, touched.get(buffer) === true || written);
      }
    },
  );
  return spans.flatMap((span) => Array.from({ length: 1 + span.last - span.first }, () => span));
}

/** A range of memory that a launch touches. */
interface Range {
  readonly space: string;
  readonly start: number;
  readonly end: number;
  readonly written: boolean;
}

/** Bytes of a space that launches touch, and those of them that launches may write. */
interface Touching {
  readonly all: Intervals;
  readonly written: Intervals;
}

/** The spans of launches that do not depend on each other where buffers lie in these places. */
export function stagesOf(launches: readonly Launch[], places: readonly Place[]): readonly Span[] {
  const spaces: (string | undefined)[] = [];
  const rangeOf = (launch: Launch, operand: LaunchOperand): Range => {
    const { buffer } = operand;
    const place = places[buffer.id];
    const written = mayWrite(launches, launch, operand);
    if (place.kind === "arena") {
      return { space: "arena", start: place.offset, end: place.offset + buffer.bytes, written };
    }
    const space = spaces[buffer.id] ??= `${place.kind} ${
      place.kind === "constant" ? buffer.id : place.index
    }`;
    return { space, start: 0, end: buffer.bytes, written };
  };
  const ranges = new Map(
    launches.map((launch) => [launch, launch.operands.map((operand) => rangeOf(launch, operand))]),
  );
  const touched = new Map<string, Touching>();
  return cut(
    launches,
    (launch) =>
      ranges.get(launch)!.some(({ space, start, end, written }) => {
        const known = touched.get(space);
        return known !== undefined && (written ? known.all : known.written).endOfFirstIn(start, end) >= 0;
      }),
    (launch, alone) => {
      if (alone) touched.clear();
      for (const { space, start, end, written } of ranges.get(launch)!) {
        let known = touched.get(space);
        if (known === undefined) {
          touched.set(space, known = { all: new Intervals(), written: new Intervals() });
        }
        known.all.add(start, end);
        if (written) known.written.add(start, end);
      }
    },
  );
}
