import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { torch } from "../../../../optim/mod.ts";
import { compile, type Tensor, tensor } from "../../../../tensor/mod.ts";
import type { GoldenFile } from "../../../golden/replay.ts";
import { replaySchedules } from "../../../golden/replay_torch_schedules.ts";
import { groupsOf, type Plain } from "./run_schedule.ts";

const path = new URL("../../../golden/torch_schedulers.json", import.meta.url);
const file = JSON.parse(Deno.readTextFileSync(path)) as GoldenFile;

Deno.test("schedulers have the rates and momenta that torch printed, to the last bit", () => {
  const { results, skipped } = replaySchedules(file, { tolerance: 0 });
  assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
  assertEquals(skipped, []);
  assertEquals(results.length, file.cases.length);
});

Deno.test("replaySchedules() reports the first difference", () => {
  const golden = {
    name: "one",
    kind: "schedule",
    optimizer: "SGD",
    groups: [{ lr: 1 }],
    schedulers: [{ type: "StepLR", options: { step_size: 1, gamma: 0.5 } }],
    calls: 2,
    expect: { lr: [[1], [0.5], [0.25 + 2 ** -40]] },
  };
  const { results } = replaySchedules({ framework: "torch", cases: [golden] });
  assertEquals(results[0].passed, false);
  assertEquals(results[0].message.startsWith("one: call 2: lr of group 0: expected 0.25000000"), true);
});

const all: Readonly<Record<string, Plain>> = {
  LambdaLR: torch.LambdaLR({ lrLambda: [(epoch) => 0.9 ** epoch, (epoch) => 1 / (epoch + 1)] }),
  MultiplicativeLR: torch.MultiplicativeLR({ lrLambda: () => 0.9 }),
  StepLR: torch.StepLR({ stepSize: 3 }),
  MultiStepLR: torch.MultiStepLR({ milestones: [2, 5] }),
  ConstantLR: torch.ConstantLR(),
  LinearLR: torch.LinearLR(),
  ExponentialLR: torch.ExponentialLR({ gamma: 0.9 }),
  PolynomialLR: torch.PolynomialLR(),
  CosineAnnealingLR: torch.CosineAnnealingLR({ TMax: 4 }),
  CosineAnnealingWarmRestarts: torch.CosineAnnealingWarmRestarts({ T0: 2, TMult: 2 }),
  CyclicLR: torch.CyclicLR({ baseLr: 0.01, maxLr: 0.1, stepSizeUp: 3 }),
  OneCycleLR: torch.OneCycleLR({ maxLr: [0.1, 1], totalSteps: 12 }),
  SWALR: torch.SWALR({ swaLr: 0.2, annealEpochs: 4 }),
  ChainedScheduler: torch.ChainedScheduler({
    schedulers: [torch.LinearLR(), torch.ExponentialLR({ gamma: 0.9 })],
  }),
  SequentialLR: torch.SequentialLR({
    schedulers: [torch.LinearLR(), torch.CosineAnnealingLR({ TMax: 4 })],
    milestones: [3],
  }),
} as Readonly<Record<string, unknown>> as Readonly<Record<string, Plain>>;
const start: readonly torch.SchedulerGroup[] = [{ lr: 0.05, momentum: 0.9 }, { lr: 0.5, betas: [0.9, 0.99] }];

for (const [name, scheduler] of Object.entries(all)) {
  Deno.test(`${name} is a pure function of its state, which JSON carries, eager and compiled`, () => {
    const expected = groupsOf([scheduler], start, 10);
    const frozen = JSON.stringify(start);
    let carried = scheduler.init(start);
    const step = compile(scheduler.step);
    let program = carried;
    for (let epoch = 0; epoch < 9; epoch++) {
      assertEquals(carried.groups, expected[epoch]);
      carried = scheduler.step(
        ...JSON.parse(JSON.stringify([carried.state, carried.groups])) as [never, never],
      );
      program = step(program.state, program.groups);
      assertEquals(program, carried);
      assertEquals(program.state.lastLr, program.groups.map(({ lr }) => lr));
    }
    assertEquals(JSON.stringify(start), frozen);
  });
}

