import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { dense, torchParams } from "../../../nn/mod.ts";
import { sparseGradient, torch } from "../../../optim/mod.ts";
import { loadTorchSync } from "../../../tensor/io/mod.ts";
import {
  add,
  multiply,
  ones,
  random,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  transpose,
  valueAndGrad,
} from "../../../tensor/mod.ts";
import { camelCase } from "../../golden/torch_schedulers.ts";

type Named = { readonly weight: Tensor; readonly bias: Tensor };
type Options = Readonly<Record<string, unknown>>;

/** An optimizer of torch caught after three steps. */
interface Case {
  readonly optimizer: string;
  readonly options: Options;
  readonly groups: readonly Options[];
  readonly start: Named;
  readonly grads: readonly Named[];
  readonly at: Named;
  readonly state: torch.StateDict;
  readonly then: readonly Named[];
}

/** LBFGS caught after two steps. */
interface ClosureCase {
  readonly options: Options;
  readonly target: Named;
  readonly at: Named;
  readonly state: torch.StateDict;
  readonly then: readonly Named[];
}

const { cases, closures } = loadTorchSync<{
  readonly cases: readonly Case[];
  readonly closures: readonly ClosureCase[];
}>(new URL("../../golden/io/torch/states.pt", import.meta.url));
const dictionary = torch as unknown as Readonly<
  Record<string, (groups: readonly object[], options: object) => torch.TorchOptimizer>
>;
const ours = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value]));

/** The optimizer of a case for params with other names of the weight. */
function make({ optimizer, options, groups }: Case, names: readonly string[]): torch.TorchOptimizer {
  return dictionary[optimizer](
    groups.map((group, i) => ({ ...ours(group), params: names[i] })),
    ours(options),
  );
}

function assertClose(got: unknown, expected: unknown, within: number, path: string): void {
  const [a, b] = [got, expected].map((x) => typeof x === "number" ? [x] : Array.from((x as Tensor).data()));
  assertEquals(a.length, b.length, path);
  a.forEach((value, i) => assertAlmostEquals(value, b[i], within, `${path}: ${value} for ${b[i]}`));
}

// torch keeps ASGD's rates and NAdam's product in float32.
const within = (name: string): number => ["ASGD", "NAdam"].includes(name) ? 5e-7 : 1e-12;

for (const [index, golden] of cases.entries()) {
  const name = `${golden.optimizer} ${index}`;

  Deno.test(`${name} goes on from torch's state, and tells it as torch does`, () => {
    const params = golden.at;
    const made = make(golden, ["weight", "bias"]);
    const frozen = JSON.stringify(golden.state.param_groups);
    const loaded = torch.loadStateDict(made, golden.state, { params });
    assertEquals(JSON.stringify(golden.state.param_groups), frozen);
    const dict = torch.stateDict(loaded.optimizer, loaded.state, { params, groups: loaded.groups });
    assertDict(dict, golden.state, within(golden.optimizer), name);
    let train: { state: torch.TorchState; params: Named } = { state: loaded.state, params };
    golden.then.forEach((expected, i) => {
      train = loaded.optimizer.step(train.state, golden.grads[i + 3], train.params);
      for (const key of ["weight", "bias"] as const) {
        assertClose(train.params[key], expected[key], within(golden.optimizer), `${name} ${key} ${i}`);
      }
    });
  });

  Deno.test(`${name} has torch's state after the same steps`, () => {
    const optimizer = make(golden, ["weight", "bias"]);
    let train: { state: torch.TorchState; params: Named } = {
      state: optimizer.init(golden.start),
      params: golden.start,
    };
    for (const grads of golden.grads.slice(0, 3)) train = optimizer.step(train.state, grads, train.params);
    const dict = torch.stateDict(optimizer, train.state, { params: train.params });
    assertDict(dict, golden.state, within(golden.optimizer), name);
  });

  Deno.test(`${name} goes on in lock-step after its state was saved, in the layout of a dense layer`, () => {
    const layer = dense({ features: 3 });
    const turned = ({ weight, bias }: Named) => ({ kernel: transpose(weight, [1, 0]), bias });
    const params = turned(golden.start);
    const weights = torchParams(layer, params as { kernel: Tensor; bias?: Tensor });
    const optimizer = make(golden, ["kernel", "bias"]);
    let train: { state: torch.TorchState; params: unknown } = { state: optimizer.init(params), params };
    for (const grads of golden.grads.slice(0, 3)) {
      train = optimizer.step(train.state, turned(grads), train.params);
    }
    const dict = torch.stateDict(optimizer, train.state, { params: train.params as typeof params, weights });
    // Sums over rows and columns are made in another order where the kernel lies the other way round.
    assertDict(dict, golden.state, Math.max(1e-11, within(golden.optimizer)), name);
    const fresh = torch.loadStateDict(make(golden, ["kernel", "bias"]), dict, {
      params: train.params as typeof params,
      weights,
    });
    let other: typeof train = { state: fresh.state, params: train.params };
    for (const grads of golden.grads.slice(3)) {
      train = optimizer.step(train.state, turned(grads), train.params);
      other = fresh.optimizer.step(other.state, turned(grads), other.params);
      const [a, b] = [train, other].map(({ params }) =>
        Object.values(params as object).map((x: Tensor) => x.toArray())
      );
      assertEquals(a, b);
      const dicts = [[optimizer, train], [fresh.optimizer, other]] as const;
      const [first, second] = dicts.map(([one, { state, params }]) =>
        torch.flattenStateDict(
          torch.stateDict(one, state, { params: params as never, weights: weights as never }),
        )
      );
      assertEquals(first.param_groups, second.param_groups);
      for (const [key, x] of Object.entries(first.tensors)) {
        assertEquals(x.toArray(), second.tensors[key].toArray(), key);
      }
    }
  });
}

