// The sequences that torch's own tests of its schedulers expect.
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { torch } from "../../../../optim/mod.ts";
import { groupsOf, lrsOf, type Plain, targets, times } from "./run_schedule.ts";

function assertClose(
  got: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  within = 1e-5,
) {
  assertEquals(got.length, expected.length);
  got.forEach((row, i) =>
    row.forEach((value, j) => assertAlmostEquals(value, expected[i][j], within, `at ${i}`))
  );
}

function assertLrs(name: string, schedulers: readonly Plain[], first: readonly number[]): void {
  Deno.test(`torch expects these rates of ${name}`, () => {
    assertClose(lrsOf(schedulers, first.length), targets(first));
  });
}

const steps = (count: number, f: (epoch: number) => number): number[] =>
  Array.from({ length: count }, (_, epoch) => f(epoch));
const cosine = (epoch: number): number => 1e-10 + (0.05 - 1e-10) * (1 + Math.cos(Math.PI * epoch / 10)) / 2;
const polynomial = (epoch: number): number => 0.05 * (1 - Math.min(epoch, 5) / 5) ** 0.9;
const step3 = torch.StepLR({ stepSize: 3, gamma: 0.1 });
const multi = torch.MultiStepLR({ milestones: [2, 5, 9], gamma: 0.1 });
const half = torch.ConstantLR({ factor: 0.5, totalIters: 5 });
const exponential = torch.ExponentialLR({ gamma: 0.9 });
const annealing = torch.CosineAnnealingLR({ TMax: 10, etaMin: 1e-10 });

