import { assertEquals } from "@std/assert/equals";
import { torch } from "../../../optim/mod.ts";
import { type Tensor, tensor, tree } from "../../../tensor/mod.ts";

function elements(values: unknown): readonly (readonly number[])[] {
  return (tree.leaves(values) as Tensor[]).map((leaf) => Array.from(leaf.data(), Number));
}

Deno.test("addParamGroup() goes on with the old groups and starts the new one", () => {
  type Params = { readonly old: Tensor; readonly late: Tensor | null };
  const optimizer = torch.Adam({ lr: 0.5, betas: [0, 0] });
  const start: Params = { old: tensor([1]), late: null };
  const first = optimizer.step(optimizer.init(start), start, start);
  const before = JSON.stringify(first.state);
  const all: Params = { ...first.params, late: tensor([3]) };
  const added = torch.addParamGroup(optimizer, first.state, {
    group: { params: "late", lr: 2 },
    params: all,
  });
  const next = added.optimizer.step(added.state, all, all);
  assertEquals(JSON.stringify(first.state), before);
  assertEquals(elements(next.params).map(([x]) => x.toFixed(4)), ["0.0000", "1.0000"]);
  assertEquals((next.state["0"] as { scaleByLeafwiseAdam: { steps: unknown } }).scaleByLeafwiseAdam.steps, {
    old: 2,
    late: null,
  });
  assertEquals((next.state["1"] as { scaleByLeafwiseAdam: { steps: unknown } }).scaleByLeafwiseAdam.steps, {
    old: null,
    late: 1,
  });
});
