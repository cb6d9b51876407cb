import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  adam,
  type AnyTransform,
  chain,
  clipByGlobalNorm,
  describe,
  groups,
  hyperparameters,
  identity,
  labelsByPath,
  partition,
  rest,
  setToZero,
  sgd,
} from "../../optim/mod.ts";
import { tensor } from "../../tensor/mod.ts";

const params = { stem: { kernel: tensor([1, 2]), bias: tensor(3) }, head: tensor([4]) };
const transforms = { slow: sgd({ learningRate: 1 }), fast: adam({ learningRate: 2 }) };

Deno.test("partition() takes labels as a tree, a prefix, a function and patterns", () => {
  const all = [
    { stem: { kernel: "fast", bias: "slow" }, head: "slow" },
    () => ({ stem: { kernel: "fast", bias: "slow" }, head: "slow" }),
    labelsByPath([["*/kernel", "fast"], ["**", "slow"]]),
  ].map((labels) => partition(transforms, labels));
  for (const optimizer of all) {
    const { state, params: next } = optimizer.step(optimizer.init(params), params, params);
    assertEquals([next.stem.bias.item(), next.head.item()], [0, 0]);
    assertEquals(state.fast.scaleByAdam.count, 1);
    assertEquals(hyperparameters(state)["slow/learningRate"], 1);
    assertEquals(describe(optimizer, params).rows.map(({ group, elements }) => [group, elements]), [
      ["slow", 2],
      ["fast", 2],
    ]);
  }
});

Deno.test("partition() has a state for labels that no leaf has", () => {
  const optimizer = partition(transforms, { stem: "slow", head: "slow" });
  const { state, params: next } = optimizer.step(optimizer.init(params), params, params);
  assertEquals([Object.keys(state), next.head.item()], [["kind", "slow", "fast"], 0]);
});

Deno.test("partition() of holes alone is nothing", () => {
  const holes = { stem: null, head: null };
  const optimizer = partition(transforms, { stem: "slow", head: "fast" });
  assertEquals(optimizer.step(optimizer.init(holes), holes, holes).params, holes);
});

Deno.test("partition() throws and lists the paths", () => {
  assertThrows(
    () => partition(transforms, { stem: { kernel: "quick", bias: "slow" }, head: "none" }).init(params),
    RangeError,
    "partition expects the labels slow, fast but got quick for stem/kernel, none for head",
  );
  assertThrows(
    () => partition(transforms, { stem: "slow" }).init(params),
    TypeError,
    "partition expects labels of the params' structure but got { stem } for { stem, head } at the root",
  );
  assertThrows(
    () => partition(transforms, labelsByPath([["stem/*", "slow"]])).init(params),
    RangeError,
    "labelsByPath expects a pattern for every leaf but got none for head",
  );
  assertThrows(() => partition({}, "a"), TypeError, "a transform for each label");
  assertThrows(() => partition({ a: 1 as unknown as AnyTransform }, "a"), TypeError, "a transform");
});

Deno.test("clipByGlobalNorm() sees the whole tree outside of groups, and a group inside of one", () => {
  const grads = { stem: { kernel: tensor([3, 4]), bias: tensor(0) }, head: tensor([12]) };
  const split = (inner: AnyTransform) =>
    groups([
      { name: "stem", select: "stem/**", transform: inner },
      { name: "head", select: rest, transform: inner },
    ]);
  const updatesOf = (transform: AnyTransform): unknown => {
    const optimizer = transform as ReturnType<typeof identity>;
    const { updates } = optimizer.update(optimizer.init(params), grads, params);
    return [updates.stem.kernel.toArray(), updates.head.toArray()].flat(2);
  };
  // The norm of the tree is 13, those of the groups are 5 and 12.
  const clip = clipByGlobalNorm(6.5);
  assertEquals(updatesOf(chain(clip, split(identity()))), [1.5, 2, 6]);
  assertEquals(updatesOf(split(clip)), [3, 4, 6.5]);
  assertEquals(updatesOf(partition({ a: clip, b: clip }, { stem: "a", head: "b" })), [3, 4, 6.5]);
  // A frozen group has a part in the norm of the tree as long as it has gradients.
  const frozen = chain(
    clip,
    groups([{ name: "stem", select: "stem/**", transform: setToZero() }, {
      name: "head",
      select: rest,
      transform: identity(),
    }]),
  );
  assertEquals(updatesOf(frozen), [0, 0, 6]);
});