for (const { options, target, at, state: saved, then } of closures) {
  const name = `LBFGS with ${Object.keys(options).join(", ")}`;
  Deno.test(`${name} goes on from torch's state, and tells it as torch does, in any layout`, () => {
    const layer = dense({ features: 3 });
    type Dense = { readonly kernel: Tensor; readonly bias?: Tensor };
    const turned = ({ weight, bias }: Named): Dense => ({ kernel: transpose(weight, [1, 0]), bias });
    const params = turned(at);
    const weights = torchParams(layer, params);
    const made = torch.LBFGS(ours(options));
    const loaded = torch.loadStateDict(made, saved, { params, weights });
    const dict = torch.stateDict(loaded.optimizer, loaded.state, { params, weights });
    const flat = torch.flattenStateDict(dict);
    const expected = torch.flattenStateDict(saved);
    assertEquals(Object.keys(flat.tensors).sort(), Object.keys(expected.tensors).sort());
    for (const [key, x] of Object.entries(expected.tensors)) assertClose(flat.tensors[key], x, 1e-15, key);
    const again = torch.loadStateDict(made, torch.unflattenStateDict(flat), { params, weights });
    const goal = turned(target);
    const valueFn = (p: Dense): Tensor => {
      const of = (x: Tensor, t: Tensor) => sum(multiply(square(subtract(x, t)), add(square(x), 1)));
      return add(of(p.kernel, goal.kernel), of(p.bias!, goal.bias!));
    };
    for (const { optimizer, state } of [loaded, again]) {
      let train: { state: torch.TorchState; params: Dense } = { state, params };
      for (const expected of then) {
        const { value, gradient } = valueAndGrad(valueFn)(train.params);
        const extra = { value, valueFn: valueFn as (params: never) => Tensor };
        train = (optimizer as torch.TorchOptimizer).step(
          train.state,
          gradient,
          train.params,
          extra,
        ) as typeof train;
        assertClose(transpose(train.params.kernel, [1, 0]), expected.weight, 1e-8, name);
        assertClose(train.params.bias, expected.bias, 1e-8, name);
      }
    }
  });
}

function assertDict(dict: torch.StateDict, expected: torch.StateDict, within: number, name: string): void {
  assertEquals(Object.keys(dict.state), Object.keys(expected.state), name);
  for (const [index, entry] of Object.entries(expected.state)) {
    assertEquals(Object.keys(dict.state[index]).sort(), Object.keys(entry).sort(), name);
    for (const [key, value] of Object.entries(entry)) {
      assertEquals((dict.state[index][key] as Tensor).shape, (value as Tensor).shape, `${name} ${key}`);
      assertClose(dict.state[index][key], value, within, `${name} ${key}`);
    }
  }
  dict.param_groups.forEach((group, i) => {
    for (const [key, value] of Object.entries(group)) {
      // Options that torch does not have there are off.
      assertEquals(
        value,
        Object.hasOwn(expected.param_groups[i], key) ? expected.param_groups[i][key] : false,
        key,
      );
    }
  });
}

