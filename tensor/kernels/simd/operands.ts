/**
 * Vectors of four elements in memory, by the representation that `lower.ts` gives to their dtype.
 *
 * @module
 */
import { type DType, isHalf } from "../../dtype.ts";
import { isStrideOfWords, type Step } from "../elementwise_form.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression, Operand } from "./expression.ts";
import { f64, i32, i64 } from "./scalar.ts";
import { f32x4, i32x4, i8x16, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** The power of 2 that the size of an element is: 0 for bytes, 1 for half words, 2 for words. */
export function sizeShift(dtype: DType): 0 | 1 | 2 {
  return dtype === "bool" || dtype === "uint8" ? 0 : isHalf(dtype) ? 1 : 2;
}

/** The same, of 3 for float64 as well, four of which are no vector. */
export function addressShift(dtype: DType): 0 | 1 | 2 | 3 {
  return dtype === "float64" ? 3 : sizeShift(dtype);
}

/** The element at byte `address`, of up to 32 bits. */
export function loadWord(shift: 0 | 1 | 2, address: Word): Word {
  return (shift === 2 ? i32.load : shift === 1 ? i32.load16U : i32.load8U)(address);
}

/** Stores the lower bits of a word as an element at byte `address + offset`. */
export function storeWord(f: FunctionBuilder, shift: 0 | 1 | 2, address: Word, word: Word, offset = 0): void {
  if (shift === 2) f.store("i32", address, word, offset);
  else if (shift === 1) f.store16(address, word, offset);
  else f.store8(address, word, offset);
}

/** The int32 or uint32 that the argument block, at byte `block`, holds at `index`. */
export function argument(block: Word, index: number): Word {
  // From a wider integer, so that negative numbers and those of 32 bits both fit.
  return i32.wrapI64(i64.truncSatF64S(f64.load(block, 8 * index)));
}

/** The byte address of the operand that the argument block has at `index`. */
export function operandAddress(block: Word, index: number, dtype: DType): Word {
  const element = argument(block, index);
  return sizeShift(dtype) === 0 ? element : i32.shl(element, addressShift(dtype));
}

/** Four elements from byte `address + offset` on. */
export function loadVector(dtype: DType, address: Word, offset = 0): Vector {
  if (sizeShift(dtype) === 2) return v128.load(address, offset);
  if (sizeShift(dtype) === 1) return v128.load16x4U(address, offset);
  const zero = v128.constI32x4(0);
  // deno-fmt-ignore
  const order = [0, 16, 16, 16, 1, 16, 16, 16, 2, 16, 16, 16, 3, 16, 16, 16];
  const wide = i8x16.shuffle(v128.load32Zero(address, offset), zero, order);
  return dtype === "bool" ? i32x4.gtS(wide, zero) : wide;
}

/** The bytes from an element to the next one, for a step of one or a stride of words. */
export function stepBytes(dtype: DType, step: Step): number {
  return (isStrideOfWords(step) ? Number(step) : 1) << sizeShift(dtype);
}

/** Four elements from byte `address + offset` on, for a step of one or a stride of words; nothing beyond them is read. */
export function loadStepped(dtype: DType, step: Step, address: Word, offset = 0): Vector {
  const load = (more: number): Vector => v128.load(address, offset + more);
  switch (step) {
    case "2":
      return f32x4.shuffle(load(0), load(12), [0, 2, 5, 7]);
    case "3":
      return f32x4.shuffle(load(0), load(24), [0, 3, 4, 7]);
    case "4": {
      const [low, high] = [
        f32x4.shuffle(load(0), load(16), [0, 0, 4, 4]),
        f32x4.shuffle(load(32), load(36), [0, 0, 7, 7]),
      ];
      return f32x4.shuffle(low, high, [0, 2, 4, 6]);
    }
    case "-1": {
      const lanes = v128.load(i32.add(address, offset - 12));
      return f32x4.shuffle(lanes, lanes, [3, 2, 1, 0]);
    }
    default:
      return loadVector(dtype, address, offset);
  }
}

/** Between one and three elements, each `step` bytes after the one before; the other lanes are 0. */
export function loadPartial(
  f: FunctionBuilder,
  dtype: DType,
  address: Word,
  count: Word,
  step: Word | number,
): Local<"v128"> {
  const result = f.local("v128");
  const place = f.local("i32", address);
  const word = loadWord(sizeShift(dtype), place);
  f.set(result, i32x4.replaceLane(v128.constI32x4(0), 0, word));
  for (let lane = 1; lane < 3; lane++) {
    f.if(i32.gtU(count, lane), () => {
      f.advance(place, step);
      f.set(result, i32x4.replaceLane(result, lane, word));
    });
  }
  if (dtype === "bool") f.set(result, i32x4.gtS(result, v128.constI32x4(0)));
  return result;
}

/** Stores the first one to three elements from byte `address` on. */
export function storePartial(
  f: FunctionBuilder,
  dtype: DType,
  address: Word,
  value: Vector,
  count: Word,
): void {
  storeLane(f, dtype, address, value, 0);
  for (const lane of [1, 2]) f.if(i32.gtU(count, lane), () => storeLane(f, dtype, address, value, lane));
}

/** Stores one element of a vector that begins at byte `address`. */
export function storeLane(
  f: FunctionBuilder,
  dtype: DType,
  address: Word,
  value: Vector,
  lane: number,
): void {
  const shift = sizeShift(dtype);
  if (shift === 2) return f.storeLane32(address, value, lane, 4 * lane);
  const word = i32x4.extractLane(value, lane);
  storeWord(f, shift, address, dtype === "bool" ? i32.and(word, 1) : word, lane << shift);
}

/** Four elements, each `step` bytes after the one before; `address` is moved behind them. */
export function loadStrided(
  f: FunctionBuilder,
  dtype: DType,
  address: Local<"i32">,
  step: Word,
): Local<"v128"> {
  const result = f.local("v128");
  const word = loadWord(sizeShift(dtype), address);
  for (let lane = 0; lane < 4; lane++) {
    f.set(result, i32x4.replaceLane(lane === 0 ? v128.constI32x4(0) : result, lane, word));
    f.advance(address, step);
  }
  if (dtype === "bool") f.set(result, i32x4.gtS(result, v128.constI32x4(0)));
  return result;
}

/** One element from byte `address` in four lanes. */
export function loadSplat(dtype: DType, address: Word): Vector {
  if (sizeShift(dtype) === 2) return v128.load32Splat(address);
  const wide = i32x4.splat(loadWord(sizeShift(dtype), address));
  return dtype === "bool" ? i32x4.gtS(wide, v128.constI32x4(0)) : wide;
}

/** Stores four elements from byte `address + offset` on. */
export function storeVector(
  f: FunctionBuilder,
  dtype: DType,
  address: Operand<"i32">,
  value: Vector,
  offset = 0,
): void {
  if (sizeShift(dtype) === 2) return f.store("v128", address, value, offset);
  if (sizeShift(dtype) === 1) {
    const halves = i8x16.shuffle(value, value, [0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13]);
    return f.storeLane64(address, halves, 0, offset);
  }
  const bytes = dtype === "bool" ? v128.and(value, v128.constI32x4(1)) : value;
  // deno-fmt-ignore
  const order = [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12];
  f.storeLane32(address, i8x16.shuffle(bytes, bytes, order), 0, offset);
}
