/**
 * The optimizers of optax.contrib, Shampoo and SOAP, compiled.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { compile, Tensor, tensor, tree } from "../../tensor/mod.ts";
import { contrib } from "./contrib_table.ts";

const start = {
  kernel: tensor([[1, -2, 0.5], [0.25, 3, -1]]),
  stack: { wide: tensor([[[1, 2], [3, -4]], [[0.5, 1], [-2, 1]]]), bias: tensor([1, -1, 2]) },
  gain: tensor(2),
};

/** An optimizer whatever its state. */
interface Steps {
  init(params: unknown): unknown;
  step(state: unknown, grads: unknown, params: unknown): Train;
}

interface Train {
  readonly state: unknown;
  readonly params: unknown;
}

for (const [name, transform] of Object.entries(contrib)) {
  Deno.test(`${name} does the same compiled, with few recordings`, () => {
    const optimizer = transform as unknown as Steps;
    let recordings = 0;
    const step = (train: Train, factor: Tensor): Train => {
      recordings++;
      const grads = tree.map(train.params, (leaf) => (leaf as Tensor).multiply(factor).add(0.125));
      return optimizer.step(train.state, grads, train.params);
    };
    const run = (f: typeof step): Train => {
      let train: Train = { state: optimizer.init(start), params: start };
      for (let i = 0; i < 5; i++) train = f(train, tensor(i - 1));
      return train;
    };
    const eager = run(step);
    recordings = 0;
    const compiled = run(compile(step));
    // One for the first step, where constants stand for zeros, and one for the others.
    assertEquals(recordings <= 2, true);
    const [a, b] = [tree.entries(eager), tree.entries(compiled)];
    assertEquals(a.map(({ path }) => path), b.map(({ path }) => path));
    a.forEach(({ path, value }, i) => {
      const other = b[i].value;
      if (!(value instanceof Tensor)) return assertEquals(other, value, path);
      if (value.dtype === "key") return;
      const [x, y] = [value.data(), (other as Tensor).data()];
      const scale = Math.max(1e-3, ...Array.from(x, (element) => Math.abs(Number(element))));
      x.forEach((element, j) => {
        assertEquals(
          Math.abs(Number(element) - Number(y[j])) <= 2e-5 * scale,
          true,
          `${path}: ${x} and ${y}`,
        );
      });
    });
  });
}
