/**
 * Going along the columns of a target, some vectors at a time, and storing what was summed for them.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { loadFirst, storeFirst } from "./lanes.ts";
import { i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

/** Vectors of columns that are summed at once. */
export interface ColumnTile {
  /** The first column of each, from where the tile begins. */
  readonly places: readonly number[];
  /** The columns of the last one, from its end, that are in no vector before it. */
  readonly lanes: number;
}

/**
 * Moves `from` and `to`, which point to rows of neighbours, along `width` columns in tiles of so many vectors. The last vector
 * of a row takes columns of the one before again where it would leave the row.
 */
export function alongColumns(
  f: FunctionBuilder,
  from: Local<"i32">,
  to: Local<"i32">,
  width: number,
  vectors: number,
  tile: (columns: ColumnTile) => void,
): void {
  const whole = Math.floor(width / (4 * vectors));
  const rest = width - 4 * vectors * whole;
  if (whole > 0) {
    const end = f.local("i32", i32.add(to, 16 * vectors * whole));
    f.repeat(() => {
      tile({ places: Array.from({ length: vectors }, (_, v) => 4 * v), lanes: 4 });
      f.advance(from, 16 * vectors);
      f.advance(to, 16 * vectors);
    }, () => i32.ltU(to, end));
  }
  if (rest === 0) return;
  const more = Math.ceil(rest / 4);
  const back = width < 4 ? 0 : Math.max(0, 4 - rest);
  f.advance(from, -4 * back);
  f.advance(to, -4 * back);
  const last = Math.max(0, rest + back - 4);
  tile({
    places: Array.from({ length: more }, (_, v) => v === more - 1 ? last : 4 * v),
    lanes: rest - 4 * (more - 1),
  });
}

/**
 * Stores the vectors of some rows, `rowBytes` apart, of a target of `width` columns; where `add` is given and not 0, adds
 * them to what is there.
 */
export function storeColumns(
  f: FunctionBuilder,
  to: Expression<"i32">,
  rowBytes: number,
  width: number,
  { places, lanes }: ColumnTile,
  sums: readonly (readonly Local<"v128">[])[],
  add: Local<"i32"> | null,
): void {
  const kept = Math.min(4, width);
  const each = (write: (sum: Local<"v128">, offset: number, again: boolean) => void) => (): void =>
    sums.forEach((row, i) =>
      row.forEach((sum, v) =>
        write(sum, i * rowBytes + 4 * places[v], kept === 4 && lanes < 4 && v === places.length - 1)
      )
    );
  const store = each((sum, offset) => storeFirst(f, to, offset, sum, kept));
  if (add === null) return store();
  // What was added with the vector before must not be added again.
  const [a, b, c, d] = [0, 1, 2, 3].map((lane) => lane < 4 - lanes ? 0 : -1);
  f.if(
    add,
    each((sum, offset, again) => {
      const there = kept < 4 ? loadFirst(to, offset, kept) : v128.load(to, offset);
      f.set(sum, f32x4.add(there, again ? v128.and(sum, v128.constI32x4(a, b, c, d)) : sum));
      storeFirst(f, to, offset, sum, kept);
    }),
    store,
  );
}
