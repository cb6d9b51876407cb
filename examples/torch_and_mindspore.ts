/**
 * torch's and MindSpore's optimizers side by side, row by row: the parameters by default and by a filter, fixed and
 * changing learning rates, weight decay, loss scale, and groups of parameters. Each row prints the numbers that the two
 * frameworks give.
 *
 *     deno run examples/torch_and_mindspore.ts
 *
 * @module
 */
import { full, ones, random, shutdown, type Tensor, tree, valueAndGrad } from "@weft/weft";
import { batchNorm, conv2d, meanSquaredError, relu, sequential, torchParams } from "@weft/weft/nn";
import { masked, mindspore, rest, torch, type Transform } from "@weft/weft/optim";

/** Conv2d(3, 64, 3), BatchNorm2d(64), ReLU. MindSpore's convolution has no bias by default, torch's has one. */
const network = (bias: boolean) =>
  sequential({ conv: conv2d({ features: 64, kernelSize: 3, bias }), bn: batchNorm(), relu });

const withoutConv = (path: string) => !path.includes("conv");

/** A weight of the convolution and one of the norm, after each step from 1 with gradients that are all the same. */
type Steps = readonly (readonly [conv: number, norm: number])[];

function descend<S>(optimizer: Transform<unknown, S>, count: number, gradient = 1): Steps {
  let params = { conv: { weight: ones([1]) }, bn: { gamma: ones([1]), beta: ones([1]) } };
  const grads = tree.map(params, () => full([1], gradient)) as typeof params;
  let state = optimizer.init(params);
  return Array.from({ length: count }, () => {
    ({ params, state } = optimizer.step(state, grads, params));
    return [params.conv.weight.item(), params.bn.gamma.item()] as const;
  });
}

/** The names of parameters, those without "conv", and how many numbers are trained. */
export interface Parameters {
  /** All names. */
  readonly names: readonly string[];
  /** The names without "conv". */
  readonly noConv: readonly string[];
  /** How many numbers are trained. */
  readonly size: number;
}

const sizeOf = (leaves: readonly unknown[]) =>
  leaves.reduce((sum: number, leaf) => sum + (leaf as Tensor).size, 0);

/** torch's `net.named_parameters()`: what is trained. The running statistics are buffers. */
export function torchParameters(): Parameters {
  const net = network(true);
  const { params } = net.init(random.key(0), [3, 64, 32]);
  const names = Object.keys(torchParams(net, params).toTorch(params));
  return { names, noConv: names.filter(withoutConv), size: sizeOf(tree.leaves(params)) };
}

/** MindSpore's `net.get_parameters()`: the running statistics too, which no gradient reaches. */
export function mindsporeParameters(): Parameters {
  const { params, state } = network(false).init(random.key(0), [3, 64, 32]);
  const names = [params, state].flatMap((part) => tree.entries(part).map(({ path }) => path));
  return { names, noConv: names.filter(withoutConv), size: sizeOf(tree.leaves(params)) };
}

/** SGD as each framework has it by default, with all parameters and with those without "conv" only. */
export function parameterRows(): Record<string, Steps> {
  return {
    "torch SGD(lr=0.01)": descend(torch.SGD({ lr: 0.01 }), 2),
    "MindSpore SGD(), lr 0.1": descend(mindspore.SGD(), 2),
    "torch, without conv": descend(masked(torch.SGD({ lr: 0.01 }), withoutConv, { rest: "zero" }), 2),
    "MindSpore, without conv": descend(mindspore.SGD({ params: [{ params: withoutConv }] }), 2),
  };
}

/** A learning rate for each step: `nn.piecewise_constant_lr`. */
export const list: readonly number[] = mindspore.piecewiseConstantLr([2, 5, 10], [0.1, 0.05, 0.01]);

/** A learning rate of the step: `nn.PolynomialDecayLR`. */
export const schedule: (step: number) => number = mindspore.PolynomialDecayLR({
  learningRate: 0.1,
  endLearningRate: 0.01,
  decaySteps: 4,
  power: 0.5,
});

/** Both as the learning rate of Momentum. Without groups gamma and beta do not decay, by their names. */
export function dynamicRows(): Record<string, Steps> {
  const options = { momentum: 0.9, weightDecay: 0.9 };
  return {
    "a list": descend(mindspore.Momentum({ ...options, learningRate: list }), 10),
    "a schedule": descend(mindspore.Momentum({ ...options, learningRate: schedule }), 5),
  };
}

/** What {@linkcode train} gives. */
export interface Training {
  /** The shape of the network's output. */
  readonly shape: readonly number[];
  /** The loss of each epoch. */
  readonly losses: readonly number[];
  /** `scheduler.get_last_lr()` after each epoch. */
  readonly rates: readonly (readonly number[])[];
}

