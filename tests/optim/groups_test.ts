/**
 * Tests of `groups`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { adamW, type Group, groups, rest, setToZero, sgd } from "../../optim/mod.ts";
import { tensor, zeros } from "../../tensor/mod.ts";

const params = {
  conv: { kernel: zeros([2]), bias: zeros([1]) },
  head: { kernel: zeros([1]) },
  gain: tensor(0),
};
const one = (learningRate: number) => sgd({ learningRate });

Deno.test("groups() gives each group its own transform and state", () => {
  const optimizer = groups([
    { name: "conv", select: "conv/**", transform: adamW({ learningRate: 0.1 }) },
    { name: "frozen", select: { conv: false, head: true, gain: false }, transform: setToZero() },
    { name: "others", select: rest, transform: one(2) },
  ]);
  const grads = {
    conv: { kernel: tensor([1, 1]), bias: tensor([1]) },
    head: { kernel: tensor([1]) },
    gain: tensor(1),
  };
  const state = optimizer.init(params);
  assertEquals(Object.keys(state), ["kind", "conv", "frozen", "others"]);
  const next = optimizer.step(state, grads, params);
  assertEquals(next.params.gain.item(), -2);
  assertEquals(next.params.head.kernel === params.head.kernel, true);
  assertEquals(next.state.conv.scaleByAdam.count, 1);
  const moment = next.state.conv.scaleByAdam.firstMoment as unknown as { readonly gain: unknown };
  assertEquals(moment.gain, null);
});

Deno.test("groups() does without a rest if every leaf has a group", () => {
  const optimizer = groups([
    { name: "kernels", select: "**/kernel", transform: one(1) },
    { name: "others", select: (path) => !path.endsWith("kernel"), transform: one(1) },
  ]);
  assertEquals(optimizer.init(params).kind, "groups");
});

Deno.test("groups() throws and lists the paths", () => {
  const init = (...list: Group[]): unknown => groups(list).init(params);
  const transform = one(1);
  assertThrows(
    () =>
      init({ name: "conv", select: "conv/**", transform }, {
        name: "kernels",
        select: "**/kernel",
        transform,
      }),
    RangeError,
    "groups expects every leaf in one group but got conv/kernel in conv and kernels",
  );
  assertThrows(
    () => init({ name: "conv", select: "conv/**", transform }),
    RangeError,
    "groups expects every leaf in one group but got head/kernel, gain in none",
  );
  assertThrows(
    () => init({ name: "stem", select: "stem/**", transform }, { name: "others", select: rest, transform }),
    RangeError,
    "groups expects stem to select a leaf but got none of conv/kernel, conv/bias, head/kernel, gain",
  );
});

Deno.test("groups() throws for groups that are not made as they should be", () => {
  const group = (name: string, select: Group["select"] = rest): Group => ({
    name,
    select,
    transform: one(1),
  });
  assertThrows(() => groups([]), RangeError, "at least one group");
  assertThrows(() => groups([group("a"), group("b")]), RangeError, "got two");
  assertThrows(() => groups([group("a"), group("a", "x")]), RangeError, "got a twice");
  assertThrows(() => groups([group("kind")]), RangeError);
  assertThrows(() => groups([group("a/b")]), RangeError);
  assertThrows(() => groups({} as Group[]), TypeError, "a list of groups");
  assertThrows(
    () => groups([{ ...group("a"), transform: {} as Group["transform"] }]),
    TypeError,
    "a transform",
  );
});
