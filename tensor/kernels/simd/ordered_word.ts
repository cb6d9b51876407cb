/**
 * Numbers as unsigned words of 32 bits that have their order: NaN is the greatest, and equal numbers have equal words,
 * as do 0 and -0, or any two NaN.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { FunctionBuilder } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { loadWord, sizeShift } from "./operands.ts";
import { f32, f64, i32, i64 } from "./scalar.ts";

type Word = Expression<"i32">;

/** An order of numbers. */
export interface Order {
  /** The type of the numbers. */
  readonly dtype: DType;
  /** Whether the greatest comes first. */
  readonly descending: boolean;
  /** Whether 0 is greater than -0 instead of equal to it. */
  readonly signedZeros: boolean;
}

/** How many words a number has; of two the upper one decides first. */
export function wordsOf(dtype: DType): 1 | 2 {
  return dtype === "float64" ? 2 : 1;
}

/** What reads the word of the number at byte `address`: the lower or the upper one where it has two. */
export function wordReader(
  f: FunctionBuilder,
  { dtype, descending, signedZeros }: Order,
): (address: Word, upper: boolean) => Word {
  const turned = (word: Word, mask: number): Word => {
    const bits = descending ? ~mask : mask;
    return bits === 0 ? word : i32.xor(word, bits);
  };
  switch (dtype) {
    case "float32": {
      const [x, bits] = [f.local("f32"), f.local("i32")];
      return (address) => {
        // The sum of -0 and 0 is 0.
        f.set(x, signedZeros ? f32.load(address) : f32.add(f32.load(address), 0));
        f.set(bits, i32.reinterpretF32(x));
        const ordered = i32.xor(bits, i32.shrU(i32.shrS(bits, 31), 1));
        return turned(select(f32.eq(x, x), ordered, constant("i32", 0x7fffffff)), 0x80000000);
      };
    }
    case "float64": {
      const [x, bits] = [f.local("f64"), f.local("i64")];
      return (address, upper) => {
        f.set(x, signedZeros ? f64.load(address) : f64.add(f64.load(address), 0));
        f.set(bits, i64.reinterpretF64(x));
        f.set(bits, i64.xor(bits, i64.shrU(i64.shrS(bits, 63), 1)));
        f.set(bits, select(f64.eq(x, x), bits, constant("i64", 0x7fffffffffffffffn)));
        return turned(i32.wrapI64(upper ? i64.shrU(bits, 32) : bits), upper ? 0x80000000 : 0);
      };
    }
    default: {
      const shift = sizeShift(dtype);
      return (address) => turned(loadWord(shift, address), dtype === "int32" ? 0x80000000 : 0);
    }
  }
}
