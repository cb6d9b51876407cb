import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  adamW,
  chain,
  groups,
  hyperparameters,
  rest,
  scale,
  sgd,
  withHyperparameters,
} from "../../optim/mod.ts";
import { compile, type Tensor, tensor } from "../../tensor/mod.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../tensor/io/mod.ts";

const params = { conv: tensor([1, 2]), head: tensor(3) };
const optimizer = groups([
  { name: "conv", select: "conv", transform: sgd({ learningRate: (step) => 1 / (step + 1), momentum: 0.5 }) },
  {
    name: "others",
    select: rest,
    transform: chain(scale(2), scale((step) => step), sgd({ learningRate: 0.5 })),
  },
]);

Deno.test("withHyperparameters() overrides numbers and schedules until null", () => {
  let { state } = optimizer.step(optimizer.init(params), params, params);
  assertEquals(Object.keys(hyperparameters(state)), [
    "conv/decay",
    "conv/dampening",
    "conv/learningRate",
    "others/scale/factor",
    "others/scale2/factor",
    "others/learningRate",
  ]);
  const before = hyperparameters(state);
  const changed = withHyperparameters(state, {
    "conv/learningRate": 8,
    "others/scale2/factor": 3,
    "others/learningRate": 0.25,
    "conv/decay": 0,
  });
  assertEquals(hyperparameters(state), before);
  assertEquals(hyperparameters(changed)["conv/learningRate"], 8);
  const grads = { conv: tensor([1, 1]), head: tensor(1) };
  let next = optimizer.step(changed, grads, params);
  assertEquals([next.params.conv.toArray(), next.params.head.item()], [[-7, -6], 1.5]);
  // It stays, also through a checkpoint.
  const restored = decodeCheckpoint(encodeCheckpoint(next.state), { like: next.state });
  next = optimizer.step(restored, grads, params);
  assertEquals(next.params.conv.toArray(), [-7, -6]);
  ({ state } = optimizer.step(withHyperparameters(next.state, { "conv/learningRate": null }), grads, params));
  assertEquals(hyperparameters(state)["conv/learningRate"], 0.25);
  assertEquals(hyperparameters(state)["others/scale2/factor"], 3);
});

Deno.test("withHyperparameters() does not compile a step anew", () => {
  let traces = 0;
  const adam = adamW({ learningRate: (step) => 0.1 * 0.5 ** step, weightDecay: 0 });
  const step = (params: Tensor, state: ReturnType<typeof adam.init>) => {
    traces++;
    return adam.step(state, tensor([1, 1]), params);
  };
  const run = (f: typeof step): unknown => {
    let [params, state] = [tensor([1, 2]), adam.init(tensor([1, 2]))];
    const seen = [];
    for (const learningRate of [undefined, 0.5, undefined, null, 0.25]) {
      if (learningRate !== undefined) state = withHyperparameters(state, { learningRate });
      ({ params, state } = f(params, state));
      seen.push(hyperparameters(state).learningRate, params.toArray());
    }
    return seen;
  };
  const eager = run(step);
  traces = 0;
  assertEquals(run(compile(step)), eager);
  assertEquals(traces, 1);
});

Deno.test("withHyperparameters() throws for what is none", () => {
  const state = optimizer.init(params);
  const change = (values: object): unknown => withHyperparameters(state, { ...values });
  assertThrows(
    () => change({ learningRate: 1 }),
    RangeError,
    "withHyperparameters expects one of conv/decay, conv/dampening, conv/learningRate, others/scale/factor, " +
      "others/scale2/factor, others/learningRate but got learningRate",
  );
  assertThrows(() => change({ "conv/decay": "1" }), TypeError, "to be a number or null but got string");
  assertThrows(() => change({ "conv/decay": NaN }), RangeError, "to be finite but got NaN");
});
