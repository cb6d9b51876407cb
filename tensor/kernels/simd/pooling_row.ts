/**
 * The windows of a row of the output of a pooling in WebAssembly: four go along together where all their columns are inside
 * the image; the others go one by one.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { after, type PoolArguments, type PoolForm, smaller, type Span, spanOf } from "./pooling_window.ts";
import { i32 } from "./scalar.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;
type Vector = Expression<"v128">;

/** Windows that go along together. */
export const TOGETHER = 4;

/** What is written for the windows of a row of the output. */
export interface RowOfWindows {
  /** Whether a window may be done twice, so that the last four may overlap those before. */
  readonly again: boolean;
  /** Whether windows go four at a time in this row. */
  readonly together: Word;
  /**
   * The windows `j` to `j + 3`; `column` is the first column of the first. The first `done` of them were done before, where
   * none may be done twice.
   */
  readonly four: (j: Address, column: Address, done: Word) => void;
  /** Window `j`, which is to see these columns. */
  readonly one: (j: Address, span: Span) => void;
}

/** Goes through the windows of a row of the output. */
export function alongRow(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  { again, together, four, one }: RowOfWindows,
): void {
  const j = f.local("i32", 0);
  const single = (): void => one(j, spanOf(f, form, 1, j, a));
  const vector = (at: Address, done: Word): void =>
    four(at, f.local("i32", i32.sub(i32.mul(at, form.strides[1]), a.lowColumn)), done);
  f.until(j, a.inner, 1, single);
  const enough = i32.leS(i32.add(j, 4), a.innerEnd);
  if (again) {
    f.if(i32.and(together, enough), () => {
      const last = f.local("i32", i32.sub(a.innerEnd, 4));
      f.repeat(() => {
        vector(j, constant("i32", 0));
        f.set(j, select(i32.eq(j, last), a.innerEnd, smaller(i32.add(j, 4), last)));
      }, () => i32.ltU(j, a.innerEnd));
    });
  } else {
    const [at, done, last] = [f.local("i32"), f.local("i32"), f.local("i32", i32.sub(a.innerEnd, 4))];
    f.if(i32.and(together, i32.geS(last, a.inner)), () =>
      f.while(i32.ltS(j, a.innerEnd), () => {
        f.set(at, smaller(j, last));
        f.set(done, i32.sub(j, at));
        vector(at, done);
        f.set(j, i32.add(at, 4));
      }));
  }
  f.until(j, a.outColumns, 1, single);
}

/** What is stored for the windows of a row of the output, each by itself. */
export interface OutputRow {
  /** Whether windows go four at a time in this row. */
  readonly together: Word;
  /** What the windows from one on give, of which `column` is the first column. */
  readonly four: (column: Address) => Vector;
  /** What a window gives that is to see these columns. */
  readonly one: (span: Span) => Expression<"f32">;
  /** Where the row is stored. */
  readonly to: Address;
  /** Where the rows of the image start that it sees: the first, and bytes from it to the last. */
  readonly from: readonly [Word, Word];
  /** Where the image ends, or some of it that holds these rows. */
  readonly limit: Word;
}

/**
 * Goes through the windows of a row of the output. Three windows go along together too, with a fourth that does not count,
 * where what that sees is still of the image.
 */
export function alongOutputRow(
  f: FunctionBuilder,
  form: PoolForm,
  a: PoolArguments,
  { together, four, one, to, from: [first, down], limit }: OutputRow,
): void {
  const usual = (): void =>
    alongRow(f, form, a, {
      again: true,
      together,
      four: (j, column) => f.store("v128", after(to, j), four(column)),
      one: (j, span) => f.store("f32", after(to, j), one(span)),
    });
  if (!form.inside) return usual();
  const { window: [, wide], strides: [, step] } = form;
  const end = i32.add(first, 4 * (3 * step + wide));
  const fits = f.local("i32");
  f.set(fits, i32.eq(a.outColumns, TOGETHER - 1));
  f.if(fits, () => f.set(fits, i32.and(i32.leU(end, limit), i32.leU(i32.add(end, down), limit))));
  f.if(fits, () => {
    const column = f.local("i32", 0);
    f.set(column, 0);
    const value = f.local("v128", four(column));
    f.storeLane64(to, value, 0);
    f.storeLane32(to, value, 2, 8);
  }, usual);
}
