/**
 * How golden cases of recurrent cells of flax are run with ours.
 *
 * @module
 */
import * as nn from "../../nn/mod.ts";
import {
  arange,
  concatenate,
  flip,
  less,
  remainder,
  reshape,
  swapAxes,
  takeAlongAxis,
  type Tensor,
  tensor,
  where,
  zerosLike,
} from "../../tensor/mod.ts";
import { type FlaxTree, leafOf, withFlaxInputs } from "./flax_case.ts";
import type { NnCase, Run } from "./nn_cases.ts";

/** How a cell of flax stands in ours. */
interface Form {
  readonly make: (
    options: nn.GatedCellOptions & nn.SimpleCellOptions & nn.MguCellOptions,
  ) => nn.RecurrentCell;
  /** Names of the gates, in our order. */
  readonly gates: readonly string[];
}

const LSTM: Form = { make: nn.lstmCell, gates: ["i", "f", "g", "o"] };
const FORMS: Readonly<Record<string, Form>> = {
  SimpleCell: { make: nn.simpleCell, gates: [""] },
  LSTMCell: LSTM,
  OptimizedLSTMCell: LSTM,
  GRUCell: { make: nn.gruCell, gates: ["r", "z", "n"] },
  MGUCell: { make: nn.mguCell, gates: ["f", "n"] },
};

const ACTIVATIONS: Readonly<Record<string, nn.GateActivation>> = {
  sigmoid: nn.sigmoid,
  hard_sigmoid: nn.hardSigmoid,
  tanh: nn.tanh,
  hard_tanh: nn.hardTanh,
  relu: nn.relu,
  elu: nn.elu,
  gelu: nn.gelu,
  silu: nn.silu,
  softplus: nn.softplus,
  soft_sign: nn.softSign,
};

/** Our params of a cell of flax, which has a kernel a gate, and biases of one product alone. */
function cellParams({ gates }: Form, params: FlaxTree): nn.RecurrentPartParams {
  const joined = (side: "i" | "h", name: "kernel" | "bias"): Tensor => {
    const parts = gates.map((gate) => {
      const found = leafOf(params, `${side}${gate}/${name}`);
      return found ?? zerosLike(leafOf(params, `h${gate}/kernel`)!.slice([[0, 1]]).reshape([-1]));
    });
    return parts.length === 1 ? parts[0] : concatenate(parts, -1);
  };
  return {
    inputKernel: joined("i", "kernel"),
    carryKernel: joined("h", "kernel"),
    inputBias: joined("i", "bias"),
    carryBias: joined("h", "bias"),
  };
}

/** The sequences of a batch from their ends on, and after those what comes after, from the end on too. */
function flipped(x: Tensor, lengths: Tensor | undefined): Tensor {
  if (lengths === undefined) return flip(x, 1);
  const [n, length] = x.shape;
  const steps = arange(length, { dtype: "int32" });
  const from = remainder(lengths.reshape([n, 1]).add(length - 1).subtract(steps), length);
  return takeAlongAxis(x, from.reshape([n, length, 1]), 1);
}

/** A layer of one direction, as flax.linen.RNN. */
function overSequence(
  cell: nn.RecurrentCell,
  params: nn.RecurrentPartParams,
  x: Tensor,
  how: {
    readonly reverse: boolean;
    readonly keepOrder: boolean;
    readonly lengths: Tensor | undefined;
    readonly carry: nn.RecurrentCarry | undefined;
  },
): { readonly output: Tensor; readonly carry: nn.RecurrentCarry } {
  const { reverse, lengths, carry } = how;
  const keepOrder = how.keepOrder || !reverse;
  const given = carry === undefined ? {} : { carry };
  const named = { layer0: params };
  const ours = nn.recurrent(cell, { reverse, keepOrder }).run(named, x, { lengths, ...given });
  if (lengths === undefined) return ours;
  // After the end of a sequence flax goes on with what is there, where ours gives zeros.
  const rest = nn.recurrent(cell).run(named, reverse ? flipped(x, lengths) : x, given).output;
  const seen = less(arange(x.shape[1], { dtype: "int32" }), reshape(lengths, [-1, 1]));
  const output = where(
    reshape(seen, [...seen.shape, 1]),
    ours.output,
    reverse && keepOrder ? flipped(rest, lengths) : rest,
  );
  return { output, carry: ours.carry };
}

