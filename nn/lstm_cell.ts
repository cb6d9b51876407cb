/**
 * The cell of long short-term memory.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, multiply } from "../tensor/mod.ts";
import { sigmoid, tanh } from "./activation.ts";
import {
  activated,
  type CellOptions,
  denseCell,
  gate,
  type GateActivation,
  type RecurrentCell,
} from "./recurrent_cell.ts";

/** Options of `lstmCell`, `gruCell` and `mguCell`. */
export interface GatedCellOptions extends CellOptions {
  /** The function of the gates; sigmoid by default. */
  readonly gate?: GateActivation;
  /** The function of what is new; tanh by default. */
  readonly activation?: GateActivation;
}

/** The names of `GatedCellOptions`. */
export const GATED_CELL_OPTIONS = {
  gate: true,
  activation: true,
  features: true,
  bias: true,
  kernelInitializer: true,
  init: true,
} as const;

/**
 * One step of long short-term memory (Hochreiter and Schmidhuber, 1997), as torch.nn.LSTMCell: with the gates i, f, g, o
 * in this order, `c' = gate(f) c + gate(i) activation(g)` and `h' = gate(o) activation(c')`, [n, inputs] to
 * [n, features]. flax.linen.LSTMCell and OptimizedLSTMCell have no bias of the input's product, and a kernel a gate.
 *
 * @throws {RangeError} If `features` is not a positive integer, or an input does not fit.
 * @throws {TypeError} If a carry has no `cell`.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { lstmCell } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const cell = lstmCell({ features: 4 });
 * const { params } = cell.init(random.key(0), [2]);
 * const x = ones([3, 2]);
 * const carry = cell.step(params, cell.initCarry(x), x);
 * assertEquals([carry.hidden.shape, carry.cell?.shape], [[3, 4], [3, 4]]);
 * ```
 */
export function lstmCell(options: GatedCellOptions): RecurrentCell {
  checkOptionNames("lstmCell", options, GATED_CELL_OPTIONS);
  const { gate: open = sigmoid, activation = tanh } = options;
  return denseCell({
    name: "lstmCell",
    gates: 4,
    memory: true,
    torch: true,
    advance(input, carried, before) {
      const sums = add(input, carried);
      const [i, f, g, o] = [0, 1, 2, 3].map((k) => gate(sums, k, 4));
      const cell = add(
        multiply(activated(open, f), before.cell!),
        multiply(activated(open, i), activated(activation, g)),
      );
      return { hidden: multiply(activated(open, o), activated(activation, cell)), cell };
    },
  }, options);
}
