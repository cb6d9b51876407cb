import { assertEquals } from "@std/assert/equals";
import { adamW, chain, clipByGlobalNorm, groups, rest, sgd } from "../../../optim/mod.ts";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

function params(count: number): Record<string, Tensor> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`p${i}`, t.tensor(new Float32Array(5000))]),
  );
}

/** The lines of a program's listing that are launches, without their numbers. */
function launches(listing: string): string[] {
  return listing.split("\n").slice(1, -1).map((line) => line.replace(/^ *\d+: /, "").split(" |")[0]);
}

Deno.test("a clipped AdamW over a tree is one reduction and one pass for each leaf", () => {
  const tree = params(3);
  const optimizer = chain(clipByGlobalNorm(1), adamW({ learningRate: (step) => 0.1 / (1 + step) }));
  const step = t.compile(optimizer.step, { donate: [0, 2] });
  const lines = launches(t.format(step.program(optimizer.init(tree), tree, tree)));
  assertEquals(lines.filter((line) => line.startsWith("sum float32[] of square")).length, 3);
  assertEquals(lines.filter((line) => line.startsWith("loop float32[5000]")).length, 3);
  // What is left is the arithmetic of the norm itself, on scalars.
  assertEquals(lines.filter((line) => line.startsWith("loop float32[] of")).length, 1);
  assertEquals(lines.length, 7);
});

Deno.test("groups and transforms of one's own fuse as well", () => {
  const tree = params(2);
  const optimizer = groups([
    { name: "first", select: "p0", transform: adamW({ learningRate: 0.1 }) },
    { name: "others", select: rest, transform: sgd({ learningRate: 0.1, momentum: 0.9 }) },
  ]);
  const step = t.compile(optimizer.step, { donate: [0, 2] });
  const lines = launches(t.format(step.program(optimizer.init(tree), tree, tree)));
  assertEquals(lines.filter((line) => line.startsWith("loop float32[5000]")).length, 2);
  assertEquals(lines.filter((line) => !line.startsWith("loop")).length, 0);
});

Deno.test("a program of tracers is an error", () => {
  const f = t.compile((x: Tensor) => t.exp(x), { name: "f" });
  let message = "";
  t.record((x: Tensor) => {
    try {
      f.program(x);
    } catch (error) {
      message = (error as Error).message;
    }
    return x;
  })(t.tensor([1]));
  assertEquals(message, "f expects concrete arguments for its program but got a tracer");
});

Deno.test("a listing tells stages, kernels, bytes and floating-point operations", () => {
  const f = t.compile((a: Tensor, b: Tensor, x: Tensor, w: Tensor) => ({
    product: t.relu(t.matmul(a, b)),
    total: t.sum(t.exp(t.sum(t.square(a), { axes: 1 }))),
    image: t.conv2d(x, w, { padding: "same" }),
  }));
  const operands = [
    t.ones([64, 300]),
    t.ones([300, 40]),
    t.ones([2, 4, 9, 9]),
    t.ones([8, 4, 3, 3]),
  ] as const;
  const lines = t.format(f.program(...operands)).split("\n");
  const line = (start: string): string => lines.find((line) => line.includes(`: ${start}`))!;
  const flops = (start: string): number => Number(/(\d+) flops$/.exec(line(start))![1]);
  assertEquals(flops("matmul float32[64, 40] with relu"), 2 * 64 * 300 * 40 + 64 * 40);
  assertEquals(flops("convolution float32[2, 8, 9, 9]"), 2 * (2 * 8 * 9 * 9) * (4 * 3 * 3));
  assertEquals(flops("sum float32[64] of square"), 2 * 64 * 300);
  const bytes = 4 * (64 * 300 + 300 * 40 + 64 * 40);
  assertEquals(line("matmul").includes(`| ${bytes} bytes |`), true);
  assertEquals(/\| stage 0 \w+ \| matmul/.test(line("matmul")), true);
  const stage = (start: string): number => Number(/stage (\d+)/.exec(line(start))![1]);
  assertEquals(stage("sum float32[] of exp") > stage("sum float32[64]"), true);
  assertEquals(/ \d+ bytes, \d+ flops, /.test(lines[lines.length - 1]), true);
});

Deno.test("the launches of a body are listed below the loop or the choice that runs them", () => {
  const f = t.compile((x: Tensor, w: Tensor) => {
    const step = (y: Tensor): [Tensor, null] => [t.tanh(t.matmul(y, w)), null];
    const [scanned] = t.scan(step, x, null, { length: 3 });
    const looped = t.whileLoop((y: Tensor) => t.less(t.sum(y), 5), (y: Tensor) => t.add(y, 1), scanned);
    return t.cond(t.less(t.sum(x), 0), (y: Tensor) => t.exp(y), (y: Tensor) => t.square(y), looped);
  });
  const listing = t.format(f.program(t.ones([4, 8]), t.ones([8, 8])));
  const bodies = listing.split("\n").map((line) => line.replace(/ \|.*/, "").replace(/\d+: /, ""));
  const at = (line: string): number => bodies.findIndex((body) => body.startsWith(line));
  const lines = [
    "    body step",
    "      matmul float32[4, 8]",
    "    condition ",
    "      loop bool[]",
    "    body ",
    "      loop float32[4, 8] of add",
    "    branches ",
    "      loop float32[4, 8] of exp",
    "      loop float32[4, 8] of square",
  ];
  for (const line of lines) assertEquals(at(line) >= 0, true, `${line} in\n${listing}`);
});
