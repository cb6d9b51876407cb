/**
 * Groups one after the other, each after what it depends on.
 *
 * @module
 */

/** Nodes in groups. */
export interface Grouped {
  /** The group of a node. */
  groupOf(node: number): number;
  /** The nodes of a group. */
  membersOf(group: number): readonly number[];
  /** The nodes that a node depends on. */
  before(node: number): readonly number[];
}

/** The groups of some nodes and those that they depend on, as they are met, but for what has to come before. */
export function inDependencyOrder(
  nodes: Iterable<number>,
  { groupOf, membersOf, before }: Grouped,
): readonly number[] {
  const result: number[] = [];
  const done = new Set<number>();
  // Long programs would fill the stack of calls.
  const open: { readonly group: number; member: number; edge: number }[] = [];
  const enter = (node: number): void => {
    const group = groupOf(node);
    if (done.has(group)) return;
    done.add(group);
    open.push({ group, member: 0, edge: 0 });
  };
  for (const node of nodes) {
    enter(node);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const members = membersOf(top.group);
      if (top.member === members.length) {
        result.push(top.group);
        open.pop();
        continue;
      }
      const list = before(members[top.member]);
      if (top.edge < list.length) enter(list[top.edge++]);
      else {
        top.member++;
        top.edge = 0;
      }
    }
  }
  return result;
}
