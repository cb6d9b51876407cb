/**
 * Replaying the trainings of a small network that optax did: the loss and the norm of the gradients at every step,
 * the first gradients, and params after every fifth step.
 *
 * @module
 */

import { meanSquaredError, softmaxCrossEntropy } from "../../nn/mod.ts";
import { globalNorm } from "../../optim/mod.ts";
import { add, cast, matmul, multiply, relu, tanh, type Tensor, valueAndGrad } from "../../tensor/mod.ts";
import type { OptaxOptions } from "../schedules/optax.ts";
import { transformFromOptax } from "./optax_transforms.ts";
import { distance, type Replay, replayCases, type Replayer, UnsupportedError } from "./replay.ts";
import { flatten, type GoldenNumber, type GoldenTensor, nest, type Nested, pinned } from "./replay_optax.ts";

type Elements = Readonly<Record<string, readonly GoldenNumber[]>>;

interface TrainingCase {
  readonly name: string;
  readonly dtype: "float32" | "float64";
  readonly transform: string;
  readonly options: OptaxOptions;
  readonly loss: string;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly params: Readonly<Record<string, GoldenTensor>>;
  readonly schedule_values?: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
  readonly grad_norms: readonly number[];
  readonly first_grads: Elements;
  readonly expect: readonly { readonly after_steps: number; readonly params: Elements }[];
  readonly float32_spread?: { readonly params: number };
}

/** Files of trainings. */
export const trainingReplayer: Replayer = {
  match: ({ cases }) => {
    const first = cases[0] as Partial<TrainingCase> | undefined;
    return first?.loss !== undefined && first.first_grads !== undefined;
  },
  replay: ({ cases }): Replay =>
    replayCases(cases as readonly TrainingCase[], ({ name, dtype }) => `${name} ${dtype}`, replayCase),
};

interface Layer {
  readonly kernel: Tensor;
  readonly bias: Tensor;
}

interface Network {
  readonly layer1: Layer;
  readonly layer2: Layer;
}

interface Inputs {
  readonly x: Tensor;
  readonly labels: Tensor;
  readonly targets: Tensor;
}

const dense = (x: Tensor, { kernel, bias }: Layer): Tensor => add(matmul(x, kernel), bias);

const LOSSES: Readonly<Record<string, (p: Network, inputs: Inputs) => Tensor>> = {
  "optax.softmax_cross_entropy_with_integer_labels(jnp.tanh(x @ p['layer1']['kernel'] + p['layer1']['bias']) @ p['layer2']['kernel'] + p['layer2']['bias'], labels).mean()":
    (p, { x, labels }) => softmaxCrossEntropy(dense(tanh(dense(x, p.layer1)), p.layer2), labels),
  "optax.l2_loss(jax.nn.relu(x @ p['layer1']['kernel'] + p['layer1']['bias']) @ p['layer2']['kernel'] + p['layer2']['bias'], targets).mean()":
    (p, { x, targets }) =>
      multiply(meanSquaredError(dense(relu(dense(x, p.layer1)), p.layer2), targets), 0.5),
};

function replayCase(golden: TrainingCase): string {
  const { dtype, losses } = golden;
  const loss = LOSSES[golden.loss];
  if (loss === undefined) throw new UnsupportedError(golden.loss);
  const call = /^[\w.]+/.exec(golden.transform)![0];
  const transform = transformFromOptax(
    call,
    golden.options,
    (schedule) => pinned(golden.schedule_values, losses.length, schedule),
  );
  const inputs = inputsOf(golden);
  let params = nest(golden.params, dtype);
  let state = transform.init(params);
  for (let step = 0; step < losses.length; step++) {
    const { value, gradient } = valueAndGrad((p: Nested) => loss(p as unknown as Network, inputs))(params);
    const message = different(golden, `step ${step}, loss`, [value.item()], [losses[step]]) ||
      different(golden, `step ${step}, norm`, [globalNorm(gradient).item()], [golden.grad_norms[step]]) ||
      (step === 0 ? differentLeaves(golden, "first gradients", gradient, golden.first_grads) : "");
    if (message !== "") return message;
    ({ state, params } = transform.step(state, gradient, params));
    const after = golden.expect.find(({ after_steps }) => after_steps === step + 1);
    const found = after && differentLeaves(golden, `after step ${step}`, params, after.params);
    if (found) return found;
  }
  return "";
}

/** The data, with labels as integers. */
function inputsOf({ inputs, dtype }: TrainingCase): Inputs {
  const given = nest(inputs, dtype) as unknown as Inputs;
  return given.labels === undefined ? given : { ...given, labels: cast(given.labels, "int32") };
}

function differentLeaves(golden: TrainingCase, what: string, values: unknown, expected: Elements): string {
  const ours = flatten(values);
  for (const [path, data] of Object.entries(expected)) {
    const message = different(golden, `${what}, ${path}`, ours[path] ?? [], data);
    if (message !== "") return message;
  }
  return "";
}

/**
 * The first number that is too far off, relative to the largest of its leaf: in float64 by 1e-11, as 20 steps add
 * up what one may be off by, in float32 by a few times what optax's own float32 is from its float64.
 */
function different(
  { name, dtype, float32_spread }: TrainingCase,
  what: string,
  ours: readonly number[],
  theirs: readonly GoldenNumber[],
): string {
  const expected = theirs.map(Number);
  if (ours.length !== expected.length) {
    return `${name} ${dtype}: ${what}: expected ${expected.length} numbers but got ${ours.length}`;
  }
  // optax sums the gradients of micro-batches in float32 whatever the dtype.
  const double = name === "accumulated" ? 1e-7 : 1e-11;
  const relative = dtype === "float64" ? double : Math.max(4 * (float32_spread?.params ?? 0), 2e-6);
  const largest = Math.max(...expected.map(Math.abs));
  const at = ours.findIndex((value, i) => !(Math.abs(value - expected[i]) <= relative * largest));
  return at < 0
    ? ""
    : `${name} ${dtype}: ${what}[${at}]: expected ${expected[at]} but got ${ours[at]}, ${
      distance(expected[at], ours[at], dtype)
    } units in the last place apart`;
}
