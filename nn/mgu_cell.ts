/**
 * The cell of minimal gated units.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, multiply, subtract } from "../tensor/mod.ts";
import { sigmoid, tanh } from "./activation.ts";
import { GATED_CELL_OPTIONS, type GatedCellOptions } from "./lstm_cell.ts";
import { activated, denseCell, gate, type RecurrentCell } from "./recurrent_cell.ts";

/** Options of `mguCell`. */
export interface MguCellOptions extends GatedCellOptions {
  /** Whether the gate also acts on the carry's part of what is new; true by default. */
  readonly resetGate?: boolean;
}

const MGU_CELL_OPTIONS = { resetGate: true, ...GATED_CELL_OPTIONS } as const;

/**
 * One step of a minimal gated unit (Zhou et al., 2016), as flax.linen.MGUCell: with the gates f, n in this order,
 * `n = activation(x W + b + gate(f) (h U + c))` and `h' = n + gate(f) (h - n)`, [n, inputs] to [n, features]. Without
 * `resetGate` gate(f) is left out of n. flax has c for n alone, and ones at first for the bias of f.
 *
 * @throws {RangeError} If `features` is not a positive integer, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { mguCell, recurrent } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = recurrent(mguCell({ features: 4 }));
 * const { params, state } = layer.init(random.key(0), [5, 2]);
 * assertEquals(layer.apply({ params, state }, ones([3, 5, 2])).output.shape, [3, 5, 4]);
 * ```
 */
export function mguCell(options: MguCellOptions): RecurrentCell {
  checkOptionNames("mguCell", options, MGU_CELL_OPTIONS);
  const { gate: open = sigmoid, activation = tanh, resetGate = true } = options;
  return denseCell({
    name: "mguCell",
    gates: 2,
    advance(input, carried, { hidden }) {
      const f = activated(open, add(gate(input, 0, 2), gate(carried, 0, 2)));
      const shown = gate(carried, 1, 2);
      const n = activated(activation, add(gate(input, 1, 2), resetGate ? multiply(f, shown) : shown));
      return { hidden: add(n, multiply(f, subtract(hidden, n))) };
    },
  }, options);
}
