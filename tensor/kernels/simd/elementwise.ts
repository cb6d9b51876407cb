/**
 * Loops over elements for scalar expressions, in WebAssembly SIMD.
 *
 * One function computes whole vectors of contiguous operands. What is not contiguous, and what is left of a
 * range, goes block by block through the scratch area.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import { type ElementwiseForm, isStrideOfWords } from "../elementwise_form.ts";
import type { KernelReference } from "../kernel.ts";
import { arithmeticOf, type SimdMode } from "./arithmetic.ts";
import { call, type FunctionBuilder, type Local, type ModuleBuilder } from "./assembler.ts";
import { doubleLoopOf } from "./double_loop.ts";
import { type Body, defineBody, words } from "./elementwise_body.ts";
import { defineLine, defineLines } from "./elementwise_line.ts";
import { allNodes } from "./emit.ts";
import { constant, type Expression } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import {
  defineExpander,
  defineMovers,
  definePlace,
  defineRowMover,
  type Mover,
  repeatRow,
} from "./layout.ts";
import { lowerExpressions } from "./lower.ts";
import type { Node } from "./nodes.ts";
import { argument, operandAddress, sizeShift, stepBytes } from "./operands.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";

type Word = Expression<"i32">;

type Address = Local<"i32">;

/** Elements of a block of operands that are not contiguous. */
const BLOCK = 1024;

/** Elements of a row from which it is gone along by itself: of any row, and of one along which an operand repeats. */
const LONG_ROW: readonly [number, number] = [512, 64];

/**
 * The same of rows that lie as neighbours, for each value that is computed of an element and each operand that repeats:
 * the more there is to compute the less matters that vectors of several rows go along together in a block, and the more
 * operands would have to be written into one.
 */
const NEAR_ROW = 5;

/** The same where none repeats, for each value: the least and the most elements. */
const EVEN_ROW = { each: 3, least: 12, most: 256 };

/** Values of an element up to which rows of any length do so where an operand repeats along only some of the outer axes. */
const FEW_VALUES = 16;

/** Elements of a row from which rows that lie as neighbours are gone along one after the other. */
function nearRow({ steps, rank }: ElementwiseForm, size: number): number {
  const repeating = steps.filter((step) => step === "0").length;
  if (rank > 2 && repeating > 0 && size <= FEW_VALUES) return 1;
  return repeating > 0
    ? Math.min(LONG_ROW[1], Math.max(4, Math.ceil(NEAR_ROW * size / repeating ** 2)))
    : Math.min(EVEN_ROW.most, Math.max(EVEN_ROW.least, EVEN_ROW.each * size));
}

/** Bytes of the scratch area for each operand's rest of a range. */
const TAIL_BYTES = 64;

/** Bytes of the scratch area for each operand's block, or for as many elements of a row that repeats and one row more. */
const BLOCK_BYTES = 8 * BLOCK;

/** Most operands, and most numbers of extents and strides, that the scratch area is laid out for. */
const MOST_OPERANDS = 64;

const MOST_NUMBERS = 4096;

const NUMBERS = MOST_OPERANDS * TAIL_BYTES;

const BLOCKS = NUMBERS + 4 * MOST_NUMBERS;

/**
 * The loop for a form, with the arguments and the units of the JavaScript loop. Null where vectors do not cover
 * an expression: float64 other than in plain arithmetic along memory, and operators without a vector function.
 */
