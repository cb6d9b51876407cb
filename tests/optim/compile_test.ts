/**
 * Compiled optimizer steps against the same steps run at once.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import {
  adamW,
  chain,
  clipByGlobalNorm,
  groups,
  hyperparameters,
  rest,
  setToZero,
  sgd,
} from "../../optim/mod.ts";
import { warmupCosine } from "../../schedules/mod.ts";
import { compile, grad, square, sum, type Tensor, tensor, tree } from "../../tensor/mod.ts";

Deno.test("step() compiles once and gives the same numbers", () => {
  const optimizer = chain(
    clipByGlobalNorm(1),
    groups([
      {
        name: "conv",
        select: "conv/**",
        transform: adamW({ learningRate: warmupCosine({ peak: 0.1, steps: 10 }), weightDecay: 0.01 }),
      },
      { name: "frozen", select: "frozen", transform: setToZero() },
      { name: "others", select: rest, transform: sgd({ learningRate: 0.5, momentum: 0.9, nesterov: true }) },
    ]),
  );
  const start = {
    conv: { kernel: tensor([[1, 2], [3, 4]]), bias: tensor([1, -1]) },
    frozen: tensor([1, 2]),
    gain: tensor(2),
  };
  const gradient = grad((p: typeof start) =>
    sum(square(p.conv.kernel)).add(sum(p.conv.bias)).add(square(p.gain))
  );
  type Train = { readonly params: typeof start; readonly state: ReturnType<typeof optimizer.init> };
  let traces = 0;
  const step = (train: Train): Train => {
    traces++;
    return optimizer.step(train.state, gradient(train.params), train.params);
  };
  const run = (f: (train: Train) => Train): Train => {
    let train: Train = { state: optimizer.init(start), params: start };
    for (let i = 0; i < 6; i++) train = f(train);
    return train;
  };
  const eager = run(step);
  traces = 0;
  const compiled = run(compile(step));
  assertEquals(traces, 1);
  assertEquals(hyperparameters(compiled.state), hyperparameters(eager.state));
  assertEquals(compiled.state.groups.conv.scaleByAdam.count, 6);
  const [a, b] = [eager, compiled].map((train) =>
    tree.leaves(train).filter((leaf) => typeof leaf === "object")
  );
  assertEquals(a.length, b.length);
  a.forEach((leaf, i) => {
    const [x, y] = [(leaf as Tensor).data(), (b[i] as Tensor).data()];
    x.forEach((value, j) => assertAlmostEquals(y[j], value, 1e-6));
  });
});
