import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { rest, torch } from "../../../optim/mod.ts";
import { compile, tensor } from "../../../tensor/mod.ts";

const params = { a: tensor([1]), b: tensor([2]) };

Deno.test("five epochs of ExponentialLR are torch's numbers", () => {
  const optimizer = torch.SGD({ lr: 0.1, momentum: 0.9 });
  const scheduler = torch.attachSchedulers(optimizer, torch.ExponentialLR({ gamma: 0.9 }));
  let { state, schedule } = scheduler.init(optimizer.init(params));
  const seen = Array.from({ length: 5 }, () => {
    ({ state, schedule } = scheduler.step(schedule, state));
    return torch.paramGroups(optimizer, state)[0].lr;
  });
  assertEquals(seen, [
    0.09000000000000001,
    0.08100000000000002,
    0.07290000000000002,
    0.06561000000000002,
    0.05904900000000002,
  ]);
});

Deno.test("schedulers of groups step in a compiled program, and the optimizer uses what they wrote", () => {
  const optimizer = torch.Adam([{ params: "a", lr: 0.5 }, { params: rest, betas: [0.8, 0.9] }], { lr: 0.1 });
  const scheduler = torch.attachSchedulers(optimizer, [
    torch.OneCycleLR({ maxLr: [1, 0.2], totalSteps: 8 }),
    torch.StepLR({ stepSize: 2, gamma: 0.5 }),
  ]);
  type Train = torch.Rescheduled<unknown> & { readonly params: typeof params };
  const step = (train: Train, grads: typeof params): Train => {
    const next = optimizer.step(train.state, grads, train.params);
    return { ...scheduler.step(train.schedule, next.state), params: next.params };
  };
  const program = compile(step);
  let eager: Train = { ...scheduler.init(optimizer.init(params)), params };
  let compiled = eager;
  for (let i = 0; i < 6; i++) {
    eager = step(eager, params);
    compiled = program(compiled, params);
    assertEquals(torch.paramGroups(optimizer, compiled.state), torch.paramGroups(optimizer, eager.state));
    assertEquals(compiled.schedule, eager.schedule);
    compiled.params.a.data().forEach((x, j) => assertAlmostEquals(x, eager.params.a.data()[j], 1e-6));
  }
  const [first, second] = torch.paramGroups(optimizer, eager.state);
  assertEquals([first.betas[1], second.betas[1]], [0.999, 0.9]);
  assertEquals(first.betas[0] === second.betas[0] && first.betas[0] !== 0.9, true);
  assertEquals(eager.schedule.groups.map(({ lr }) => lr), [first.lr, second.lr] as number[]);
});

Deno.test("a learning rate that was set in between is the one that a scheduler goes on from", () => {
  const optimizer = torch.SGD({ lr: 1 });
  const scheduler = torch.attachSchedulers(optimizer, torch.ExponentialLR({ gamma: 0.5 }));
  let { state, schedule } = scheduler.init(optimizer.init(params));
  ({ state } = torch.setParamGroup(optimizer, state, { group: 0, options: { lr: 8 }, params }));
  ({ state, schedule } = scheduler.step(schedule, state));
  assertEquals(torch.paramGroups(optimizer, state)[0].lr, 4);
});

Deno.test("a plateau and a step share a loop, each with what it takes", () => {
  const optimizer = torch.SGD({ lr: 1 });
  const scheduler = torch.attachSchedulers(optimizer, [
    torch.StepLR({ stepSize: 2, gamma: 0.5 }),
    torch.ReduceLROnPlateau({ patience: 0, factor: 0.1 }),
  ]);
  let { state, schedule } = scheduler.init(optimizer.init(params));
  const seen = [3, 4, 2].map((metrics) => {
    ({ state, schedule } = scheduler.step(schedule, state, { metrics }));
    return torch.paramGroups(optimizer, state)[0].lr;
  });
  assertEquals(seen, [1, 0.05, 0.05]);
});

Deno.test("a momentum that is not there cannot be cycled, and groups are counted", () => {
  const optimizer = torch.SGD({ lr: 1 });
  const cycle = torch.attachSchedulers(optimizer, torch.CyclicLR({ baseLr: 0.1, maxLr: 1 }));
  assertThrows(
    () => cycle.init(optimizer.init(params)),
    RangeError,
    "withSchedulerGroups expects a momentum above 0 where it is cycled but SGD got none in group 0",
  );
  assertThrows(
    () => torch.withSchedulerGroups(optimizer, optimizer.init(params), []),
    RangeError,
    "withSchedulerGroups expects 1 groups but got 0",
  );
  const rprop = torch.Rprop({ lr: 1 });
  const cycled = torch.attachSchedulers(rprop, torch.OneCycleLR({ maxLr: 1, totalSteps: 5 }));
  assertThrows(
    () => cycled.init(rprop.init(params)),
    TypeError,
    "OneCycleLR with cycleMomentum expects groups with a momentum or betas but got none in group 0",
  );
});

Deno.test("the state of each scheduler goes to torch's names and back", () => {
  const groups: readonly torch.SchedulerGroup[] = [{ lr: 0.1, momentum: 0.9 }];
  const schedulers: readonly torch.Scheduler[] = [
    torch.LambdaLR({ lrLambda: (epoch) => 0.9 ** epoch }),
    torch.MultiplicativeLR({ lrLambda: () => 0.9 }),
    torch.StepLR({ stepSize: 2 }),
    torch.MultiStepLR({ milestones: [2, 4] }),
    torch.ConstantLR(),
    torch.LinearLR(),
    torch.ExponentialLR({ gamma: 0.9 }),
    torch.PolynomialLR(),
    torch.CosineAnnealingLR({ TMax: 4 }),
    torch.CosineAnnealingWarmRestarts({ T0: 2, TMult: 2 }) as unknown as torch.Scheduler,
    torch.CyclicLR({ baseLr: 0.01, maxLr: 0.1, stepSizeUp: 3 }),
    torch.OneCycleLR({ maxLr: 0.1, totalSteps: 12 }),
    torch.SWALR({ swaLr: 0.05, annealEpochs: 4 }),
    torch.ChainedScheduler({ schedulers: [torch.LinearLR(), torch.ExponentialLR({ gamma: 0.9 })] }),
    torch.SequentialLR({ schedulers: [torch.LinearLR(), torch.StepLR({ stepSize: 2 })], milestones: [3] }),
  ] as readonly unknown[] as readonly torch.Scheduler[];
  for (const scheduler of schedulers) {
    let scheduled = scheduler.init(groups);
    for (let i = 0; i < 4; i++) scheduled = scheduler.step(scheduled.state, scheduled.groups);
    const dict = JSON.parse(JSON.stringify(torch.schedulerStateDict(scheduled.state)));
    const loaded = torch.loadSchedulerStateDict(scheduler.init(groups).state, dict);
    assertEquals(loaded, scheduled.state, scheduler.name);
    assertEquals(scheduler.step(loaded, scheduled.groups), scheduler.step(scheduled.state, scheduled.groups));
  }
});

Deno.test("a plateau that has seen no metric yet goes through JSON", () => {
  const { state } = torch.ReduceLROnPlateau({ mode: "max" }).init([{ lr: 1 }]);
  const dict = JSON.parse(JSON.stringify(torch.schedulerStateDict(state)));
  assertEquals([dict.best, dict.num_bad_epochs, dict.cooldown_counter], [null, 0, 0]);
  assertEquals(torch.loadSchedulerStateDict(state, dict), state);
});
