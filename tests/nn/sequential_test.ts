/**
 * Tests of `sequential`.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  activation,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  type Layer,
  maxPool2d,
  relu,
  sequential,
} from "../../nn/mod.ts";
import * as functions from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const { ones, random, tree } = functions;
type Tensor = functions.Tensor;

const net = () =>
  sequential({
    conv: conv2d({ features: 2, kernelSize: 3 }),
    norm: batchNorm(),
    relu,
    pool: maxPool2d({ window: 2 }),
    flatten,
    head: dense({ features: 3 }),
  });

Deno.test("sequential() names params and state by their layers, and leaves out those that have none", () => {
  const { params, state, outputShape } = net().init(random.key(0), [1, 8, 8]);
  assertEquals(outputShape, [3]);
  const paths = (t: unknown): string[] => tree.entries(t).map((leaf) => leaf.path);
  assertEquals(paths(params), [
    "conv/kernel",
    "conv/bias",
    "norm/scale",
    "norm/offset",
    "head/kernel",
    "head/bias",
  ]);
  assertEquals(paths(state), ["norm/mean", "norm/variance"]);
  // The types know the names too.
  const kernel: Tensor = params.head.kernel;
  const mean: Tensor = state.norm.mean;
  assertEquals([kernel.shape, mean.shape], [[18, 3], [2]]);
});

Deno.test("sequential() gives the output of its last layer, and the state of all", () => {
  const made = net();
  const { params, state } = made.init(random.key(0), [1, 8, 8]);
  const x = random.normal(random.key(1), [4, 1, 8, 8]);
  const trained = made.apply({ params, state }, x, { training: true });
  assertEquals(trained.output.shape, [4, 3]);
  assertEquals(Object.keys(trained.state), ["norm"]);
  assertEquals(trained.state.norm.mean.toArray() === state.norm.mean.toArray(), false);
  const evaluated = made.apply({ params, state: trained.state }, x);
  assertEquals(evaluated.state, trained.state);
});

Deno.test("sequential() nests", () => {
  const nested = sequential({
    block: sequential({ a: dense({ features: 2 }), relu }),
    b: dense({ features: 1 }),
  });
  const { params, state } = nested.init(random.key(0), [3]);
  assertEquals(state, {});
  assertEquals(tree.entries(params).map((leaf) => leaf.path), [
    "block/a/kernel",
    "block/a/bias",
    "b/kernel",
    "b/bias",
  ]);
  assertThrows(
    () => nested.apply({ params, state }, ones([1, 4])),
    RangeError,
    "dense at block/a expects inputs of shape [n, ..., 3] but got [1, 4]",
  );
  const wrong = sequential({ block: sequential({ conv: conv2d({ features: 1, kernelSize: 3 }) }) });
  assertThrows(
    () => wrong.init(random.key(0), [3]),
    RangeError,
    "conv2d at block/conv expects an input shape [channels, rows, columns] but got [3]",
  );
});

Deno.test("sequential() gives a layer the same key whatever stands beside it", () => {
  const key = random.key(5);
  const short = sequential({ head: dense({ features: 2 }) }).init(key, [3]);
  const long = sequential({
    first: dense({ features: 3 }),
    drop: dropout({ rate: 0.5 }),
    head: dense({ features: 2 }),
  })
    .init(key, [3]);
  assertEquals(long.params.head.kernel.toArray(), short.params.head.kernel.toArray());
  assertEquals(
    JSON.stringify(long.params.first.kernel.slice([null, [0, 2]]).toArray()) ===
      JSON.stringify(long.params.head.kernel.toArray()),
    false,
  );
});

Deno.test("sequential() hands keys to layers that draw, each its own", () => {
  const made = sequential({ one: dropout({ rate: 0.5 }), two: dropout({ rate: 0.5 }) });
  const variables = made.init(random.key(0), [64]);
  const options = { training: true, key: random.key(1) };
  const { output } = made.apply(variables, ones([1, 64]), options);
  // Two dropouts with one key would drop the same elements: only 0 and 4 in equal shares.
  const kept = output.data().filter((value) => value === 4).length;
  assertEquals(kept > 4 && kept < 28, true);
  assertEquals(made.apply(variables, ones([1, 64]), options).output.toArray(), output.toArray());
});

Deno.test("sequential() has the gradients of finite differences", () => {
  const made = sequential({
    a: dense({ features: 3 }),
    norm: batchNorm(),
    act: activation(functions.tanh),
    b: dense({ features: 2 }),
  });
  const { params, state } = made.init(random.key(2), [2]);
  checkGradients(
    (p: typeof params, x: Tensor) => made.apply({ params: p, state }, x, { training: true }).output,
    [params, random.normal(random.key(4), [4, 2])],
    { elements: 6 },
  );
});

Deno.test("sequential() throws for what is not layers by name", () => {
  assertThrows(() => sequential({}), RangeError, "sequential expects at least one layer but got none");
  assertThrows(
    () => sequential([relu] as unknown as Record<string, Layer>),
    TypeError,
    "sequential expects an object of layers by name but got an array of 1",
  );
  assertThrows(
    () => sequential({ relu: functions.relu as unknown as Layer }),
    TypeError,
    "sequential expects a layer at relu but got a function: call it, or wrap it with activation",
  );
  for (const name of ["0", "a/b", ""]) {
    assertThrows(
      () => sequential({ [name]: relu }),
      RangeError,
      `sequential expects names that are not empty, not integers and without "/" but got "${name}"`,
    );
  }
});
