/**
 * Steps of every optimizer as one loop: states with counts, names and hyperparameters are carried by `scan`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import {
  adamW,
  type AnyTransform,
  chain,
  clipByGlobalNorm,
  groups,
  multiSteps,
  rest,
  setToZero,
  sgd,
  type Transform,
} from "../../optim/mod.ts";
import { warmupCosine } from "../../schedules/mod.ts";
import { compile, grad, scan, square, stack, subtract, sum, Tensor, tensor, tree } from "../../tensor/mod.ts";
import { ADAPTIVE_TRANSFORMS } from "./adaptive_transforms.ts";
import { contrib } from "./contrib_table.ts";
import { leafwise, whole } from "./wrapper_transforms.ts";

const START = { w: tensor([[1, 2], [3, -4]]), b: tensor([0.5]) };
type Params = typeof START;
const TARGETS = tensor([[0.5, 1], [-1, 1], [1, 2], [-2, 3], [1, 1]]);

const gradient = grad((params: Params, target: Tensor) =>
  sum(square(subtract(params.w, target))).add(sum(square(subtract(params.b, target.at(0)))))
);

/** Throws unless two trees have the same leaves, up to rounding, at the same paths. */
function assertSame(actual: unknown, expected: unknown): void {
  const found = new Map(tree.entries(actual).map(({ path, value }) => [path, value]));
  const wanted = tree.entries(expected);
  assertEquals([...found.keys()].sort(), wanted.map(({ path }) => path).sort());
  for (const { path, value } of wanted) {
    const other = found.get(path);
    if (typeof value === "number") {
      if (other !== value) assertAlmostEquals(other as number, value, 1e-5 * Math.abs(value), path);
    } else if (value instanceof Tensor) {
      assertEquals([(other as Tensor).dtype, (other as Tensor).shape], [value.dtype, value.shape]);
      const [x, y] = [value.data(), (other as Tensor).data()];
      x.forEach((v, j) => assertAlmostEquals(y[j], v, 2e-5 * Math.max(1, Math.abs(v)), path));
    } else assertEquals(other, value);
  }
}

function check(transform: AnyTransform): void {
  const optimizer = transform as Transform<unknown, unknown, { readonly value: Tensor }>;
  const step = (train: { readonly params: Params; readonly state: unknown }, target: Tensor) =>
    optimizer.step(train.state, gradient(train.params, target), train.params, { value: sum(target) });
  // The first step of a state may be of another kind, which a loop does not change.
  const start = step({ params: START, state: optimizer.init(START) }, TARGETS.at(0));
  let [looped, all] = [start as { readonly params: Params; readonly state: unknown }, [] as Tensor[]];
  for (let i = 0; i < TARGETS.shape[0]; i++) {
    looped = step(looped, TARGETS.at(i));
    all = [...all, looped.params.b];
  }
  const whole = (train: typeof looped, targets: Tensor) =>
    scan(
      (train: typeof looped, target: Tensor) => {
        const next = step(train, target);
        return [next, next.params.b];
      },
      train,
      targets,
    );
  for (const run of [whole, compile(whole)]) {
    const [last, outputs] = run(start, TARGETS);
    assertSame(last, looped);
    assertSame(outputs, stack(all));
    // The state goes on where it was left.
    const [again] = run(last, TARGETS.slice([[0, 1]]));
    assertSame(again, step(looped, TARGETS.at(0)));
  }
}

const learningRate = warmupCosine({ peak: 0.1, steps: 8 });
const TABLES: Readonly<Record<string, AnyTransform>> = {
  "adamW on a schedule": adamW({ learningRate, weightDecay: 0.01 }),
  "momentum": sgd({ learningRate, momentum: 0.9, nesterov: true }),
  "groups": chain(
    clipByGlobalNorm(1),
    groups([
      { name: "b", select: "b", transform: adamW({ learningRate }) },
      { name: "others", select: rest, transform: sgd({ learningRate: 0.05, momentum: 0.9 }) },
    ]),
  ),
  "a frozen group": groups([
    { name: "b", select: "b", transform: setToZero() },
    { name: "others", select: rest, transform: multiSteps(adamW({ learningRate }), { every: 2 }) },
  ]),
  ...leafwise,
  ...whole,
  ...ADAPTIVE_TRANSFORMS,
  ...contrib,
};

for (const [name, transform] of Object.entries(TABLES)) {
  Deno.test(`${name} is carried by scan, at once and compiled`, () => check(transform));
}
