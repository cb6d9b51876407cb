/**
 * Walking along axes without a division for each step.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { i32 } from "./scalar.ts";

type Word = Expression<"i32">;

/** An axis, and how far each of some pointers moves along it, in bytes. */
export interface OuterAxis {
  /** Its extent. */
  readonly extent: Word;
  /** A stride for each pointer. */
  readonly strides: readonly Word[];
}

/** Moves pointers to the place with this number, counted in the order of the axes, and then on from place to place. */
export interface Walk {
  /** Moves the pointers, which stand at the first place. */
  readonly start: (index: Word) => void;
  /** Moves them to the next place, and from the last to the first. */
  readonly next: () => void;
}

/** A walk of `pointers` along axes, the innermost one last. */
export function walkAlong(
  f: FunctionBuilder,
  axes: readonly OuterAxis[],
  pointers: readonly Local<"i32">[],
): Walk {
  const places = axes.map(() => f.local("i32"));
  const [rest, quotient] = [f.local("i32"), f.local("i32")];
  const next = (axis: number): void => {
    if (axis < 0) return;
    const { extent, strides } = axes[axis];
    f.advance(places[axis], 1);
    pointers.forEach((pointer, i) => f.advance(pointer, strides[i]));
    f.if(i32.eq(places[axis], extent), () => {
      f.set(places[axis], 0);
      pointers.forEach((pointer, i) => f.set(pointer, i32.sub(pointer, i32.mul(extent, strides[i]))));
      next(axis - 1);
    });
  };
  return {
    start(index) {
      f.set(rest, index);
      for (let axis = axes.length - 1; axis >= 0; axis--) {
        const { extent, strides } = axes[axis];
        f.set(quotient, i32.divU(rest, extent));
        f.set(places[axis], i32.sub(rest, i32.mul(quotient, extent)));
        f.set(rest, quotient);
        pointers.forEach((pointer, i) => f.advance(pointer, i32.mul(places[axis], strides[i])));
      }
    },
    next: () => next(axes.length - 1),
  };
}
