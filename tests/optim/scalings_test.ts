/**
 * Scalings by moments beside their golden numbers: where they differ from optax on purpose, corners, and what they
 * refuse.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  adabelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamaxW,
  adamW,
  adan,
  amsgrad,
  chain,
  clipByBlockRms,
  ema,
  fromage,
  hyperparameters,
  lamb,
  lars,
  lion,
  nadam,
  nadamW,
  novograd,
  optimisticAdam,
  optimisticAdamV2,
  optimisticGradientDescent,
  radam,
  rmsprop,
  rprop,
  scale,
  scaleByAdam,
  scaleByAdamax,
  scaleByAdan,
  scaleByAmsgrad,
  scaleByFactoredRms,
  scaleByLearningRate,
  scaleByLion,
  scaleByNovograd,
  scaleByOptimisticGradient,
  scaleByParamBlockNorm,
  scaleByParamBlockRms,
  scaleByRadam,
  scaleByRms,
  scaleByRprop,
  scaleByRss,
  scaleBySchedule,
  scaleBySm3,
  scaleByStddev,
  scaleByTrustRatio,
  scaleByYogi,
  sgd,
  signSgd,
  signum,
  sm3,
  type StateOf,
  trace,
  type Transform,
  yogi,
} from "../../optim/mod.ts";
import { grad, sum, type Tensor, tensor, zeros } from "../../tensor/mod.ts";
import { problems, trajectory } from "../laws/mod.ts";

/** The updates of a transform for gradients of one float64. */
function updates<S>(transform: Transform<unknown, S>, grads: readonly number[], param = 0): number[] {
  const params = tensor(param, { dtype: "float64" });
  let state = transform.init(params);
  return grads.map((g) => {
    const updated = transform.update(state, tensor(g, { dtype: "float64" }), params);
    state = updated.state;
    return updated.updates.item();
  });
}

function assertClose(got: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
  assertEquals(got.length, expected.length);
  expected.forEach((value, i) => assertAlmostEquals(got[i], value, tolerance));
}

Deno.test("scaleByAdan() weighs differences as the code of its authors does", () => {
  // Of that code, with its own defaults, in double precision.
  assertClose(updates(scaleByAdan(), [3, -1, 2, 0.5]), [
    0.9999999966666667,
    -0.2380907358255124,
    0.26014842567338986,
    0.15269524976285245,
  ]);
  const [, theirs] = updates(scaleByAdan({ variant: "optax" }), [3, -1]);
  assertEquals(Math.abs(theirs + 0.238) > 0.1, true);
});

Deno.test("rprop() steps as torch.optim.Rprop", () => {
  const optimizer = rprop({ learningRate: 0.1 });
  let params = tensor([1, -1], { dtype: "float64" });
  let state = optimizer.init(params);
  // Of torch 2.8 in double precision.
  const expected = [[0.9, -0.9], [0.78, -0.78], [0.78, -0.636], [0.84, -0.636], [0.84, -0.708], [
    0.84,
    -0.708,
  ]];
  [[1, -1], [0.5, -2], [-0.25, -1], [-0.5, 3], [0.1, 1], [0, -1]].forEach((g, i) => {
    ({ state, params } = optimizer.step(state, tensor(g, { dtype: "float64" }), params));
    assertClose(Array.from(params.data()), expected[i]);
  });
});

Deno.test("scaleByRprop() is a step late where it is stale", () => {
  const grads = [1, 0.5, 0.25];
  const now = updates(scaleByRprop({ learningRate: 0.1 }), grads);
  assertClose(now, [0.1, 0.12, 0.144]);
  assertClose(updates(scaleByRprop({ learningRate: 0.1, stale: true }), grads), [0, ...now.slice(0, 2)]);
});

Deno.test("scaleByRprop() keeps steps within their bounds", () => {
  const bounds = { etaPlus: 10, etaMinus: 0.01, minStepSize: 0.05, maxStepSize: 0.5 };
  assertClose(updates(scaleByRprop({ learningRate: 0.1, ...bounds }), [1, 1, -1, -1, -1]), [
    0.1,
    0.5,
    0,
    -0.05,
    -0.5,
  ]);
});

