/**
 * The arguments of a reduction, as `reduceKernel` documents them, read into locals.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { addressShift, argument, operandAddress } from "./operands.ts";
import type { Reducing } from "./reducing.ts";
import { i32 } from "./scalar.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;

/** The arguments; strides are in bytes. */
export interface ReduceArguments {
  /** Addresses of the inputs' first elements. */
  readonly inputs: readonly Address[];
  /** Byte address of the output. */
  readonly output: Address;
  /** Number of outputs of a chunk. */
  readonly outputs: Address;
  /** The extent that a chunk takes of the outermost reduced axis. */
  readonly chunk: Address;
  /** Extents of the axes that stay. */
  readonly kept: readonly Address[];
  /** Extents of the reduced axes. */
  readonly reduced: readonly Address[];
  /** Strides of each input along the axes that stay. */
  readonly keptStrides: readonly (readonly Address[])[];
  /** Strides of each input along the reduced axes. */
  readonly reducedStrides: readonly (readonly Address[])[];
}

/** Reads the arguments at byte `block`. */
export function readArguments(
  f: FunctionBuilder,
  { form }: Pick<Reducing, "form">,
  block: Word,
): ReduceArguments {
  const { inputs, kept, reduced } = form;
  const count = inputs.length;
  const axes = kept + reduced;
  const local = (index: number): Address => f.local("i32", argument(block, index));
  const range = (first: number, length: number): readonly Address[] =>
    Array.from({ length }, (_, i) => local(first + i));
  const strides = (first: number, length: number): readonly (readonly Address[])[] =>
    inputs.map((dtype, i) =>
      Array.from(
        { length },
        (_, axis) =>
          f.local(
            "i32",
            i32.shl(argument(block, count + 3 + axes * (1 + i) + first + axis), addressShift(dtype)),
          ),
      )
    );
  const output = argument(block, count);
  return {
    inputs: inputs.map((dtype, i) => f.local("i32", operandAddress(block, i, dtype))),
    output: f.local("i32", i32.shl(output, addressShift(form.output))),
    outputs: local(count + 1),
    chunk: local(count + 2),
    kept: range(count + 3, kept),
    reduced: range(count + 3 + kept, reduced),
    keptStrides: strides(0, kept),
    reducedStrides: strides(kept, reduced),
  };
}

/** The lesser of two unsigned numbers. */
export function least(a: Word, b: Word): Word {
  return select(i32.ltU(a, b), a, b);
}

/** Where a unit is. */
export interface UnitPlace {
  /** The start of its inputs. */
  readonly bases: readonly Address[];
  /** Its index along the innermost axis that stays; 0 without one. */
  readonly column: Address;
  /** The range of the outermost reduced axis. */
  readonly first: Address;
  /** Where that range ends. */
  readonly stop: Address;
}

/** Locals for where a unit is. */
export function unitPlace(f: FunctionBuilder, { form }: Pick<Reducing, "form">): UnitPlace {
  const local = (): Address => f.local("i32");
  return { bases: form.inputs.map(local), column: local(), first: local(), stop: local() };
}

/** Finds where the unit `unit` is. */
export function findUnit(f: FunctionBuilder, a: ReduceArguments, place: UnitPlace, unit: Word): void {
  const quotient = f.local("i32", i32.divU(unit, a.outputs));
  const rest = f.local("i32", i32.sub(unit, i32.mul(quotient, a.outputs)));
  f.set(place.first, i32.mul(quotient, a.chunk));
  f.set(place.stop, least(a.reduced[0], i32.add(place.first, a.chunk)));
  place.bases.forEach((base, i) => f.set(base, a.inputs[i]));
  f.set(place.column, 0);
  const index = f.local("i32");
  for (let axis = a.kept.length - 1; axis >= 0; axis--) {
    if (axis > 0) {
      f.set(quotient, i32.divU(rest, a.kept[axis]));
      f.set(index, i32.sub(rest, i32.mul(quotient, a.kept[axis])));
      f.set(rest, quotient);
    } else f.set(index, rest);
    if (axis === a.kept.length - 1) f.set(place.column, index);
    place.bases.forEach((base, i) => f.advance(base, i32.mul(index, a.keptStrides[i][axis])));
  }
}

/** Writes `body` inside loops over all reduced axes but the innermost, for the addresses where each row starts. */
export function overOuterAxes(
  f: FunctionBuilder,
  a: ReduceArguments,
  place: UnitPlace,
  body: (starts: readonly Address[], from: Word, to: Word) => void,
): void {
  const last = a.reduced.length - 1;
  const nested = (axis: number, starts: readonly Address[]): void => {
    if (axis === last) {
      body(starts, last === 0 ? place.first : constant("i32", 0), last === 0 ? place.stop : a.reduced[last]);
      return;
    }
    const index = f.local("i32");
    f.set(index, axis === 0 ? place.first : 0);
    const inner = starts.map((start, i) => {
      const local = f.local("i32");
      f.set(local, i32.add(start, i32.mul(index, a.reducedStrides[i][axis])));
      return local;
    });
    f.until(index, axis === 0 ? place.stop : a.reduced[axis], 1, () => {
      nested(axis + 1, inner);
      inner.forEach((local, i) => f.advance(local, a.reducedStrides[i][axis]));
    });
  };
  nested(0, place.bases);
}
