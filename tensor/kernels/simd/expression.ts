/**
 * Expressions of WebAssembly as values: code that leaves one value of a known type.
 *
 * An expression is evaluated where it is used, each time it is used; keep what is used twice in a local.
 * Numbers stand for constants of the type that is expected: `i32.add(i, 4)`.
 *
 * @module
 */
import { type Code, float32Bytes, float64Bytes, signed, unsigned } from "./encoding.ts";

/** The types of values. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** Code that leaves one value of type T. */
export interface Expression<T extends ValueType = ValueType> {
  /** The type of the value. */
  readonly type: T;
  /** The code. */
  readonly code: Code;
}

/** An expression, or a number that stands for a constant; v128 has no such numbers. */
export type Operand<T extends ValueType> =
  | Expression<T>
  | (T extends "v128" ? never : T extends "i64" ? number | bigint : number);

/** An instruction with one operand. */
export type Unary<A extends ValueType, R extends ValueType = A> = (a: Operand<A>) => Expression<R>;

/** An instruction with two operands of one type. */
export type Binary<A extends ValueType, R extends ValueType = A> = (
  a: Operand<A>,
  b: Operand<A>,
) => Expression<R>;

/** An instruction with three vectors. */
export type Ternary = (
  a: Expression<"v128">,
  b: Expression<"v128">,
  c: Expression<"v128">,
) => Expression<"v128">;

/** A load from `address + offset`, in bytes; the offset is constant, so it costs nothing. */
export type Load<T extends ValueType> = (address: Operand<"i32">, offset?: number) => Expression<T>;

/** The code of an operand; a number becomes a constant. */
export function codeOf<T extends ValueType>(type: T, operand: Operand<T>): Code {
  if (typeof operand === "object") return operand.code;
  const value = operand as number | bigint;
  switch (type) {
    case "i32":
      return [0x41, signed(Number(value) | 0)];
    case "i64":
      return [0x42, signed(BigInt.asIntN(64, BigInt(value)))];
    case "f32":
      return [0x43, float32Bytes(Number(value))];
    default:
      return [0x44, float64Bytes(Number(value))];
  }
}

/** A constant. */
export function constant<T extends ValueType>(type: T, value: number | bigint): Expression<T> {
  return { type, code: codeOf<ValueType>(type, value as number) };
}

/** The bytes of an instruction: a byte, or 0x10000 times the byte of its prefix plus its number. */
export function instruction(opcode: number): Code {
  return opcode < 0x100 ? [opcode] : [opcode >>> 16, unsigned(opcode & 0xffff)];
}

/** One function for each of the named opcodes. */
export function each<K extends string, F>(
  opcodes: Readonly<Record<K, number>>,
  make: (opcode: number) => F,
): Readonly<Record<K, F>> {
  const functions: Partial<Record<K, F>> = {};
  for (const key in opcodes) functions[key] = make(opcodes[key]);
  return functions as Record<K, F>;
}

/** Makes instructions with one operand. */
export function unary<A extends ValueType, R extends ValueType>(
  operand: A,
  type: R,
): (opcode: number) => Unary<A, R> {
  return (opcode) => {
    const bytes = instruction(opcode);
    return (a) => ({ type, code: [codeOf(operand, a), bytes] });
  };
}

/** Makes instructions with two operands. */
export function binary<A extends ValueType, R extends ValueType>(
  operand: A,
  type: R,
): (opcode: number) => Binary<A, R> {
  return (opcode) => {
    const bytes = instruction(opcode);
    return (a, b) => ({ type, code: [codeOf(operand, a), codeOf(operand, b), bytes] });
  };
}

/** Makes instructions with three vectors. */
export function ternary(opcode: number): Ternary {
  const bytes = instruction(opcode);
  return (a, b, c) => ({ type: "v128", code: [a.code, b.code, c.code, bytes] });
}

/** Makes loads. Nothing is promised about the alignment of addresses. */
export function load<T extends ValueType>(type: T): (opcode: number) => Load<T> {
  return (opcode) => {
    const bytes = instruction(opcode);
    return (address, offset = 0) => ({ type, code: [codeOf("i32", address), bytes, 0, unsigned(offset)] });
  };
}

/** `a` where `condition` is not 0, else `b`. Both are evaluated. */
export function select<T extends ValueType>(
  condition: Operand<"i32">,
  a: Expression<T>,
  b: Expression<T>,
): Expression<T> {
  const type = a.type === "v128" ? [0x1c, 1, 0x7b] : [0x1b];
  return { type: a.type, code: [a.code, b.code, codeOf("i32", condition), type] };
}
