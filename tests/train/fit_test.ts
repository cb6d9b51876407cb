import { assertEquals } from "@std/assert/equals";
import { accuracy, dense, dropout, relu, sequential, softmaxCrossEntropy } from "../../nn/mod.ts";
import { adam } from "../../optim/mod.ts";
import { add, arange, cast, equal, greater, random, sum, tree } from "../../tensor/mod.ts";
import { type EpochReport, fit, type FitOptions, makeTrainer, type TrainState } from "../../train/mod.ts";

function trainerOf(rate = 0.2) {
  return makeTrainer({
    net: sequential({
      hidden: dense({ features: 8 }),
      relu,
      drop: dropout({ rate }),
      head: dense({ features: 2 }),
    }),
    loss: (output, y) => softmaxCrossEntropy(output, y),
    optimizer: adam({ learningRate: 0.05 }),
    metrics: { accuracy: (output, y) => accuracy(output, y) },
  });
}

const x = random.normal(random.key(1), [48, 3]);
const y = cast(greater(sum(x, { axes: 1 }), 0), "int32");

function optionsOf(more: Partial<FitOptions> = {}): FitOptions {
  return {
    state: trainerOf().init(random.key(0), [3]),
    data: { x, y },
    size: 8,
    epochs: 4,
    key: random.key(2),
    ...more,
  };
}

async function assertRejects(f: () => Promise<unknown>, message: string): Promise<void> {
  const caught = await f().then(() => "nothing", (error) => String(error.message));
  assertEquals(caught.includes(message), true, caught);
}

function bitsOf(state: TrainState): string {
  return tree.leaves(state.params).map((leaf) => String((leaf as typeof x).data())).join(";");
}

Deno.test("fit() trains, evaluates and keeps the best state", async () => {
  const trainer = trainerOf();
  const steps: number[] = [];
  const { history, best, bestEpoch, reason } = await fit(
    trainer,
    optionsOf({
      epochs: 8,
      evaluation: { x, y },
      early: { monitor: "accuracy", mode: "max" },
      onStep: ({ step }) => steps.push(step),
    }),
  );
  assertEquals([history.length, steps.length, reason], [8, 48, "epochs"]);
  assertEquals(history[7].train.loss < history[0].train.loss, true);
  const values = history.map(({ evaluation }) => evaluation!.accuracy);
  assertEquals(values[bestEpoch - 1], Math.max(...values));
  assertEquals(trainer.evaluate(best, { x, y }, 8).accuracy, Math.max(...values));
});

Deno.test("fit() goes on from a checkpoint with the same bits, and stops at a signal", async () => {
  const checkpoint = await Deno.makeTempFile({ suffix: ".checkpoint" });
  await Deno.remove(checkpoint);
  try {
    const whole = await fit(trainerOf(), optionsOf());
    const controller = new AbortController();
    const first = await fit(
      trainerOf(),
      optionsOf({
        checkpoint,
        signal: controller.signal,
        onEpoch: ({ epoch }) => {
          if (epoch === 2) controller.abort();
        },
      }),
    );
    assertEquals([first.reason, first.history.length], ["signal", 2]);
    const reports: EpochReport[] = [];
    const second = await fit(
      trainerOf(),
      optionsOf({ checkpoint, onEpoch: (report) => reports.push(report) }),
    );
    assertEquals(reports.map(({ epoch }) => epoch), [3, 4]);
    assertEquals(second.history, whole.history);
    assertEquals(bitsOf(second.state), bitsOf(whole.state));
  } finally {
    await Deno.remove(checkpoint).catch(() => {});
  }
});

