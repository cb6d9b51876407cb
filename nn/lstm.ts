/**
 * Long short-term memory.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { lstmCell } from "./lstm_cell.ts";
import { cellOptions, type Recurrent, recurrentLayer } from "./recurrent.ts";
import { RECURRENT_OPTIONS, type RecurrentOptions } from "./rnn.ts";

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997), as torch.nn.LSTM with the batch first: with the gates i,
 * f, g, o in this order, `c' = sigmoid(f) c + sigmoid(i) tanh(g)` and `h' = sigmoid(o) tanh(c')`. Shapes and `lengths`
 * are as in `rnn`.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { lstm } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = lstm({ features: 4, layers: 2, bidirectional: true });
 * const { params, state } = layer.init(random.key(0), [5, 2]);
 * assertEquals(layer.apply({ params, state }, ones([3, 5, 2])).output.shape, [3, 5, 8]);
 * ```
 */
export function lstm(options: RecurrentOptions): Recurrent {
  checkOptionNames("lstm", options, RECURRENT_OPTIONS);
  return recurrentLayer("lstm", lstmCell(cellOptions(options)), options);
}
