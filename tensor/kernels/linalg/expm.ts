/**
 * The exponential of a matrix.
 *
 * @module
 */
import type { MatrixLoop } from "./steps.ts";

/**
 * The sum of `A^k / k!` by scaling, a Padé approximant of degree 13 and squaring (Higham, 2005) in double precision.
 * Arguments: addresses of A [n, n], of the result and of a float64 area of n (7 step + 1) elements a matrix; n, step. Units
 * are matrices.
 */
export const expmLoop: MatrixLoop = (p, x, at, begin, end, steps) => {
  const n = p[at + 3], step = p[at + 4], size = n * step;
  const B = [
    64764752532480000,
    32382376266240000,
    7771770303897600,
    1187353796428800,
    129060195264000,
    10559470521600,
    670442572800,
    33522128640,
    1323241920,
    40840800,
    960960,
    16380,
    182,
    1,
  ];
  const product = (left: number, right: number, to: number): void =>
    steps.multiply(to, step, left, step, 1, right, step, 1, n, n, n, 0);
  for (let unit = begin; unit < end; unit++) {
    const from = p[at] + unit * n * n,
      to = p[at + 1] + unit * n * n,
      w = p[at + 2] + begin * n * (7 * step + 1);
    const pivots = w + 7 * size;
    const [a, a2, a4, a6, u, v, t] = [0, 1, 2, 3, 4, 5, 6].map((i) => w + i * size);
    let norm = 0;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.abs(x[from + i * n + j]);
      norm = sum <= norm ? norm : sum;
    }
    if (!(norm < Infinity)) {
      x.fill(NaN, to, to + n * n);
      continue;
    }
    const squarings = norm > 5.371920351148152 ? Math.ceil(Math.log2(norm / 5.371920351148152)) : 0;
    const scale = 2 ** -squarings;
    // What lies between rows is carried along.
    for (let i = 0; i < 7 * size && step > n; i++) p[w + i] = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) p[a + i * step + j] = x[from + i * n + j] * scale;
    }
    product(a, a, a2);
    product(a2, a2, a4);
    product(a4, a2, a6);
    for (let i = 0; i < size; i++) {
      p[v + i] = B[13] * p[a6 + i] + B[11] * p[a4 + i] + B[9] * p[a2 + i];
    }
    product(a6, v, t);
    for (let i = 0; i < size; i++) {
      p[t + i] += B[7] * p[a6 + i] + B[5] * p[a4 + i] + B[3] * p[a2 + i];
    }
    for (let i = 0; i < n; i++) p[t + i * (step + 1)] += B[1];
    product(a, t, u);
    for (let i = 0; i < size; i++) {
      p[t + i] = B[12] * p[a6 + i] + B[10] * p[a4 + i] + B[8] * p[a2 + i];
    }
    product(a6, t, v);
    for (let i = 0; i < size; i++) {
      p[v + i] += B[6] * p[a6 + i] + B[4] * p[a4 + i] + B[2] * p[a2 + i];
    }
    for (let i = 0; i < n; i++) p[v + i * (step + 1)] += B[0];
    // (V - U) X = V + U by elimination with partial pivoting.
    for (let i = 0; i < size; i++) {
      p[a + i] = p[v + i] - p[u + i];
      p[t + i] = p[v + i] + p[u + i];
    }
    steps.eliminate(p, steps, a, step, n, 0, n, pivots);
    for (let i = 0; i < n; i++) steps.exchangeRows(p, t + i * step, t + p[pivots + i] * step, 0, n);
    steps.substitute(p, steps, a, step, 1, n, true, true, t, step, n);
    steps.substitute(p, steps, a, step, 1, n, false, false, t, step, n);
    let result = t, other = u;
    for (let i = 0; i < squarings; i++) {
      product(result, result, other);
      [result, other] = [other, result];
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) x[to + i * n + j] = p[result + i * step + j];
  }
};
