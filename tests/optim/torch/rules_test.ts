/**
 * The rules by which torch tests its own optimizers, as properties over all of their options.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { groups, rest, torch } from "../../../optim/mod.ts";
import {
  add,
  matmul,
  slice,
  square,
  sum,
  type Tensor,
  tensor,
  tree,
  valueAndGrad,
  zerosLike,
} from "../../../tensor/mod.ts";
import { type AnyOptions, CONFIGURATIONS, everyConfiguration, make } from "./configurations.ts";

type Params = { readonly weight: Tensor; readonly bias: Tensor };

const RUNS = { numRuns: 1 };

function numbers(length: number): fc.Arbitrary<number[]> {
  const one = fc.integer({ min: -192, max: 192 }).map((n) => (n === 0 ? 1 : n) / 64);
  return fc.array(one, { minLength: length, maxLength: length });
}

/** A layer of 10 outputs and 5 inputs; Muon, which takes matrices only, gets the bias as one. */
function problems(): fc.Arbitrary<{ readonly params: Params; readonly input: Tensor }> {
  return fc.record({ weight: numbers(50), bias: numbers(10), input: numbers(5) }).map((drawn) => ({
    params: {
      weight: tensor(drawn.weight, { shape: [10, 5] }),
      bias: tensor(drawn.bias, { shape: [10, 1] }),
    },
    input: tensor(drawn.input, { shape: [5, 1] }),
  }));
}

function lossOf(input: Tensor): (params: Params) => Tensor {
  return ({ weight, bias }) => sum(square(add(matmul(weight, input), bias)));
}

/** The losses before the first step and after the last, of steps with schedulers after each. */
function losses(
  optimizer: torch.TorchOptimizer<AnyOptions>,
  { params: start, input }: { readonly params: Params; readonly input: Tensor },
  schedulers: readonly torch.Scheduler[] = [],
): readonly [before: number, after: number] {
  const loss = lossOf(input);
  let [params, state] = [start, optimizer.init(start)];
  let scheduled = torch.paramGroups(optimizer, state) as readonly torch.SchedulerGroup[];
  const states = schedulers.map((scheduler) => {
    const made = scheduler.init(scheduled);
    scheduled = made.groups;
    return made.state;
  });
  for (let step = 0; step < 20; step++) {
    if (schedulers.length > 0) state = torch.withParamGroups(optimizer, state, scheduled);
    const { gradient } = valueAndGrad(loss)(params);
    ({ state, params } = optimizer.step(state, gradient, params));
    schedulers.forEach((scheduler, i) => {
      const next = scheduler.step(states[i], scheduled);
      [states[i], scheduled] = [next.state, next.groups];
    });
  }
  return [loss(start).item(), loss(params).item()];
}

function goesTheRightWay([before, after]: readonly [number, number], { maximize }: AnyOptions): boolean {
  return maximize === true ? after > before : after < before;
}

/** Every other element of a tensor twice as wide, which is not contiguous. */
function strided(x: Tensor): Tensor {
  const [rows, columns] = x.shape;
  const twice = tensor(Float32Array.from({ length: 2 * x.size }, (_, i) => x.data()[i >> 1] as number), {
    shape: [rows, 2 * columns],
  });
  return slice(twice, [null, [0, 2 * columns, 2]]);
}

const schedules: readonly (() => readonly torch.Scheduler[])[] = [
  () => [torch.ExponentialLR({ gamma: 0.9 })],
  () => [torch.LinearLR({ startFactor: 0.4, totalIters: 4 })],
  () => [torch.ConstantLR({ factor: 0.4, totalIters: 4 }), torch.ExponentialLR({ gamma: 0.9 })],
  () => [torch.PolynomialLR({ totalIters: 30, power: 0.9 })],
  () => [torch.StepLR({ stepSize: 10, gamma: 0.9 })],
];

