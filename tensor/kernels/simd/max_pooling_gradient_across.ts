/**
 * The gradient of maximum pooling in WebAssembly SIMD, of four neighbouring channels at a time.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { better, chosen } from "./max_pooling_gradient.ts";
import {
  CHANNELS,
  type Group,
  groupAt,
  offsetsOf,
  overPlaces,
  readAcross,
  startOf,
  withLanes,
} from "./pooling_across.ts";
import { areFewApart, spreadChannels } from "./max_pooling_gradient_channels.ts";
import { clear } from "./pooling_memory.ts";
import { type PoolArguments, type PoolForm, spanOf } from "./pooling_window.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;

/** Writes zeros in the planes of a group: through them where they follow each other, else by channels or one by one. */
function clearGroup(f: FunctionBuilder, a: PoolArguments, target: Local<"i32">, { count }: Group): void {
  const [, toChannel, toRow, toColumn] = a.strides[2];
  const size = f.local("i32", i32.shl(i32.mul(a.rows, a.columns), 2));
  const follow = i32.and(
    i32.and(i32.eq(toColumn, 4), i32.eq(toRow, i32.shl(a.columns, 2))),
    i32.eq(toChannel, size),
  );
  const [row, at, i, j, lane] = Array.from({ length: 5 }, () => f.local("i32"));
  const each = (zero: () => void): void => {
    f.set(row, target);
    f.set(i, 0);
    f.until(i, a.rows, 1, () => {
      f.set(at, row);
      f.set(j, 0);
      f.until(j, a.columns, 1, () => {
        zero();
        f.advance(at, toColumn);
      });
      f.advance(row, toRow);
    });
  };
  const neighbours = i32.and(i32.eq(toChannel, 4), i32.eq(count, CHANNELS));
  f.if(
    follow,
    () => clear(f, target, i32.add(target, i32.mul(count, size))),
    () =>
      f.if(neighbours, () => each(() => f.store("v128", at, v128.constI32x4(0))), () =>
        each(() => {
          f.set(lane, 0);
          f.until(lane, count, 1, () => f.store("f32", i32.add(at, i32.mul(lane, toChannel)), 0));
        })),
  );
}

/** Defines the kernel. One unit is four planes of the image. */
export function defineMaxPoolGradientAcross(module: ModuleBuilder, form: PoolForm): void {
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const { a, groups } = readAcross(f, form, block, 3, 3);
    const [image, cotangent, gradient] = a.operands;
    const [steps, cotangentSteps, [, toChannel, toRow, toColumn]] = a.strides;
    const [best, place, mask] = [f.local("v128"), f.local("v128"), f.local("v128")];
    const [line, here, i, j] = Array.from({ length: 4 }, () => f.local("i32"));
    const overWindows = (group: Group, plane: Word, above: Word, target: Word): void => {
      withLanes(f, group, steps[1], offsetsOf(f, group, steps[1]), (load) => {
        f.set(i, 0);
        f.until(i, a.outRows, 1, () => {
          const rows = spanOf(f, form, 0, i, a);
          const start = f.local("i32", i32.add(plane, i32.mul(rows.first, steps[2])));
          const y = f.local("i32", i32.add(above, i32.mul(i, cotangentSteps[2])));
          f.set(j, 0);
          f.until(j, a.outColumns, 1, () => {
            const columns = spanOf(f, form, 1, j, a);
            f.set(best, f32x4.splat(-Infinity));
            f.set(place, v128.constI32x4(0));
            f.set(line, 0);
            f.set(here, 0);
            const from = i32.add(start, i32.mul(columns.first, steps[3]));
            overPlaces(f, form, from, steps.slice(2), rows.count, columns.count, (address) => {
              const value = f.local("v128", load(address));
              f.set(mask, better(value, best));
              f.set(best, chosen(form, value, best, mask));
              f.set(place, chosen(form, i32x4.splat(here), place, mask));
              f.advance(here, toColumn);
            }, () => {
              f.advance(line, toRow);
              f.set(here, line);
            });
            const seen = i32.and(i32.gtS(rows.count, 0), i32.gtS(columns.count, 0));
            f.if(seen, () => {
              const to = f.local(
                "i32",
                i32.add(i32.mul(rows.first, toRow), i32.mul(columns.first, toColumn)),
              );
              f.set(to, i32.add(to, target));
              const from = f.local("i32", y);
              for (let lane = 0; lane < 4; lane++) {
                const add = (): void => {
                  const at = f.local("i32", i32.add(to, i32x4.extractLane(place, lane)));
                  f.store("f32", at, f32.add(f32.load(at), f32.load(from)));
                  f.advance(to, toChannel);
                  f.advance(from, cotangentSteps[1]);
                };
                if (lane === 0) add();
                else f.if(i32.gtU(group.count, lane), add);
              }
            });
            f.advance(y, cotangentSteps[3]);
          });
        });
      });
    };
    f.until(begin, end, 1, () => {
      const group = groupAt(f, a, groups, begin);
      const plane = startOf(f, image, steps, group);
      const above = startOf(f, cotangent, cotangentSteps, group);
      const target = startOf(f, gradient, a.strides[2], group);
      const general = (): void => {
        clearGroup(f, a, target, group);
        overWindows(group, plane, above, target);
      };
      if (!areFewApart(form)) return general();
      const neighbours = [...a.strides].reduce<Expression<"i32">>(
        (all, strides) => i32.and(all, i32.eq(strides[1], 4)),
        i32.eq(group.count, CHANNELS),
      );
      f.if(neighbours, () => spreadChannels(f, form, a, [plane, above, target]), general);
    });
  });
}
