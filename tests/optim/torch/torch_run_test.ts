import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { toTorch } from "../../../nn/mod.ts";
import { torch } from "../../../optim/mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../tensor/io/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { goOn, loadRun, readRun } from "./torch_run.ts";

const { golden, pt, safetensors } = readRun(new URL("../../golden/io/", import.meta.url));
const numbers = (tensors: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, (x as Tensor).toArray()]));

for (const [name, run] of Object.entries({ pt, safetensors })) {
  for (const compiled of [false, true]) {
    Deno.test(`a torch run out of ${name} goes on with torch's numbers${compiled ? ", compiled" : ""}`, () => {
      const steps = goOn(run, golden.next, { compiled });
      assertEquals(steps.length, 4);
      steps.forEach(({ loss, lr, beta1, params }, i) => {
        const expected = golden.next[i];
        assertEquals([lr, beta1], [expected.lr, expected.beta1]);
        // Four units in the last place of numbers around 1.
        assertAlmostEquals(loss, expected.loss, 5e-7);
        assertEquals(
          Object.keys(params),
          Object.keys(expected.params).filter((path) => !path.endsWith("tracked")),
        );
        for (const [path, tensor] of Object.entries(params)) {
          const { shape, data } = expected.params[path];
          assertEquals(tensor.shape, shape);
          tensor.data().forEach((value, j) =>
            assertAlmostEquals(value, data[j], 5e-7, `${path} after step ${i}`)
          );
        }
      });
    });
  }
}

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