assertLrs("StepLR", [step3], [...times(3, 0.05), ...times(3, 0.005), ...times(3, 0.0005), 0.00005]);
assertLrs("MultiStepLR", [multi], [...times(2, 0.05), ...times(3, 0.005), ...times(4, 0.0005), 0.00005]);
assertLrs("ConstantLR", [half], [...times(5, 0.025), ...times(5, 0.05)]);
assertLrs("LinearLR", [torch.LinearLR({ startFactor: 0.5, totalIters: 4 })], [
  ...[0.025, 0.03125, 0.0375, 0.04375],
  ...times(6, 0.05),
]);
assertLrs("LinearLR with an end factor", [
  torch.LinearLR({ startFactor: 0.25, endFactor: 0.6, totalIters: 4 }),
], [0.0125, 0.016875, 0.02125, 0.025625, ...times(6, 0.03)]);
assertLrs("ExponentialLR", [exponential], steps(10, (epoch) => 0.05 * 0.9 ** epoch));
assertLrs("PolynomialLR", [torch.PolynomialLR({ totalIters: 5, power: 0.9 })], steps(10, polynomial));
assertLrs("CosineAnnealingLR", [annealing], steps(10, cosine));
assertLrs("LinearLR chained", [
  torch.ChainedScheduler({ schedulers: [torch.LinearLR({ startFactor: 0.4, totalIters: 3 })] }),
], [0.02, 0.03, 0.04, ...times(4, 0.05)]);
assertLrs("LinearLR and MultiStepLR chained", [
  torch.ChainedScheduler({
    schedulers: [
      torch.LinearLR({ startFactor: 0.4, totalIters: 3 }),
      torch.MultiStepLR({ milestones: [4, 8, 10], gamma: 0.1 }),
    ],
  }),
], [0.02, 0.03, 0.04, 0.05, ...times(4, 0.005), ...times(2, 0.0005), ...times(3, 0.00005)]);
assertLrs(
  "ExponentialLR, ConstantLR and StepLR chained",
  [torch.ChainedScheduler({
    schedulers: [exponential, torch.ConstantLR({ factor: 0.2, totalIters: 4 }), step3],
  })],
  [
    ...steps(3, (x) => 0.01 * 0.9 ** x),
    0.01 * 0.9 ** 3 * 0.1,
    ...[4, 5].map((x) => 0.005 * 0.9 ** x),
    ...[6, 7, 8].map((x) => 0.0005 * 0.9 ** x),
  ],
);
assertLrs("ExponentialLR then StepLR", [
  torch.SequentialLR({
    schedulers: [torch.ExponentialLR({ gamma: 0.8 }), torch.StepLR({ stepSize: 4, gamma: 0.1 })],
    milestones: [3],
  }),
], [0.05, 0.04, 0.032, ...times(4, 0.05), ...times(4, 0.005), ...times(4, 0.0005), ...times(4, 0.00005)]);
assertLrs("ConstantLR then ExponentialLR", [
  torch.SequentialLR({
    schedulers: [torch.ConstantLR({ factor: 0.1, totalIters: 3 }), exponential],
    milestones: [3],
  }),
], [...times(3, 0.005), ...steps(10, (x) => 0.05 * 0.9 ** x)]);
assertLrs("three one after another", [
  torch.SequentialLR({
    schedulers: [
      torch.ConstantLR({ factor: 0.1, totalIters: 3 }),
      torch.ExponentialLR({ gamma: 0.8 }),
      torch.StepLR({ stepSize: 2, gamma: 0.1 }),
    ],
    milestones: [3, 6],
  }),
], [...times(3, 0.005), 0.05, 0.04, 0.032, ...times(2, 0.05), ...times(2, 0.005), ...times(2, 0.0005)]);
assertLrs("a ChainedScheduler then ConstantLR", [
  torch.SequentialLR({
    schedulers: [
      torch.ChainedScheduler({
        schedulers: [
          torch.LinearLR({ startFactor: 0.1, totalIters: 5 }),
          torch.ConstantLR({ factor: 0.1, totalIters: 5 }),
        ],
      }),
      half,
    ],
    milestones: [5],
  }),
], [0.0005, 0.0014, 0.0023, 0.0032, 0.0041, ...times(5, 0.025), ...times(3, 0.05)]);
assertLrs("StepLR and MultiStepLR", [multi, step3], [
  ...[0.05, 0.05, 0.005, 5e-4, 5e-4, 5e-5],
  ...times(3, 5e-6),
  5e-8,
]);
assertLrs("ExponentialLR and StepLR", [exponential, step3], [
  ...steps(3, (x) => 0.05 * 0.9 ** x),
  ...[3, 4, 5].map((x) => 0.005 * 0.9 ** x),
  ...[6, 7, 8].map((x) => 0.0005 * 0.9 ** x),
]);
assertLrs("StepLR and ConstantLR", [step3, torch.ConstantLR({ factor: 0.4, totalIters: 4 })], [
  ...times(3, 0.02),
  0.002,
  ...times(2, 0.005),
  ...times(3, 5e-4),
  5e-5,
]);
assertLrs(
  "CosineAnnealingLR and ExponentialLR",
  [annealing, exponential],
  steps(10, (x) => cosine(x) * 0.9 ** x),
);

Deno.test("torch expects LinearLR up and down again in one sequence", () => {
  const [up, down] = [[0.1, 0.8], [0.8, 0.1]].map(([startFactor, endFactor]) =>
    torch.LinearLR({ startFactor, endFactor, totalIters: 4 })
  );
  const sequence = torch.SequentialLR({ schedulers: [up, down], milestones: [4] });
  const expected = [0.2, 0.55, 0.9, 1.25, 1.6, 1.25, 0.9, 0.55];
  assertClose(lrsOf([sequence], 8, [2]), expected.map((lr) => [lr]));
});

