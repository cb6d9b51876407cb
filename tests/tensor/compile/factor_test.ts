import { assertEquals } from "@std/assert/equals";
import { valueAndGrad } from "../../../tensor/grad.ts";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

const [ROWS, WIDTH] = [32, 160];

const values = (size: number, shape: readonly number[], scale: number): Tensor =>
  t.multiply(t.reshape(t.sin(t.multiply(t.arange(size), 1.7)), shape), scale);

const x = values(ROWS * WIDTH, [ROWS, WIDTH], 2);
const params = {
  up: values(WIDTH * WIDTH, [WIDTH, WIDTH], 0.2),
  bias: values(WIDTH, [WIDTH], 0.3),
  down: values(WIDTH * WIDTH, [WIDTH, WIDTH], 0.1),
};

function gelu(x: Tensor): Tensor {
  const cube = t.multiply(x, t.multiply(x, x));
  const inner = t.multiply(t.add(x, t.multiply(cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return t.multiply(t.multiply(x, 0.5), t.add(t.tanh(inner), 1));
}

/** Activations whose gradients read more than one of the forward values. */
const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  gelu,
  tanhOfSquare: (x) => t.multiply(t.tanh(t.multiply(x, x)), x),
  quotient: (x) => t.divide(t.exp(x), t.add(2, t.square(t.sin(x)))),
};

type Params = typeof params;

const lossOf = (activation: (x: Tensor) => Tensor) => (p: Params): Tensor =>
  t.mean(t.square(t.matmul(activation(t.add(t.matmul(x, p.up), p.bias)), p.down)));

/** How far the gradients are from those of plain kernels, in their own size. */
function distance(found: Params, expected: Params): number {
  const names = Object.keys(expected) as (keyof Params)[];
  return Math.max(...names.map((name) =>
    t.divide(
      t.max(t.abs(t.subtract(found[name], expected[name]))),
      t.max(t.abs(expected[name])),
    ).item()
  ));
}

Deno.test("a gradient multiplies by one factor that the forward values make", () => {
  for (const [name, activation] of Object.entries(activations)) {
    const step = t.compile((p: Params) => valueAndGrad(lossOf(activation))(p));
    const { value, gradient } = step(params);
    const expected = valueAndGrad(lossOf(activation))(params);
    assertEquals(Math.abs(value.item() / expected.value.item() - 1) < 1e-5, true, name);
    assertEquals(distance(gradient, expected.gradient) < 1e-5, true, name);
    const works = step.program(params).lowered.work.filter((work) => work.kind === "loop");
    const [forward, ...others] = works.filter((work) => work.base !== null && work.outputs.length === 2);
    assertEquals([forward?.inputs.length, others.length], [2, 0], name);
    const back = works.find(({ inputs }) => inputs.includes(forward.outputs[1]));
    assertEquals([back?.inputs.length, back?.base?.primitive.name], [2, "matmul"], name);
    assertEquals(back?.entries.map(({ primitive }) => primitive.name), ["multiply"], name);
  }
});

Deno.test("what is returned, or read elsewhere, is stored as it is", () => {
  const hidden = (p: Params): Tensor => t.add(t.matmul(x, p.up), p.bias);
  const returned = (p: Params) => ({
    ...valueAndGrad(lossOf(gelu))(p),
    also: t.tanh(hidden(p)),
    hidden: hidden(p),
  });
  const read = (p: Params) => ({ ...valueAndGrad(lossOf(gelu))(p), also: t.matmul(hidden(p), p.down) });
  for (const f of [returned, read]) {
    const [found, expected] = [t.compile(f)(params), f(params)];
    assertEquals(distance(found.gradient, expected.gradient) < 1e-5, true);
    assertEquals(t.max(t.abs(t.subtract(found.also, expected.also))).item() < 1e-4, true);
  }
});

Deno.test("strict programs multiply in the order of the entries", () => {
  t.configure({ simd: "strict" });
  try {
    for (const activation of Object.values(activations)) {
      const loss = lossOf(activation);
      assertEquals(t.compile(t.grad(loss))(params).up.data(), t.grad(loss)(params).up.data());
    }
  } finally {
    t.configure({ simd: "relaxed" });
  }
});
