import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { AcyclicGroups, type Edges } from "../../../../tensor/compile/graph/acyclic_groups.ts";
import { inDependencyOrder } from "../../../../tensor/compile/graph/dependency_order.ts";

/** For each node those that it leads to. */
function reversed(before: Edges): readonly number[][] {
  const after: number[][] = before.map(() => []);
  before.forEach((list, i) => list.forEach((from) => after[from].push(i)));
  return after;
}

/** Graphs without cycles, whose nodes come after those that lead to them. */
const graphs = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.tuple(
    ...Array.from(
      { length: count },
      (_, i): fc.Arbitrary<number[]> =>
        i === 0 ? fc.constant([]) : fc.array(fc.nat(i - 1), { maxLength: Math.min(3, i) }),
    ),
  )
);

/** Whether a path leads from one group to another through a third. */
function leadsByThird(after: Edges, groups: readonly number[], from: number, to: number): boolean {
  const open = [from];
  const seen = new Set(open);
  for (const group of open) {
    for (const [node, own] of groups.entries()) {
      if (own !== group) continue;
      for (const next of after[node].map((other) => groups[other])) {
        if (next === to && group !== from) return true;
        if (next === to || seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
  }
  return false;
}

Deno.test("join() joins groups unless a path leads from one to the other through a third, and split() undoes it", () => {
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 5 })), { maxLength: 60 });
  fc.assert(fc.property(graphs, steps, (before, steps) => {
    const after = reversed(before);
    const groups = new AcyclicGroups(before, after);
    let expected = before.map((_, i) => i);
    for (const [one, other, action] of steps) {
      const [a, b] = [one, other].map((node) => groups.groupOf(node % before.length));
      if (action === 0) {
        groups.split(a);
        expected = expected.map((group, i) => group === a ? i : group);
      } else if (a !== b) {
        const cyclic = leadsByThird(after, expected, a, b) || leadsByThird(after, expected, b, a);
        assertEquals(groups.join(a, b), !cyclic);
        if (!cyclic) expected = expected.map((group) => group === b ? a : group);
      }
      assertEquals(before.map((_, i) => groups.groupOf(i)), expected);
      for (const group of new Set(expected)) {
        const members = expected.flatMap((own, i) => own === group ? [i] : []);
        assertEquals(groups.membersOf(group).toSorted((x, y) => x - y), members);
      }
    }
  }));
});

Deno.test("inDependencyOrder() has each group after those that lead to it", () => {
  fc.assert(
    fc.property(graphs, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }), (before, pairs) => {
      const groups = new AcyclicGroups(before, reversed(before));
      for (const pair of pairs) {
        const [a, b] = pair.map((node) => groups.groupOf(node % before.length));
        if (a !== b) groups.join(a, b);
      }
      const order = inDependencyOrder(before.keys(), {
        groupOf: (node) => groups.groupOf(node),
        membersOf: (group) => groups.membersOf(group),
        before: (node) => before[node],
      });
      assertEquals([...order].sort(), [...new Set(before.keys().map((node) => groups.groupOf(node)))].sort());
      const place = new Map(order.map((group, i) => [group, i]));
      before.forEach((list, i) =>
        list.forEach((from) => {
          const [earlier, later] = [from, i].map((node) => place.get(groups.groupOf(node))!);
          assertEquals(earlier <= later, true);
        })
      );
    }),
  );
});

/**
 * How many lists of edges are looked at to join what a gradient joins, in a chain of so many links: values 2i lead to
 * the next ones, and what is made of each of them goes back from the last to the first.
 */
function lookedAt(links: number): number {
  const before: number[][] = [[]];
  for (let i = 1; i <= links; i++) before.push([i - 1]);
  for (let i = links; i > 0; i--) {
    const back = before.length - 1;
    const own = before.push([i - 1]) - 1;
    before.push([back, own]);
  }
  let looked = 0;
  const counted = (edges: Edges): Edges =>
    new Proxy(edges, {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) looked++;
        return Reflect.get(target, key);
      },
    });
  const groups = new AcyclicGroups(before, counted(reversed(before)));
  looked = 0;
  before.forEach((list, i) => {
    for (const from of list) {
      const [a, b] = [groups.groupOf(from), groups.groupOf(i)];
      if (a !== b && groups.membersOf(a).length + groups.membersOf(b).length < 8) groups.join(a, b);
    }
  });
  return looked;
}

Deno.test("searches for paths along a chain and back take work in proportion to its length", () => {
  const [short, long] = [lookedAt(200), lookedAt(1600)];
  assertEquals(long <= 12 * short, true, `${short} and ${long}`);
});
