/**
 * Symmetric matrices to three diagonals by reflections, in float64 memory.
 *
 * @module
 */
import type { Steps } from "./steps.ts";

/**
 * Takes a symmetric matrix A of n rows, which lie `step` apart, to its diagonal `d` and what is beside it, `e`, by
 * reflections: reflection j, from place j + 1 on, is row j of V, whose rows lie `vRow` apart, and its scale lies at
 * `scales + j scaleStep`. A is changed by `block` reflections at once (Dongarra, Sorensen and Hammarling, 1989); `pairs` is
 * room for 2 block rows, and `room` for as many elements.
 */
export const tridiagonalize: Steps["tridiagonalize"] = (
  p,
  steps,
  a,
  step,
  v,
  vRow,
  scales,
  scaleStep,
  d,
  e,
  pairs,
  block,
  room,
  n,
) => {
  for (let begin = 0; begin < n; begin += block) {
    const end = Math.min(n, begin + block);
    let isChanged = false;
    // A - v y^T - y v^T for each reflection. The v grow upwards from the middle of the pairs, the y downwards, so that either
    // one meets the other where one order of rows meets its reverse.
    for (let j = begin, k = 0; j < end; j++, k++) {
      const m = n - j - 1, row = a + j * (step + 1), from = v + j * vRow + j + 1;
      const top = pairs + (block - k) * step + j, bottom = top + (2 * k - 1) * step;
      if (k > 0) steps.multiply(row, m + 1, bottom, 0, -step, top, step, 1, 1, 2 * k, m + 1, -1);
      p[d + j] = p[row];
      p[e + j] = p[scales + j * scaleStep] = 0;
      if (m === 0) break;
      const scale = steps.reflector(p, row + 1, 1, m, from, 1);
      const before = top - step + 1, y = bottom + step + 1;
      p[scales + j * scaleStep] = scale;
      p[e + j] = p[row + 1];
      if (scale === 0) {
        for (let i = 0; i < m; i++) p[before + i] = p[y + i] = 0;
        continue;
      }
      isChanged = true;
      for (let i = 0; i < m; i++) p[before + i] = p[from + i];
      steps.multiply(y, 1, row + step + 1, step, 1, from, 1, 1, m, m, 1, 0);
      if (k > 0) {
        steps.multiply(room, 1, top + 1, step, 1, from, 1, 1, 2 * k, m, 1, 0);
        steps.multiply(y, m, room + 2 * k - 1, 0, -1, top + 1, step, 1, 1, 2 * k, m, -1);
      }
      let along = 0;
      for (let i = 0; i < m; i++) along += p[y + i] * p[from + i];
      const share = scale * along / 2;
      for (let i = 0; i < m; i++) p[y + i] = scale * (p[y + i] - share * p[from + i]);
    }
    const m = n - end, left = pairs + end;
    if (m === 0 || !isChanged) continue;
    const right = left + (2 * block - 1) * step;
    steps.multiply(a + end * (step + 1), step, left, 1, step, right, -step, 1, m, 2 * block, m, -1);
  }
};
