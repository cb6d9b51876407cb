import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  adam,
  multiSteps,
  type MultiStepsOptions,
  sgd,
  skipLargeUpdates,
  skipNotFinite,
  transform,
  type TransformState,
} from "../../optim/mod.ts";
import { compile, record, type Tensor, tensor, tree } from "../../tensor/mod.ts";

const params = { x: tensor([10, 20]) };
const one = (...data: number[]) => ({ x: tensor(data) });

interface CountedState extends TransformState {
  readonly kind: "counted";
  readonly hyperparameters: Readonly<Record<never, number>>;
}

Deno.test("multiSteps() runs the transform inside once a window, and adds once a leaf otherwise", () => {
  let runs = 0;
  const counted = transform<CountedState>({
    name: "counted",
    hyperparameters: {},
    init: () => ({}),
    update: ({ grads }) => {
      runs++;
      return { state: {}, updates: grads };
    },
  });
  const optimizer = multiSteps(counted, { every: 3 });
  let state = optimizer.init(params);
  const seen: unknown[] = [];
  for (let i = 1; i <= 7; i++) {
    const { result, tape } = record((grads) => optimizer.step(state, grads, params))(one(i, 2 * i));
    const { params: next, ...after } = result as unknown as ReturnType<typeof optimizer.step<typeof params>>;
    state = after.state;
    const added = tape.entries.filter(({ outputs }) => tape.slots[outputs[0]].shape.length > 0);
    seen.push([runs, state.miniStep, state.count, next.x === params.x, added.length === 1]);
  }
  const between = (runs: number, miniStep: number) => [runs, miniStep, runs, true, true];
  assertEquals([0, 1, 3, 4, 6].map((i) => seen[i]), [
    between(0, 1),
    between(0, 2),
    between(1, 1),
    between(1, 2),
    between(2, 1),
  ]);
  assertEquals([seen[2], seen[5]], [[1, 0, 1, false, false], [2, 0, 2, false, false]]);
});

Deno.test("multiSteps() weighs micro-batches, by numbers and by tensors", () => {
  for (
    const weight of [(w: number) => w, (w: number) => tensor(w), (w: number) => tensor(w, { dtype: "int32" })]
  ) {
    const optimizer = multiSteps(sgd({ learningRate: 1 }), { every: 2 });
    const first = optimizer.step(optimizer.init(params), one(1, 4), params, { weight: weight(3) });
    const second = optimizer.step(first.state, one(5, 0), first.params, { weight: weight(1) });
    assertEquals(second.params.x.toArray(), [8, 17]);
    assertEquals(second.state.totalWeight.item(), 0);
  }
  const sum = multiSteps(sgd({ learningRate: 1 }), { every: 2, reduction: "sum" });
  const first = sum.step(sum.init(params), one(1, 4), params);
  assertEquals(sum.step(first.state, one(5, 0), params).params.x.toArray(), [4, 16]);
});

Deno.test("multiSteps() takes no step out of windows without weight", () => {
  const optimizer = multiSteps(sgd({ learningRate: 1 }), { every: 1 });
  const next = optimizer.step(optimizer.init(params), one(1, 4), params, { weight: 0 });
  assertEquals(next.params.x.toArray(), [10, 20]);
});

Deno.test("a NaN spoils one window without skip(), and none with it", () => {
  const grads = [one(1, 1), one(NaN, 1), one(2, 2), one(4, 2)];
  const run = (options: Partial<MultiStepsOptions>) => {
    const optimizer = multiSteps(sgd({ learningRate: 1 }), { every: 2, ...options });
    let state = optimizer.init(params);
    const updates = grads.map((gradient) => {
      const updated = optimizer.update(state, gradient, params);
      state = updated.state;
      return updated.updates.x.toArray();
    });
    return { updates, skipped: state.skipped, miniStep: state.miniStep };
  };
  assertEquals(run({}), { updates: [[0, 0], [NaN, -1], [0, 0], [-3, -2]], skipped: 0, miniStep: 0 });
  assertEquals(run({ skip: skipNotFinite() }), {
    updates: [[0, 0], [0, 0], [-1.5, -1.5], [0, 0]],
    skipped: 1,
    miniStep: 1,
  });
  assertEquals(run({ skip: skipLargeUpdates({ maxSquaredNorm: 8 }) }).skipped, 3);
});

