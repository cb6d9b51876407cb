/**
 * What the wrappers do, and what they refuse.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  adam,
  allFinite,
  type AnyTransform,
  applyIfFinite,
  averaged,
  averagedParams,
  chain,
  clipByGlobalNorm,
  conditionallyMask,
  conditionallyTransform,
  dynamicLossScale,
  exponentialAverage,
  flatten,
  globalNorm,
  groups,
  lookahead,
  lossScaled,
  measurements,
  measureWithEma,
  mechanize,
  microbatch,
  monitor,
  opaqueSam,
  reduceOnPlateau,
  rest,
  sam,
  scale,
  scaleLoss,
  sgd,
  stateless,
  statelessLeaves,
  staticLossScale,
  type Transform,
  uniformAverage,
} from "../../optim/mod.ts";
import {
  compile,
  grad,
  mean,
  multiply,
  square,
  type Tensor,
  tensor,
  tree,
  valueAndGrad,
} from "../../tensor/mod.ts";

const params = { x: tensor([1, 2]), y: tensor(3) };
const bad = { x: tensor([1, NaN]), y: tensor(1) };
const none = {} as AnyTransform;

Deno.test("applyIfFinite() counts, gives up and recovers", () => {
  const optimizer = applyIfFinite(adam({ learningRate: 0.1 }), { maxConsecutiveErrors: 2 });
  let state = optimizer.init(params);
  const seen = [params, bad, bad, params, bad, bad, bad].map((grads) => {
    const updated = optimizer.update(state, grads, params);
    state = updated.state;
    const { notFiniteCount, totalNotFinite, lastFinite, inner } = state;
    return [
      notFiniteCount,
      totalNotFinite,
      lastFinite,
      inner.scaleByAdam.count,
      updated.updates.y.item() !== 0,
    ];
  });
  assertEquals(seen, [
    [0, 0, 1, 1, true],
    [1, 1, 0, 1, false],
    [2, 2, 0, 1, false],
    [0, 2, 1, 2, true],
    [1, 3, 0, 2, false],
    [2, 4, 0, 2, false],
    [3, 5, 0, 3, true],
  ]);
});

Deno.test("conditionallyMask() wants all of its conditions", () => {
  const optimizer = conditionallyMask(sgd({ learningRate: 1 }), {
    step: (count) => count > 0,
    extra: ({ finite }: { readonly finite: Tensor }) => finite,
  });
  let state = optimizer.init(params);
  const seen = [params, params, bad].map((grads) => {
    const updated = optimizer.update(state, grads, params, { finite: allFinite(grads) });
    state = updated.state;
    return updated.updates.y.item();
  });
  assertEquals(seen, [0, -3, 0]);
});

Deno.test("a step that is left out leaves a whole chain alone, in its group only", () => {
  const optimizer = groups([
    {
      name: "x",
      select: "x",
      transform: applyIfFinite(sgd({ learningRate: 1 }), { maxConsecutiveErrors: 9 }),
    },
    { name: "y", select: rest, transform: sgd({ learningRate: 1 }) },
  ]);
  const { params: next } = optimizer.step(optimizer.init(params), bad, params);
  assertEquals([next.x.toArray(), next.y.item()], [[1, 2], 2]);
});

Deno.test("lookahead() keeps slow params in its state", () => {
  const optimizer = lookahead(sgd({ learningRate: 1 }), { syncPeriod: 2, slowStepSize: 0.5 });
  let [state, at] = [optimizer.init(params), params];
  const grads = { x: tensor([1, 1]), y: tensor(1) };
  for (let i = 0; i < 3; i++) ({ state, params: at } = optimizer.step(state, grads, at));
  assertEquals([at.y.item(), (state.slow as unknown as typeof params).y.item()], [1, 2]);
  assertEquals(state.stepsSinceSync, 1);
});

Deno.test("sam() and opaqueSam() make the same steps", () => {
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
  const adversary = sgd({ learningRate: 0.05 });
  const gradient = grad((x: Tensor) => square(square(x)));
  const [clear, opaque] = [sam(optimizer, adversary), opaqueSam(optimizer, adversary)];
  let [at, state] = [tensor(1), clear.init(tensor(1))];
  let [other, hidden] = [tensor(1), opaque.init(tensor(1))];
  for (let i = 0; i < 3; i++) {
    for (let half = 0; half < 2; half++) ({ state, params: at } = clear.step(state, gradient(at), at));
    ({ state: hidden, params: other } = opaque.step(hidden, gradient(other), other, { gradient }));
    assertAlmostEquals(at.item(), other.item(), 1e-6);
  }
});

Deno.test("reduceOnPlateau() is right for negative values, and as optax where asked", () => {
  const last = (multiplicativeLimit: boolean): number => {
    const plateau = reduceOnPlateau({
      factor: 0.5,
      patience: 2,
      relativeTolerance: 0.1,
      multiplicativeLimit,
    });
    let state = plateau.init(params);
    // It goes down by a fifth each time, which is an improvement.
    for (const value of [-1, -1.2, -1.44, -1.728, -2.08]) {
      ({ state } = plateau.update(state, params, params, { value: tensor(value) }));
    }
    return state.scale.item();
  };
  assertEquals([last(false), last(true)], [1, 1]);
  const worse = (multiplicativeLimit: boolean): number => {
    const plateau = reduceOnPlateau({
      factor: 0.5,
      patience: 2,
      relativeTolerance: 0.1,
      multiplicativeLimit,
    });
    let state = plateau.init(params);
    for (const value of [-1, -1, -1]) {
      ({ state } = plateau.update(state, params, params, { value: tensor(value) }));
    }
    return state.scale.item();
  };
  // optax takes -1 for better than 0.9 * -1, so that standing still never ends.
  assertEquals([worse(false), worse(true)], [0.5, 1]);
});

Deno.test("averages are what their formulas say", () => {
  const values = [4, 8, 6, -2, 3];
  const run = (average: ReturnType<typeof uniformAverage>, start: number): number => {
    let state = average.init({ x: tensor(start) });
    for (const value of values) state = average.update(state, { x: tensor(value) });
    return averagedParams(state, { x: tensor(values[4]) }).x.item();
  };
  assertAlmostEquals(run(uniformAverage(), 9), 19 / 5, 1e-6);
  assertAlmostEquals(run(uniformAverage({ start: 1, every: 2 }), 9), 3, 1e-6);
  assertEquals(run(uniformAverage({ start: 9 }), 9), 3);
  let [plain, debiased, left] = [9, 0, 1];
  for (const value of values) {
    plain = 0.75 * plain + 0.25 * value;
    debiased = 0.75 * debiased + 0.25 * value;
    left *= 0.75;
  }
  assertAlmostEquals(run(exponentialAverage({ decay: 0.75, debias: false }), 9), plain, 1e-5);
  assertAlmostEquals(run(exponentialAverage({ decay: 0.75 }), 9), debiased / (1 - left), 1e-5);
  // A decay of t / (t + 1) is the plain mean.
  assertAlmostEquals(run(exponentialAverage({ decay: (step) => step / (step + 1) }), 9), 19 / 5, 1e-5);
});

Deno.test("dynamicLossScale() grows, backs off and stays within its bounds", () => {
  const scale = dynamicLossScale({
    initialScale: 4,
    growthInterval: 2,
    growthFactor: 4,
    backoffFactor: 0.25,
    minScale: 0.5,
    maxScale: 32,
  });
  let state = scale.init();
  const seen = [1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1].map((finite) => {
    const before = { ...state };
    const next = scale.next(state, finite);
    assertEquals(state, before);
    state = next;
    return [state.scale, state.goodSteps];
  });
  assertEquals(seen, [
    [4, 1],
    [16, 0],
    [16, 1],
    [32, 0],
    [8, 0],
    [2, 0],
    [0.5, 0],
    [0.5, 0],
    [0.5, 1],
    [0.5, 0],
    [0.5, 1],
    [2, 0],
  ]);
  assertEquals(state.overflows, 5);
});

Deno.test("lossScaled() changes no bit at powers of two, and skips what overflows, also compiled", () => {
  const plain = adam({ learningRate: 0.1 });
  const scaled = lossScaled(plain, dynamicLossScale({ initialScale: 2 ** 10, growthInterval: 2 }));
  const loss = (p: Tensor): Tensor => mean(square(multiply(p, p)));
  const start = tensor([1, -0.7, 0.3]);
  const step = (state: ReturnType<typeof scaled.init>, p: Tensor) => {
    const gradient = grad((p: Tensor) => scaleLoss(state.lossScale, loss(p)))(p);
    return scaled.step(state, gradient, p);
  };
  for (const f of [step, compile(step)]) {
    let [expected, plainState] = [start, plain.init(start)];
    let [state, at] = [scaled.init(start), start];
    for (let i = 0; i < 5; i++) {
      ({ state: plainState, params: expected } = plain.step(plainState, grad(loss)(expected), expected));
      ({ state, params: at } = f(state, at));
      if (f === step) assertEquals(at.toArray(), expected.toArray());
      else at.data().forEach((value, j) => assertAlmostEquals(value, expected.data()[j], 1e-6));
    }
    assertEquals([state.lossScale.scale, state.lossScale.goodSteps, state.inner.scaleByAdam.count], [
      2 ** 12,
      1,
      5,
    ]);
  }
  const state = scaled.init(start);
  const skipped = scaled.step(state, tensor([Infinity, 0, 0]), start);
  assertEquals(skipped.params.toArray(), start.toArray());
  assertEquals([skipped.state.lossScale.scale, skipped.state.inner.scaleByAdam.count], [2 ** 9, 0]);
  const fixed = lossScaled(plain, staticLossScale(8));
  assertEquals(fixed.step(fixed.init(start), tensor([NaN, 0, 0]), start).state.lossScale, {
    kind: "lossScale",
    scale: 8,
    goodSteps: 0,
    overflows: 1,
  });
});

Deno.test("monitor() sees what its place in the chain and its group show", () => {
  const optimizer = chain(
    monitor({ before: globalNorm }),
    clipByGlobalNorm(2.5),
    groups([
      { name: "x", select: "x", transform: monitor({ norm: globalNorm }) },
      { name: "y", select: rest, transform: monitor({ norm: measureWithEma(globalNorm, { decay: 0.5 }) }) },
    ]),
  );
  const grads = { x: tensor([3, 0]), y: tensor(4) };
  const state = optimizer.init(params);
  assertEquals(measurements(state), { before: 0, "x/norm": 0, "y/norm": 0 });
  const { state: next, updates } = optimizer.update(state, grads, params);
  assertEquals(measurements(next), { before: 5, "x/norm": 1.5, "y/norm": 2 });
  assertEquals(updates.y.item(), 2);
});

Deno.test("microbatch() gives the gradient of the whole batch, and with it the value", () => {
  const batch = { input: tensor([[1, 2], [3, 4], [5, 6], [7, 9], [2, 2]]), target: tensor([1, 2, 3, 4, 5]) };
  const loss = (w: Tensor, { input, target }: typeof batch): Tensor =>
    mean(square(multiply(input, w).sum({ axes: 1 }).subtract(target)));
  const w = tensor([0.5, -0.25]);
  const whole = valueAndGrad(loss)(w, batch);
  for (const size of [1, 2, 5, 7]) {
    for (
      const f of [
        microbatch(valueAndGrad(loss), size),
        compile((w: Tensor, b: typeof batch) => microbatch(valueAndGrad(loss), size)(w, b)),
      ]
    ) {
      const { value, gradient } = f(w, batch);
      assertAlmostEquals(value.item(), whole.value.item(), 1e-5);
      gradient.data().forEach((g, i) => assertAlmostEquals(g, whole.gradient.data()[i], 1e-4));
    }
  }
  const total = microbatch((x: Tensor) => x.sum(), 2, { argnums: [0], reduction: "sum" });
  assertEquals(total(tensor([1, 2, 3])).item(), 6);
});

Deno.test("wrappers refuse what is no transform, and options that cannot be", () => {
  const inner = sgd({ learningRate: 1 });
  const cases: readonly (readonly [() => unknown, typeof TypeError | typeof RangeError, string])[] = [
    [() => applyIfFinite(none, { maxConsecutiveErrors: 1 }), TypeError, "applyIfFinite expects a transform"],
    [() => applyIfFinite(inner, { maxConsecutiveErrors: -1 }), RangeError, "not below 0 but got -1"],
    [() => conditionallyMask(inner, {}), TypeError, "conditionallyMask expects a condition"],
    [
      () => conditionallyTransform(none, { step: () => true }),
      TypeError,
      "conditionallyTransform expects a transform",
    ],
    [
      () => lookahead(inner, { syncPeriod: 0, slowStepSize: 1 }),
      RangeError,
      "syncPeriod to be a whole number above 0",
    ],
    [() => lookahead(inner, { syncPeriod: 2, slowStepSize: NaN }), RangeError, "slowStepSize"],
    [() => sam(inner, none), TypeError, "sam expects a transform"],
    [() => opaqueSam(inner, inner, { syncPeriod: 1.5 }), RangeError, "opaqueSam expects syncPeriod"],
    [() => mechanize(inner, { initialScale: 0 }), RangeError, "initialScale"],
    [() => mechanize(inner, { numBetas: 0 }), RangeError, "numBetas"],
    [() => reduceOnPlateau({ factor: 1 }), RangeError, "factor to be above 0 and below 1 but got 1"],
    [() => reduceOnPlateau({ relativeTolerance: 0 }), RangeError, "a tolerance above 0"],
    [() => averaged(inner, {} as ReturnType<typeof uniformAverage>), TypeError, "an average of params"],
    [() => uniformAverage({ every: 0 }), RangeError, "every"],
    [() => exponentialAverage({ decay: 1 }), RangeError, "decay"],
    [
      () => averagedParams({ kind: "adam" } as never, params),
      TypeError,
      "the state of an average but got adam",
    ],
    [() => lossScaled(inner, {} as ReturnType<typeof staticLossScale>), TypeError, "a loss scale"],
    [() => staticLossScale(0), RangeError, "scale to be a finite number above 0"],
    [() => dynamicLossScale({ backoffFactor: 1 }), RangeError, "backoffFactor"],
    [() => dynamicLossScale({ growthFactor: 0.5 }), RangeError, "growthFactor"],
    [() => monitor({ x: 1 } as never), TypeError, "monitor expects x to be a measure but got a number"],
    [() => monitor([] as never), TypeError, "measures by name"],
    [() => measureWithEma(globalNorm, { decay: 2 }), RangeError, "decay"],
    [() => stateless(1 as never), TypeError, "stateless expects a function"],
    [() => statelessLeaves(null as never), TypeError, "statelessLeaves expects a function"],
    [() => flatten(none), TypeError, "flatten expects a transform"],
    [
      () => flatten(inner).update(flatten(inner).init(params), { x: params.x, y: null } as never, params),
      TypeError,
      "a gradient for every leaf but got 1 for 2",
    ],
    [() => microbatch(1 as never, 2), TypeError, "microbatch expects a function"],
    [() => microbatch((x: Tensor) => x, 0), RangeError, "size"],
    [() => microbatch((_: number, x: Tensor) => x, 2)(0, tensor(1)), TypeError, "a scalar at argument 1"],
    [
      () => microbatch((_: number, x: unknown) => x, 2)(0, { a: tensor([1]), b: tensor([1, 2]) }),
      RangeError,
      "one size but got 1 and 2 at argument 1, b",
    ],
    [() => microbatch((_: number) => 0, 2)(0), RangeError, "a batch with examples but got none"],
  ];
  for (const [f, type, message] of cases) assertThrows(f, type, message);
});

Deno.test("a missing extra does not type check, and is an error that says so", () => {
  const plateau = chain(applyIfFinite(scale(1), { maxConsecutiveErrors: 1 }), reduceOnPlateau());
  const state = plateau.init(params);
  // @ts-expect-error -- value is needed
  assertThrows(() => plateau.update(state, params, params), TypeError, "reduceOnPlateau expects extra.value");
  const blind = opaqueSam(sgd({ learningRate: 1 }), sgd({ learningRate: 1 }));
  // @ts-expect-error -- gradient is needed
  assertThrows(() => blind.update(blind.init(params), params, params), TypeError, "the extra gradient");
});

Deno.test("errors name both paths, and leave the caller's state as it was", () => {
  const optimizer = chain(
    monitor({ norm: globalNorm }),
    applyIfFinite(adam({ learningRate: 1 }), { maxConsecutiveErrors: 1 }),
  );
  const { state } = optimizer.step(optimizer.init(params), params, params);
  const copy = tree.map(state, (leaf) => typeof leaf === "object" ? (leaf as Tensor).toArray() : leaf);
  const update = (state: unknown, grads: unknown): unknown =>
    (optimizer as unknown as Transform).update(state, grads as never, params);
  assertThrows(
    () => update(state, { x: params.x }),
    TypeError,
    "chain expects trees of one structure but got { x, y } and { x } at the root",
  );
  assertThrows(() => update(state, { x: params.y, y: params.y }), RangeError, "got [] for [2] at x");
  assertThrows(
    () => update({ ...state, applyIfFinite: { kind: "adam" } }, params),
    TypeError,
    "applyIfFinite expects the state that its init or last step returned but got that of adam",
  );
  assertThrows(() => update(null, params), TypeError, "chain expects the state");
  assertEquals(tree.map(state, (leaf) => typeof leaf === "object" ? (leaf as Tensor).toArray() : leaf), copy);
});