const params = { head: { kernel: ones([2, 3]), bias: ones([3]) } };
const adam = torch.Adam([{ params: "**/kernel" }, { params: "**/bias" }], { lr: 0.5 });
const moments = (shape: number[]) => ({ step: 2, exp_avg: ones(shape), exp_avg_sq: ones(shape) });
const dict: torch.StateDict = {
  state: { 0: moments([2, 3]), 1: moments([3]) },
  param_groups: [{ lr: 0.25, params: [0] }, { lr: 0.125, params: [1] }],
};

Deno.test("a state dict with numbers for steps and without newer options is taken", () => {
  const { optimizer, state } = torch.loadStateDict(adam, dict, { params });
  assertEquals(torch.paramGroups(optimizer, state).map(({ lr, eps }) => [lr, eps]), [[0.25, 1e-8], [
    0.125,
    1e-8,
  ]]);
  const written = torch.stateDict(optimizer, state, { params });
  assertEquals((written.state[0].step as Tensor).item(), 2);
});

Deno.test("names that torch has written down say which parameter is which", () => {
  const model = random.normal(random.key(0), [2]);
  const pair = { a: model, b: ones([2]) };
  const sgd = torch.SGD({ lr: 0.5, momentum: 0.5 });
  const buffers = { 0: { momentum_buffer: tensor([1, 1]) }, 1: { momentum_buffer: tensor([2, 2]) } };
  const load = (group: object, options: object = {}) =>
    torch.loadStateDict(sgd, { state: buffers, param_groups: [{ lr: 0.5, params: [0, 1], ...group }] }, {
      params: pair,
      ...options,
    });
  const bufferOf = ({ optimizer, state }: ReturnType<typeof load>) =>
    torch.stateDict(optimizer, state, { params: pair }).state[0].momentum_buffer as Tensor;
  assertEquals(bufferOf(load({})).toArray(), [1, 1]);
  assertEquals(bufferOf(load({ param_names: ["b", "a"] })).toArray(), [2, 2]);
  assertEquals(bufferOf(load({}, { order: ["b", "a"] })).toArray(), [2, 2]);
  const dict = torch.stateDict(sgd, sgd.step(sgd.init(pair), pair, pair).state, {
    params: pair,
    order: ["b", "a"],
  });
  assertEquals((dict.state[0].momentum_buffer as Tensor).toArray(), [1, 1]);
});

Deno.test("SparseAdam has the state of torch's names", () => {
  const optimizer = torch.SparseAdam({ lr: 0.1 });
  const params = { table: ones([3, 2]) };
  const indices = tensor([0, 2], { dtype: "int32" });
  const grads = { table: sparseGradient({ indices, values: ones([2, 2]), shape: [3, 2] }) };
  const { state } = optimizer.step(optimizer.init(params), grads as never, params);
  const dict = torch.stateDict(optimizer, state, { params });
  assertEquals(Object.keys(dict.state[0]), ["step", "exp_avg", "exp_avg_sq"]);
  const loaded = torch.loadStateDict(optimizer, dict, { params });
  assertEquals(
    loaded.optimizer.step(loaded.state, grads as never, params).params.table.toArray(),
    optimizer.step(state, grads as never, params).params.table.toArray(),
  );
});

Deno.test("LBFGS without a past goes through flat tensors too, and what does not fit is refused", () => {
  const optimizer = torch.LBFGS({ maxIter: 1 });
  const params = { x: ones([2]) };
  const valueFn = (p: typeof params): Tensor => sum(square(p.x));
  const { value, gradient } = valueAndGrad(valueFn)(params);
  const extra = { value, valueFn: valueFn as (params: never) => Tensor };
  const { state } = optimizer.step(optimizer.init(params), gradient, params, extra);
  const dict = torch.stateDict(optimizer, state, { params });
  assertEquals(dict.state[0].old_dirs, []);
  const load = (entry: object) => () =>
    torch.loadStateDict(optimizer, { ...dict, state: { 0: { ...dict.state[0], ...entry } } }, { params });
  const flat = torch.unflattenStateDict(torch.flattenStateDict(dict));
  const again = torch.stateDict(optimizer, torch.loadStateDict(optimizer, flat, { params }).state, {
    params,
  });
  assertEquals((again.state[0].d as Tensor).toArray(), (dict.state[0].d as Tensor).toArray());
  const refused: readonly (readonly [string, object])[] = [
    ["loadStateDict expects d to be a vector of 2 elements but got [3]", { d: ones([3]) }],
    ["loadStateDict expects old_dirs to be a list of at most 100 but got a number", { old_dirs: 1 }],
    ["loadStateDict expects t to be a number or a tensor of one but got nothing", { t: undefined }],
  ];
  for (const [message, entry] of refused) assertThrows(load(entry), Error, message);
});