/** A case of a cell of flax in flax.linen.RNN, Bidirectional, or by itself; null where that is none of ours. */
export function flaxCellRun(one: NnCase): Run | null {
  const form = FORMS[one.op];
  const { options } = one;
  if (form === undefined) return null;
  const functions: Record<string, nn.GateActivation> = {};
  for (const [name, ours] of [["gate_fn", "gate"], ["activation_fn", "activation"]] as const) {
    if (options[name] === undefined) continue;
    const found = ACTIVATIONS[options[name] as string];
    if (found === undefined) return null;
    functions[ours] = found;
  }
  const cell = form.make({
    features: options.features as number,
    ...(one.op === "SimpleCell" ? { residual: options.residual === true } : {}),
    ...(one.op === "MGUCell" ? { resetGate: options.reset_gate !== false } : {}),
    ...functions,
  });
  const lengths = options.seq_lengths === undefined
    ? undefined
    : tensor(options.seq_lengths as readonly number[], { dtype: "int32" });
  const timeMajor = options.time_major === true;
  const turned = (x: Tensor): Tensor => timeMajor ? swapAxes(x, 0, 1) : x;
  return withFlaxInputs(one, ({ params, data, named }) => {
    const memory = one.op.endsWith("LSTMCell");
    const parts = (carry: nn.CellCarry): readonly Tensor[] =>
      memory ? [carry.cell!, carry.hidden] : [carry.hidden];
    const given = (suffix = ""): nn.CellCarry | undefined => {
      const hidden = named[`h${suffix}`] ?? named[`carry${suffix}`];
      return hidden === undefined ? undefined : memory ? { hidden, cell: named[`c${suffix}`] } : { hidden };
    };
    const x = named.x ?? named.inputs ?? data[data.length - 1];
    if (one.ref.endsWith("Cell")) {
      const after = cell.step(cellParams(form, params), given() ?? cell.initCarry(x), x);
      return one.outputs === undefined
        ? [after.hidden]
        : [...parts(after), after.hidden].slice(-one.outputs.length);
    }
    const stacked = (carry: nn.CellCarry | undefined): nn.RecurrentCarry | undefined =>
      carry === undefined
        ? undefined
        : carry.cell === undefined
        ? { hidden: carry.hidden.reshape([1, ...carry.hidden.shape]) }
        : {
          hidden: carry.hidden.reshape([1, ...carry.hidden.shape]),
          cell: carry.cell.reshape([1, ...carry.cell.shape]),
        };
    const run = (own: FlaxTree, reverse: boolean, keepOrder: boolean, suffix = "") =>
      overSequence(cell, cellParams(form, own.cell as FlaxTree), turned(x), {
        reverse,
        keepOrder,
        lengths,
        carry: stacked(given(suffix)),
      });
    const passes = params.forward_rnn === undefined
      ? [run(params, options.reverse === true, options.keep_order === true)]
      : [
        run(params.forward_rnn as FlaxTree, false, true, "_forward"),
        run(params.backward_rnn as FlaxTree, true, true, "_backward"),
      ];
    const output = turned(
      passes.length === 1 ? passes[0].output : concatenate(passes.map((one) => one.output), -1),
    );
    if (one.outputs === undefined) return [output];
    const carries = passes.flatMap(({ carry }) =>
      parts(carry).map((part) => part.reshape(part.shape.slice(1)))
    );
    return [...carries, output];
  });
}