Deno.test("torch expects these cycles of CyclicLR", () => {
  const cycle = (options: Partial<torch.CyclicLROptions>, count: number) => {
    const scheduler = torch.CyclicLR({
      baseLr: 1,
      maxLr: 5,
      stepSizeUp: 4,
      baseMomentum: 1,
      maxMomentum: 5,
      ...options,
    });
    const groups = groupsOf([scheduler], [{ lr: 0.5, momentum: 0.9 }], count);
    return { lr: groups.map(([{ lr }]) => [lr]), momentum: groups.map(([{ momentum }]) => [momentum!]) };
  };
  const rows = (list: number[]) => list.map((x) => [x]);
  const plain = cycle({}, 11);
  assertClose(plain.lr, rows([1, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3]));
  assertClose(plain.momentum, rows([5, 4, 3, 2, 1, 2, 3, 4, 5, 4, 3]));
  const halved = [1, 2, 3, 4, 5, 4, 3, 2, 1, 1.5, 2, 2.5, 3, 2.5, 2, 1.5, 1, 1.25, 1.5, 1.75, 2, 1.75];
  assertClose(cycle({ mode: "triangular2" }, 22).lr, rows(halved));
  const heights = [0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0, 0.25, 0.5, 0.75, 1];
  assertClose(
    cycle({ mode: "exp_range", gamma: 0.9 }, 13).lr,
    rows(heights.map((height, i) => 1 + 4 * height * 0.9 ** i)),
  );
  assertClose(
    cycle({ stepSizeDown: 6 }, 11).lr,
    rows([1, 2, 3, 4, 5, 13 / 3, 11 / 3, 3, 7 / 3, 5 / 3, 1]),
  );
  assertClose(
    cycle({ stepSizeUp: 2, stepSizeDown: 6, mode: "triangular2" }, 20).lr,
    rows([
      ...[
        1,
        3,
        5,
        13 / 3,
        11 / 3,
        3,
        7 / 3,
        5 / 3,
        1,
        2,
        3,
        8 / 3,
        7 / 3,
        2,
        5 / 3,
        4 / 3,
        1,
        3 / 2,
        2,
        11 / 6,
      ],
    ]),
  );
});

Deno.test("torch expects this one cycle", () => {
  const run = (options: Partial<torch.OneCycleLROptions>, group: Partial<torch.SchedulerGroup>) =>
    groupsOf(
      [torch.OneCycleLR({ maxLr: 25, baseMomentum: 1, maxMomentum: 22, totalSteps: 10, ...options })],
      [{ lr: 0.5, ...group }],
      10,
    ).map(([one]) => [one.lr, one.betas?.[0] ?? one.momentum!]);
  const linear = [1, 13, 25, 21.5, 18, 14.5, 11, 7.5, 4, 0.5];
  const momenta = [22, 11.5, 1, 4, 7, 10, 13, 16, 19, 22];
  for (const group of [{ momentum: 0.9 }, { betas: [0.9, 0.999] as const }]) {
    assertClose(
      run({ finalDivFactor: 2, annealStrategy: "linear" }, group),
      linear.map((lr, i) => [lr, momenta[i]]),
    );
  }
  const cos = (start: number, end: number, x: number) =>
    end + (start - end) / 2 * (1 + Math.cos(Math.PI * x));
  assertClose(
    run({ finalDivFactor: 2 }, { momentum: 0.9 }),
    steps(10, (k) => k < 3 ? cos(1, 25, k / 2) : cos(25, 0.5, (k - 2) / 7)).map((
      lr,
      k,
    ) => [lr, k < 3 ? cos(22, 1, k / 2) : cos(1, 22, (k - 2) / 7)]),
  );
  const three = [1, 9, 17, 25, 17, 9, 1, 0.75, 0.5, 0.25];
  assertClose(
    run(
      { threePhase: true, pctStart: 0.4, divFactor: 25, finalDivFactor: 4, annealStrategy: "linear" },
      { momentum: 0.9 },
    ),
    three.map((lr, i) => [lr, [22, 15, 8, 1, 8, 15, 22, 22, 22, 22][i]]),
  );
});

