/**
 * How golden cases of layers of flax are run with ours.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import { random, type Tensor } from "../../tensor/mod.ts";
import { flaxCellRun } from "./flax_cells.ts";
import { leafOf, withFlaxInputs } from "./flax_case.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** How a case of a layer of flax is run with our layers; null where there is nothing for it. */
export function flaxRun(one: NnCase): Run | null {
  const { op, options } = one;
  switch (op) {
    case "Dense":
      return withFlaxInputs(one, ({ params, data: [x] }) => {
        const bias = leafOf(params, "bias");
        const made = nn.dense({ features: options.features as number, bias: bias !== undefined });
        const own = { kernel: leafOf(params, "kernel")!, ...(bias === undefined ? {} : { bias }) };
        return [made.apply({ params: own, state: {} }, x).output];
      });
    case "dropout_eval":
      return withFlaxInputs(one, ({ data: [x] }) => [dropped(x, options.rate as number)]);
    case "dropout_given_key": {
      if (options.broadcast_dims !== undefined) return null;
      const key = random.key(options.seed as number);
      return withFlaxInputs(one, ({ data: [x] }) => [dropped(x, options.rate as number, key)]);
    }
    default:
      return flaxCellRun(one);
  }
}

function dropped(x: Tensor, rate: number, key?: Tensor): Tensor {
  const how = key === undefined ? {} : { training: true, key };
  return nn.dropout({ rate }).apply({ params: {}, state: {} }, x, how).output;
}
