/**
 * Where some neighbouring rows of few elements lie, and the numbers of which each of them has one.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import { loadWord, sizeShift, storePartial, storeVector } from "./operands.ts";
import { operandTypes, type RowArguments, type RowLoop } from "./rows_arguments.ts";
import { i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

type Address = Local<"i32">;
type Vector = Local<"v128">;

/** Rows of a group, one for each lane. */
export const ROWS = 4;

/** An operand of which rows have elements or numbers of their own. */
export interface Own {
  readonly operand: number;
  readonly place: Address;
  /** Bytes from one row to the next. */
  readonly step: Address;
  /** Bytes from the first row to the others. */
  readonly steps: readonly Address[];
}

/** Where some rows lie. */
export class RowPlaces {
  /** The operands of which they have elements or numbers of their own. */
  readonly own: readonly Own[];
  readonly #f: FunctionBuilder;
  readonly #loop: RowLoop;
  readonly #count: number;

  /** `count` rows along the innermost axis of the first `total` operands. */
  constructor(
    f: FunctionBuilder,
    loop: RowLoop,
    a: RowArguments,
    count: number,
    total: number,
  ) {
    this.#f = f;
    this.#loop = loop;
    this.#count = count;
    const { same } = loop.layout;
    const operands = Array.from({ length: total }, (_, operand) => operand);
    this.own = operands.filter((operand) => same[operand] !== true).map((operand) => {
      const step = a.strides[operand].at(-1)!;
      return {
        operand,
        place: f.local("i32"),
        step,
        steps: Array.from({ length: count }, () => f.local("i32")),
      };
    });
  }

  /** Goes to rows that begin there, of all operands. */
  start(bases: readonly Address[]): void {
    for (const { operand, place, step, steps } of this.own) {
      this.#f.set(place, bases[operand]);
      steps.forEach((local, row) => this.#f.set(local, i32.mul(step, row)));
    }
  }

  /** Where the rows of a group begin. */
  lines({ place, steps }: Own, group: number): readonly Address[] {
    return steps.slice(ROWS * group, ROWS * (group + 1))
      .map((step) => this.#f.local("i32", i32.add(place, step)));
  }

  /** Makes of the rows from number `count` on the one before. */
  shorten(count: Address): void {
    for (const { steps } of this.own) {
      for (let row = 1; row < this.#count; row++) {
        this.#f.if(i32.leU(count, row), () => this.#f.set(steps[row], steps[row - 1]));
      }
    }
  }

  /** Goes on to the next rows. */
  advance(): void {
    for (const { place, steps } of this.own) {
      this.#f.advance(place, i32.add(steps[this.#count - 1], steps[1]));
    }
  }

  /** Whether rows have elements of an operand, and not one number. */
  isWhole({ operand }: Own): boolean {
    const { form, layout } = this.#loop;
    const output = operand - form.inputs.length;
    return output < 0 ? layout.steps[operand] === "1" : form.outputs[output]?.whole ?? true;
  }

  /** The numbers of an input of which the rows of a group have one each. */
  numbers(own: Own, group: number): Vector {
    const f = this.#f;
    const dtype = this.#loop.form.inputs[own.operand];
    const vector = f.local("v128", v128.constI32x4(0));
    this.lines(own, group).forEach((line, row) =>
      f.set(vector, i32x4.replaceLane(vector, row, loadWord(sizeShift(dtype), line)))
    );
    if (dtype === "bool") f.set(vector, i32x4.gtS(vector, v128.constI32x4(0)));
    return vector;
  }

  /** Stores the numbers of a group in an output, of which `left` rows have one; all of them if there are more. */
  storeNumbers({ operand, place }: Own, group: number, numbers: Vector, left: Address): void {
    const f = this.#f;
    const dtype = operandTypes(this.#loop)[operand];
    const first = ROWS * group;
    const at = f.local("i32", i32.add(place, first << sizeShift(dtype)));
    const part = (): void => storePartial(f, dtype, at, numbers, i32.sub(left, first));
    f.if(
      i32.geU(left, first + ROWS),
      () => storeVector(f, dtype, at, numbers),
      first === 0 ? part : () => f.if(i32.gtU(left, first), part),
    );
  }
}