Deno.test("torch expects these reductions on a plateau", () => {
  const run = (options: torch.ReduceLROnPlateauOptions, metrics: readonly number[], groups = 1) => {
    const scheduler = torch.ReduceLROnPlateau(options);
    let scheduled = scheduler.init(new Array<torch.SchedulerGroup>(groups).fill({ lr: 0.5 }));
    return metrics.map((metric) => {
      scheduled = scheduler.step(scheduled.state, scheduled.groups, { metrics: metric });
      return scheduled.groups.map(({ lr }) => lr);
    });
  };
  const rows = (list: number[]) => list.map((x) => [x]);
  const metrics = (f: (i: number) => number) => steps(20, f);
  const abs = { thresholdMode: "abs" } as const;
  assertClose(
    run({ ...abs, threshold: 0.01, patience: 5, cooldown: 5 }, metrics((i) => 10 - i * 0.0167)),
    rows(times(20, 0.5)),
  );
  assertClose(
    run({ ...abs, threshold: 0.1, patience: 5 }, metrics((i) => 10 - i * 0.0165)),
    rows([...times(6, 0.5), ...times(7, 0.05), ...times(7, 0.005)]).slice(0, 20),
    5e-2,
  );
  assertClose(
    run({ ...abs, mode: "max", patience: 5, cooldown: 5 }, [...times(2, -0.8), ...times(20, -0.234)]),
    rows([...times(8, 0.5), ...times(11, 0.05), ...times(3, 0.005)]),
  );
  assertClose(
    run({ mode: "max", patience: 3, threshold: 0.1 }, metrics((i) => 1.5 * 1.025 ** i)),
    rows(times(20, 0.5)),
  );
  assertClose(
    run({ mode: "max", patience: 5, threshold: 0.1, cooldown: 5 }, metrics((i) => 1.5 * 1.005 ** i)),
    rows([...times(6, 0.5), ...times(11, 0.05), ...times(3, 0.005)]),
  );
  assertClose(run({ threshold: 0.1, patience: 5 }, metrics((i) => 1.5 * 0.85 ** i)), rows(times(20, 0.5)));
  const plateau = [...times(7, 1), 0.6, ...times(12, 0.5)];
  assertClose(
    run({ threshold: 0.1, patience: 5, cooldown: 5 }, plateau),
    rows([...times(6, 0.5), ...times(11, 0.05), ...times(3, 0.005)]),
  );
  assertClose(
    run({ threshold: 0.1, patience: 5, cooldown: 5, minLr: [0.4, 0.3] }, plateau, 2),
    [...new Array(6).fill([0.5, 0.5]), ...new Array(14).fill([0.4, 0.3])],
  );
});

Deno.test("torch expects these warm restarts at any epoch", () => {
  const at = (TCur: number, TI: number) => 1e-10 + (0.05 - 1e-10) * (1 + Math.cos(Math.PI * TCur / TI)) / 2;
  for (const TMult of [1, 2, 4]) {
    let [TCur, TI] = [0, 10];
    const expected = steps(100, () => {
      const lr = at(TCur, TI);
      if (++TCur >= TI) [TCur, TI] = [0, TI * TMult];
      return lr;
    });
    const scheduler = torch.CosineAnnealingWarmRestarts({ T0: 10, TMult, etaMin: 1e-10 });
    assertClose(lrsOf([scheduler as Plain], 100, [0.05]), expected.map((lr) => [lr]));
    let scheduled = scheduler.init([{ lr: 0.05 }]);
    for (let epoch = 0; epoch < 100; epoch++) {
      scheduled = scheduler.step(scheduled.state, scheduled.groups, { epoch });
      assertAlmostEquals(scheduled.groups[0].lr, expected[epoch], 1e-9);
    }
  }
  const scheduler = torch.CosineAnnealingWarmRestarts({ T0: 10, etaMin: 1e-10 });
  const epochs = [0, 1, 2, 3, 4, 5, 12, 27, 3, 4, 5, 6, 13];
  const expected = [0, 1, 2, 3, 4, 5, 2, 7, 3, 4, 5, 6, 3];
  let scheduled = scheduler.init([{ lr: 0.05 }]);
  const seen = epochs.map((epoch) => {
    scheduled = scheduler.step(scheduled.state, scheduled.groups, { epoch });
    return scheduled.state.TCur;
  });
  assertEquals(seen, expected);
});