Deno.test("fit() goes on within an epoch that a signal broke off, with the same bits", async () => {
  const checkpoint = await Deno.makeTempFile({ suffix: ".checkpoint" });
  await Deno.remove(checkpoint);
  try {
    const whole = await fit(trainerOf(), optionsOf());
    const controller = new AbortController();
    const onStep = ({ step }: { readonly step: number }): void => {
      if (step === 9) controller.abort();
    };
    const first = await fit(trainerOf(), optionsOf({ checkpoint, signal: controller.signal, onStep }));
    assertEquals([first.reason, first.history.length], ["signal", 1]);
    const steps: number[] = [];
    const second = await fit(trainerOf(), optionsOf({ checkpoint, onStep: ({ step }) => steps.push(step) }));
    assertEquals(steps[0], 10);
    assertEquals(second.history, whole.history);
    assertEquals(bitsOf(second.state), bitsOf(whole.state));
    // Of another network, or of another optimizer, nothing is loaded.
    const other = makeTrainer({
      net: dense({ features: 2 }),
      loss: (output, y) => softmaxCrossEntropy(output, y),
      optimizer: adam({ learningRate: 0.05 }),
    });
    await assertRejects(
      () => fit(other, optionsOf({ checkpoint, state: other.init(random.key(0), [3]) })),
      "to hold a state like the one given but got nothing instead of float32[3, 2] at params/kernel",
    );
  } finally {
    await Deno.remove(checkpoint).catch(() => {});
  }
});

Deno.test("fit() leaves the state that it is given, and does not go on after patience has ended it", async () => {
  const checkpoint = await Deno.makeTempFile({ suffix: ".checkpoint" });
  await Deno.remove(checkpoint);
  try {
    const options = optionsOf({ checkpoint, epochs: 9, early: { patience: 2, minDelta: 10 } });
    const first = await fit(trainerOf(), options);
    const second = await fit(trainerOf(), options);
    assertEquals([first.reason, second.reason], ["patience", "patience"]);
    assertEquals(second.history, first.history);
    assertEquals(bitsOf(options.state).length > 0, true);
  } finally {
    await Deno.remove(checkpoint).catch(() => {});
  }
});

Deno.test("fit() tells a loss that is NaN, and takes it for worse than all where it may be", async () => {
  const wrong = { x, y: add(y, cast(equal(arange(48), 3), "int32").multiply(9)) };
  await assertRejects(
    () => fit(trainerOf(), optionsOf({ data: wrong })),
    "expects a loss that is a number but got NaN",
  );
  const net = trainerOf();
  let calls = 0;
  const trainer = {
    ...net,
    evaluate: () => ({ loss: [NaN, 3, NaN, 2][calls++] }),
  };
  const { bestEpoch } = await fit(trainer, optionsOf({ evaluation: { x, y } }));
  assertEquals(bestEpoch, 4);
  const { history } = await fit(trainerOf(), optionsOf({ data: wrong, allowNaN: true, epochs: 1 }));
  assertEquals(history[0].train.loss, NaN);
});

Deno.test("fit() stops without an improvement, and refuses what it cannot do", async () => {
  const still = await fit(trainerOf(), optionsOf({ epochs: 50, early: { patience: 2, minDelta: 10 } }));
  assertEquals([still.reason, still.bestEpoch, still.history.length], ["patience", 1, 3]);
  const failures: readonly (readonly [Partial<FitOptions>, string])[] = [
    [{ epochs: 0 }, "fit expects epochs to be a positive integer but got 0"],
    [{ early: { monitor: "f1" } }, "fit expects to monitor one of loss, accuracy but got f1"],
    [{ early: { mode: "best" as "min" } }, 'fit expects mode "min" or "max" but got best'],
    [{ early: { patience: 0 } }, "fit expects patience to be a positive integer but got 0"],
    [
      { early: { patiense: 3 } as never },
      "early of fit expects the options monitor, mode, patience and minDelta but got patiense",
    ],
    [{ early: { minDelta: NaN } }, "fit expects minDelta to be a number from 0 on but got NaN"],
    [
      { state: undefined as unknown as TrainState },
      "fit expects a state, as trainer.init returns it, but got nothing",
    ],
    [{ size: 100 }, "batches expects a size from 1 to the 48 examples but got 100"],
  ];
  for (const [more, message] of failures) {
    const caught = await fit(trainerOf(), optionsOf(more)).then(() => "", (error) => String(error.message));
    assertEquals(caught, message);
  }
});

Deno.test("fit() prepares batches with keys of their own", async () => {
  const seen = new Set<string>();
  await fit(
    trainerOf(0),
    optionsOf({
      epochs: 2,
      prepare: (batch, key) => {
        seen.add(String(random.keyData(key).data()));
        return batch;
      },
    }),
  );
  assertEquals(seen.size, 12);
});
