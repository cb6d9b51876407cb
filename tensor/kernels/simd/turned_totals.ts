/**
 * What adds up the totals of four rows whose vectors go along them, and turns them so that each lane has one.
 *
 * @module
 */
import { promoted } from "./accumulate.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { extreme, EXTREMES } from "./extremes.ts";
import type { Total } from "./row_pass.ts";
import { ROWS } from "./row_places.ts";
import { f32x4, v128 } from "./vector.ts";

type Vector = Local<"v128">;
type Combine = Total["accumulation"]["combine"];

const ZERO = v128.constI32x4(0);

/** What adds up a total of four rows. */
export interface TurnedTotal {
  /** How many values it takes of an element. */
  readonly roots: number;
  /** Adds a vector of a row; of its `last` one the lanes that the one before has not. */
  readonly add: (row: number, values: readonly Vector[], last: boolean) => void;
  /** The totals, a row in each lane, or the halves of those that are precise. */
  readonly halves: () => readonly Vector[];
}

/** What combines the vectors of a total, of which there are so many for each row. */
export function waysOf({ combine, greatest, precise }: Total["accumulation"]): readonly Combine[] {
  return greatest !== null ? EXTREMES : [precise ? f32x4.add : combine];
}

/** Adds up a total; `own` are the lanes of last vectors that those before have not. */
export function turnedTotal(
  f: FunctionBuilder,
  { accumulation, factors, block }: Total,
  own: Vector,
): TurnedTotal {
  const { greatest, initial, precise } = accumulation;
  const fused = block > 0 && factors !== null;
  const ways = waysOf(accumulation);
  const first = precise ? ZERO : initial;
  const lists = ways.map(() => Array.from({ length: ROWS }, () => f.local("v128", first)));
  return {
    roots: fused ? 2 : 1,
    add(row, [x, y], last): void {
      const only = (value: Vector): Vector =>
        last && greatest === null ? f.local("v128", v128.bitselect(value, first, own)) : value;
      if (fused) {
        const left = only(x);
        const right = x === y ? left : only(y);
        return f.set(lists[0][row], f32x4.relaxedMadd(left, right, lists[0][row]));
      }
      const value = only(x);
      ways.forEach((two, way) => f.set(lists[way][row], two(lists[way][row], value)));
    },
    halves(): readonly Vector[] {
      const turned = ways.map((two, way) => turnedLanes(f, lists[way], two));
      if (greatest !== null) return [f.local("v128", extreme(greatest, turned[0], turned[1], turned[2]))];
      return precise ? promoted(turned[0]).map((half) => f.local("v128", half)) : turned;
    },
  };
}

/** What the lanes of each of four vectors come to, in a lane of its own. */
function turnedLanes(f: FunctionBuilder, [a, b, c, d]: readonly Vector[], combine: Combine): Vector {
  const half = (x: Vector, y: Vector): Vector =>
    f.local("v128", combine(f32x4.shuffle(x, y, [0, 4, 1, 5]), f32x4.shuffle(x, y, [2, 6, 3, 7])));
  const [ab, cd] = [half(a, b), half(c, d)];
  const pair = (order: readonly number[]): Expression<"v128"> => f32x4.shuffle(ab, cd, order);
  return f.local("v128", combine(pair([0, 1, 4, 5]), pair([2, 3, 6, 7])));
}
