/**
 * What adds up the totals of neighbouring rows whose vectors go across them.
 *
 * @module
 */
import { promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import type { Total } from "./row_pass.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Vector = Local<"v128">;

const ZERO = v128.constI32x4(0);

/** Where totals stay between the elements that are added up at a time. */
export interface Cells {
  /** Whether those are the first ones, before which there is nothing. */
  readonly first: Expression<"i32">;
  /** Address of the cells of the first row. */
  readonly cells: Local<"i32">;
  /** Bytes from there to a half of the total. */
  readonly place: (half: 0 | 1) => number;
}

/** What adds up a total of some neighbouring rows. */
export interface CellAccumulator {
  /** How many values it takes of an element. */
  readonly roots: number;
  /** Adds an element of each row. */
  readonly add: (values: readonly (readonly Vector[])[]) => void;
  /** After the last element. */
  readonly close: () => void;
}

/** Adds up a total in locals, which come from the scratch area, unless they are the `first`, and go back there. */
export function cellAccumulator(
  f: FunctionBuilder,
  { accumulation, factors, block }: Total,
  copies: readonly number[],
  { first, cells, place }: Cells,
): CellAccumulator {
  const { precise, combine, initial } = accumulation;
  const fused = block > 0 && factors !== null;
  // Of a vector of values, the two halves lie after each other.
  const offset = (half: 0 | 1, copy: number): number => place(half) + 16 * copy;
  const load = (half: 0 | 1, copy: number): Expression<"v128"> => v128.load(cells, offset(half, copy));
  const begun = (half: 0 | 1, copy: number): Vector => {
    const local = f.local("v128");
    f.if(first, () => f.set(local, initial), () => f.set(local, load(half, copy)));
    return local;
  };
  /** Adds halves that are made of float32 to those in the scratch area. */
  const promote = (values: readonly Vector[]): void => {
    const eachHalf =
      (write: (part: Expression<"v128">, half: 0 | 1, copy: number) => Expression<"v128">) => () =>
        values.forEach((value, copy) =>
          promoted(value).forEach((part, i) => {
            const half = i as 0 | 1;
            f.store("v128", cells, write(part, half, copy), offset(half, copy));
          })
        );
    f.if(
      first,
      eachHalf((part) => part),
      eachHalf((part, half, copy) => f64x2.add(load(half, copy), part)),
    );
  };
  if (precise && block === 0) {
    const halves = copies.map((copy) => ([0, 1] as const).map((half) => begun(half, copy)));
    return {
      roots: 1,
      add: (values) =>
        values.forEach(([value], copy) =>
          promoted(value).forEach((part, half) =>
            f.set(halves[copy][half], combine(halves[copy][half], part))
          )
        ),
      close: () =>
        halves.forEach((pair, copy) =>
          pair.forEach((value, half) => f.store("v128", cells, value, offset(half as 0 | 1, copy)))
        ),
    };
  }
  const parts = copies.map((copy) => precise ? f.local("v128", ZERO) : begun(0, copy));
  return {
    roots: fused ? 2 : 1,
    add: (values) =>
      values.forEach(([x, y], copy) =>
        f.set(
          parts[copy],
          fused
            ? f32x4.relaxedMadd(x, y, parts[copy])
            : precise
            ? f32x4.add(parts[copy], x)
            : combine(parts[copy], x),
        )
      ),
    close: () => {
      if (precise) promote(parts);
      else parts.forEach((part, copy) => f.store("v128", cells, part, offset(0, copy)));
    },
  };
}
