/**
 * Elements of pooling in memory: filling a range, and reading four at any distance.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;

/** Fills the elements from `from` to `end` with 0; vectors may overlap. */
export function clear(f: FunctionBuilder, from: Word, end: Word): void {
  fill(f, from, end, f.local("v128", v128.constI32x4(0)), f.local("f32", 0));
}

/** Fills the elements from `from` to `end` with one, which is given as a vector of it too; vectors may overlap. */
export function fill(
  f: FunctionBuilder,
  from: Word,
  end: Word,
  four: Local<"v128">,
  one: Local<"f32">,
): void {
  const at = f.local("i32", from);
  const last = f.local("i32", i32.sub(end, 16));
  f.if(i32.leU(i32.add(at, 16), end), () => {
    f.until(at, last, 16, () => f.store("v128", at, four));
    f.store("v128", last, four);
  }, () => f.until(at, end, 4, () => f.store("f32", at, one)));
}

/** Four elements, `step` bytes from each other. */
export function loadFour(f: FunctionBuilder, address: Word, step: Word): Local<"v128"> {
  const result = f.local("v128");
  f.if(i32.eq(step, 4), () => f.set(result, v128.load(address)), () => {
    const at = f.local("i32", address);
    f.set(result, v128.load32Zero(at));
    for (const lane of [1, 2, 3]) {
      f.advance(at, step);
      f.set(result, f32x4.replaceLane(result, lane, f32.load(at)));
    }
  });
  return result;
}