export function simdElementwiseKernel(form: ElementwiseForm, mode: SimdMode): KernelReference | null {
  const key = `simd|${mode}|${form.name}|${form.inputs}|${form.outputs}|${form.rank}|${form.steps.join("")}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const roots = lowerExpressions(form.expressions, form.inputs, form.outputs, arithmeticOf(mode));
    const count = form.steps.length;
    const fits = count <= MOST_OPERANDS && form.rank * (count + 1) <= MOST_NUMBERS;
    const define = roots === null
      ? doubleLoopOf(form, mode)
      : (module: ModuleBuilder): void => defineLoop(module, form, roots);
    kernel = define === null || !fits ? null : simdKernel(key, define, true);
    kernels.set(key, kernel);
  }
  return kernel;
}

const kernels = new Map<string, KernelReference | null>();

function isFlat(form: ElementwiseForm): boolean {
  return form.rank === 1 && !form.steps.includes("s");
}

function defineLoop(module: ModuleBuilder, form: ElementwiseForm, roots: readonly Node[]): void {
  const dtypes = [...form.inputs, ...form.outputs];
  const flat = isFlat(form);
  const size = allNodes(roots).length;
  const width = 4 * (size <= 100 ? 4 : size <= 300 ? 2 : 1);
  // Words with a stride are read where they are, never in a block.
  if (form.steps.some(isStrideOfWords)) {
    if (!flat) return defineLined(module, defineLines(module, form, roots), form);
    const line = defineLine(module, form, roots);
    return defineFlat(module, form, (f, _, ...operands) => f.call(line, ...operands));
  }
  const steps = flat ? form.steps : dtypes.map(() => "1" as const);
  const body = defineBody(module, roots, dtypes, steps, form.inputs.length, width);
  const movers = defineMovers(module, dtypes);
  const scalar = steps.map((step) => step === "0");
  const shape: LoopShape = { dtypes, scalar, inputs: form.inputs.length, width, movers };
  const span = defineSpan(module, body, shape);
  const same = form.inputs.length === 1 && form.outputs.length === 1 && form.inputs[0] === form.outputs[0];
  const copies = same && roots[0].kind === "input";
  if (flat) defineFlat(module, form, (f, ...operands) => f.call(span, ...operands));
  else {
    const repeats = form.steps.includes("0");
    const near = !form.steps.includes("s");
    const line = repeats && !near ? defineLine(module, form, roots) : null;
    const lines = near ? { run: defineLines(module, form, roots), least: nearRow(form, size) } : null;
    defineStrided(module, { span, line, lines }, shape, form, copies);
  }
}

interface LoopShape {
  readonly dtypes: readonly DType[];
  readonly scalar: readonly boolean[];
  readonly inputs: number;
  readonly width: number;
  readonly movers: ReadonlyMap<number, Mover>;
}

/** What goes along elements. */
interface Ways {
  /** Along any number of contiguous ones. */
  readonly span: Body;
  /** Along one row. */
  readonly line: Body | null;
  /** Along row after row, which have so many elements at least. */
  readonly lines: { readonly run: Body; readonly least: number } | null;
}

/** The function that computes any number of elements; the last few by way of the scratch area. */
function defineSpan(module: ModuleBuilder, body: Body, shape: LoopShape): Body {
  const { dtypes, scalar, inputs, width, movers } = shape;
  return module.define(null, words(2 + dtypes.length), null, (f, scratch, count, ...addresses) => {
    const whole = f.local("i32", i32.and(count, -width));
    const rest = f.local("i32", i32.and(count, width - 1));
    f.if(whole, () => f.call(body, whole, ...addresses));
    f.if(rest, () => {
      addresses.forEach((address, i) => {
        const shift = sizeShift(dtypes[i]);
        if (!scalar[i]) f.advance(address, i32.shl(whole, shift));
      });
      const tail = (i: number): Word => scalar[i] ? addresses[i] : i32.add(scratch, i * TAIL_BYTES);
      const move = (i: number, back: boolean): void => {
        const step = 1 << sizeShift(dtypes[i]);
        const [target, source] = back ? [addresses[i], tail(i)] : [tail(i), addresses[i]];
        f.call(movers.get(sizeShift(dtypes[i]))!, target, step, source, step, rest);
      };
      for (let i = 0; i < inputs; i++) if (!scalar[i]) move(i, false);
      f.call(body, width, ...addresses.map((_, i) => tail(i)));
      for (let i = inputs; i < dtypes.length; i++) move(i, true);
    });
  });
}

/** The kernel for operands that step evenly or not at all. `go` goes along so many elements from these addresses on. */
function defineFlat(
  module: ModuleBuilder,
  { inputs, outputs, steps }: ElementwiseForm,
  go: (f: FunctionBuilder, scratch: Word, count: Word, ...addresses: readonly Word[]) => void,
): void {
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    f.if(i32.eq(begin, end), () => f.return());
    const addresses = [...inputs, ...outputs].map((dtype, i) => {
      const address = operandAddress(block, i, dtype);
      return steps[i] === "0" ? address : i32.add(address, i32.mul(begin, stepBytes(dtype, steps[i])));
    });
    go(f, scratch, i32.sub(end, begin), ...addresses);
  });
}

/** The kernel that goes along row after row, however long they are. */
function defineLined(module: ModuleBuilder, lines: Body, { inputs, outputs, rank }: ElementwiseForm): void {
  const dtypes = [...inputs, ...outputs];
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    const { extents, bases } = storeLayout(f, block, scratch, dtypes, rank);
    f.call(lines, extents, begin, end, ...bases);
  });
}

/**
 * The kernel for operands of any strides. Those who go along a row, or along rows, read what repeats once; `copies` says
 * that the output is the input.
 */
function defineStrided(
  module: ModuleBuilder,
  { span, line, lines }: Ways,
  shape: LoopShape,
  form: ElementwiseForm,
  copies: boolean,
): void {
  const { dtypes, inputs, movers } = shape;
  const { rank, steps } = form;
  const count = dtypes.length;
  const place = definePlace(module, rank);
  const isExpanded = (i: number): boolean =>
    rank === 2 && i < inputs && steps[i] === "0" && sizeShift(dtypes[i]) === 2;
  const rowMovers = dtypes.map((dtype, i) => {
    const shift = sizeShift(dtype);
    return { shift, back: i >= inputs, name: `${shift}${i >= inputs}` };
  });
  const expand = rank === 2 && dtypes.some((_, i) => isExpanded(i)) ? defineExpander(module) : null;
  const made = new Map(rowMovers.map(({ shift, back, name }) => [name, { shift, back }]));
  const defined = new Map(
    [...made].map(([name, { shift, back }]) =>
      [name, defineRowMover(module, rank, shift, back, movers.get(shift)!, place)] as const
    ),
  );
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    const { extents, bases, contiguous } = storeLayout(f, block, scratch, dtypes, rank);
    const strides = dtypes.map((_, i) => i32.add(extents, 4 * rank * (1 + i)));
    const last = f.local("i32", i32.load(extents, 4 * (rank - 1)));
    const size = f.local("i32");
    const row = f.local("i32");
    const column = f.local("i32");
    const inRow = f.local("i32");
    const long = f.local("i32");
    const addresses = dtypes.map(() => f.local("i32"));
    const moved = dtypes.map(() => f.local("i32"));
    const moveRows = (i: number, at: Word): void =>
      f.call(defined.get(rowMovers[i].name)!, at, bases[i], extents, strides[i], row, column, size);
    if (copies) {
      for (const i of [0, 1]) {
        // The other one is a block as it is.
        f.if(contiguous[1 - i], () => {
          f.set(row, i32.divU(begin, last));
          f.set(column, i32.sub(begin, i32.mul(row, last)));
          f.set(size, i32.sub(end, begin));
          moveRows(i, i32.add(bases[1 - i], i32.shl(begin, sizeShift(dtypes[1 - i]))));
          f.return();
        });
      }
    }
    if (lines !== null) {
      f.if(i32.geU(last, lines.least), () => {
        f.call(lines.run, extents, begin, end, ...bases);
        f.return();
      });
    }
    const blocks = dtypes.map((_, i) => i32.add(scratch, BLOCKS + i * BLOCK_BYTES));
    const repeated = dtypes.map((dtype, i) => {
      if (rank < 2 || i >= inputs || steps[i] !== "1") return null;
      const flag = f.local("i32", i32.leU(last, BLOCK));
      for (let axis = 0; axis < rank - 1; axis++) {
        f.set(flag, i32.and(flag, i32.eqz(i32.load(strides[i], 4 * axis))));
      }
      f.if(flag, () => {
        const shift = sizeShift(dtype);
        const most = least(i32.sub(end, begin), constant("i32", BLOCK));
        repeatRow(f, movers.get(shift)!, shift, bases[i], blocks[i], last, i32.add(most, last));
      });
      return flag;
    });
    f.while(i32.ltU(begin, end), () => {
      f.set(size, i32.sub(end, begin));
      f.set(size, least(size, constant("i32", BLOCK)));
      f.set(row, i32.divU(begin, last));
      f.set(column, i32.sub(begin, i32.mul(row, last)));
      // Long rows are gone along one by one, so that what lies along them is read where it is.
      f.set(long, i32.geU(last, LONG_ROW[line === null ? 0 : 1]));
      f.if(long, () => f.set(size, least(size, i32.sub(last, column))));
      f.set(inRow, i32.leU(i32.add(column, size), last));
      dtypes.forEach((dtype, i) => {
        const shift = sizeShift(dtype);
        const throughBlock = (): void => {
          f.set(moved[i], 1);
          f.set(addresses[i], blocks[i]);
          if (i >= inputs) return;
          if (isExpanded(i)) {
            const stride = i32.load(strides[i]);
            f.call(
              expand!,
              addresses[i],
              i32.add(bases[i], i32.mul(row, stride)),
              stride,
              column,
              last,
              size,
            );
            return;
          }
          moveRows(i, addresses[i]);
        };
        const inPlace = (): void =>
          f.set(
            addresses[i],
            i32.add(
              call(place, bases[i], extents, strides[i], row),
              steps[i] === "0" ? 0 : i32.shl(column, shift),
            ),
          );
        const near = steps[i] === "1" ? inRow : steps[i] === "0" ? long : null;
        const apart = near === null ? throughBlock : () => f.if(near, inPlace, throughBlock);
        const flag = repeated[i];
        f.set(moved[i], 0);
        f.if(
          contiguous[i],
          () => f.set(addresses[i], i32.add(bases[i], i32.shl(begin, shift))),
          flag === null
            ? apart
            : () => f.if(flag, () => f.set(addresses[i], i32.add(blocks[i], i32.shl(column, shift))), apart),
        );
      });
      if (line === null) f.call(span, scratch, size, ...addresses);
      else {
        f.if(
          long,
          () => f.call(line, size, ...addresses),
          () => f.call(span, scratch, size, ...addresses),
        );
      }
      for (let i = inputs; i < count; i++) {
        f.if(moved[i], () => moveRows(i, addresses[i]));
      }
      f.advance(begin, size);
    });
  });
}

/** Writes the extents and the strides into the scratch area: where they are, and where each operand is and how it lies. */
function storeLayout(
  f: FunctionBuilder,
  block: Address,
  scratch: Word,
  dtypes: readonly DType[],
  rank: number,
): {
  readonly extents: Address;
  readonly bases: readonly Address[];
  readonly contiguous: readonly Address[];
} {
  const count = dtypes.length;
  const extents = f.local("i32", i32.add(scratch, NUMBERS));
  for (let axis = 0; axis < rank; axis++) {
    f.store("i32", extents, argument(block, count + axis), 4 * axis);
  }
  return {
    extents,
    bases: dtypes.map((dtype, i) => f.local("i32", operandAddress(block, i, dtype))),
    contiguous: dtypes.map((dtype, i) => storeStrides(f, block, extents, count, rank, i, dtype)),
  };
}

/** Writes the strides of an operand in bytes after the extents; whether it is contiguous over all axes. */
function storeStrides(
  f: FunctionBuilder,
  block: Address,
  extents: Address,
  count: number,
  rank: number,
  operand: number,
  dtype: DType,
): Address {
  const contiguous = f.local("i32", 1);
  const expected = f.local("i32", 1);
  const stride = f.local("i32");
  for (let axis = rank - 1; axis >= 0; axis--) {
    f.set(stride, argument(block, count + rank * (1 + operand) + axis));
    f.set(contiguous, i32.and(contiguous, i32.eq(stride, expected)));
    f.set(expected, i32.mul(expected, i32.load(extents, 4 * axis)));
    f.store("i32", extents, i32.shl(stride, sizeShift(dtype)), 4 * (rank * (1 + operand) + axis));
  }
  return contiguous;
}
