/**
 * The cell of Elman networks.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add } from "../tensor/mod.ts";
import { tanh } from "./activation.ts";
import {
  activated,
  type CellOptions,
  denseCell,
  type GateActivation,
  type RecurrentCell,
} from "./recurrent_cell.ts";

/** Options of `simpleCell`. */
export interface SimpleCellOptions extends CellOptions {
  /** The activation; tanh by default. */
  readonly activation?: GateActivation;
  /** Whether the carry is added inside of the activation; false by default. */
  readonly residual?: boolean;
}

const SIMPLE_CELL_OPTIONS = {
  activation: true,
  residual: true,
  features: true,
  bias: true,
  kernelInitializer: true,
  init: true,
} as const;

/**
 * One step of an Elman network, `h' = activation(x W + b + h U + c)`, as torch.nn.RNNCell, and as flax.linen.SimpleCell,
 * which has no c: [n, inputs] to [n, features]. `recurrent` goes over sequences with it.
 *
 * @throws {RangeError} If `features` is not a positive integer, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { simpleCell } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const cell = simpleCell({ features: 4 });
 * const { params } = cell.init(random.key(0), [2]);
 * const x = ones([3, 2]);
 * assertEquals(cell.step(params, cell.initCarry(x), x).hidden.shape, [3, 4]);
 * ```
 */
export function simpleCell(options: SimpleCellOptions): RecurrentCell {
  checkOptionNames("simpleCell", options, SIMPLE_CELL_OPTIONS);
  const { activation = tanh, residual = false } = options;
  return denseCell({
    name: "simpleCell",
    gates: 1,
    torch: !residual,
    advance(input, carried, { hidden }) {
      const total = add(input, carried);
      return { hidden: activated(activation, residual ? add(total, hidden) : total) };
    },
  }, options);
}
