import { assertEquals } from "@std/assert/equals";
import { torch } from "../../../optim/mod.ts";
import { compile, type Tensor, tensor, tree } from "../../../tensor/mod.ts";

const params = { conv: { weight: tensor([1, 2]), bias: tensor([3]) }, norm: tensor([4]) };

const sized = { conv: { weight: tensor([1, 1]), bias: tensor([1]) }, norm: tensor([1]) };

function elements(values: unknown): readonly (readonly number[])[] {
  return (tree.leaves(values) as Tensor[]).map((leaf) => Array.from(leaf.data(), Number));
}

Deno.test("setParamGroup() turns momentum on with a buffer that starts then, off, and on with the old one", () => {
  let optimizer = torch.SGD({ lr: 1, dampening: 0.5 });
  let state: torch.TorchState = optimizer.init(params);
  let current = params;
  const set = (options: Partial<torch.SGDOptions>): void => {
    ({ optimizer, state } = torch.setParamGroup(optimizer, state, { group: 0, options, params }));
  };
  const moved: number[] = [];
  const step = (): void => {
    const before = current.norm.item();
    ({ state, params: current } = optimizer.step(state, sized, current));
    moved.push(before - current.norm.item());
  };
  step();
  set({ momentum: 0.5 });
  step();
  step();
  set({ momentum: 0 });
  step();
  set({ momentum: 0.5 });
  step();
  // The buffer: 1, then 0.5 + 0.5, left alone, and 0.5 + 0.5 again.
  assertEquals(moved, [1, 1, 1, 1, 1]);
  set({ dampening: 0 });
  step();
  assertEquals(moved.at(-1), 1.5);
  set({ momentum: 0 });
  set({ maximize: true });
  step();
  assertEquals(moved.at(-1), -1);
  set({ momentum: 0.5 });
  step();
  // The buffer was 1.5 all the time, and the gradient is now turned.
  assertEquals(moved.at(-1), -0.25);
});

Deno.test("setParamGroup() changes numbers without a new recording, and leaves what it got", () => {
  const optimizer = torch.Adam({ lr: 0.5 });
  let recordings = 0;
  const step = compile((state: torch.TorchState, values: typeof params) => {
    recordings++;
    return optimizer.step(state, values, values);
  });
  const start = optimizer.init(params);
  const first = step(start, params);
  const second = step(first.state, first.params);
  const before = recordings;
  const { state } = torch.setParamGroup(optimizer, second.state, {
    group: 0,
    options: { lr: 0, betas: [0.5, 0.5] },
    params,
  });
  const third = step(state, second.params);
  assertEquals(recordings, before);
  assertEquals(elements(third.params), elements(second.params));
  assertEquals(torch.paramGroups(optimizer, second.state)[0].lr, 0.5);
  assertEquals(torch.paramGroups(optimizer, third.state)[0].betas, [0.5, 0.5]);
});

Deno.test("an optimizer whose group was changed starts others as it is now", () => {
  const before = torch.SGD({ lr: 0.5, momentum: 0.5 });
  const { optimizer } = torch.setParamGroup(before, before.init(params), {
    group: 0,
    options: { lr: 0.25, momentum: 0 },
    params,
  });
  const start = optimizer.init(params);
  assertEquals(torch.paramGroups(optimizer, start).map(({ lr, momentum }) => [lr, momentum]), [[0.25, 0]]);
  assertEquals(elements(optimizer.step(start, sized, params).params), [[0.75, 1.75], [2.75], [3.75]]);
  assertEquals(torch.paramGroups(before, before.init(params))[0].lr, 0.5);
});
