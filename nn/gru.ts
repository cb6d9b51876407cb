/**
 * Gated recurrent units.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { gruCell } from "./gru_cell.ts";
import { cellOptions, type Recurrent, recurrentLayer } from "./recurrent.ts";
import { RECURRENT_OPTIONS, type RecurrentOptions } from "./rnn.ts";

/**
 * Gated recurrent units (Cho et al., 2014), as torch.nn.GRU with the batch first: with the gates r, z, n in this order,
 * `n = tanh(x W + b + sigmoid(r) (h U + c))` and `h' = n + sigmoid(z) (h - n)`. Shapes and `lengths` are as in `rnn`.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { gru } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = gru({ features: 4 });
 * const { params, state } = layer.init(random.key(0), [5, 2]);
 * assertEquals(layer.apply({ params, state }, ones([3, 5, 2])).output.shape, [3, 5, 4]);
 * ```
 */
export function gru(options: RecurrentOptions): Recurrent {
  checkOptionNames("gru", options, RECURRENT_OPTIONS);
  return recurrentLayer("gru", gruCell(cellOptions(options)), options);
}
