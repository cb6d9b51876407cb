import { assertEquals } from "@std/assert/equals";
import { heapUsage, resetPeak } from "../../tensor/runtime/heap.ts";
import * as t from "../../tensor/mod.ts";
import {
  checkpoint,
  checkpointName,
  compile,
  grad,
  scan,
  type ScanOptions,
  sin,
  sum,
  type Tensor,
} from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";
import { numbers } from "./primitives/entry.ts";

const WIDTH = 1024;
const CARRY = 4 * WIDTH;
const W = numbers([WIDTH], 0.5, 1.5, "float32");

function chain(policy: NonNullable<ScanOptions["checkpoint"]>, length: number): (x: Tensor) => Tensor {
  return (x) =>
    sum(scan((c: Tensor) => [sin(t.multiply(c, W)), null], x, null, { length, checkpoint: policy })[0]);
}

/** The most memory that a run takes beyond what was there, in carries. */
function carriesOf(run: () => unknown): number {
  const before = heapUsage().used;
  resetPeak();
  t.scope(() => {
    run();
    return null;
  });
  return (heapUsage().peak - before) / CARRY;
}

for (const length of [100, 10_000]) {
  const root = Math.sqrt(length);
  const bounds = {
    carries: [length, length + 20],
    nothing: [length, length + 20],
    segments: [2 * root, 2 * root + 25],
  };
  for (const [policy, [least, most]] of Object.entries(bounds)) {
    Deno.test(`the gradient of ${length} steps keeps the memory of its policy: ${policy}`, () => {
      const f = grad(chain(policy as "carries", length));
      const eager = carriesOf(() => f(W));
      assertEquals([least <= eager, eager <= most], [true, true], `eager: ${eager} carries`);
      const compiled = carriesOf(() => compile(f)(W));
      assertEquals([least <= compiled, compiled <= most], [true, true], `compiled: ${compiled} carries`);
    });
  }
}

Deno.test("between a loop and its pullback, only the policy nothing keeps no carry", () => {
  const kept = (policy: "carries" | "nothing") => {
    let held = 0;
    t.scope(() => {
      const before = heapUsage().used;
      const { pullback } = t.vjp(chain(policy, 100), W);
      held = heapUsage().used - before;
      return pullback(t.tensor(1));
    });
    return held / CARRY;
  };
  assertEquals([kept("carries") >= 100, kept("nothing") < 5], [true, true]);
});

const x = numbers([5], -1, 2);
const block = (y: Tensor) =>
  sin(checkpointName(t.exp(checkpointName(sin(t.multiply(y, y)), "inner")), "outer"));

Deno.test("every policy gives the numbers of the function, to any order", () => {
  const plain = grad((y: Tensor) => sum(block(block(y))))(x);
  for (const policy of ["none", "all", ["inner"], ["outer"], ["inner", "outer"], ["other"]] as const) {
    const light = checkpoint(block, { policy });
    const f = (y: Tensor) => sum(light(light(y)));
    assertEquals(t.max(t.abs(t.subtract(grad(f)(x), plain))).item() < 1e-13, true);
    assertEquals(t.max(t.abs(t.subtract(compile(grad(f))(x), plain))).item() < 1e-13, true);
    checkGradients(f, [x], { order: 3 });
  }
});

Deno.test("checkpoint does again what no name keeps, in programs too", () => {
  const exps = (policy: "none" | "all" | readonly string[]) => {
    const tape = t.record(grad((y: Tensor) => sum(checkpoint(block, { policy })(y))))(x).tape;
    return tape.entries.filter(({ primitive }) => primitive.name === "exp").length;
  };
  // The exponential is an entry of its own only where it is done again outside of the checkpoint.
  assertEquals([exps("all"), exps("none"), exps(["outer"])], [1, 1, 0]);
  const w = numbers([64, 64], -0.1, 0.1, "float32");
  const layer = (y: Tensor) => t.matmul(t.exp(t.cos(t.matmul(y, w))), w);
  const layers = (y: Tensor) => layer(layer(layer(y)));
  const deep = (f: (y: Tensor) => Tensor) => compile(grad((y: Tensor) => sum(f(f(f(f(f(f(y)))))))));
  const [all, none] = [layers, checkpoint(layers)].map((f) => deep(f).program(w).plan.arenaBytes);
  assertEquals(none < 0.6 * all, true, `${none} of ${all} bytes`);
});

Deno.test("checkpoint takes trees, passes what is no tensor, and names what it closes over", () => {
  const w = numbers([5], 1, 2);
  const f = checkpoint((p: { a: Tensor; n: number }, mode: string) => ({
    y: t.multiply(t.multiply(p.a, w), p.n),
    mode,
    n: p.n,
  }));
  const { y, mode, n } = f({ a: x, n: 3 }, "plain");
  assertEquals([mode, n], ["plain", 3]);
  assertEquals(y.toArray(), t.multiply(t.multiply(x, w), 3).toArray());
  const byW = grad((v: Tensor) => sum(checkpoint((a: Tensor) => t.multiply(a, v))(x)))(w);
  assertEquals(byW.toArray(), x.toArray());
});
