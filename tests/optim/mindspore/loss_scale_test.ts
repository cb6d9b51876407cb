/**
 * Tests of MindSpore's loss scales around optimizers.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { lossScaled, mindspore } from "../../../optim/mod.ts";
import { compile, multiply, type Tensor, tensor } from "../../../tensor/mod.ts";

interface Train {
  readonly state: unknown;
  readonly params: { readonly w: Tensor };
}

Deno.test("a manager leaves out steps that overflow, compiled too", () => {
  const inner = mindspore.Momentum({ learningRate: 0.5, momentum: 0.5 });
  const manager = mindspore.DynamicLossScaleManager({ initLossScale: 8, scaleWindow: 2 });
  const optimizer = lossScaled(inner, manager);
  type State = ReturnType<typeof optimizer.init>;
  const step = ({ state, params }: Train, g: Tensor): Train =>
    optimizer.step(state as State, { w: multiply(g, (state as State).lossScale.scale) }, params);
  const run = (f: typeof step): readonly [number, number, number] => {
    const start = { w: tensor([4]) };
    let train: Train = { state: optimizer.init(start), params: start };
    for (const g of [1, Infinity, 1, 1]) train = f(train, tensor([g]));
    const { lossScale, inner: { trace } } = train.state as State & {
      readonly inner: { readonly trace: { readonly count: number } };
    };
    return [train.params.w.item(), lossScale.scale, trace.count];
  };
  // Three steps with the sums 1, 1.5 and 1.75; 8, 4 after the overflow, and 8 again two updates later.
  assertEquals(run(step), [4 - 0.5 * 4.25, 8, 3]);
  assertEquals(run(compile(step)), [4 - 0.5 * 4.25, 8, 3]);
});

Deno.test("an optimizer with the scale of a fixed manager takes the steps of one without", () => {
  const rows = [1, 1024].map((lossScale) => {
    const optimizer = mindspore.SGD({ learningRate: 0.1, weightDecay: 0.01, lossScale });
    let params = { w: tensor([1]) };
    let state = optimizer.init(params);
    return [0, 1, 2].map(() => {
      ({ state, params } = optimizer.step(state, { w: tensor([lossScale]) }, params));
      return params.w.item();
    });
  });
  for (const row of rows) {
    row.forEach((w, i) => assertAlmostEquals(w, [0.899, 0.798101, 0.697302899][i], 1e-6));
  }
});

Deno.test("scalers scale trees, and grow only while the scale is finite", () => {
  const scaler = mindspore.DynamicLossScaler({ scaleValue: 2 ** 127, scaleFactor: 2, scaleWindow: 1 });
  const state = scaler.adjust(scaler.init(), true);
  assertEquals(state.scale, 2 ** 127);
  const halved = scaler.adjust(state, false);
  assertEquals([halved.scale, halved.overflows], [2 ** 126, 1]);
  const four = mindspore.StaticLossScaler({ scaleValue: 4 });
  const { x } = four.unscale(four.init(), four.scale(four.init(), { x: tensor([3]) }));
  assertEquals(x.toArray(), [3]);
});