Deno.test("scaleByAdam() keeps each moment in the dtype that it is given", () => {
  const params = { x: tensor([1, 2], { dtype: "float64" }), y: tensor([1, 2]) };
  const check = (options: Parameters<typeof scaleByAdam>[0], first: string[], second: string[]): void => {
    const optimizer = scaleByAdam(options);
    const { state, updates } = optimizer.update(optimizer.init(params), params, params);
    const dtypes = (values: unknown): string[] => {
      const { x, y } = values as typeof params;
      return [x.dtype, y.dtype];
    };
    assertEquals([dtypes(state.firstMoment), dtypes(state.secondMoment)], [first, second]);
    assertEquals(dtypes(updates), ["float64", "float32"]);
  };
  check({}, ["float64", "float32"], ["float64", "float32"]);
  check({ firstMomentDtype: "float32" }, ["float32", "float32"], ["float64", "float32"]);
  check({ secondMomentDtype: "float64" }, ["float64", "float32"], ["float64", "float64"]);
});

Deno.test("scaleByAdam() loses digits of a moment only at the end of a step", () => {
  const [first, second] = updates(scaleByAdam({ firstMomentDtype: "float32", beta1: 0.9 }), [1 / 3, 0]);
  const exact = updates(scaleByAdam(), [1 / 3, 0]);
  assertEquals(first, exact[0]);
  assertAlmostEquals(second, exact[1], 1e-7);
  assertEquals(second === exact[1], false);
});

Deno.test("trace(), ema() and sgd() keep their sums in the dtype that they are given", () => {
  const params = { x: tensor([1, 2], { dtype: "float64" }) };
  const accumulatorDtype = "float32";
  const ofTrace = trace({ decay: 0.9, accumulatorDtype });
  const ofEma = ema({ decay: 0.9, accumulatorDtype });
  const ofSgd = sgd({ learningRate: 1, momentum: 0.9, accumulatorDtype });
  const states = [
    ofTrace.step(ofTrace.init(params), params, params).state.trace,
    ofEma.step(ofEma.init(params), params, params).state.ema,
    ofSgd.step(ofSgd.init(params), params, params).state.trace?.trace,
  ];
  for (const state of states) assertEquals((state as typeof params).x.dtype, "float32");
});

Deno.test("scaleByStddev() survives a variance that rounding makes negative", () => {
  const stddev = scaleByStddev({ biasCorrection: true, epsInSqrt: false, eps: 1e-3 });
  const params = tensor([0, 0, 0]);
  let state = stddev.init(params);
  for (let step = 0; step < 50; step++) {
    const updated = stddev.update(state, tensor([100, 1000.1, 12345.6]), params);
    state = updated.state;
    assertEquals(updated.updates.data().every(Number.isFinite), true);
  }
});

Deno.test("scaleBySm3() takes scalars, whose accumulator is one number", () => {
  assertClose(updates(scaleBySm3({ beta1: 0, eps: 0 }), [3, 4]), [1, 0.8]);
});

Deno.test("scaleBySm3() keeps a vector for each axis", () => {
  const params = { kernel: zeros([2, 3, 4]), bias: zeros([3]), gain: zeros([]) };
  const { accumulators } = scaleBySm3().init(params);
  const shapes = accumulators.map((values) => {
    const { kernel, bias, gain } = values as Record<string, Tensor | null>;
    return [kernel?.shape, bias?.shape, gain?.shape];
  });
  assertEquals(shapes, [[[2], [3], []], [[3], undefined, undefined], [[4], undefined, undefined]]);
});

Deno.test("scaleByFactoredRms() keeps rows and columns of large leaves only", () => {
  const params = { large: zeros([3, 200, 128]), small: zeros([200, 127]) };
  const { rows, columns, secondMoment } = scaleByFactoredRms().init(params);
  const shapes = [rows, columns, secondMoment].map((values) => {
    const { large, small } = values as Record<string, Tensor | null>;
    return [large?.shape, small?.shape];
  });
  assertEquals(shapes, [[[3, 128], undefined], [[3, 200], undefined], [undefined, [200, 127]]]);
  const whole = scaleByFactoredRms({ factored: false }).init(params).secondMoment as typeof params;
  assertEquals(whole.large.shape, [3, 200, 128]);
});

