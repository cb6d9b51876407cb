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
  planeRow: number,
  target: number,
  targetRow: number,
  rows: number,
  width: number,
  planes: number,
  weightStep: number,
  planeStep: number,
  targetStep: number,
) => void;

/** Writes the sums of `count` vectors of each phase from `plane` on, and gives them as they lie in the target. */
function sumTaps(
  f: FunctionBuilder,
  weights: ReadonlyMap<number, Local<"v128">>,
  phases: readonly (readonly DepthwiseTap[])[],
  plane: Local<"i32">,
  count: number,
  relaxed: boolean,
): Expression<"v128">[] {
  const madd = multiplyAdd(relaxed);
  const sums = phases.map((taps) => {
    const sums = Array.from({ length: count }, () => f.local("v128"));
    for (const sum of sums) f.set(sum, v128.constI32x4(0));
    for (const { weight, offset } of taps) {
      sums.forEach((sum, v) =>
        f.set(sum, madd(weights.get(weight)!, v128.load(plane, offset + 16 * v), sum))
      );
    }
    return sums;
  });
  if (phases.length === 1) return sums[0];
  const [even, odd] = sums;
  return even.flatMap((sum, v) => [
    f.local("v128", f32x4.shuffle(sum, odd[v], [0, 4, 1, 5])),
    f.local("v128", f32x4.shuffle(sum, odd[v], [2, 6, 3, 7])),
  ]);
}

function defineDepthwise(module: ModuleBuilder, phases: DepthwisePhases, relaxed: boolean): void {
  const parameters = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;
  // deno-fmt-ignore
  module.define("run", parameters, null, (f, weight, first, planeRow, output, targetRow, rows, width,
    planes, weightStep, planeStep, targetStep) => {
    const numbers = phases.flat(2).map((tap) => tap.weight);
    const weights = new Map(numbers.map((number) => [number, f.local("v128")]));
    const [plane, target, lines] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const [from, to, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const beside = phases[0].length;
    const lineStep = f.local("i32", i32.mul(targetRow, phases.length));
    f.while(planes, () => {
      weights.forEach((local, number) => f.set(local, v128.load32Splat(weight, 4 * number)));
      phases.forEach((across, phase) => {
        f.set(plane, first);
        f.set(target, phase === 0 ? output : i32.add(output, i32.mul(targetRow, phase)));
        f.set(lines, phases.length === 1 ? rows : i32.divU(i32.add(rows, phases.length - 1 - phase), phases.length));
        f.while(lines, () => {
          f.set(from, plane);
          f.set(to, target);
          f.set(left, width);
          for (const vectors of beside === 1 ? [3, 1] : [2, 1]) {
            f.while(i32.geU(left, 4 * vectors * beside), () => {
              const sums = sumTaps(f, weights, across, from, vectors, relaxed);
              sums.forEach((sum, v) => f.store("v128", to, sum, 16 * v));
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
              f.store("v128", to, sumTaps(f, weights, across, from, 1, relaxed)[0]);
              f.set(left, 0);
            });
          }
          f.if(left, () => {
            const sums = sumTaps(f, weights, across, from, 1, relaxed);
            const last = f.local("v128", sums[0]);
            if (beside > 1) {
              f.if(i32.geU(left, 4), () => {
                f.store("v128", to, last);
                f.set(last, sums[1]);
                f.advance(to, 16);
                f.advance(left, -4);
              });
            }
            for (const lane of [0, 1, 2]) {
              f.if(i32.gtU(left, lane), () => f.storeLane32(to, last, lane, 4 * lane));
            }
          });
          f.advance(plane, planeRow);
          f.advance(target, lineStep);
          f.advance(lines, -1);
        });
      });
      f.advance(weight, weightStep);
      f.advance(first, planeStep);
      f.advance(output, targetStep);
      f.advance(planes, -1);
    });
  });
}

/** The micro-kernel for taps that see a plane like this. */
export function depthwiseOf(
  memory: WebAssembly.Memory,
  phases: DepthwisePhases,
  relaxed: boolean,
): Depthwise {
  const key = phases.map((across) =>
    across.map((taps) => taps.map(({ offset, weight }) => `${weight}@${offset}`)).join(";")
  );
  return functionsOf<{ readonly run: Depthwise }>(
    memory,
    `depthwise|${relaxed}|${key.join("|")}`,
    (module) => defineDepthwise(module, phases, relaxed),
  ).run;
}