/** torch's loop: SGD with momentum and ExponentialLR, five epochs. */
export function train(): Training {
  const net = network(true);
  let { params, state: statistics } = net.init(random.key(1), [3, 64, 32]);
  const input = random.uniform(random.key(2), [1, 3, 64, 32]);
  const target = random.uniform(random.key(3), [1, 64, 62, 30]);

  const optimizer = torch.SGD({ lr: 0.1, momentum: 0.9 });
  const scheduler = torch.attachSchedulers(optimizer, torch.ExponentialLR({ gamma: 0.9 }));
  let { state, schedule } = scheduler.init(optimizer.init(params));

  const [losses, rates]: [number[], (readonly number[])[]] = [[], []];
  for (let epoch = 0; epoch < 5; epoch++) {
    const { value, gradient, aux } = valueAndGrad((p: typeof params) => {
      const { output, state } = net.apply({ params: p, state: statistics }, input, { training: true });
      return { value: meanSquaredError(output, target), aux: state };
    })(params);
    ({ params, state } = optimizer.step(state, gradient, params));
    ({ state, schedule } = scheduler.step(schedule, state));
    statistics = aux;
    losses.push(value.item());
    rates.push(schedule.schedulers[0].lastLr);
  }
  return { shape: net.apply({ params, state: statistics }, input).output.shape, losses, rates };
}

/** Weight decay is the same but for MindSpore's names: torch decays all that is in the group. */
export function decayRows(): Record<string, Steps> {
  return {
    "torch": descend(torch.SGD({ lr: 0.1, weightDecay: 0.01 }), 3),
    "MindSpore": descend(mindspore.SGD({ learningRate: 0.1, weightDecay: 0.01 }), 3),
  };
}

/** Gradients of 1024 times the loss, which the optimizer divides again, beside those of the loss. */
export function lossScaleRows(): Record<string, Steps> {
  const manager = mindspore.FixedLossScaleManager({ lossScale: 1024, dropOverflowUpdate: false });
  const { scale } = manager.init();
  const options = { learningRate: 0.1, weightDecay: 0.01 };
  return {
    [`a loss scale of ${scale}`]: descend(mindspore.SGD({ ...options, lossScale: scale }), 3, scale),
    "no loss scale": descend(mindspore.SGD(options), 3),
  };
}

/** MindSpore's groups: weight decay, learning rate and centralization of their own, and the order of the parameters. */
const mindsporeGroups = mindspore.SGD({
  learningRate: 0.1,
  params: [
    { params: "conv/**", weightDecay: 0.01, lr: 0.01, gradCentralization: false },
    { params: withoutConv, lr: schedule },
    { orderParams: ["conv/weight", "bn/gamma", "bn/beta"] },
  ],
});

/** torch's groups: any option of their own. Nesterov without momentum, which SGD itself refuses, does nothing there. */
const torchGroups = torch.SGD(
  [{ params: "conv/**", weightDecay: 0.01, lr: 0.01 }, { params: rest, nesterov: true }],
  { lr: 0.01 },
);

/** The groups of the comparison. */
export function groupRows(): Record<string, Steps> {
  return { "MindSpore": descend(mindsporeGroups, 6), "torch": descend(torchGroups, 4) };
}

function print(title: string, rows: Readonly<Record<string, Steps>>): void {
  console.log(`\n${title} (conv, norm)`);
  for (const [name, steps] of Object.entries(rows)) {
    console.log(`  ${name}: ${steps.map((pair) => pair.map((x) => x.toPrecision(6)).join(" ")).join(", ")}`);
  }
}

if (import.meta.main) {
  for (
    const [name, found] of Object.entries({ torch: torchParameters(), MindSpore: mindsporeParameters() })
  ) {
    console.log(`${name}: ${found.names.join(" ")}, ${found.size} numbers to train`);
    console.log(`  without "conv": ${found.noConv.join(" ")}`);
  }
  print("Parameters", parameterRows());
  console.log("\npiecewise_constant_lr([2, 5, 10], [0.1, 0.05, 0.01])");
  console.log(`  ${list.join(", ")}`);
  console.log("PolynomialDecayLR(0.1, 0.01, 4, 0.5) at step 2");
  console.log(`  ${schedule(2).toPrecision(6)}`);
  print("Momentum with changing learning rates and a weight decay of 0.9", dynamicRows());
  const { shape, losses, rates } = train();
  console.log(`\nSGD with momentum and ExponentialLR, from (1, 3, 64, 32) to (${shape.join(", ")})`);
  rates.forEach((rate, i) => console.log(`  loss ${losses[i].toFixed(6)}, last lr [${rate.join(", ")}]`));
  print("Weight decay", decayRows());
  print("Loss scale", lossScaleRows());
  print("Groups", groupRows());
  shutdown();
}