Deno.test("torch expects SWALR to anneal after another scheduler", () => {
  const multiplicative = torch.MultiplicativeLR({ lrLambda: () => 0.9 });
  for (const annealEpochs of [1, 4, 5]) {
    for (const annealStrategy of ["cos", "linear"] as const) {
      const swa = torch.SWALR({ swaLr: 0.01, annealEpochs, annealStrategy });
      let before = multiplicative.init([{ lr: 0.05 }, { lr: 0.5 }]);
      let averaging = swa.init(before.groups);
      let groups = averaging.groups;
      const seen = Array.from({ length: 15 }, (_, epoch) => {
        const lrs = groups.map(({ lr }) => lr);
        if (epoch >= 5) ({ groups } = averaging = swa.step(averaging.state, groups));
        else ({ groups } = before = multiplicative.step(before.state, groups));
        return lrs;
      });
      const expected = Array.from({ length: 15 }, (_, epoch) =>
        [0.05, 0.5].map((lr) => {
          const t = Math.min(1, Math.max(0, epoch - 5) / annealEpochs);
          const share = annealStrategy === "cos" ? (1 - Math.cos(Math.PI * t)) / 2 : t;
          return 0.01 * share + lr * 0.9 ** Math.min(epoch, 5) * (1 - share);
        }));
      assertClose(seen, expected);
    }
  }
});

const positive = fc.double({ min: 0.1, max: 1, noNaN: true });
const whole = fc.integer({ min: 1, max: 12 });

/** Schedulers that multiply the learning rate by a factor of the epoch, with any options. */
const factors = fc.oneof<fc.Arbitrary<Plain>[]>(
  fc.record({ stepSize: whole, gamma: positive }).map(torch.StepLR),
  fc.record({ milestones: fc.array(whole, { maxLength: 4 }), gamma: positive }).map(torch.MultiStepLR),
  fc.record({ factor: positive, totalIters: whole }).map(torch.ConstantLR),
  fc.record({ startFactor: positive, endFactor: positive, totalIters: whole }).map(torch.LinearLR),
  fc.record({ gamma: positive }).map(torch.ExponentialLR),
  fc.record({ totalIters: whole, power: positive }).map(torch.PolynomialLR),
);

Deno.test("the steps agree with the closed form for all options", () => {
  const schedulers = fc.oneof<fc.Arbitrary<Plain>[]>(
    factors,
    fc.record({ TMax: whole, etaMin: fc.double({ min: 0, max: 0.05, noNaN: true }) }).map(
      torch.CosineAnnealingLR,
    ),
    positive.map((base) => torch.LambdaLR({ lrLambda: (epoch) => base ** epoch })),
  );
  fc.assert(fc.property(schedulers, (scheduler) => {
    const seen = lrsOf([scheduler], 20);
    const told = scheduler.init([{ lr: 0.05 }, { lr: 0.5 }]);
    seen.forEach((row, epoch) => {
      const jumped = scheduler.step(told.state, told.groups, { epoch }).state.lastLr;
      row.forEach((lr, i) => {
        assertAlmostEquals(lr, scheduler.closedForm!([0.05, 0.5][i], epoch), 1e-9);
        assertEquals(jumped[i], scheduler.closedForm!([0.05, 0.5][i], epoch));
      });
    });
  }));
});

Deno.test("factors of schedulers multiply, stepped one after another or chained, bit for bit the same", () => {
  fc.assert(fc.property(fc.array(factors, { minLength: 1, maxLength: 3 }), (schedulers) => {
    const stepped = lrsOf(schedulers, 15);
    assertEquals(lrsOf([torch.ChainedScheduler({ schedulers }) as Plain], 15), stepped);
    stepped.forEach((row, epoch) => {
      const product = schedulers.reduce((factor, { closedForm }) => factor * closedForm!(1, epoch), 1);
      [0.05, 0.5].forEach((lr, i) => assertAlmostEquals(row[i], lr * product, 1e-9));
    });
  }));
});

Deno.test("each scheduler of a sequence starts anew at its milestone from the first learning rates", () => {
  fc.assert(fc.property(factors, factors, whole, (first, second, milestone) => {
    const sequence = torch.SequentialLR({ schedulers: [first, second], milestones: [milestone] });
    lrsOf([sequence as Plain], 20).forEach((row, epoch) => {
      const [scheduler, at] = epoch < milestone ? [first, epoch] : [second, epoch - milestone];
      [0.05, 0.5].forEach((lr, i) => assertAlmostEquals(row[i], scheduler.closedForm!(lr, at), 1e-9));
    });
  }));
});