Deno.test("ReduceLROnPlateau takes a loss that is a scalar, eager and compiled", () => {
  const scheduler = torch.ReduceLROnPlateau({ patience: 0, factor: 0.5 });
  const step = compile((
    state: torch.ReduceLROnPlateauState,
    groups: readonly torch.SchedulerGroup[],
    loss: Tensor,
  ) => scheduler.step(state, groups, { metrics: loss }));
  let eager = scheduler.init([{ lr: 1 }]);
  let program = eager;
  for (const loss of [3, 4, 2, 2, NaN, 1]) {
    eager = scheduler.step(eager.state, eager.groups, { metrics: loss });
    program = step(program.state, program.groups, tensor(loss));
    assertEquals(program, eager);
  }
  assertEquals(eager.groups[0].lr, 0.125);
});

Deno.test("a group keeps what a scheduler does not know", () => {
  const scheduler = torch.ExponentialLR({ gamma: 0.5 });
  const { state, groups } = scheduler.init([{ lr: 1, weightDecay: 0.1, paths: ["a", "b"] }]);
  const [group] = scheduler.step(state, groups).groups;
  assertEquals(group, { lr: 0.5, initialLr: 1, weightDecay: 0.1, paths: ["a", "b"] } as never);
});

Deno.test("schedules go on after an epoch that was reached before", () => {
  const resumed: Readonly<Record<string, (lastEpoch: number) => Plain>> = {
    LambdaLR: (lastEpoch) => torch.LambdaLR({ lrLambda: (epoch) => 0.9 ** epoch, lastEpoch }),
    MultiplicativeLR: (lastEpoch) => torch.MultiplicativeLR({ lrLambda: (epoch) => 1 / epoch, lastEpoch }),
    StepLR: (lastEpoch) => torch.StepLR({ stepSize: 3, lastEpoch }),
    MultiStepLR: (lastEpoch) => torch.MultiStepLR({ milestones: [3, 6], lastEpoch }),
    ConstantLR: (lastEpoch) => torch.ConstantLR({ lastEpoch }),
    LinearLR: (lastEpoch) => torch.LinearLR({ totalIters: 6, lastEpoch }),
    ExponentialLR: (lastEpoch) => torch.ExponentialLR({ gamma: 0.9, lastEpoch }),
    PolynomialLR: (lastEpoch) => torch.PolynomialLR({ totalIters: 6, lastEpoch }),
    CosineAnnealingLR: (lastEpoch) => torch.CosineAnnealingLR({ TMax: 3, lastEpoch }),
    CyclicLR: (lastEpoch) => torch.CyclicLR({ baseLr: 0.1, maxLr: 1, stepSizeUp: 3, lastEpoch }),
    OneCycleLR: (lastEpoch) => torch.OneCycleLR({ maxLr: 1, totalSteps: 10, lastEpoch }),
  };
  for (const [name, make] of Object.entries(resumed)) {
    const whole = groupsOf([make(-1)], [{ lr: 1, momentum: 0.5 }], 8);
    assertEquals(groupsOf([make(3)], whole[4], 4), whole.slice(4), name);
  }
});

// What torch's schedulers gave two groups of which the second, at 0.25, was added after two steps.
const added: readonly (readonly [torch.Scheduler, readonly (readonly [number, number])[]])[] = [
  [torch.LambdaLR({ lrLambda: (epoch) => 0.5 ** epoch }), [[0.125, 0.25], [0.0625, 0.25], [0.03125, 0.25]]],
  [torch.MultiplicativeLR({ lrLambda: () => 0.5 }), [[0.125, 0.25], [0.0625, 0.25], [0.03125, 0.25]]],
  [torch.StepLR({ stepSize: 2, gamma: 0.5 }), [[0.5, 0.25], [0.25, 0.125], [0.25, 0.125]]],
  [torch.MultiStepLR({ milestones: [1, 4], gamma: 0.5 }), [[0.5, 0.25], [0.25, 0.125], [0.25, 0.125]]],
  [torch.ConstantLR({ factor: 0.5, totalIters: 4 }), [[0.5, 0.25], [1, 0.5], [1, 0.5]]],
  [torch.LinearLR({ startFactor: 0.5, totalIters: 4 }), [
    [0.875, 0.2916666666666667],
    [1, 0.3333333333333333],
    [1, 0.3333333333333333],
  ]],
  [torch.ExponentialLR({ gamma: 0.5 }), [[0.125, 0.125], [0.0625, 0.0625], [0.03125, 0.03125]]],
  [torch.PolynomialLR({ totalIters: 5, power: 2 }), [
    [0.16000000000000003, 0.11111111111111113],
    [0.03999999999999999, 0.02777777777777777],
    [0, 0],
  ]],
  [torch.CosineAnnealingLR({ TMax: 3 }), [[0, 0], [0.24999999999999994, 0], [0.7500000000000004, 0]]],
  [torch.CosineAnnealingWarmRestarts({ T0: 3 }) as unknown as torch.Scheduler, [
    [1, 0.25],
    [0.75, 0.25],
    [0.2500000000000001, 0.25],
  ]],
  [torch.CyclicLR({ baseLr: 0.1, maxLr: 1, stepSizeUp: 3 }), [
    [1, 0.25],
    [0.7000000000000003, 0.25],
    [0.3999999999999998, 0.25],
  ]],
  [torch.ReduceLROnPlateau({ patience: 0, factor: 0.5 }) as unknown as torch.Scheduler, [
    [0.25, 0.125],
    [0.125, 0.0625],
    [0.0625, 0.03125],
  ]],
];

