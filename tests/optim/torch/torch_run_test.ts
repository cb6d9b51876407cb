import { assertEquals } from "@std/assert/equals";
import { toTorch } from "../../../nn/mod.ts";
import { torch } from "../../../optim/mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../tensor/io/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { loadRun, readRun } from "../../golden/carried_run.ts";
import { replayRun } from "../../golden/replay_carried_run.ts";

const folder = new URL("../../golden/io/", import.meta.url);
const { pt } = readRun(folder);
const numbers = (tensors: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, (x as Tensor).toArray()]));

Deno.test("a torch run out of .pt and out of safetensors goes on with torch's numbers, eager and compiled", () => {
  const results = replayRun(folder);
  assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
  assertEquals(results.length, 16);
});

Deno.test("the state that was loaded goes back to torch as it came, in safetensors and JSON too", () => {
  const { net, params, netState, optimizer, state, groups, schedule, weights } = loadRun(pt);
  const { "bn.num_batches_tracked": _, ...model } = pt.model;
  assertEquals(numbers(toTorch(net, { params, state: netState })), numbers(model));
  const dict = torch.stateDict(optimizer, state, { params, weights, groups });
  assertEquals(Object.keys(dict.state), Object.keys(pt.optimizer.state));
  for (const [index, entry] of Object.entries(pt.optimizer.state)) {
    assertEquals(numbers(dict.state[index]), numbers(entry));
  }
  dict.param_groups.forEach((group, i) => {
    const expected = pt.optimizer.param_groups[i];
    for (const [name, value] of Object.entries(group)) assertEquals(value, expected[name], name);
    assertEquals(Object.keys(group).sort(), Object.keys(expected).sort());
  });
  const flat = torch.flattenStateDict(dict);
  const { tensors } = decodeSafetensors(encodeSafetensors(flat.tensors));
  const param_groups = JSON.parse(JSON.stringify(flat.param_groups));
  const again = torch.loadStateDict(optimizer, torch.unflattenStateDict({ tensors, param_groups }), {
    params,
    weights,
  });
  assertEquals(torch.paramGroups(again.optimizer, again.state), torch.paramGroups(optimizer, state));
  const back = torch.flattenStateDict(
    torch.stateDict(again.optimizer, again.state, { params, weights, groups }),
  );
  assertEquals(numbers(back.tensors), numbers(tensors));
  const saved = torch.schedulerStateDict(schedule);
  for (const [name, value] of Object.entries(saved)) assertEquals(value, pt.scheduler[name], name);
});
