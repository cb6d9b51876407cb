/**
 * Our torch dialect against the numbers that torch printed, step by step.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import type { GoldenFile } from "./replay.ts";
import { torchReplayer } from "./replay_torch.ts";
import { torchClosureReplayer } from "./replay_torch_closure.ts";
import { torchConstructionReplayer } from "./replay_torch_construction.ts";
import { torchRunReplayer } from "./replay_torch_run.ts";
import { torchTrainingReplayer } from "./replay_torch_training.ts";

const replayers = {
  optimizer: torchReplayer,
  closure: torchClosureReplayer,
  construction: torchConstructionReplayer,
  training: torchTrainingReplayer,
  clip: torchRunReplayer,
  gradScaler: torchRunReplayer,
  averaging: torchRunReplayer,
  updateBn: torchRunReplayer,
};

function read(name: string): GoldenFile {
  return JSON.parse(Deno.readTextFileSync(new URL(name, import.meta.url)));
}

for (const name of ["torch_optimizers.json", "torch_groups_and_training.json", "torch_muon.json"]) {
  const file = read(name);
  const kinds = file.cases.map((one) => (one as { readonly kind: string }).kind);
  for (const [kind, { replay }] of Object.entries(replayers)) {
    const count = kinds.filter((one) => one === kind).length;
    if (count === 0) continue;
    Deno.test(`${name} has torch's numbers in each ${kind}`, () => {
      const names = file.cases.filter((one) => (one as { readonly kind: string }).kind === kind)
        .map((one) => (one as { readonly name: string }).name);
      const results = replay(file).results.filter((one) => names.includes(one.case));
      assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
      assertEquals(results.length, count);
    });
  }
}

Deno.test("torchReplayer tells the first difference in params and in the state", () => {
  const tensor = (data: readonly number[]) => ({ shape: [data.length], data });
  const golden = (params: readonly number[], buffer: readonly number[]) => ({
    name: "SGD",
    kind: "optimizer",
    optimizer: "SGD",
    options: { lr: 0.5, momentum: 0.5 },
    dtype: "float32",
    params: { w: tensor([1, 1]) },
    grads: [{ w: tensor([1, 2]) }],
    expect: [{ params: { w: params }, state: { w: { momentum_buffer: buffer } } }],
  });
  const replay = (one: unknown): readonly string[] =>
    torchReplayer.replay({ framework: "torch", cases: [one] }).results.map(({ message }) => message);
  assertEquals(replay(golden([0.5, 0], [1, 2])), [""]);
  assertEquals(replay(golden([0.5, 0.001], [1, 2])), [
    "SGD: step 0, params/w[1]: expected 0.0010000000474974513 but got 0, 981668463 units in the last place apart",
  ]);
  assertEquals(replay(golden([0.5, 0], [1, 3])), [
    "SGD: state of w, momentum_buffer[1]: expected 3 but got 2, 4194304 units in the last place apart",
  ]);
});

Deno.test("torchConstructionReplayer tells what is taken and should not be, and the other way round", () => {
  const golden = (lr: number, type: string | null) => ({
    name: "SGD",
    kind: "construction",
    optimizer: "SGD",
    options: { lr },
    dtype: "float32",
    params: { w: { shape: [1], data: [1] } },
    expect: { type },
  });
  const replay = (one: unknown): readonly string[] =>
    torchConstructionReplayer.replay({ framework: "torch", cases: [one] }).results.map(({ message }) =>
      message
    );
  assertEquals(replay(golden(-1, "ValueError")), [""]);
  assertEquals(replay(golden(1, "ValueError")), [
    "SGD: expected an error as torch's ValueError but got none",
  ]);
  assertEquals(replay(golden(-1, null)), [
    "SGD: expected no error but got RangeError: SGD expects lr to be a finite number not below 0 but got -1",
  ]);
});
