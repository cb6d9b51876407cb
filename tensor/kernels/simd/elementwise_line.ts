/**
 * Loops along lines of operands that are contiguous or a single element each.
 *
 * @module
 */
import type { ElementwiseForm } from "../elementwise_form.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { type Body, defineBody, words } from "./elementwise_body.ts";
import { allNodes } from "./emit.ts";
import type { Mover } from "./layout.ts";
import type { Node } from "./nodes.ts";
import { sizeShift } from "./operands.ts";
import { i32 } from "./scalar.ts";

/** Bytes of the scratch area for each operand's rest of a range. */
export const TAIL_BYTES = 64;

/**
 * Defines the function that goes along a line of any number of elements; the last one to three by way of the scratch area.
 * What steps by 0 is a single element. Parameters: scratch, number of elements, addresses of the operands.
 */
export function defineLine(
  module: ModuleBuilder,
  form: ElementwiseForm,
  roots: readonly Node[],
  movers: ReadonlyMap<number, Mover>,
): Body {
  const dtypes = [...form.inputs, ...form.outputs];
  const shifts = dtypes.map(sizeShift);
  const scalar = dtypes.map((_, i) => form.steps[i] === "0");
  const size = allNodes(roots).length;
  const widest = size <= 100 ? 16 : size <= 300 ? 8 : 4;
  const bodies = [...new Set([widest, 4])].map((width) => ({
    width,
    run: defineBody(module, roots, dtypes, scalar, form.inputs.length, width),
  }));
  return module.define(null, words(2 + dtypes.length), null, (f, scratch, count, ...addresses) => {
    for (const { width, run } of bodies) {
      const whole = f.local("i32", i32.and(count, -width));
      f.if(whole, () => {
        f.call(run, whole, ...addresses);
        addresses.forEach((address, i) => {
          if (!scalar[i]) f.advance(address, i32.shl(whole, shifts[i]));
        });
      });
      f.set(count, i32.and(count, width - 1));
    }
    f.if(count, () => {
      const tail = (i: number) => scalar[i] ? addresses[i] : i32.add(scratch, i * TAIL_BYTES);
      const move = (i: number, back: boolean): void => {
        const step = 1 << shifts[i];
        const [target, source] = back ? [addresses[i], tail(i)] : [tail(i), addresses[i]];
        f.call(movers.get(shifts[i])!, target, step, source, step, count);
      };
      for (let i = 0; i < form.inputs.length; i++) if (!scalar[i]) move(i, false);
      f.call(bodies[bodies.length - 1].run, 4, ...addresses.map((_, i) => tail(i)));
      for (let i = form.inputs.length; i < dtypes.length; i++) move(i, true);
    });
  });
}
