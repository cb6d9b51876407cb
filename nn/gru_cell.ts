/**
 * The cell of gated recurrent units.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, multiply, subtract } from "../tensor/mod.ts";
import { sigmoid, tanh } from "./activation.ts";
import { GATED_CELL_OPTIONS, type GatedCellOptions } from "./lstm_cell.ts";
import { activated, denseCell, gate, type RecurrentCell } from "./recurrent_cell.ts";

/**
 * One step of gated recurrent units (Cho et al., 2014), as torch.nn.GRUCell: with the gates r, z, n in this order,
 * `n = activation(x W + b + gate(r) (h U + c))` and `h' = n + gate(z) (h - n)`, [n, inputs] to [n, features].
 * flax.linen.GRUCell has c for n alone, and a kernel a gate.
 *
 * @throws {RangeError} If `features` is not a positive integer, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { gruCell } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const cell = gruCell({ features: 4 });
 * const { params } = cell.init(random.key(0), [2]);
 * const x = ones([3, 2]);
 * assertEquals(cell.step(params, cell.initCarry(x), x).hidden.shape, [3, 4]);
 * ```
 */
export function gruCell(options: GatedCellOptions): RecurrentCell {
  checkOptionNames("gruCell", options, GATED_CELL_OPTIONS);
  const { gate: open = sigmoid, activation = tanh } = options;
  return denseCell({
    name: "gruCell",
    gates: 3,
    torch: true,
    advance(input, carried, { hidden }) {
      const [r, z] = [0, 1].map((k) => activated(open, add(gate(input, k, 3), gate(carried, k, 3))));
      const n = activated(activation, add(gate(input, 2, 3), multiply(r, gate(carried, 2, 3))));
      return { hidden: add(n, multiply(z, subtract(hidden, n))) };
    },
  }, options);
}
