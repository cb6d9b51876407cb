/**
 * Groups of the nodes of a graph without cycles, such that the graph of the groups has none either.
 *
 * Groups are kept in an order that follows their edges. A path from one to another can only lead through those between
 * them, and a search for it goes along from both ends: most of what is joined lies side by side from one of them. Where
 * there is a path, it is mostly one of the longest, which are known beforehand.
 *
 * @module
 */
import { longestPaths, type PathTree } from "./longest_paths.ts";
import { OrderedList } from "./ordered_list.ts";

/** For each node some others. */
export type Edges = readonly (readonly number[])[];

/** A search of groups in the order in which it finds them. */
interface Search {
  readonly found: number[];
  /** What is looked at: a place in `found`, a member of that group, an edge of that. */
  at: number;
  member: number;
  edge: number;
}

/** A search from a group. */
function start(search: Search, group: number): void {
  search.found.length = 1;
  search.found[0] = group;
  search.at = search.member = search.edge = 0;
}

/** Groups of nodes, which go by one of their nodes; at first each node is a group. */
export class AcyclicGroups {
  readonly #before: Edges;
  readonly #after: Edges;
  readonly #parents: Int32Array;
  readonly #members: number[][];
  readonly #order: OrderedList;
  readonly #paths: PathTree;
  /** The last search that has found a group. */
  readonly #seen: Int32Array;
  #searches = 0;
  // One of each at a time is all that there is.
  readonly #forward: Search = { found: [], at: 0, member: 0, edge: 0 };
  readonly #backward: Search = { found: [], at: 0, member: 0, edge: 0 };

  /** `before` has for each node those that lead to it, which are earlier, and `after` those that it leads to. */
  constructor(before: Edges, after: Edges) {
    this.#before = before;
    this.#after = after;
    this.#parents = Int32Array.from(before, (_, i) => i);
    this.#members = before.map((_, i) => [i]);
    this.#order = new OrderedList(before.length);
    this.#paths = longestPaths(before);
    this.#seen = new Int32Array(before.length);
  }

  /** The group of a node. */
  groupOf(node: number): number {
    const parents = this.#parents;
    while (parents[node] !== node) node = parents[node] = parents[parents[node]];
    return node;
  }

  /** The nodes of a group in the order in which they were joined. */
  membersOf(group: number): readonly number[] {
    return this.#members[group];
  }

  /** Makes the nodes of a group those of another, after its own, unless a path leads from one to the other by a third. */
  join(group: number, other: number): boolean {
    const order = this.#order;
    const [first, last] = order.isBefore(group, other) ? [group, other] : [other, group];
    const between = this.#between(first, last);
    if (between === null) return false;
    // What leads to the last one goes before both, or else what the first one leads to after both.
    let at = between.leads ? first : last;
    if (at !== group) order.moveBefore(group, at);
    if (between.leads) order.sorted(between.groups).forEach((one) => order.moveBefore(one, group));
    else {
      for (const one of order.sorted(between.groups)) {
        order.moveAfter(one, at);
        at = one;
      }
    }
    order.remove(other);
    this.#parents[other] = group;
    for (const node of this.#members[other]) this.#members[group].push(node);
    this.#members[other] = [];
    return true;
  }

  /** Makes each node of a group a group again. */
  split(group: number): void {
    const members = this.#members[group];
    let last = group;
    for (const node of members.toSorted((a, b) => a - b)) {
      this.#parents[node] = node;
      this.#members[node] = [node];
      if (node < group) this.#order.moveBefore(node, group);
      else if (node > group) {
        this.#order.moveAfter(node, last);
        last = node;
      }
    }
  }

  /**
   * The groups between two, of which `first` is before `last`, that lead to the last one, or those that the first one
   * leads to; null where one does both.
   */
  #between(
    first: number,
    last: number,
  ): { readonly groups: readonly number[]; readonly leads: boolean } | null {
    const seen = this.#seen;
    const forward = this.#forward;
    const backward = this.#backward;
    const down = ++this.#searches;
    const up = ++this.#searches;
    start(forward, first);
    start(backward, last);
    for (;;) {
      const earlier = this.#next(backward, this.#before);
      if (earlier < 0) return { groups: backward.found.slice(1), leads: true };
      const above = this.groupOf(earlier);
      if (above === first) {
        if (backward.at > 0) return null;
      } else if (above !== last && seen[above] !== up && this.#order.isBefore(first, above)) {
        if (seen[above] === down || this.#members[first].some((node) => this.#isAbove(node, earlier))) {
          return null;
        }
        seen[above] = up;
        backward.found.push(above);
      }
      const later = this.#next(forward, this.#after);
      if (later < 0) return { groups: forward.found.slice(1), leads: false };
      const below = this.groupOf(later);
      if (below === last) {
        if (forward.at > 0) return null;
      } else if (below !== first && seen[below] !== down && this.#order.isBefore(below, last)) {
        if (seen[below] === up || this.#members[last].some((node) => this.#isAbove(later, node))) return null;
        seen[below] = down;
        forward.found.push(below);
      }
    }
  }

  /** The node at the end of the next edge of a search; -1 where there is none. */
  #next(search: Search, edges: Edges): number {
    for (; search.at < search.found.length; search.at++, search.member = 0) {
      const members = this.#members[search.found[search.at]];
      for (; search.member < members.length; search.member++, search.edge = 0) {
        const list = edges[members[search.member]];
        if (search.edge < list.length) return list[search.edge++];
      }
    }
    return -1;
  }

  /** Whether the longest path to a node leads over another. */
  #isAbove(node: number, other: number): boolean {
    const { places, ends } = this.#paths;
    return places[node] <= places[other] && places[other] < ends[node];
  }
}
