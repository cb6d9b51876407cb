/**
 * Corners of the optimizers of optax.contrib beside their golden numbers, and what they refuse.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  acprop,
  ademamix,
  adopt,
  adoptW,
  cocob,
  dadaptAdamW,
  dog,
  dowg,
  galore,
  hutchinsonDiagonal,
  madgrad,
  momo,
  momoAdam,
  muon,
  prodigy,
  scaleByAdopt,
  scaleByDog,
  scaleByGalore,
  scaleByMuon,
  scaleByShape,
  scheduleFree,
  scheduleFreeAdamW,
  scheduleFreeEvalParams,
  scheduleFreeSgd,
  type ScheduleFreeState,
  sgd,
  simplifiedAdemamix,
  sophia,
  type Transform,
} from "../../optim/mod.ts";
import {
  matmul,
  ones,
  random,
  square,
  sum,
  type Tensor,
  tensor,
  transpose,
  tree,
  zeros,
} from "../../tensor/mod.ts";

Deno.test("scaleByAdopt() clips scaled updates, or does not", () => {
  const second = (clipValue: number): number => {
    const adopt = scaleByAdopt({ beta1: 0, clipValue });
    const { state } = adopt.update(adopt.init(tensor(0)), tensor(1), tensor(0));
    return adopt.update(state, tensor(-8), tensor(0)).updates.item();
  };
  assertEquals([second(0.5), second(2), second(Infinity)], [-0.5, -2, -8]);
});

Deno.test("estimates of the learning rate stay while gradients are zero", () => {
  for (const optimizer of [prodigy({ learningRate: 1 }), dadaptAdamW({ learningRate: 1 })]) {
    const steps = optimizer as Transform<unknown, { readonly estimate: Tensor }>;
    const params = { x: tensor([1, 2]) };
    const { state, params: next } = steps.step(steps.init(params), { x: zeros([2]) }, params);
    assertEquals([next.x.toArray(), state.estimate.item()], [[1, 2], Math.fround(1e-6)]);
  }
});

Deno.test("momo() shrinks the step with the params, or the params alone", () => {
  const after = (decayOf: "paramsAndStep" | "params"): number => {
    const optimizer = momo({ learningRate: 1, weightDecay: 1, decayOf, lowerBound: -100 });
    const params = { x: tensor(4) };
    return optimizer.step(optimizer.init(params), { x: tensor(2) }, params, { value: 8 }).params.x.item();
  };
  // The step is 1 along the gradient, as the bound is far away.
  assertEquals([after("paramsAndStep"), after("params")], [(4 - 2) / 2, 4 / 2 - 2]);
});

Deno.test("momo() and momoAdam() leave params where the gradient is zero", () => {
  for (const optimizer of [momo({ learningRate: 1 }), momoAdam({ learningRate: 1 })]) {
    const steps = optimizer as Transform<unknown, unknown, { readonly value: number }>;
    const params = { x: tensor(3) };
    assertEquals(steps.step(steps.init(params), { x: tensor(0) }, params, { value: 1 }).params.x.item(), 3);
  }
});

Deno.test("momo() refuses a step without a loss", () => {
  const optimizer = momo({ learningRate: 1 });
  const params = { x: tensor(1) };
  assertThrows(
    () => optimizer.step(optimizer.init(params), params, params, {} as { value: number }),
    TypeError,
    "momo expects extra.value to be the value of the objective",
  );
});

Deno.test("scheduleFreeEvalParams() has optax's numbers", () => {
  const path = new URL("../golden/optax_contrib.json", import.meta.url);
  const { cases } = JSON.parse(Deno.readTextFileSync(path)) as { readonly cases: readonly GoldenCase[] };
  const golden = cases.find(({ name, dtype }) => name === "schedule_free_sgd" && dtype === "float64")!;
  const optimizer = scheduleFreeSgd({ learningRate: 0.5, lookahead: 1 });
  const tensors = (values: GoldenTree): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(values).map((
        [key, { shape, data }],
      ) => [key, tensor([...data], { shape, dtype: "float64" })]),
    );
  let params = tensors(golden.params);
  let state = optimizer.init(params);
  golden.expect.forEach(({ eval_params: expected }, step) => {
    ({ state, params } = optimizer.step(state, tensors(golden.grads[step]), params));
    for (const [key, mean] of Object.entries(scheduleFreeEvalParams(state, params))) {
      mean.data().forEach((value, i) => assertAlmostEquals(value as number, expected[key][i], 1e-13));
    }
  });
});

type GoldenTree = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
>;

interface GoldenCase {
  readonly name: string;
  readonly dtype: string;
  readonly params: GoldenTree;
  readonly grads: readonly GoldenTree[];
  readonly expect: readonly { readonly eval_params: Readonly<Record<string, readonly number[]>> }[];
}

Deno.test("scheduleFree() weighs iterates by the learning rate of their step", () => {
  const rate = (step: number): number => step;
  const optimizer = scheduleFree(sgd({ learningRate: rate }), { learningRate: rate, beta1: 0.5 });
  const params = { x: tensor(1) };
  const first = optimizer.step(optimizer.init(params), { x: tensor(1) }, params);
  // Nothing has moved and nothing has weight as long as the rate is 0.
  assertEquals([first.params.x.item(), first.state.weightSum], [1, 0]);
  const second = optimizer.step(first.state, { x: tensor(1) }, first.params);
  assertEquals(scheduleFreeEvalParams(second.state, second.params).x.item(), 0);
  assertThrows(
    () => scheduleFreeEvalParams(sgd({ learningRate: 1 }).init(params) as never, params),
    TypeError,
    "scheduleFreeEvalParams expects the state of a schedule-free optimizer",
  );
});

Deno.test("scheduleFreeSgd() and scheduleFreeAdamW() warm up", () => {
  for (const make of [scheduleFreeSgd, scheduleFreeAdamW]) {
    const optimizer = make({ learningRate: 1, warmupSteps: 4 }) as Transform<unknown, ScheduleFreeState>;
    const params = { x: tensor(1) };
    let state = optimizer.init(params);
    const rates = [0, 1, 2, 3, 4, 5].map(() => {
      ({ state } = optimizer.step(state, params, params));
      return state.hyperparameters.learningRate;
    });
    assertEquals(rates, [0, 0.25, 0.5, 0.75, 1, 1]);
  }
});

Deno.test("scaleByMuon() makes matrices whose singular values are near 1", () => {
  const params = { wide: zeros([4, 16]), tall: zeros([16, 4]) };
  const grads = { wide: random.normal(random.key(0), [4, 16]), tall: random.normal(random.key(1), [16, 4]) };
  for (const preconditioning of ["frobenius", "spectral", "aol", "schatten"] as const) {
    const muon = scaleByMuon({ preconditioning, coefficients: [1.5, -0.5, 0], iterations: 30 });
    const { wide, tall } = muon.update(muon.init(params), grads, params).updates;
    for (const gram of [matmul(wide, transpose(wide)), matmul(transpose(tall), tall)]) {
      gram.data().forEach((value, i) => assertAlmostEquals(value as number, i % 5 === 0 ? 1 : 0, 1e-5));
    }
  }
});

Deno.test("scaleByMuon() refuses what is no matrix", () => {
  assertThrows(
    () => scaleByMuon().init({ bias: ones([3]) }),
    RangeError,
    "expects every leaf to be a matrix but",
  );
  const wrong = scaleByMuon({ dimensionNumbers: () => ({ reductionAxes: 0, outputAxes: 2 }) });
  assertThrows(() => wrong.init(ones([2, 2])), RangeError, "scaleByMuon expects axes of [2, 2] but got 2");
  const twice = scaleByMuon({ dimensionNumbers: () => ({ reductionAxes: 0, outputAxes: -2 }) });
  assertThrows(() => twice.init(ones([2, 2])), RangeError, "scaleByMuon expects every axis once");
});

Deno.test("scaleByGalore() keeps the part of the gradient that its projector spans", () => {
  const galore = scaleByGalore({ rank: 1, updateInterval: 2, inner: sgd({ learningRate: 1 }) });
  const params = { wide: zeros([2, 3]), tall: zeros([3, 2]), bias: zeros([2]) };
  const along = {
    wide: tensor([[2, 0, 0], [0, 0, 0]]),
    tall: tensor([[0, 0], [0, 3], [0, 0]]),
    bias: ones([2]),
  };
  const all = { wide: ones([2, 3]), tall: ones([3, 2]), bias: ones([2]) };
  const first = galore.update(galore.init(params), along, params);
  const second = galore.update(first.state, all, params);
  assertEquals(second.updates.wide.toArray(), [[-1, 0, 0], [-1, 0, 0]]);
  assertEquals(second.updates.tall.toArray(), [[0, 0], [-1, -1], [0, 0]]);
  assertEquals(second.updates.bias.toArray(), [-1, -1]);
  // The third step has a projector of its own, for a gradient of rank 1 that it keeps whole.
  const third = galore.update(second.state, all, params);
  third.updates.wide.data().forEach((value) => assertAlmostEquals(value as number, -1, 1e-6));
});

Deno.test("hutchinsonDiagonal() estimates the diagonal of a Hessian", () => {
  const hessian = tensor([[2, 1], [1, 4]]);
  const objective = (p: { readonly x: Tensor }): Tensor =>
    sum(matmul(p.x.reshape([1, 2]), hessian).reshape([2]).multiply(p.x)).multiply(0.5);
  const estimator = hutchinsonDiagonal({ key: random.key(3) });
  const params = { x: tensor([1, 1]) };
  let state = estimator.init(params);
  const seen = new Set<string>();
  for (let step = 0; step < 20; step++) {
    const updated = estimator.update(state, params, params, { objective } as never);
    state = updated.state;
    seen.add(String(updated.updates.x.toArray()));
  }
  // The element off the diagonal comes with either sign.
  assertEquals([...seen].sort(), ["1,3", "3,5"]);
  assertThrows(
    () => estimator.update(state, params, params, {} as never),
    TypeError,
    "hutchinsonDiagonal expects a function as objective in its last argument but got undefined",
  );
});

Deno.test("sophia() looks at the curvature every so many steps", () => {
  let calls = 0;
  const objective = (p: { readonly x: Tensor }): Tensor => {
    calls++;
    return sum(square(p.x));
  };
  const optimizer = sophia({ learningRate: 0.1, updateInterval: 3 });
  let params = { x: tensor([1, -1]) };
  let state = optimizer.init(params);
  const made = [0, 1, 2, 3, 4].map(() => {
    const before = calls;
    ({ state, params } = optimizer.step(state, params, params, { objective } as never));
    return calls > before;
  });
  assertEquals(made, [true, false, false, true, false]);
});

Deno.test("first moments are kept in the dtype that is asked for, and updates in that of the gradients", () => {
  const firstMomentDtype = "float32";
  const learningRate = 0.1;
  for (
    const optimizer of [
      ademamix({ learningRate, firstMomentDtype, secondMomentDtype: "float32" }),
      adopt({ learningRate, firstMomentDtype }),
      muon({ learningRate, firstMomentDtype }),
      sophia({ learningRate, firstMomentDtype }),
    ]
  ) {
    const steps = optimizer as Transform<unknown, unknown>;
    const params = { kernel: ones([2, 2], { dtype: "float64" }) };
    const extra = { objective: (p: { readonly kernel: Tensor }) => sum(square(p.kernel)) };
    const { state, updates } = steps.update(steps.init(params), params, params, extra);
    assertEquals(updates.kernel.dtype, "float64");
    const moments = tree.entries(state).filter(({ path }) => path.includes("firstMoment"));
    assertEquals(moments.map(({ value }) => (value as Tensor).dtype), ["float32"]);
  }
  assertThrows(
    () => adopt({ learningRate, firstMomentDtype: "int32" }),
    TypeError,
    "adopt expects firstMomentDtype to be a floating-point dtype but got int32",
  );
});

const wrong: readonly (readonly [run: () => unknown, error: new () => Error, message: string])[] = [
  [() => acprop({ learningRate: -1 }), RangeError, "acprop expects learningRate"],
  [() => acprop({ learningRate: 1, beta1: 1 }), RangeError, "acprop expects beta1"],
  [() => ademamix({} as { learningRate: number }), TypeError, "ademamix expects learningRate"],
  [() => ademamix({ learningRate: 1, beta3: 2 }), RangeError, "ademamix expects beta3"],
  [() => simplifiedAdemamix({ learningRate: 1, alpha: -1 }), RangeError, "simplifiedAdemamix expects alpha"],
  [
    () => adopt({ learningRate: 1, clipValue: 0 }),
    RangeError,
    "adopt expects clipValue to be a number above 0",
  ],
  [() => adoptW({ learningRate: 1, weightDecay: -1 }), RangeError, "adoptW expects weightDecay"],
  [
    () => cocob({ learningRate: 1, eps: 0 }),
    RangeError,
    "cocob expects eps to be a finite number above 0 but got 0",
  ],
  [
    () => dadaptAdamW({ learningRate: 1, initialEstimate: 0 }),
    RangeError,
    "dadaptAdamW expects initialEstimate",
  ],
  [() => prodigy({ learningRate: 1, beta2: 1 }), RangeError, "prodigy expects beta2"],
  [
    () => prodigy({ learningRate: 1, initialEstimate: "1" as never }),
    TypeError,
    "initialEstimate to be a number",
  ],
  [
    () => dog({ learningRate: 1, initialStep: { kind: "none" as never, value: 1 } }),
    TypeError,
    "initialStep.kind",
  ],
  [() => scaleByDog({ eps: -1 }), RangeError, "scaleByDog expects eps"],
  [
    () => dowg({ learningRate: 1, initialSquaredDistance: -1 }),
    RangeError,
    "dowg expects initialSquaredDistance",
  ],
  [() => madgrad({ learningRate: 1, momentum: 1 }), RangeError, "madgrad expects momentum"],
  [
    () => momo({ learningRate: 1, decayOf: "all" as never }),
    TypeError,
    'decayOf to be "paramsAndStep" or "params"',
  ],
  [() => momoAdam({ learningRate: 1, lowerBound: NaN }), RangeError, "momoAdam expects lowerBound"],
  [
    () => muon({ learningRate: 1, iterations: 0 }),
    RangeError,
    "muon expects iterations to be a whole number above 0",
  ],
  [
    () => muon({ learningRate: 1, coefficients: [[1, 2]] as never }),
    RangeError,
    "lists of three numbers but got 1,2",
  ],
  [
    () => muon({ learningRate: 1, coefficients: "dion", iterations: 3 }),
    RangeError,
    "each of 3 iterations but got 5",
  ],
  [
    () => muon({ learningRate: 1, preconditioning: "none" as never }),
    TypeError,
    "muon expects preconditioning",
  ],
  [
    () => muon({ learningRate: 1, dimensionNumbers: {} as never }),
    TypeError,
    "muon expects dimensionNumbers",
  ],
  [() => scaleByShape({ consistentRms: 0 }), RangeError, "scaleByShape expects consistentRms"],
  [() => galore({ learningRate: 1, rank: 1.5 }), RangeError, "galore expects rank"],
  [() => scheduleFreeSgd({ learningRate: 1, beta1: 0 }), RangeError, "scheduleFreeSgd expects beta1"],
  [
    () => scheduleFreeSgd({ learningRate: () => 1, warmupSteps: 2 }),
    TypeError,
    "expects a number as learningRate",
  ],
  [
    () => scheduleFreeAdamW({ learningRate: 1, lookahead: -1 }),
    RangeError,
    "scheduleFreeAdamW expects lookahead",
  ],
  [() => scheduleFree({} as never, { learningRate: 1 }), TypeError, "scheduleFree expects a transform"],
  [() => sophia({ learningRate: 1, updateInterval: 0 }), RangeError, "sophia expects updateInterval"],
];

Deno.test("optimizers of optax.contrib refuse options that cannot be", () => {
  for (const [run, error, message] of wrong) assertThrows(run, error, message);
});