Deno.test("flush() steps with a window that is not full, and leaves an empty one alone", () => {
  const optimizer = multiSteps(sgd({ learningRate: 1, momentum: 0.5 }), { every: 4 });
  let state = optimizer.accumulate(optimizer.init(params), one(2, 0), params);
  state = optimizer.accumulate(state, one(4, 4), params);
  const flushed = optimizer.flush(state, params);
  assertEquals(flushed.updates.x.toArray(), [-3, -2]);
  assertEquals([flushed.state.count, flushed.state.miniStep], [1, 0]);
  const again = optimizer.flush(flushed.state, params);
  assertEquals([again.updates.x.toArray(), again.state.count], [[0, 0], 1]);
});

Deno.test("accumulate() and flush() by themselves compile to what update() does, with one addition", () => {
  const optimizer = multiSteps(adam({ learningRate: 0.1 }), { every: 2 });
  type State = ReturnType<typeof optimizer.init>;
  const add = compile((state: State, grads: typeof params) => optimizer.accumulate(state, grads, params));
  const flush = compile((state: State) => optimizer.flush(state, params));
  let [whole, halves] = [optimizer.init(params), optimizer.init(params)];
  const gradients = [one(1, 2), one(3, -4)];
  let updates = params;
  for (const grads of gradients) {
    ({ state: whole, updates } = optimizer.update(whole, grads, params));
    halves = add(halves, grads);
  }
  const { state, updates: flushed } = flush(halves);
  flushed.x.data().forEach((value, i) => assertAlmostEquals(value, updates.x.data()[i], 1e-6));
  assertEquals([state.count, state.inner.scaleByAdam.count], [whole.count, whole.inner.scaleByAdam.count]);
  const { tape } = add.program(optimizer.init(params), gradients[0]);
  const onLeaves = tape.entries.filter(({ outputs }) => tape.slots[outputs[0]].shape.length > 0);
  assertEquals(onLeaves.length, 1);
});

Deno.test("multiSteps() sums in another dtype where asked, and hands on that of the gradients", () => {
  const optimizer = multiSteps(sgd({ learningRate: 1 }), { every: 1, accumulatorDtype: "float64" });
  const state = optimizer.init(params);
  assertEquals((state.accumulated as unknown as { x: Tensor }).x.dtype, "float64");
  assertEquals(optimizer.update(state, one(1, 1), params).updates.x.dtype, "float32");
});

Deno.test("multiSteps() refuses what it cannot do, and leaves the state alone", () => {
  const make = (options: object): unknown =>
    multiSteps(sgd({ learningRate: 1 }), { every: 2, ...options } as MultiStepsOptions);
  assertThrows(
    () => make({ every: 0 }),
    RangeError,
    "multiSteps expects every to be a whole number above 0 but got 0",
  );
  assertThrows(() => make({ every: undefined }), TypeError, "every to be a number or a schedule");
  assertThrows(() => make({ reduction: "median" }), RangeError, "median");
  assertThrows(() => make({ skip: true }), TypeError, "a policy but got boolean");
  assertThrows(() => make({ accumulatorDtype: "int32" }), RangeError, "int32");
  const optimizer = multiSteps(sgd({ learningRate: 1 }), { every: 2 });
  const state = optimizer.init(params);
  const before = tree.leaves(state);
  const step = (weight: unknown): unknown =>
    optimizer.step(state, params, params, { weight: weight as number });
  assertThrows(() => step(-1), RangeError, "a finite number not below 0 but got -1");
  assertThrows(() => step("1"), TypeError, "a number or a scalar but got string");
  assertThrows(() => step(tensor([1])), RangeError, "a scalar but got shape [1]");
  assertThrows(() => optimizer.step(state, one(1), params), RangeError, "got [1] for [2] at x");
  assertThrows(
    () => optimizer.accumulate({ ...state, kind: "other" } as unknown as typeof state, params, params),
    TypeError,
    "multiSteps expects the state that its init or last step returned but got that of other",
  );
  assertEquals(tree.leaves(state), before);
});