for (const { name, options, label } of everyConfiguration()) {
  const decayed = options.weightDecay !== undefined;

  Deno.test(`${label} goes the right way`, () => {
    fc.assert(
      fc.property(problems(), (problem) => goesTheRightWay(losses(make(name, options), problem), options)),
      RUNS,
    );
  });

  Deno.test(`${label} does the same to params that are not contiguous`, () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const params = { weight: strided(problem.params.weight), bias: problem.params.bias };
        assertEquals(
          losses(make(name, options), { ...problem, params }),
          losses(make(name, options), problem),
        );
      }),
      RUNS,
    );
  });

  Deno.test(`${label} goes the right way in groups with schedulers`, () => {
    fc.assert(
      fc.property(problems(), fc.constantFrom(...schedules), (problem, schedulers) => {
        const own: AnyOptions = typeof options.lr === "function" ? { ...options, lr: 1e-3 } : options;
        const optimizer = make(name, [{ params: "weight" }, { params: "bias", lr: 0.01 }], own);
        return goesTheRightWay(losses(optimizer, problem, schedulers()), options);
      }),
      RUNS,
    );
  });

  Deno.test(`${label} in groups is optimizers side by side`, () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        const other = decayed ? { weightDecay: 0 } : { lr: 0.05 };
        const together = make(name, [{ params: "weight" }, { params: rest, ...other }], options);
        const apart = groups([
          { name: "a", select: "weight", transform: make(name, options) },
          { name: "b", select: "bias", transform: make(name, { ...options, ...other }) },
        ]) as unknown as torch.TorchOptimizer<AnyOptions>;
        assertEquals(after(together, problem), after(apart, problem));
      }),
      RUNS,
    );
  });

  Deno.test(`${label} moves no params whose rate is next to nothing`, () => {
    fc.assert(
      fc.property(problems(), ({ params, input }) => {
        const none: AnyOptions = name === "Rprop"
          ? { lr: 1e-28, stepSizes: [0, 50] }
          : { lr: 1e-28, ...(name === "ASGD" ? { lambd: 0 } : {}) };
        const optimizer = make(name, [{ params: "weight" }, { params: "bias", ...none }], options);
        const { gradient } = valueAndGrad(lossOf(input))(params);
        const next = optimizer.step(optimizer.init(params), gradient, params);
        assertEquals(next.params.bias.toArray(), params.bias.toArray());
      }),
      RUNS,
    );
  });

  Deno.test(`${label} passes leaves without gradients over`, () => {
    fc.assert(
      fc.property(problems(), ({ params, input }) => {
        const optimizer = make(name, options);
        const { gradient } = valueAndGrad(lossOf(input))(params);
        const without = { weight: gradient.weight, bias: null as unknown as Tensor };
        const first = optimizer.step(optimizer.init(params), without, params);
        assertEquals(first.params.bias.toArray(), params.bias.toArray());
        // A leaf that starts later starts as one that starts now, up to the step of the schedule.
        const late = optimizer.step(first.state, gradient, params).params.bias;
        const early = optimizer.step(optimizer.init(params), gradient, params).params.bias;
        assertEquals(late.toArray(), early.toArray());
      }),
      RUNS,
    );
  });

  if (decayed || ["AdamW", "ASGD", "Muon"].includes(name)) continue;
  Deno.test(`${label} leaves params whose gradients are zero as they are`, () => {
    fc.assert(
      fc.property(problems(), ({ params }) => {
        const optimizer = make(name, options);
        const zero = tree.map(params, (leaf) => zerosLike(leaf as Tensor));
        const next = optimizer.step(optimizer.init(params), zero, params);
        assertEquals(next.params.weight.toArray(), params.weight.toArray());
      }),
      RUNS,
    );
  });
}

for (const name of Object.keys(CONFIGURATIONS)) {
  Deno.test(`${name} takes a rate as a number and as a schedule`, () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        assertEquals(
          after(make(name, { lr: () => 1e-3 }), problem),
          after(make(name, { lr: 1e-3 }), problem),
        );
        const falling = (step: number): number => 0.1 / (step + 1);
        let [params, optimizer] = [problem.params, make(name, { lr: 0.1 })];
        let state: torch.TorchState = optimizer.init(params);
        const grads = problem.params;
        for (let step = 0; step < 3; step++) {
          const options = { lr: falling(step) };
          ({ optimizer, state } = torch.setParamGroup(optimizer, state, { group: 0, options, params }));
          ({ state, params } = optimizer.step(state, grads, params));
        }
        const scheduled = make(name, { lr: falling });
        let other = { state: scheduled.init(problem.params), params: problem.params };
        for (let step = 0; step < 3; step++) other = scheduled.step(other.state, grads, other.params);
        assertEquals(other.params.weight.toArray(), params.weight.toArray());
      }),
      RUNS,
    );
  });
}

/** The elements of the params after three steps. */
function after(
  optimizer: torch.TorchOptimizer<AnyOptions>,
  { params: start, input }: { readonly params: Params; readonly input: Tensor },
): readonly (readonly number[])[] {
  let [params, state] = [start, optimizer.init(start)];
  for (let step = 0; step < 3; step++) {
    const { gradient } = valueAndGrad(lossOf(input))(params);
    ({ state, params } = optimizer.step(state, gradient, params));
  }
  return [params.weight, params.bias].map((leaf) => Array.from(leaf.data(), Number));
}
