/**
 * Elman networks.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { relu, tanh } from "./activation.ts";
import { cellOptions, type Recurrent, recurrentLayer, type SequenceOptions } from "./recurrent.ts";
import type { CellOptions } from "./recurrent_cell.ts";
import { simpleCell } from "./simple_cell.ts";

/** Options of `lstm` and `gru`. */
export interface RecurrentOptions extends CellOptions, SequenceOptions {}

/** The names of `RecurrentOptions`. */
export const RECURRENT_OPTIONS = {
  features: true,
  bias: true,
  kernelInitializer: true,
  init: true,
  layers: true,
  bidirectional: true,
  reverse: true,
  keepOrder: true,
  dropoutRate: true,
} as const;

/** Options of `rnn`. */
export interface RnnOptions extends RecurrentOptions {
  /** The activation; "tanh" by default. */
  readonly activation?: "tanh" | "relu";
}

const RNN_OPTIONS = { activation: true, ...RECURRENT_OPTIONS } as const;

/**
 * The Elman network `h' = activation(x W + b + h U + c)` over sequences [n, length, inputs], as torch.nn.RNN with the
 * batch first: to the hidden states, [n, length, features], of both directions [n, length, 2 features]. With `lengths`
 * a carry stays as it is after the end of its sequence, and outputs there are 0, as of packed sequences in torch.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { rnn } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = rnn({ features: 4 });
 * const { params } = layer.init(random.key(0), [5, 2]);
 * const { output, carry } = layer.run(params, ones([3, 5, 2]));
 * assertEquals([output.shape, carry.hidden.shape], [[3, 5, 4], [1, 3, 4]]);
 * ```
 */
export function rnn(options: RnnOptions): Recurrent {
  checkOptionNames("rnn", options, RNN_OPTIONS);
  const { activation = "tanh" } = options;
  if (activation !== "tanh" && activation !== "relu") {
    throw new RangeError(`rnn expects activation "tanh" or "relu" but got ${String(activation)}`);
  }
  const cell = simpleCell({ ...cellOptions(options), activation: activation === "tanh" ? tanh : relu });
  return recurrentLayer("rnn", cell, options);
}
