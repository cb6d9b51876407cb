import { assertEquals } from "@std/assert/equals";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import type { Buffer, Launch, LaunchOperand, Lowered } from "../../../tensor/compile/lowered.ts";
import { delayShort } from "../../../tensor/compile/order.ts";
import { adamW, chain, clipByGlobalNorm } from "../../../optim/mod.ts";
import { kernelNamed } from "../../../tensor/kernels/table.ts";

const kernel = kernelNamed("matmul.float32");

/** Launches of an entry each, from the buffers that they touch, the one that they make last, and whether they are short. */
function loweredOf(list: readonly (readonly [touched: readonly number[], short: boolean])[]): Lowered {
  const buffers = Array.from({ length: 10 }, (_, id): Buffer => ({
    ...{ address: -1, id, bytes: 64, first: Infinity, last: -1 },
    role: id === 0 ? { kind: "input", index: 0 } : { kind: "intermediate" },
  }));
  const launches = list.map(([touched, short], work): Launch => {
    const operands = touched.map((id): LaunchOperand => {
      buffers[id].first = Math.min(buffers[id].first, work);
      buffers[id].last = work;
      return { buffer: buffers[id], offset: 0, dtype: "float32", whole: true };
    });
    return {
      ...{ kernel, callee: null, operands, numbers: [], grain: 1, aligned: false, work },
      total: short ? 1 : 10,
    };
  });
  return { launches, buffers, outputs: [], work: [], tape: null as never };
}

const orderOf = (lowered: Lowered): number[] => delayShort(lowered).launches.map(({ work }) => work);

Deno.test("delayShort() lets short launches wait until they are needed, with what they need", () => {
  assertEquals(
    orderOf(
      loweredOf([[[0, 1], false], [[1, 2], true], [[0, 3], false], [[3, 4], true], [[2, 4, 5], false]]),
    ),
    [0, 2, 1, 3, 4],
  );
  assertEquals(
    orderOf(
      loweredOf([[[0, 1], true], [[1, 2], true], [[0, 3], true], [[0, 4], false], [[2, 5], false], [
        [0, 6],
        false,
      ]]),
    ),
    [3, 0, 1, 4, 5, 2],
  );
});

Deno.test("delayShort() tells buffers where they are first and last touched", () => {
  const { buffers } = delayShort(loweredOf([[[0, 1], true], [[0, 2], false], [[1, 2, 3], false]]));
  assertEquals(buffers.slice(0, 4).map(({ first, last }) => [first, last]), [[0, 1], [1, 2], [0, 2], [2, 2]]);
});

Deno.test("a clipped optimizer over many leaves is one stage of sums and one of updates", () => {
  const optimizer = chain(clipByGlobalNorm(1), adamW({ learningRate: 1e-3 }));
  const leaves = (value: number): Tensor[] => Array.from({ length: 6 }, () => t.full([100_000], value));
  const params = leaves(1);
  const step = t.compile(
    (state: ReturnType<typeof optimizer.init>, grads: Tensor[], params: Tensor[]) =>
      optimizer.step(state, grads, params),
  );
  const listing = t.format(step.program(optimizer.init(params) as never, leaves(2), params));
  const stages = listing.matchAll(/stage (\d+) shared/g).map(([, stage]) => stage);
  assertEquals(new Set(stages).size, 2);
});
