/**
 * Elements of pooling in memory: filling a range with 0, and reading four at any distance.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;

/** Fills the elements from `from` to `end` with 0. */
export function clear(f: FunctionBuilder, from: Word, end: Word): void {
  const at = f.local("i32", from);
  f.while(i32.leU(i32.add(at, 16), end), () => {
    f.store("v128", at, v128.constI32x4(0));
    f.advance(at, 16);
  });
  f.until(at, end, 4, () => f.store("f32", at, 0));
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
