/**
 * Tests of sparse gradients in MindSpore's optimizers.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { chain, clipByGlobalNorm, mindspore, scale, sparseGradient } from "../../../optim/mod.ts";
import { compile, type Tensor, tensor } from "../../../tensor/mod.ts";

const params = { table: tensor([[1, 2], [3, 4], [5, 6]]) };

/** Row 2 twice and row 0 once. */
function rows(values: Tensor): typeof params {
  const indices = tensor([2, 0, 2], { dtype: "int32" });
  return { table: sparseGradient({ indices, values, shape: [3, 2] }) } as never;
}

const values = tensor([[1, 0], [2, -1], [0.5, 0.5]]);
const dense = { table: tensor([[2, -1], [0, 0], [1.5, 0.5]]) };

Deno.test("Adam() takes a sparse gradient as one that is zero in other rows", () => {
  const optimizer = mindspore.Adam({ learningRate: 0.1, lossScale: 2 });
  const [a, b] = [rows(values), dense].map((g) => optimizer.step(optimizer.init(params), g, params));
  assertEquals(a.params.table.toArray(), b.params.table.toArray());
});

Deno.test("lazy Adam and FTRL leave rows without a gradient as they are", () => {
  const lazy = [
    mindspore.Adam({ learningRate: 0.1, useLazy: true, weightDecay: 0.1 }),
    mindspore.LazyAdam({ learningRate: 0.1 }),
    mindspore.FTRL({ learningRate: 0.1, weightDecay: 0.1 }),
  ];
  for (const optimizer of lazy) {
    let [state, now] = [optimizer.init(params), params];
    for (let i = 0; i < 2; i++) ({ state, params: now } = optimizer.step(state, rows(values), now));
    const [first, second] = now.table.toArray() as number[][];
    assertEquals([first[0] === 1, second], [false, [3, 4]]);
  }
});

Deno.test("sparse gradients compile where rows add up, and say so where they do not", () => {
  const optimizer = mindspore.LazyAdam({ learningRate: 0.1 });
  type Step = (values: Tensor) => Tensor;
  const stepOf = (one: mindspore.Optimizer): Step => (values) =>
    one.step(one.init(params), rows(values), params).params.table;
  assertEquals(compile(stepOf(optimizer))(values).toArray(), stepOf(optimizer)(values).toArray());
  const cpu = mindspore.LazyAdam({ learningRate: 0.1, kernel: "cpu" });
  const recorded = compile((indices: Tensor) => {
    const table = sparseGradient({ indices, values, shape: [3, 2] });
    return cpu.step(cpu.init(params), { table } as never, params).params.table;
  });
  assertThrows(() => recorded(tensor([2, 0, 2], { dtype: "int32" })), TypeError, "rows that are known");
});

Deno.test("transforms hand sparse gradients on, and those that cannot take them refuse", () => {
  const double = chain(scale(2), mindspore.Adam({ learningRate: 0.1 }));
  const { params: next } = double.step(double.init(params), rows(values), params);
  assertEquals(next.table.shape, [3, 2]);
  const clipped = chain(clipByGlobalNorm(1), mindspore.Adam({ learningRate: 0.1 }));
  const refused = () => clipped.step(clipped.init(params), rows(values), params);
  assertThrows(refused, TypeError, "clipByGlobalNorm expects dense gradients but got a sparse one");
  const adagrad = mindspore.Adagrad();
  assertThrows(() => adagrad.step(adagrad.init(params), rows(values), params), TypeError, "dense gradients");
});
