import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { torch } from "../../../optim/mod.ts";
import { compile, grad, multiply, square, sum, type Tensor, tensor } from "../../../tensor/mod.ts";

interface Train {
  readonly params: Tensor;
  readonly state: torch.TorchState;
  readonly scaling: torch.GradScalerState;
}

/** A step of scaled training in which the loss is multiplied by a number, which may be NaN. */
function trainer(scaler: torch.GradScaler, optimizer: torch.TorchOptimizer<torch.AdamOptions>) {
  return ({ params, state, scaling }: Train, factor: Tensor): Train => {
    const scaled = grad((x: Tensor) => scaler.scale(scaling, multiply(sum(square(x)), factor)))(params);
    const { grads, foundInf } = scaler.unscale(scaling, scaled);
    const { grads: clipped } = torch.clipGradNorm(grads, { maxNorm: 2 });
    const next = scaler.step(optimizer, { state, grads: clipped, params, foundInf });
    return { params: next.params, state: next.state, scaling: scaler.update(scaling, foundInf) };
  };
}

Deno.test("a step with gradients that are not finite is left out with its counts, eager and compiled", () => {
  const scaler = torch.GradScaler({ initScale: 8, growthInterval: 2 });
  const optimizer = torch.Adam({ lr: 0.1 });
  const params = tensor([1, -2]);
  const start: Train = { params, state: optimizer.init(params), scaling: scaler.init() };
  const step = trainer(scaler, optimizer);
  const program = compile(step);
  const scales: number[] = [];
  let [eager, compiled] = [start, start];
  for (const factor of [1, NaN, 1, 1, Infinity, 1, 1]) {
    const before = eager;
    eager = step(eager, tensor(factor));
    compiled = program(compiled, tensor(factor));
    if (!Number.isFinite(factor)) {
      assertEquals(eager.params.toArray(), before.params.toArray());
      assertEquals(eager.state, before.state);
    }
    assertEquals(compiled.scaling, eager.scaling);
    compiled.params.data().forEach((x, i) => assertAlmostEquals(x, eager.params.data()[i], 1e-6));
    scales.push(eager.scaling.scale);
  }
  assertEquals(scales, [8, 4, 4, 8, 4, 4, 8]);
  assertEquals(scaler.init().scale, 8);
});

Deno.test("scaling by powers of two changes no bit of a training", () => {
  const optimizer = torch.Adam({ lr: 0.1 });
  const params = tensor([1, -2]);
  const scaler = torch.GradScaler();
  const step = trainer(scaler, optimizer);
  const plain = trainer(torch.GradScaler({ enabled: false }), optimizer);
  let scaled: Train = { params, state: optimizer.init(params), scaling: scaler.init() };
  let unscaled = scaled;
  for (let i = 0; i < 5; i++) {
    scaled = step(scaled, tensor(1));
    unscaled = plain(unscaled, tensor(1));
    assertEquals(scaled.params.toArray(), unscaled.params.toArray());
  }
  assertEquals(unscaled.scaling, scaler.init());
});

Deno.test("the scale is a float32 that stays finite, as torch's", () => {
  const scales = (options: torch.GradScalerOptions, count: number) => {
    const scaler = torch.GradScaler({ growthInterval: 1, ...options });
    let scaling = scaler.init();
    return Array.from({ length: count }, () => (scaling = scaler.update(scaling, tensor(false))).scale);
  };
  assertEquals(scales({ initScale: 3e38 }, 1), [Math.fround(3e38)]);
  assertEquals(scales({ initScale: 0.1, growthFactor: 1.7 }, 3), [
    0.17000000178813934,
    0.289000004529953,
    0.4913000166416168,
  ]);
});

Deno.test("the worst of several optimizers counts", () => {
  const scaler = torch.GradScaler({ initScale: 8 });
  const [good, bad] = [tensor(false), tensor(true)];
  assertEquals(scaler.update(scaler.init(), [good, bad]).scale, 4);
  assertEquals(scaler.update(scaler.init(), [good, good]).growthTracker, 1);
});

Deno.test("the state goes to torch's names and back", () => {
  const scaler = torch.GradScaler({ initScale: 8 });
  const state = scaler.update(scaler.init(), tensor(false));
  const dict = scaler.stateDict(state);
  assertEquals(dict, {
    scale: 8,
    growth_factor: 2,
    backoff_factor: 0.5,
    growth_interval: 2000,
    _growth_tracker: 1,
  });
  assertEquals(torch.GradScaler().loadStateDict(JSON.parse(JSON.stringify(dict))), state);
  assertEquals(torch.GradScaler({ enabled: false }).stateDict(state), {});
  assertThrows(
    () => scaler.loadStateDict({}),
    TypeError,
    "GradScaler expects the saved scale to be a number",
  );
  assertThrows(
    () => scaler.loadStateDict(null as never),
    TypeError,
    "GradScaler expects what it saved but got a hole",
  );
});

Deno.test("bad input of GradScaler is refused by name", () => {
  const scaler = torch.GradScaler();
  const refused: readonly (readonly [string, () => unknown])[] = [
    [
      "GradScaler expects initScale to be a finite number above 0 but got 0",
      () => torch.GradScaler({ initScale: 0 }),
    ],
    [
      "GradScaler expects growthFactor to be a finite number above 1 but got 1",
      () => torch.GradScaler({ growthFactor: 1 }),
    ],
    [
      "GradScaler expects backoffFactor to be above 0 and below 1 but got 1",
      () => torch.GradScaler({ backoffFactor: 1 }),
    ],
    [
      "GradScaler expects growthInterval to be a whole number above 0 but got 0.5",
      () => torch.GradScaler({ growthInterval: 0.5 }),
    ],
    [
      "GradScaler expects enabled to be a boolean but got a number",
      () => torch.GradScaler({ enabled: 1 as never }),
    ],
    [
      "GradScaler expects foundInf as unscale returned it but got a boolean",
      () => scaler.update(scaler.init(), true as never),
    ],
    ["GradScaler expects what unscale found but got an empty list", () => scaler.update(scaler.init(), [])],
    [
      "GradScaler expects a transform but got object",
      () => scaler.step({} as never, { state: 0 as never, grads: 0, params: 0, foundInf: tensor(false) }),
    ],
  ];
  for (const [message, run] of refused) assertThrows(run, Error, message);
});
