/**
 * Loops along lines of operands that are contiguous or a single element each.
 *
 * @module
 */
import type { ElementwiseForm } from "../elementwise_form.ts";
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { type Body, defineBody, splatsOf, words, writeVectors } from "./elementwise_body.ts";
import { allNodes, defineHelpers, type Helpers, prepare } from "./emit.ts";
import type { Node } from "./nodes.ts";
import { loadPartial, loadStepped, stepBytes, storePartial, storeVector } from "./operands.ts";
import { walkAlong } from "./outer_axes.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";

type Address = Local<"i32">;

/**
 * Defines the function that goes along a line of any number of elements. What steps by 0 is a single element. Parameters:
 * number of elements, addresses of the operands.
 */
export function defineLine(module: ModuleBuilder, form: ElementwiseForm, roots: readonly Node[]): Body {
  const helpers = defineHelpers(module, roots);
  const wide = defineWide(module, form, roots);
  const count = form.steps.length;
  return module.define(
    null,
    words(1 + count),
    null,
    (f, size, ...addresses) => writeLine(f, form, roots, helpers, wide, size, addresses),
  );
}

/**
 * Defines the function that goes along line after line. Parameters: address of the extents and then the strides in bytes
 * of each operand, the first element and where they end, addresses of the operands.
 */
export function defineLines(module: ModuleBuilder, form: ElementwiseForm, roots: readonly Node[]): Body {
  const helpers = defineHelpers(module, roots);
  const wide = defineWide(module, form, roots);
  const dtypes = [...form.inputs, ...form.outputs];
  const { rank, steps } = form;
  return module.define(null, words(3 + steps.length), null, (f, extents, begin, end, ...pointers) => {
    const number = (operand: number, axis: number): Address =>
      f.local("i32", i32.load(extents, 4 * (rank * operand + axis)));
    const last = number(0, rank - 1);
    const axes = Array.from({ length: rank - 1 }, (_, axis) => ({
      extent: number(0, axis),
      strides: pointers.map((_, i) => number(1 + i, axis)),
    }));
    const walk = walkAlong(f, axes, pointers);
    const row = f.local("i32", i32.divU(begin, last));
    const column = f.local("i32", i32.sub(begin, i32.mul(row, last)));
    walk.start(row);
    const [size, addresses] = [f.local("i32"), pointers.map(() => f.local("i32"))];
    f.while(i32.ltU(begin, end), () => {
      f.set(size, least(i32.sub(last, column), i32.sub(end, begin)));
      f.advance(begin, size);
      addresses.forEach((address, i) =>
        f.set(
          address,
          steps[i] === "0"
            ? pointers[i]
            : i32.add(pointers[i], i32.mul(column, stepBytes(dtypes[i], steps[i]))),
        )
      );
      f.set(column, 0);
      writeLine(f, form, roots, helpers, wide, size, addresses);
      walk.next();
    });
  });
}

/** Elements of a line from which it pays to call what goes along several vectors at a time. */
const LONG = 64;

/** What goes along several vectors at a time. */
interface Wide {
  /** The elements of so many vectors. */
  readonly width: number;
  readonly body: Body;
}

/** In a function of its own, so that what lines need does not take registers from it. */
function defineWide(
  module: ModuleBuilder,
  { inputs, outputs, steps }: ElementwiseForm,
  roots: readonly Node[],
): Wide {
  const size = allNodes(roots).length;
  const width = size <= 100 ? 16 : size <= 300 ? 8 : 4;
  return { width, body: defineBody(module, roots, [...inputs, ...outputs], steps, inputs.length, width) };
}

/** Writes the loops along a line, and moves the addresses behind its whole vectors. */
function writeLine(
  f: FunctionBuilder,
  form: ElementwiseForm,
  roots: readonly Node[],
  helpers: Helpers,
  wide: Wide,
  count: Address,
  addresses: readonly Address[],
): void {
  const dtypes = [...form.inputs, ...form.outputs];
  const inputs = form.inputs.length;
  const { steps } = form;
  const bytes = dtypes.map((dtype, i) => stepBytes(dtype, steps[i]));
  const splats = splatsOf(f, dtypes, steps, inputs, addresses);
  const write = prepare(f, roots, helpers, splats);
  const isWhole = f.local("i32", i32.geU(count, 4));
  const rest = f.local("i32", i32.and(count, 3));
  const lastOf = (i: number, left: Address) => i32.add(addresses[i], i32.mul(i32.sub(left, 4), bytes[i]));
  // The last four of those that are no whole vectors are computed before results are stored over them.
  const results = roots.map(() => f.local("v128"));
  f.if(rest, () => {
    const loads = splats.map((splat, i) => {
      if (splat !== null) return splat;
      const load = f.local("v128");
      f.if(
        isWhole,
        () => f.set(load, loadStepped(dtypes[i], steps[i], f.local("i32", lastOf(i, count)))),
        () => f.set(load, loadPartial(f, dtypes[i], addresses[i], rest, bytes[i])),
      );
      return load;
    });
    write([loads])[0].forEach((value, i) => f.set(results[i], value));
  });
  f.if(i32.geU(count, LONG), () => {
    const whole = f.local("i32", i32.and(count, -wide.width));
    f.call(wide.body, whole, ...addresses);
    addresses.forEach((address, i) => {
      if (steps[i] !== "0") f.advance(address, i32.mul(whole, bytes[i]));
    });
    f.set(count, i32.sub(count, whole));
  });
  for (const vectors of wide.width > 4 ? [2, 1] : [1]) {
    f.while(i32.geU(count, 4 * vectors), () => {
      writeVectors(f, write, { dtypes, splats, steps, addresses }, vectors);
      f.advance(count, -4 * vectors);
    });
  }
  f.if(rest, () =>
    results.forEach((value, i) => {
      const at = inputs + i;
      f.if(
        isWhole,
        () => storeVector(f, dtypes[at], f.local("i32", lastOf(at, count)), value),
        () => storePartial(f, dtypes[at], addresses[at], value, rest),
      );
    }));
}
