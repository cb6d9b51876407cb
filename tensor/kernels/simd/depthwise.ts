/**
 * The micro-kernels of convolutions with few taps to an element of the target, as where each channel has a window of its
 * own: few vectors of a plane are read at places that are constants of the code.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf } from "./instances.ts";
import { i32 } from "./scalar.ts";
import type { Planes } from "./planes.ts";
import { multiplyAdd } from "./tile.ts";
import { f32x4, v128 } from "./vector.ts";

/** The most taps, of all channels that are added up, that are written out; more go through the kernel of products. */
export const DEPTHWISE_TAPS: number = 64;

/** The most phases of the columns; elements of two are put beside each other by vectors. */
export const DEPTHWISE_PHASES = 2;

/** Where a tap sees a plane, in bytes, and the number of its weight. */
export interface DepthwiseTap {
  /** Byte of the plane that the first element sees. */
  readonly offset: number;
  /** Number of the weight. */
  readonly weight: number;
}

/** The taps of each phase of the columns of each phase of the rows. */
export type DepthwisePhases = readonly (readonly (readonly DepthwiseTap[])[])[];

/** What the taps of a convolution see of its planes, which lie channel after channel. */
export function depthwisePhases(
  { down, across, pitch }: Planes,
  { channels, window, channelBytes, planeBytes }: {
    readonly channels: number;
    readonly window: readonly [number, number];
    readonly channelBytes: number;
    readonly planeBytes: number;
  },
): DepthwisePhases {
  return down.phases.map((below) =>
    across.phases.map((beside) =>
      Array.from(
        { length: channels },
        (_, channel) =>
          below.taps.flatMap((line) =>
            beside.taps.map((column) => {
              const plane = line.split * across.starts.length + column.split;
              const place = 4 * (line.line * pitch + column.line);
              return {
                offset: channel * channelBytes + plane * planeBytes + place,
                weight: (channel * window[0] + line.tap) * window[1] + column.tap,
              };
            })
          ),
      ).flat()
    )
  );
}

/**
 * Rows of the targets from planes, `planes` of them. Addresses, rows and steps from one plane, its weights and its target
 * to the next: bytes; `rows` and `width` are those of a target. The weights of the taps are neighbours. Each element is
 * the sum over the taps of its phases in their order, from 0.
 */
export type Depthwise = (
  weights: number,
  plane: number,
  target: number,
  targetRow: number,
  rows: number,
  width: number,
  planes: number,
  weightStep: number,
  planeStep: number,
  targetStep: number,
) => void;

/** The sums of `count` vectors of a line of each phase of the columns. */
type LineSums = readonly (readonly Local<"v128">[])[];

/**
 * Writes the sums of `count` vectors from `plane` on, of one or two lines of a phase of the rows; what two lines see is
 * read once.
 */
function sumTaps(
  f: FunctionBuilder,
  weights: ReadonlyMap<number, Local<"v128">>,
  phases: readonly (readonly DepthwiseTap[])[],
  plane: Local<"i32">,
  { lines, planeRow, count, relaxed }: {
    readonly lines: number;
    readonly planeRow: number;
    readonly count: number;
    readonly relaxed: boolean;
  },
): readonly LineSums[] {
  const madd = multiplyAdd(relaxed);
  const seen = f.local("v128");
  const sums = Array.from(
    { length: lines },
    () => phases.map(() => Array.from({ length: count }, () => f.local("v128", v128.constI32x4(0)))),
  );
  phases.forEach((taps, phase) => {
    const uses = new Map<number, (readonly [line: number, weight: number])[]>();
    for (let line = 0; line < lines; line++) {
      for (const { offset, weight } of taps) {
        const place = offset + line * planeRow;
        uses.set(place, [...uses.get(place) ?? [], [line, weight]]);
      }
    }
    for (const [place, list] of uses) {
      for (let v = 0; v < count; v++) {
        f.set(seen, v128.load(plane, place + 16 * v));
        for (const [line, weight] of list) {
          f.set(sums[line][phase][v], madd(weights.get(weight)!, seen, sums[line][phase][v]));
        }
      }
    }
  });
  return sums;
}

