/**
 * What a tape costs: floating-point operations and bytes, entry by entry.
 *
 * @module
 */
import { itemSize } from "./dtype.ts";
import type { Expression } from "./kernels/expression.ts";
import type { Body, Primitive, Tape } from "./primitive.ts";
import { sizeOf } from "./shape.ts";
import { type Abstract, describe } from "./tensor.ts";
import * as tree from "./tree.ts";

/** What one entry of a tape costs. */
export interface EntryCost {
  /** The name of the primitive. */
  readonly primitive: string;
  /** Dtype and shape of its outputs, as text. */
  readonly outputs: string;
  /** Floating-point operations, a multiplication and an addition each counted. */
  readonly flops: number;
  /** Bytes of its inputs and outputs; 0 for a view, which touches none. */
  readonly bytes: number;
}

/** What a tape costs. */
export interface Cost {
  /** Each entry in order. */
  readonly entries: readonly EntryCost[];
  /** The floating-point operations of all. */
  readonly flops: number;
  /** The bytes of all: what is moved where no entries are fused. */
  readonly bytes: number;
}

/**
 * The floating-point operations and bytes of each entry of a tape. A product of matrices [m, k] and [k, n] counts
 * `2 m k n`; a transcendental function counts one operation an element. A loop counts its body for each step; one
 * without a known number of steps, once.
 *
 * @throws {TypeError} If it is given no tape.
 *
 * @example
 * ```ts
 * import { cost, matmul, ones, record, relu, sum, type Tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { tape } = record((x: Tensor) => sum(relu(matmul(x, x))))(ones([10, 10]));
 * const { entries, flops } = cost(tape);
 * assertEquals(entries.map(({ primitive }) => primitive), ["matmul", "relu", "sum"]);
 * assertEquals(flops, 2000 + 100 + 100);
 * ```
 */
export function cost(tape: Tape): Cost {
  if (!Array.isArray(tape?.entries)) {
    throw new TypeError(`cost expects a tape but got ${tree.describe(tape)}`);
  }
  const entries = tape.entries.map(({ primitive, attributes, inputs, outputs }): EntryCost => {
    const at = (slots: readonly number[]): readonly Abstract[] => slots.map((slot) => tape.slots[slot]);
    const [given, made] = [at(inputs), at(outputs)];
    return {
      primitive: primitive.name,
      outputs: made.map(describe).join(", "),
      flops: flopsOf(primitive as unknown as Primitive<object>, given, made, attributes),
      bytes: primitive.view !== undefined ? 0 : [...given, ...made].reduce((sum, x) => sum + bytesOf(x), 0),
    };
  });
  const total = (of: (entry: EntryCost) => number): number =>
    entries.reduce((sum, entry) => sum + of(entry), 0);
  return { entries, flops: total(({ flops }) => flops), bytes: total(({ bytes }) => bytes) };
}

/** The floating-point operations of one application. */
export function flopsOf(
  primitive: Primitive<object>,
  inputs: readonly Abstract[],
  outputs: readonly Abstract[],
  attributes: object,
): number {
  if (primitive.flops !== undefined) return primitive.flops(inputs, outputs, attributes);
  if (primitive.expression !== undefined) {
    const expression = primitive.expression(attributes, inputs.map(({ dtype }) => dtype));
    return operationsOf([expression]) * sizeOf(outputs[0].shape);
  }
  return primitive.reduction === undefined ? 0 : sizeOf(inputs[0].shape);
}

/** The floating-point operations of one run of a body. */
export function flopsOfBody({ tape }: Body): number {
  return cost(tape).flops;
}

const FREE: readonly string[] = ["input", "constant", "cast"];

/** The operations of expressions, shared parts counted once. */
export function operationsOf(expressions: readonly Expression[]): number {
  const seen = new Set<Expression>();
  const visit = (node: Expression): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if ("operands" in node) node.operands.forEach(visit);
  };
  expressions.forEach(visit);
  return [...seen].filter(({ op }) => !FREE.includes(op)).length;
}

function bytesOf({ dtype, shape }: Abstract): number {
  return itemSize(dtype) * sizeOf(shape);
}