Deno.test("scaleByFactoredRms() is exact where squares are a product of rows and columns", () => {
  const values = tensor([[2, 4, 6], [-1, -2, 3]], { dtype: "float64" });
  const factored = scaleByFactoredRms({ minDimSizeToFactor: 2, eps: 0 });
  const { updates } = factored.update(factored.init(values), values, values);
  assertClose(Array.from(updates.data()), [1, 1, 1, -1, -1, 1]);
});

Deno.test("scaleByFactoredRms() has optax's numbers where optax computes the decay in double precision too", () => {
  // Of optax 0.2.8 with epsilon = 1e-12 and a decay_rate_fn in float64; its own is in float32 in golden cases.
  const grads = [
    { k: [1, -2, 0.5, 0.25, 3, -1], c: [1, 2, -1, 0.5, 0.1, -0.2, 2, 1, 3, 1, -1, -2], b: [1, -2] },
    {
      k: [-0.5, 1, 2, 1, -0.75, 0.125],
      c: [0.5, -1, 1, 1.5, -0.4, 0.3, 1, -1, 1, 0.25, 2, -1],
      b: [-0.25, 3],
    },
    { k: [2, 0.5, -1, 0, 1, 1], c: [1, 0, 0, 0.5, 1, -2, 0.5, 1, -1, 1, 1, 2], b: [0, 1] },
  ];
  const expected = {
    k: [1.7208223038307908, 0.3184721599962774, -0.83498102725553, 0, 0.7423379301412266, 0.97314328430986],
    c: [
      0.9515419423922056,
      0,
      0,
      0.5495123341327196,
      0.9309413153532862,
      -1.9814990378135886,
      0.47740213300379913,
      0.8643967176615134,
      -0.7156592598007063,
      0.7616366957348613,
      0.6663512322635113,
      1.2065128707200397,
    ],
    b: [0, 0.4749245823813867],
  };
  const make = ({ k, c, b }: typeof grads[number]): Record<"k" | "c" | "b", Tensor> => ({
    k: tensor(Float64Array.from(k), { shape: [2, 3] }),
    c: tensor(Float64Array.from(c), { shape: [3, 2, 2] }),
    b: tensor(Float64Array.from(b)),
  });
  const rms = scaleByFactoredRms({ minDimSizeToFactor: 2, eps: 1e-12 });
  const params = make(grads[0]);
  let { state, updates } = rms.update(rms.init(params), params, params);
  for (const later of grads.slice(1)) ({ state, updates } = rms.update(state, make(later), params));
  for (const key of ["k", "c", "b"] as const) assertClose(Array.from(updates[key].data()), expected[key]);
});

Deno.test("scaleByTrustRatio() has a gradient where a norm is 0", () => {
  const trust = scaleByTrustRatio();
  const params = { x: tensor([0, 0]) };
  const slope = grad((g: { x: Tensor }) => sum(trust.update(trust.init(params), g, params).updates.x));
  assertEquals(slope({ x: tensor([0, 0]) }).x.toArray(), [1, 1]);
  assertEquals(slope({ x: tensor([1, 2]) }).x.toArray(), [1, 1]);
});

Deno.test("scaleByRadam() rectifies from its threshold on", () => {
  // With beta2 = 0.9 the length passes 5 at step 6.
  const raw = updates(scaleByRadam({ beta1: 0, beta2: 0.9 }), [3, 3, 3, 3, 3, 3, 3, 3]);
  assertClose(raw.slice(0, 5), [3, 3, 3, 3, 3]);
  assertEquals(raw.slice(5).every((u) => u > 0 && u < 1), true);
});