Deno.test("groups that were added later go along as in torch, or stay", () => {
  for (const [scheduler, expected] of added) {
    const step = scheduler.step as (
      state: torch.SchedulerState,
      groups: readonly torch.SchedulerGroup[],
      argument: object,
    ) => torch.Scheduled<torch.SchedulerState, torch.SchedulerGroup>;
    const told = scheduler.name === "ReduceLROnPlateau" ? { metrics: 1 } : {};
    let { state, groups }: ReturnType<typeof step> = scheduler.init([{ lr: 1, momentum: 0.5 }]);
    for (let i = 0; i < 2; i++) ({ state, groups } = step(state, groups, told));
    groups = [...groups, { lr: 0.25, momentum: 0.5 }];
    const seen = expected.map(() => ({ state, groups } = step(state, groups, told)).state.lastLr);
    assertEquals(seen, expected, scheduler.name);
  }
});

Deno.test("bad input is refused by name", () => {
  const groups = [{ lr: 1 }];
  const refused: readonly (readonly [string, () => unknown])[] = [
    [
      "LambdaLR expects lrLambda to be one for all groups or one for each of 1 but got 2",
      () => torch.LambdaLR({ lrLambda: [() => 1, () => 1] }).init(groups),
    ],
    [
      "MultiplicativeLR expects lrLambda to be a function, or one for each group, but got a number",
      () => torch.MultiplicativeLR({ lrLambda: 1 as never }),
    ],
    ["StepLR expects stepSize to be a whole number above 0 but got 0", () => torch.StepLR({ stepSize: 0 })],
    [
      "ConstantLR expects factor to be above 0 and at most 1 but got 1.5",
      () => torch.ConstantLR({ factor: 1.5 }),
    ],
    [
      "ConstantLR expects factor to be above 0 and at most 1 but got 0",
      () => torch.ConstantLR({ factor: 0 }),
    ],
    [
      "LinearLR expects startFactor to be above 0 and at most 1 but got 0",
      () => torch.LinearLR({ startFactor: 0 }),
    ],
    [
      "LinearLR expects startFactor to be above 0 and at most 1 but got 1.1",
      () => torch.LinearLR({ startFactor: 1.1 }),
    ],
    [
      "LinearLR expects endFactor to be at least 0 and at most 1 but got -0.1",
      () => torch.LinearLR({ endFactor: -0.1 }),
    ],
    [
      "CosineAnnealingWarmRestarts expects T0 to be a whole number above 0 but got 0",
      () => torch.CosineAnnealingWarmRestarts({ T0: 0 }),
    ],
    [
      "CosineAnnealingWarmRestarts expects TMult to be a whole number above 0 but got 0.5",
      () => torch.CosineAnnealingWarmRestarts({ T0: 1, TMult: 0.5 }),
    ],
    [
      "CosineAnnealingWarmRestarts expects epoch to be a finite number not below 0 but got -1",
      () => {
        const scheduler = torch.CosineAnnealingWarmRestarts({ T0: 1 });
        const { state } = scheduler.init(groups);
        scheduler.step(state, groups, { epoch: -1 });
      },
    ],
    ["OneCycleLR expects totalSteps, or epochs and stepsPerEpoch", () => torch.OneCycleLR({ maxLr: 1 })],
    [
      "OneCycleLR expects pctStart to be at least 0 and at most 1 but got 1.1",
      () => torch.OneCycleLR({ maxLr: 1, totalSteps: 5, pctStart: 1.1 }),
    ],
    [
      "OneCycleLR expects annealStrategy to be",
      () => torch.OneCycleLR({ maxLr: 1, totalSteps: 5, annealStrategy: "CATS" as never }),
    ],
    [
      "OneCycleLR with cycleMomentum expects groups with a momentum or betas but got none in group 0",
      () => torch.OneCycleLR({ maxLr: 1, totalSteps: 5 }).init(groups),
    ],
    [
      "OneCycleLR expects maxLr to be one for all groups or one for each of 1 but got 2",
      () => torch.OneCycleLR({ maxLr: [1, 2], totalSteps: 5, cycleMomentum: false }).init(groups),
    ],
    [
      "OneCycleLR expects at most 1 steps after the first but got step 2",
      () => {
        const scheduler = torch.OneCycleLR({ maxLr: 1, totalSteps: 1, cycleMomentum: false, pctStart: 0 });
        let scheduled = scheduler.init(groups);
        for (let i = 0; i < 2; i++) scheduled = scheduler.step(scheduled.state, scheduled.groups);
      },
    ],
    ["CyclicLR expects mode to be", () => torch.CyclicLR({ baseLr: 1, maxLr: 2, mode: "CATS" as never })],
    [
      "CyclicLR with cycleMomentum expects groups with a momentum or betas but got none in group 0",
      () => torch.CyclicLR({ baseLr: 1, maxLr: 2 }).init(groups),
    ],
    [
      "ReduceLROnPlateau expects factor to be a finite number below 1 but got 1",
      () => torch.ReduceLROnPlateau({ factor: 1 }),
    ],
    ["ReduceLROnPlateau expects mode to be", () => torch.ReduceLROnPlateau({ mode: "best" as never })],
    [
      "ReduceLROnPlateau expects thresholdMode to be",
      () => torch.ReduceLROnPlateau({ thresholdMode: "best" as never }),
    ],
    [
      "ReduceLROnPlateau expects minLr to be one for all groups or one for each of 1 but got 2",
      () => torch.ReduceLROnPlateau({ minLr: [1, 2] }).init(groups),
    ],
    [
      "ReduceLROnPlateau expects metrics to be a number or a scalar but got nothing",
      () => {
        const scheduler = torch.ReduceLROnPlateau();
        scheduler.step(scheduler.init(groups).state, groups, {} as never);
      },
    ],
    ["SWALR expects annealStrategy to be", () => torch.SWALR({ swaLr: 1, annealStrategy: "CATS" as never })],
    [
      "SWALR expects annealEpochs to be a whole number not below 0 but got -1",
      () => torch.SWALR({ swaLr: 1, annealEpochs: -1 }),
    ],
    [
      "SWALR expects swaLr to be one for all groups or one for each of 1 but got 2",
      () => torch.SWALR({ swaLr: [1, 2] }).init(groups),
    ],
    [
      "ChainedScheduler expects at least one scheduler but got none",
      () => torch.ChainedScheduler({ schedulers: [] }),
    ],
    [
      "ChainedScheduler expects schedulers that are stepped without a metric but got ReduceLROnPlateau at 0",
      () => torch.ChainedScheduler({ schedulers: [torch.ReduceLROnPlateau() as never] }),
    ],
    [
      "SequentialLR expects at least one scheduler but got none",
      () => torch.SequentialLR({ schedulers: [], milestones: [] }),
    ],
    [
      "SequentialLR expects one milestone fewer than its 1 schedulers but got 1",
      () => torch.SequentialLR({ schedulers: [torch.LinearLR()], milestones: [1] }),
    ],
    [
      "SequentialLR expects a scheduler of schedulers to stand first but got ChainedScheduler at 1",
      () => torch.SequentialLR({ schedulers: [torch.LinearLR(), all.ChainedScheduler], milestones: [1] }),
    ],
    [
      "StepLR expects groups with an initialLr to go on after epoch 3 but got none in group 0",
      () => torch.StepLR({ stepSize: 1, lastEpoch: 3 }).init(groups),
    ],
    [
      "StepLR expects a list of parameter groups but got a number",
      () => torch.StepLR({ stepSize: 1 }).init(1 as never),
    ],
    [
      "StepLR expects group 0 to have a number as its lr but got undefined",
      () => torch.StepLR({ stepSize: 1 }).init([{} as never]),
    ],
    [
      "StepLR expects the state that its init or last step returned but got that of LinearLR",
      () => torch.StepLR({ stepSize: 1 }).step(torch.LinearLR().init(groups).state, groups),
    ],
    [
      "StepLR expects the 2 groups of its last step, or more, but got 1",
      () =>
        torch.StepLR({ stepSize: 1 }).step(
          torch.StepLR({ stepSize: 1 }).init([...groups, ...groups]).state,
          groups,
        ),
    ],
  ];
  for (const [message, run] of refused) assertThrows(run, Error, message);
});
