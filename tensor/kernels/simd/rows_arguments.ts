/**
 * The arguments of a loop over rows, as `rowKernel` documents them, read into locals.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { RowForm, RowLayout } from "../row_form.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import type { Node } from "./nodes.ts";
import { allNodes, defineHelpers, type Helpers } from "./emit.ts";
import { argument, operandAddress, sizeShift } from "./operands.ts";
import type { Pass, RowPasses } from "./row_pass.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";
import { i32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Address = Local<"i32">;
type Vector = Expression<"v128">;

/** What a loop is written from. */
export interface RowLoop {
  /** What is computed. */
  readonly form: RowForm;
  /** How its operands lie. */
  readonly layout: RowLayout;
  /** The passes that compute it. */
  readonly passes: RowPasses;
}

/** The arguments; strides are in bytes. Operands are the inputs, then the outputs, then the rows that are kept. */
export interface RowArguments {
  /** Types of the operands. */
  readonly dtypes: readonly DType[];
  /** Addresses of the operands' first elements. */
  readonly addresses: readonly Address[];
  /** The number of elements of a row. */
  readonly count: Address;
  /** Extents of the axes of the rows. */
  readonly extents: readonly Address[];
  /** Strides of each operand along those axes. */
  readonly strides: readonly (readonly Address[])[];
  /** The stride of each operand along a row. */
  readonly steps: readonly Address[];
}

/** Types of the operands. */
export function operandTypes({ form, layout }: Pick<RowLoop, "form" | "layout">): readonly DType[] {
  const own = [...form.inputs, ...form.outputs.map(({ dtype }) => dtype)];
  const more = layout.kept.filter((place) => place >= own.length).length;
  return [...own, ...new Array<DType>(more).fill("float32")];
}

/** Reads the arguments at byte `block`. */
export function readRowArguments(f: FunctionBuilder, loop: RowLoop, block: Word): RowArguments {
  const { axes } = loop.layout;
  const dtypes = operandTypes(loop);
  const total = dtypes.length;
  const first = total + 1 + axes;
  const bytes = (i: number, axis: number): Address =>
    f.local("i32", i32.shl(argument(block, first + i * (axes + 1) + axis), sizeShift(dtypes[i])));
  return {
    dtypes,
    addresses: dtypes.map((dtype, i) => f.local("i32", operandAddress(block, i, dtype))),
    count: f.local("i32", argument(block, total)),
    extents: Array.from({ length: axes }, (_, d) => f.local("i32", argument(block, total + 1 + d))),
    strides: dtypes.map((_, i) => Array.from({ length: axes }, (_, d) => bytes(i, d))),
    steps: dtypes.map((_, i) => bytes(i, axes)),
  };
}

/** Moves the bases of the operands to the row `unit`; its index along the innermost axis. */
export function findRow(
  f: FunctionBuilder,
  a: RowArguments,
  unit: Word,
  bases: readonly Address[],
): Address {
  const rest = f.local("i32", unit);
  const quotient = f.local("i32");
  const index = f.local("i32");
  const column = f.local("i32", 0);
  bases.forEach((base, i) => f.set(base, a.addresses[i]));
  for (let axis = a.extents.length - 1; axis >= 0; axis--) {
    if (axis > 0) {
      f.set(quotient, i32.divU(rest, a.extents[axis]));
      f.set(index, i32.sub(rest, i32.mul(quotient, a.extents[axis])));
      f.set(rest, quotient);
    } else f.set(index, rest);
    if (axis === a.extents.length - 1) f.set(column, index);
    bases.forEach((base, i) => f.advance(base, i32.mul(index, a.strides[i][axis])));
  }
  return column;
}

/**
 * Writes `body` for each run of rows along the innermost axis, of those from `begin` to `end`: where its operands begin, and
 * how many rows it has, which `body` may count down.
 */
export function overRuns(
  f: FunctionBuilder,
  a: RowArguments,
  begin: Address,
  end: Address,
  body: (bases: readonly Address[], rows: Address) => void,
): void {
  const bases = a.addresses.map(() => f.local("i32"));
  const rows = f.local("i32");
  if (a.extents.length === 1) {
    // One run, and no loop around that of the body, which would take registers from it.
    findRow(f, a, begin, bases);
    f.set(rows, i32.sub(end, begin));
    return body(bases, rows);
  }
  f.while(i32.ltU(begin, end), () => {
    const column = findRow(f, a, begin, bases);
    f.set(rows, least(i32.sub(a.extents.at(-1)!, column), i32.sub(end, begin)));
    f.advance(begin, rows);
    body(bases, rows);
  });
}

/** The graphs of the values of a pass, in order: of its totals, then of what it stores. */
export function rootsOf({ totals, stores }: Pass): readonly Node[] {
  return [
    ...totals.flatMap(({ value, factors, block }) => block > 0 && factors !== null ? factors : [value]),
    ...stores.map(({ value }) => value),
  ];
}

/** Defines the scalar functions that passes need. */
export function helpersOf(module: ModuleBuilder, { passes, single }: RowPasses): Helpers {
  const roots = [
    ...passes.flatMap((pass) => [...rootsOf(pass), ...pass.numbers]),
    ...single.map((s) => s.value),
  ];
  return defineHelpers(module, roots);
}

/** The places of the sources that graphs read. */
export function sourcesOf(roots: readonly Node[]): readonly number[] {
  return allNodes(roots).flatMap((node) => node.kind === "input" ? [node.index] : []);
}

/** The operand that a store of a pass goes to. */
export function targetOf({ form, layout }: RowLoop, store: Pass["stores"][number]): number {
  return store.target === "output" ? form.inputs.length + store.index : layout.kept[store.index];
}

/** The first lanes of a vector, the others taken from `filler`. */
export function firstLanes(value: Vector, filler: Vector, count: Word): Vector {
  return v128.bitselect(value, filler, i32x4.ltU(v128.constI32x4(0, 1, 2, 3), i32x4.splat(count)));
}