/** The sums of a line as they lie in the target. */
function besideEachOther(f: FunctionBuilder, sums: LineSums): readonly Local<"v128">[] {
  if (sums.length === 1) return sums[0];
  const [even, odd] = sums;
  return even.flatMap((sum, v) => [
    f.local("v128", f32x4.shuffle(sum, odd[v], [0, 4, 1, 5])),
    f.local("v128", f32x4.shuffle(sum, odd[v], [2, 6, 3, 7])),
  ]);
}

function defineDepthwise(
  module: ModuleBuilder,
  phases: DepthwisePhases,
  planeRow: number,
  relaxed: boolean,
): void {
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, weight, first, output, targetRow, rows, width, planes,
    weightStep, planeStep, targetStep) => {
    const numbers = phases.flat(2).map((tap) => tap.weight);
    const weights = new Map(numbers.map((number) => [number, f.local("v128")]));
    const [plane, target, lines] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const [from, to, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const beside = phases[0].length;
    const lineStep = f.local("i32", i32.mul(targetRow, phases.length));
    /** Goes along one or two lines. */
    const along = (across: readonly (readonly DepthwiseTap[])[], together: number): void => {
      const sum = (count: number): readonly (readonly Local<"v128">[])[] =>
        sumTaps(f, weights, across, from, { lines: together, planeRow, count, relaxed })
          .map((sums) => besideEachOther(f, sums));
      const targetAt = (line: number): Expression<"i32"> => line === 0 ? to : i32.add(to, lineStep);
      const store = (sums: readonly (readonly Local<"v128">[])[]): void =>
        sums.forEach((list, line) => list.forEach((value, v) => f.store("v128", targetAt(line), value, 16 * v)));
      f.set(from, plane);
      f.set(to, target);
      f.set(left, width);
      for (const vectors of beside === 1 && together === 1 ? [3, 1] : [2, 1]) {
        f.while(i32.geU(left, 4 * vectors * beside), () => {
          store(sum(vectors));
          f.advance(from, 16 * vectors);
          f.advance(to, 16 * vectors * beside);
          f.advance(left, -4 * vectors * beside);
        });
      }
      // The last four, again where they are no vector.
      if (beside === 1) {
        f.if(i32.and(i32.gtU(left, 1), i32.geU(width, 4)), () => {
          const back = f.local("i32", i32.shl(i32.sub(left, 4), 2));
          f.advance(from, back);
          f.advance(to, back);
          store(sum(1));
          f.set(left, 0);
        });
      }
      f.if(left, () => {
        const sums = sum(1);
        const last = sums.map((list) => f.local("v128", list[0]));
        if (beside > 1) {
          f.if(i32.geU(left, 4), () => {
            sums.forEach((list, line) => {
              f.store("v128", targetAt(line), last[line]);
              f.set(last[line], list[1]);
            });
            f.advance(to, 16);
            f.advance(left, -4);
          });
        }
        for (const lane of [0, 1, 2]) {
          f.if(i32.gtU(left, lane), () =>
            last.forEach((value, line) => f.storeLane32(targetAt(line), value, lane, 4 * lane)));
        }
      });
      f.advance(plane, together * planeRow);
      f.advance(target, i32.mul(lineStep, together));
      f.advance(lines, -together);
    };
    f.while(planes, () => {
      weights.forEach((local, number) => f.set(local, v128.load32Splat(weight, 4 * number)));
      phases.forEach((across, phase) => {
        f.set(plane, first);
        f.set(target, phase === 0 ? output : i32.add(output, i32.mul(targetRow, phase)));
        f.set(lines, phases.length === 1 ? rows : i32.divU(i32.add(rows, phases.length - 1 - phase), phases.length));
        for (const together of [2, 1]) f.while(i32.geU(lines, together), () => along(across, together));
      });
      f.advance(weight, weightStep);
      f.advance(first, planeStep);
      f.advance(output, targetStep);
      f.advance(planes, -1);
    });
  });
}

/** The micro-kernel for taps that see a plane like this, whose rows are `planeRow` bytes. */
export function depthwiseOf(
  memory: WebAssembly.Memory,
  phases: DepthwisePhases,
  planeRow: number,
  relaxed: boolean,
): Depthwise {
  const key = phases.map((across) =>
    across.map((taps) => taps.map(({ offset, weight }) => `${weight}@${offset}`)).join(";")
  );
  return functionsOf<{ readonly run: Depthwise }>(
    memory,
    `depthwise|${relaxed}|${planeRow}|${key.join("|")}`,
    (module) => defineDepthwise(module, phases, planeRow, relaxed),
  ).run;
}