Deno.test("scaleByOptimisticGradient() follows schedules", () => {
  const optimistic = scaleByOptimisticGradient({ alpha: (step) => step + 1, beta: (step) => step });
  assertClose(updates(optimistic, [5, 7, 1]), [5, 3 * 7 - 5, 5 * 1 - 2 * 7]);
});

Deno.test("scaleByLearningRate() keeps the sign where it is told to", () => {
  assertEquals(updates(scaleByLearningRate(0.5, { flipSign: false }), [3]), [1.5]);
});

Deno.test("optimizers have their learning rate in the state under its name", () => {
  const learningRate = (step: number): number => 0.1 * (step + 1);
  const made = {
    adabelief: adabelief({ learningRate }),
    adadelta: adadelta({ learningRate }),
    adafactor: adafactor({ learningRate }),
    adagrad: adagrad({ learningRate }),
    adamax: adamax({ learningRate }),
    adamaxW: adamaxW({ learningRate }),
    adan: adan({ learningRate }),
    amsgrad: amsgrad({ learningRate }),
    fromage: fromage({ learningRate }),
    lamb: lamb({ learningRate }),
    lars: lars({ learningRate }),
    lion: lion({ learningRate }),
    nadam: nadam({ learningRate }),
    nadamW: nadamW({ learningRate }),
    novograd: novograd({ learningRate }),
    optimisticAdamV2: optimisticAdamV2({ learningRate }),
    optimisticGradientDescent: optimisticGradientDescent({ learningRate }),
    radam: radam({ learningRate }),
    rmsprop: rmsprop({ learningRate, momentum: 0.9 }),
    signSgd: signSgd({ learningRate }),
    signum: signum({ learningRate }),
    sm3: sm3({ learningRate }),
    yogi: yogi({ learningRate }),
  };
  const params = { x: tensor([1, 2]) };
  for (const [name, optimizer] of Object.entries(made)) {
    const { init, step } = optimizer as unknown as Transform<unknown, unknown>;
    let state = init(params);
    assertEquals((state as { kind: string }).kind, name);
    for (let i = 0; i < 2; i++) ({ state } = step(state, params, params));
    assertEquals(hyperparameters(state).learningRate, 0.2, name);
  }
});

Deno.test("scaleByRms() of corrected squares is scaleByAdam() without a first moment", () => {
  const rms = scaleByRms({ decay: 0.99, epsInSqrt: false, biasCorrection: true });
  const ofAdam = scaleByAdam({ beta1: 0, beta2: 0.99 });
  fc.assert(
    fc.property(problems(), (problem) => {
      assertEquals(trajectory(rms, problem), trajectory(ofAdam, problem));
    }),
    { numRuns: 20 },
  );
});

Deno.test("nadam() and nadamW() are adam() and adamW() with a look ahead", () => {
  fc.assert(
    fc.property(problems(), (problem) => {
      const learningRate = 0.1;
      assertEquals(
        trajectory(nadam({ learningRate }), problem),
        trajectory(adam({ learningRate, nesterov: true }), problem),
      );
      assertEquals(
        trajectory(nadamW({ learningRate }), problem),
        trajectory(adamW({ learningRate, nesterov: true }), problem),
      );
    }),
    { numRuns: 20 },
  );
});

Deno.test("optimisticAdam() is optimisticAdamV2() where the optimism is the learning rate", () => {
  const options = { learningRate: 0.25 };
  const grads = [1, -2, 0.5, 3];
  assertClose(updates(optimisticAdam(options), grads), updates(optimisticAdamV2(options), grads));
});

Deno.test("rmsprop() has a trace with momentum only", () => {
  const keys = (state: StateOf<ReturnType<typeof rmsprop>>): string[] => Object.keys(state);
  const params = tensor(1);
  assertEquals(keys(rmsprop({ learningRate: 1 }).init(params)), [
    "kind",
    "scaleByRms",
    "scaleByLearningRate",
  ]);
  assertEquals(
    keys(rmsprop({ learningRate: 1, centered: true, momentum: 0.9 }).init(params)),
    ["kind", "scaleByStddev", "scaleByLearningRate", "trace"],
  );
});

