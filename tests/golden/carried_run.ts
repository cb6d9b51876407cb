/**
 * A training of torch, caught in the middle: loading it, and going on.
 *
 * @module
 */

import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  fromTorch,
  type Layer,
  type Params,
  relu,
  sequential,
  softmaxCrossEntropy,
  torchParams,
  toTorch,
} from "../../nn/mod.ts";
import { rest, torch } from "../../optim/mod.ts";
import { decodeSafetensors, loadTorchSync } from "../../tensor/io/mod.ts";
import { compile, random, reshape, type Tensor, tensor, valueAndGrad } from "../../tensor/mod.ts";

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What torch did next. */
export interface GoldenStep {
  readonly input: GoldenTensor;
  readonly labels: readonly number[];
  readonly loss: number;
  readonly lr: readonly number[];
  readonly beta1: readonly number[];
  readonly params: Readonly<Record<string, GoldenTensor>>;
}

/** The record beside the files. */
export interface GoldenRun {
  readonly param_groups: torch.StateDict["param_groups"];
  readonly index_names: readonly string[];
  readonly scheduler: Readonly<Record<string, unknown>>;
  readonly next: readonly GoldenStep[];
}

/** What a file of the run holds. */
export interface TorchRun {
  readonly model: Readonly<Record<string, Tensor>>;
  readonly optimizer: torch.StateDict;
  readonly scheduler: Readonly<Record<string, unknown>>;
}

/** The record of a run, and the run itself out of the .pt file or out of safetensors and JSON. */
export function readRun(folder: URL): { golden: GoldenRun; pt: TorchRun; safetensors: TorchRun } {
  const at = (name: string): URL => new URL(`torch_run${name}`, folder);
  const golden = JSON.parse(Deno.readTextFileSync(at(".json"))) as GoldenRun;
  const { tensors: model } = decodeSafetensors(Deno.readFileSync(at("_model.safetensors")));
  const { tensors } = decodeSafetensors(Deno.readFileSync(at("_optimizer.safetensors")));
  const { param_groups, scheduler } = golden;
  return {
    golden,
    pt: loadTorchSync<TorchRun>(at(".pt")),
    safetensors: { model, optimizer: torch.unflattenStateDict({ tensors, param_groups }), scheduler },
  };
}

/** A step as ours went. */
export interface OwnStep {
  readonly loss: number;
  readonly lr: readonly number[];
  readonly beta1: readonly number[];
  readonly params: Readonly<Record<string, Tensor>>;
}

/** Everything of a run in our form. */
export interface LoadedRun {
  readonly net: Layer;
  readonly params: Params;
  readonly netState: Params;
  readonly optimizer: torch.TorchOptimizer<torch.AdamWOptions>;
  readonly state: torch.TorchState;
  readonly groups: readonly torch.SchedulerGroup[];
  readonly scheduler: torch.Scheduler<torch.RecursiveSchedulerState>;
  readonly schedule: torch.RecursiveSchedulerState;
  readonly weights: torch.TorchWeights<Params>;
}

/** Loads a run. */
export function loadRun(run: TorchRun): LoadedRun {
  const channels = run.model["conv.bias"].size;
  const net: Layer = sequential({
    conv: conv2d({ features: channels, kernelSize: 3 }),
    bn: batchNorm(),
    relu,
    flatten,
    head: dense({ features: 3 }),
  }) as unknown as Layer;
  const like = net.init(random.key(0), [3, 8, 7]);
  const { params, state: netState } = fromTorch(net, run.model, { like });
  const made = torch.AdamW([
    { params: "conv/**", weightDecay: 0.1, lr: 0.02 },
    { params: rest, betas: [0.8, 0.95] },
  ], { lr: 0.01 });
  const weights = torchParams(net, params);
  const { optimizer, state, groups } = torch.loadStateDict(made, run.optimizer, { params, weights });
  const scheduler = torch.OneCycleLR({ maxLr: [0.05, 0.03], totalSteps: 12 });
  const fresh = scheduler.init(groups).state;
  const schedule = torch.loadSchedulerStateDict(fresh, run.scheduler);
  return { net, params, netState, optimizer, state, groups, scheduler, schedule, weights };
}

/**
 * The steps after those of the file. The gradient of a bias before a batch normalization is zero but for rounding, which
 * AdamW makes as large as any other: after each step it takes the value that torch's had.
 */
export function goOn(
  run: TorchRun,
  steps: readonly GoldenStep[],
  options: { readonly compiled: boolean },
): OwnStep[] {
  const loaded = loadRun(run);
  const { net, optimizer, scheduler } = loaded;
  type Train = Pick<LoadedRun, "params" | "netState" | "state" | "groups" | "schedule">;
  const plain = (train: Train, images: Tensor, labels: Tensor): { train: Train; loss: Tensor } => {
    const { value, gradient, aux } = valueAndGrad((p: Train["params"]) => {
      const { output, state } = net.apply({ params: p, state: train.netState }, images, { training: true });
      return { value: softmaxCrossEntropy(output, labels), aux: state };
    })(train.params);
    const next = optimizer.step(train.state, gradient, train.params);
    const scheduled = scheduler.step(train.schedule, train.groups);
    const state = torch.withSchedulerGroups(optimizer, next.state, scheduled.groups);
    const { params } = next;
    return {
      train: { params, netState: aux, state, groups: scheduled.groups, schedule: scheduled.state },
      loss: value,
    };
  };
  const step = options.compiled ? compile(plain) : plain;
  let train: Train = loaded;
  return steps.map(({ input, labels, params: after }) => {
    const { params, netState, state, groups, schedule } = train;
    const stepped = step(
      { params, netState, state, groups, schedule },
      reshape(tensor([...input.data]), input.shape),
      tensor([...labels], { dtype: "int32" }),
    );
    const bias = tensor([...after["conv.bias"].data]);
    const own = stepped.train.params as Readonly<Record<string, Params>>;
    const moved = { ...own, conv: { ...own.conv, bias } };
    train = { ...stepped.train, params: moved };
    return {
      loss: stepped.loss.item(),
      lr: train.groups.map(({ lr }) => lr),
      beta1: torch.paramGroups(optimizer, train.state).map(({ betas }) => betas[0] as number),
      params: toTorch(net, { params: train.params, state: train.netState }),
    };
  });
}