Deno.test("parameters that took no step have no state, here and there", () => {
  const sgd = torch.Adam({ lr: 0.5 });
  const pair = { a: ones([2]), b: ones([2]) };
  const { state } = sgd.step(sgd.init(pair), { a: ones([2]), b: null } as never, pair);
  const dict = torch.stateDict(sgd, state, { params: pair });
  assertEquals(Object.keys(dict.state), ["0"]);
  const loaded = torch.loadStateDict(sgd, dict, { params: pair });
  const next = sgd.step(loaded.state, pair, pair);
  const expected = sgd.step(state, pair, pair);
  assertEquals([next.params.a.toArray(), next.params.b.toArray()], [
    expected.params.a.toArray(),
    expected.params.b.toArray(),
  ]);
});

Deno.test("state dicts that do not fit are refused, with all that is wrong, and nothing is changed", () => {
  const load = (changed: object, options: object = {}) => () =>
    torch.loadStateDict(adam, { ...dict, ...changed } as torch.StateDict, { params, ...options });
  const refused: readonly (readonly [string, () => unknown])[] = [
    ["loadStateDict expects state and param_groups", load({ param_groups: undefined })],
    [
      "loadStateDict expects state and param_groups",
      () => torch.loadStateDict(adam, null as never, { params }),
    ],
    ["loadStateDict expects 2 groups but got 1", load({ param_groups: dict.param_groups.slice(1) })],
    [
      "loadStateDict expects 1 parameters in group 1 but got 2",
      load({ param_groups: [dict.param_groups[0], { lr: 1, params: [1, 2] }] }),
    ],
    [
      "loadStateDict expects the state of Adam but got some missing exp_avg_sq of head.bias; " +
      "unknown momentum_buffer of head.bias; misshapen exp_avg of head.kernel [3, 2] instead of [2, 3]",
      load({
        state: {
          0: { step: 1, exp_avg: ones([3, 2]), exp_avg_sq: ones([2, 3]) },
          1: { step: 1, exp_avg: ones([3]), momentum_buffer: ones([3]) },
        },
      }),
    ],
    [
      "loadStateDict expects exp_avg of head.kernel to be a tensor but got a string",
      load({ state: { 0: { ...moments([2, 3]), exp_avg: "one" } } }),
    ],
    [
      "loadStateDict expects step to be a number or a tensor of one but got",
      load({ state: { 0: { ...moments([2, 3]), step: ones([2]) } } }),
    ],
    [
      "loadStateDict expects order to have the names of the params but got it without [head.bias] and with [x]",
      load({}, { order: ["head.kernel", "x"] }),
    ],
    [
      "unflattenStateDict expects names as state.0.exp_avg but got exp_avg",
      () => torch.unflattenStateDict({ tensors: { exp_avg: ones([1]) }, param_groups: [] }),
    ],
    [
      "flattenStateDict expects tensors and numbers but got a string as state.0.step",
      () => torch.flattenStateDict({ state: { 0: { step: "one" } }, param_groups: [] }),
    ],
    [
      "loadSchedulerStateDict expects last_epoch of StepLR to be a number but got nothing",
      () =>
        torch.loadSchedulerStateDict(torch.StepLR({ stepSize: 1 }).init([{ lr: 1 }]).state, {
          _last_lr: [1],
        }),
    ],
    [
      "loadSchedulerStateDict expects 1 in _last_lr of StepLR but got 2",
      () =>
        torch.loadSchedulerStateDict(torch.StepLR({ stepSize: 1 }).init([{ lr: 1 }]).state, {
          _last_lr: [1, 2],
        }),
    ],
  ];
  const before = JSON.stringify(torch.paramGroups(adam, adam.init(params)));
  for (const [message, run] of refused) assertThrows(run, Error, message);
  assertEquals(JSON.stringify(torch.paramGroups(adam, adam.init(params))), before);
});
