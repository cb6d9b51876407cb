import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { torch } from "../../../optim/mod.ts";
import { compile, type Tensor, tensor } from "../../../tensor/mod.ts";

const numbers = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 3, maxLength: 3 });
const snapshots = fc.array(numbers, { minLength: 1, maxLength: 8 });
const values = (data: readonly number[]) => ({
  params: { x: tensor([...data], { dtype: "float64" }) },
  buffers: { mean: tensor(data[0], { dtype: "float64" }) },
});
type Model = ReturnType<typeof values>;
type State = torch.AveragedModelState<Model["params"], Model["buffers"]>;

Deno.test("after n updates the average is the mean of the snapshots, eager and compiled", () => {
  const model = torch.AveragedModel({ useBuffers: true });
  const program = compile((state: State, now: Model) => model.update(state, now));
  fc.assert(
    fc.property(snapshots, (list) => {
      let [eager, compiled] = [model.init(values(list[0])), model.init(values(list[0]))];
      for (const data of list) {
        eager = model.update(eager, values(data));
        compiled = program(compiled, values(data));
      }
      const mean = (i: number) => list.reduce((sum, data) => sum + data[i], 0) / list.length;
      for (const state of [eager, compiled]) {
        assertEquals(state.nAveraged, list.length);
        state.params.x.data().forEach((x, i) => assertAlmostEquals(x, mean(i), 1e-12));
        assertAlmostEquals(state.buffers.mean.item(), mean(0), 1e-12);
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("the moving average is its closed form, and buffers are those of the model", () => {
  fc.assert(
    fc.property(snapshots, fc.double({ min: 0, max: 1, noNaN: true }), (list, decay) => {
      const model = torch.AveragedModel({ avgFn: torch.getEmaAvgFn(decay) });
      let state: State = model.init(values(list[0]));
      for (const data of list) state = model.update(state, values(data));
      const expected = [0, 1, 2].map((i) =>
        list.slice(1).reduce((mean, data) => decay * mean + (1 - decay) * data[i], list[0][i])
      );
      state.params.x.data().forEach((x, i) => assertAlmostEquals(x, expected[i], 1e-12));
      assertEquals(state.buffers.mean.item(), list.at(-1)![0]);
    }),
    { numRuns: 30 },
  );
});

Deno.test("an average of one's own sees how many there were", () => {
  const seen: number[] = [];
  const avgFn = (averaged: Tensor, _current: Tensor, count: number) => (seen.push(count), averaged);
  const model = torch.AveragedModel({ avgFn });
  let state = model.init({ params: tensor(1) });
  for (const x of [2, 3, 4]) state = model.update(state, { params: tensor(x) });
  assertEquals([state.params.item(), ...seen], [2, 1, 2]);
});

Deno.test("bad input of averages is refused by name", () => {
  assertThrows(
    () => torch.getEmaAvgFn(1.1),
    RangeError,
    "getEmaAvgFn expects decay to be at least 0 and at most 1",
  );
  assertThrows(
    () => torch.AveragedModel({ avgFn: 1 as never }),
    TypeError,
    "AveragedModel expects avgFn to be a function but got a number",
  );
});
