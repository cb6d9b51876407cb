/**
 * Launches that run together: which ones may, and that results do not depend on the number of threads.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import type { Buffer, Launch, LaunchOperand } from "../../../tensor/compile/lowered.ts";
import { type Place, type Span, spansOf, stagesOf } from "../../../tensor/compile/stages.ts";
import { kernelNamed } from "../../../tensor/kernels/table.ts";
import { warmUp } from "./warm_up.ts";

const kernel = kernelNamed("matmul.float32");

function buffers(count: number, inputs: readonly number[], bytes = 64): readonly Buffer[] {
  return Array.from({ length: count }, (_, id): Buffer => ({
    ...{ address: -1, id, bytes, first: Infinity, last: -1 },
    role: inputs.includes(id) ? { kind: "input", index: id } : { kind: "intermediate" },
  }));
}

/** Launches, each of an entry of its own, from the numbers of the buffers that they touch. */
function launchesOn(all: readonly Buffer[], touched: readonly (readonly number[])[]): readonly Launch[] {
  return touched.map((ids, i): Launch => {
    for (const id of ids) {
      all[id].first = Math.min(all[id].first, i);
      all[id].last = i;
    }
    const operands = ids.map((id): LaunchOperand => ({
      ...{ buffer: all[id], offset: 0, dtype: "float32", whole: true },
    }));
    return { kernel, callee: null, operands, numbers: [], total: 1, grain: 1, aligned: false, work: i };
  });
}

const pairs = (spans: readonly Span[]): number[][] => spans.map(({ first, last }) => [first, last]);

/** Every buffer at a place of its own. */
const apart = (all: readonly Buffer[]): Place[] =>
  all.map(({ id, role }) =>
    role.kind === "input" ? { kind: "argument", index: id } : { kind: "arena", offset: 64 * id }
  );

Deno.test("launches that read the same and write apart go together, readers of what they write do not", () => {
  const all = buffers(6, [0, 1]);
  // 2 = f(0, 1); 3 = f(0); 4 = f(2, 3); 5 = f(0)
  const launches = launchesOn(all, [[0, 1, 2], [0, 3], [2, 3, 4], [0, 5]]);
  assertEquals(pairs(stagesOf(launches, apart(all))), [[0, 1], [2, 3]]);
  assertEquals(pairs(spansOf(launches)), [[0, 1], [0, 1], [2, 3], [2, 3]]);
});

Deno.test("launches of one entry that touch the same buffer follow each other", () => {
  const all = buffers(3, [0]);
  const launches = launchesOn(all, [[0, 2], [0, 2], [0, 1]]).map((launch, i) => ({
    ...launch,
    work: Math.max(0, i - 1),
  }));
  assertEquals(pairs(stagesOf(launches, apart(all))), [[0, 0], [1, 2]]);
});

Deno.test("launches whose memory overlaps go together only where all of them read it", () => {
  const all = buffers(4, [0, 1]);
  const launches = launchesOn(all, [[0, 2], [1, 3]]);
  const places = apart(all);
  assertEquals(pairs(stagesOf(launches, places)), [[0, 1]]);
  const half = places.with(3, { kind: "arena", offset: 2 * 64 + 32 });
  assertEquals(pairs(stagesOf(launches, half)), [[0, 0], [1, 1]]);
  // The second result takes the place of the first one's operand.
  const donated = places.with(3, { kind: "argument", index: 0 });
  assertEquals(pairs(stagesOf(launches, donated)), [[0, 0], [1, 1]]);
});

interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly moment: Tensor;
}

/** A training step with momentum: products, sums and updates of several sizes that do not depend on each other. */
function step(layers: readonly Layer[], x: Tensor): { layers: Layer[]; loss: Tensor } {
  const loss = (weights: readonly { readonly weight: Tensor; readonly bias: Tensor }[]): Tensor => {
    const y = weights.reduce((y, { weight, bias }) => t.tanh(t.add(t.matmul(y, weight), bias)), x);
    return t.mean(t.square(t.subtract(t.softmax(y), 0.25)));
  };
  const { value, gradient } = t.valueAndGrad(loss)(layers.map(({ weight, bias }) => ({ weight, bias })));
  return {
    loss: value,
    layers: layers.map(({ weight, bias, moment }, i) => {
      const next = t.add(t.multiply(moment, 0.9), gradient[i].weight);
      return {
        moment: next,
        weight: t.subtract(weight, t.multiply(next, 0.1)),
        bias: t.subtract(bias, t.multiply(gradient[i].bias, 0.1)),
      };
    }),
  };
}

/** The bits of some steps, of which the clock lets so many threads share every other one at first. */
function train(threads: number): number[][] {
  const sizes = [300, 500, 260, 40];
  const compiled = t.compile(step, { donate: [0] });
  return t.scope(() => {
    const keys = t.random.split(t.random.key(3), sizes.length);
    const x = t.random.normal(t.index(keys, 0), [96, sizes[0]]);
    const start = (): Layer[] =>
      sizes.slice(1).map((size, i) => ({
        weight: t.multiply(t.random.normal(t.index(keys, i + 1), [sizes[i], size]), 0.1),
        bias: t.add(t.zeros([size]), 0),
        moment: t.add(t.zeros([sizes[i], size]), 0),
      }));
    compiled.program(start(), x);
    warmUp(threads);
    let layers = start();
    const results: number[][] = [];
    for (let i = 0; i < 8; i++) {
      const next = compiled(layers, x);
      layers = next.layers;
      results.push([next.loss.item()]);
    }
    return [...results, ...layers.flatMap((layer) => Object.values(layer).map((x) => [...x.data()]))];
  });
}

Deno.test("a compiled step gives the same bits with 1, 2, 3 and 8 threads", () => {
  try {
    const alone = train(1);
    for (const threads of [2, 3, 8]) assertEquals(train(threads), alone);
  } finally {
    t.configure({ threads: 1 });
    t.shutdown();
  }
});
