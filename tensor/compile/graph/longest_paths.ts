/**
 * Ways through a graph that are known beforehand.
 *
 * @module
 */

/** A tree that has each node below the last node of the longest path to it. */
export interface PathTree {
  /** Places of nodes, each before those below it, which follow it. */
  readonly places: Int32Array;
  /** For each node the place after the last one below it. */
  readonly ends: Int32Array;
}

/** The tree of the longest paths to nodes, of which `before` has the earlier ones that lead to each. */
export function longestPaths(before: readonly (readonly number[])[]): PathTree {
  const count = before.length;
  const [lengths, parents] = [new Int32Array(count), new Int32Array(count).fill(-1)];
  for (let i = 0; i < count; i++) {
    for (const from of before[i]) {
      if (lengths[from] < lengths[i]) continue;
      lengths[i] = lengths[from] + 1;
      parents[i] = from;
    }
  }
  const sizes = new Int32Array(count).fill(1);
  for (let i = count - 1; i >= 0; i--) if (parents[i] >= 0) sizes[parents[i]] += sizes[i];
  const [places, ends, free] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  let roots = 0;
  for (let i = 0; i < count; i++) {
    const parent = parents[i];
    if (parent < 0) {
      places[i] = roots;
      roots += sizes[i];
    } else {
      places[i] = free[parent];
      free[parent] += sizes[i];
    }
    free[i] = places[i] + 1;
    ends[i] = places[i] + sizes[i];
  }
  return { places, ends };
}