Deno.test("adafactor() is the chain that it says it is", () => {
  const options = { learningRate: 0.1, clippingThreshold: null, multiplyByParameterScale: false };
  const same = chain(scaleByFactoredRms(), scale(-0.1));
  fc.assert(
    fc.property(problems(), (problem) => {
      assertEquals(trajectory(adafactor(options), problem), trajectory(same, problem));
    }),
    { numRuns: 20 },
  );
});

const rate = { learningRate: 1 };
const wrongRate = { learningRate: -1 };
const noRate = {} as typeof rate;
const text = { learningRate: "1" as unknown as number };
const wrong: readonly (readonly [run: () => unknown, error: new () => Error, message: string])[] = [
  [() => adabelief(noRate), TypeError, "adabelief expects learningRate to be a number or a schedule"],
  [() => adabelief({ ...rate, weightDecay: -1 }), RangeError, "adabelief expects weightDecay"],
  [() => adadelta(noRate), TypeError, "adadelta expects learningRate"],
  [
    () => adadelta({ ...rate, rho: 1 }),
    RangeError,
    "adadelta expects rho to be at least 0 and below 1 but got 1",
  ],
  [() => adafactor(noRate), TypeError, "adafactor expects learningRate"],
  [() => adafactor({ ...rate, clippingThreshold: 0 }), RangeError, "adafactor expects clippingThreshold"],
  [() => adafactor({ ...rate, momentum: 1 }), RangeError, "adafactor expects momentum"],
  [() => adafactor({ ...rate, momentumDtype: "int32" }), TypeError, "adafactor expects momentumDtype"],
  [() => adafactor({ ...rate, weightDecay: -1 }), RangeError, "adafactor expects weightDecay"],
  [
    () => adagrad({ ...rate, initialAccumulatorValue: -1 }),
    RangeError,
    "adagrad expects initialAccumulatorValue",
  ],
  [() => adagrad(wrongRate), RangeError, "adagrad expects learningRate"],
  [() => adamax({ ...rate, beta1: -0.1 }), RangeError, "adamax expects beta1"],
  [() => adamaxW({ ...rate, weightDecay: NaN }), RangeError, "adamaxW expects weightDecay"],
  [() => adan({ ...rate, beta3: 1 }), RangeError, "adan expects beta3"],
  [() => amsgrad({ ...rate, secondMomentDtype: "bool" }), TypeError, "amsgrad expects secondMomentDtype"],
  [
    () => clipByBlockRms(0),
    RangeError,
    "clipByBlockRms expects threshold to be a finite number above 0 but got 0",
  ],
  [() => ema({ decay: 1 }), RangeError, "ema expects decay"],
  [() => ema({ decay: 0.5, accumulatorDtype: "uint8" }), TypeError, "ema expects accumulatorDtype"],
  [() => fromage({ ...rate, minNorm: -1 }), RangeError, "fromage expects minNorm"],
  [() => fromage(text), TypeError, "but got string"],
  [() => lamb({ ...rate, eps: -1 }), RangeError, "lamb expects eps"],
  [() => lars({ ...rate, trustCoefficient: -1 }), RangeError, "lars expects trustCoefficient"],
  [() => lars(noRate), TypeError, "lars expects learningRate"],
  [
    () => lion({ ...rate, mode: "soft" as "smooth" }),
    TypeError,
    'lion expects mode to be "hard" or "smooth" or',
  ],
  [() => lion({ ...rate, beta2: 1 }), RangeError, "lion expects beta2"],
  [() => nadam(wrongRate), RangeError, "nadam expects learningRate"],
  [() => nadamW({ ...rate, weightDecay: -1 }), RangeError, "nadamW expects weightDecay"],
  [() => novograd({ ...rate, weightDecay: -1 }), RangeError, "novograd expects weightDecay"],
  [() => optimisticAdam({ ...rate, optimism: NaN }), RangeError, "optimisticAdam expects optimism"],
  [() => optimisticAdamV2({ ...rate, alpha: Infinity }), RangeError, "optimisticAdamV2 expects alpha"],
  [() => optimisticGradientDescent(wrongRate), RangeError, "optimisticGradientDescent expects learningRate"],
  [
    () => radam({ ...rate, threshold: 3 }),
    RangeError,
    "radam expects threshold to be a finite number not below 4 but got 3",
  ],
  [() => rmsprop({ ...rate, decay: 1 }), RangeError, "rmsprop expects decay"],
  [() => rmsprop({ ...rate, momentum: -1 }), RangeError, "rmsprop expects momentum"],
  [() => rprop(text), TypeError, "rprop expects learningRate to be a number but got string"],
  [() => rprop({ ...rate, etaMinus: 1 }), RangeError, "rprop expects etaMinus"],
  [() => rprop({ ...rate, etaPlus: 0 }), RangeError, "rprop expects etaPlus"],
  [
    () => scaleByAdam({ firstMomentDtype: "int32" }),
    TypeError,
    "scaleByAdam expects firstMomentDtype to be a",
  ],
  [() => scaleByAdamax({ eps: -1 }), RangeError, "scaleByAdamax expects eps"],
  [
    () => scaleByAdan({ variant: "torch" as "paper" }),
    TypeError,
    'scaleByAdan expects variant to be "paper" or "optax" but got torch',
  ],
  [() => scaleByAmsgrad({ beta1: 1 }), RangeError, "scaleByAmsgrad expects beta1"],
  [() => scaleByFactoredRms({ decayRate: -1 }), RangeError, "scaleByFactoredRms expects decayRate"],
  [() => scaleByFactoredRms({ minDimSizeToFactor: NaN }), RangeError, "scaleByFactoredRms expects minDim"],
  [() => scaleByLion({ smoothBeta: 0 }), RangeError, "scaleByLion expects smoothBeta"],
  [() => scaleByNovograd({ beta2: 2 }), RangeError, "scaleByNovograd expects beta2"],
  [() => scaleByOptimisticGradient({ beta: NaN }), RangeError, "scaleByOptimisticGradient expects beta"],
  [() => scaleByParamBlockNorm({ minScale: -1 }), RangeError, "scaleByParamBlockNorm expects minScale"],
  [() => scaleByParamBlockRms({ minScale: -1 }), RangeError, "scaleByParamBlockRms expects minScale"],
  [() => scaleByRms({ initialScale: -1 }), RangeError, "scaleByRms expects initialScale"],
  [
    () => scaleByRss({ initialAccumulatorValue: (() => 1) as unknown as number }),
    TypeError,
    "scaleByRss expects initialAccumulatorValue to be a number but got function",
  ],
  [
    () => scaleBySm3({ beta2: 1.1 }),
    RangeError,
    "scaleBySm3 expects beta2 to be at least 0 and at most 1 but got 1.1",
  ],
  [() => scaleBySchedule(1 as never), TypeError, "scaleBySchedule expects a schedule but got number"],
  [() => scaleByStddev({ eps: -1 }), RangeError, "scaleByStddev expects eps"],
  [() => scaleByTrustRatio({ eps: -1 }), RangeError, "scaleByTrustRatio expects eps"],
  [
    () => scaleByYogi({ initialAccumulatorValue: -1 }),
    RangeError,
    "scaleByYogi expects initialAccumulatorValue",
  ],
  [() => sgd({ ...rate, accumulatorDtype: "int32" }), TypeError, "sgd expects accumulatorDtype"],
  [() => signSgd(noRate), TypeError, "signSgd expects learningRate"],
  [() => signum({ ...rate, beta: 1 }), RangeError, "signum expects beta"],
  [() => sm3({ ...rate, momentum: 1 }), RangeError, "sm3 expects momentum"],
  [() => trace({ decay: 1, accumulatorDtype: "int32" }), TypeError, "trace expects accumulatorDtype"],
  [() => yogi({ ...rate, eps: -1 }), RangeError, "yogi expects eps"],
];

Deno.test("options of scalings that cannot be are refused at construction", () => {
  for (const [run, error, message] of wrong) assertThrows(run, error, message);
});
