/**
 * What the entries of linear algebra and Fourier transforms compute, on plain arrays, by the first algorithms of a
 * textbook.
 *
 * @module
 */
import { build, elementAt, type Plain } from "../../ops/reference.ts";
import type { Reference } from "./reference.ts";

/** Rows of a matrix. */
type Matrix = readonly (readonly number[])[];

const matrix = (rows: number, columns: number, f: (i: number, j: number) => number): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => f(i, j)));
const identity = (n: number, scale = 1): Matrix => matrix(n, n, (i, j) => i === j ? scale : 0);
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * b[i], 0);
const turned = (a: Matrix): Matrix => matrix(a[0].length, a.length, (i, j) => a[j][i]);
const times = (a: Matrix, b: Matrix): Matrix =>
  matrix(a.length, b[0].length, (i, j) => dot(a[i], b.map((row) => row[j])));
const plus = (a: Matrix, b: Matrix): Matrix => matrix(a.length, a[0].length, (i, j) => a[i][j] + b[i][j]);
const scaled = (a: Matrix, factor: number): Matrix => a.map((row) => row.map((x) => x * factor));
const mapped = (a: Matrix, f: (x: number) => number): Matrix => a.map((row) => row.map(f));

/** The same function of every matrix of a batch. */
const each = (f: (a: Matrix) => Matrix): Reference => (x) => {
  const [rows, columns] = x.shape.slice(-2);
  const batch = x.shape.slice(0, -2);
  const of = (lead: readonly number[]): Matrix =>
    matrix(rows, columns, (i, j) => elementAt(x, [...lead, i, j]));
  const like = f(of(batch.map(() => 0)));
  const results = new Map<string, Matrix>();
  return build([...batch, like.length, like[0].length], (position) => {
    const lead = position.slice(0, -2);
    const result = results.get(`${lead}`) ?? f(of(lead));
    results.set(`${lead}`, result);
    return result[position.at(-2)!][position.at(-1)!];
  });
};

const eachNumber = (f: (a: Matrix) => number): Reference => (x) => {
  const { shape, data } = each((a) => [[f(a)]])(x);
  return { shape: shape.slice(0, -2), data };
};

/** Gauss's elimination with pivots: the solution, and the determinant. */
function eliminate(a: Matrix, b: Matrix): { readonly solution: Matrix; readonly det: number } {
  const rows = a.map((row, i) => [...row, ...b[i]]);
  const n = a.length;
  let det = 1;
  for (let k = 0; k < n; k++) {
    const pivot = rows.slice(k).reduce(
      (best, row, i) => Math.abs(row[k]) > Math.abs(rows[best][k]) ? i + k : best,
      k,
    );
    if (pivot !== k) {
      [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
      det = -det;
    }
    det *= rows[k][k];
    rows[k] = rows[k].map((x) => x / rows[k][k]);
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k];
      rows[i] = rows[i].map((x, j) => x - factor * rows[k][j]);
    }
  }
  return { solution: rows.map((row) => row.slice(n)), det };
}

const solve = (a: Matrix, b: Matrix): Matrix => eliminate(a, b).solution;
const det = (a: Matrix): number => eliminate(a, identity(a.length)).det;
const inverse = (a: Matrix): Matrix => solve(a, identity(a.length));

/** As the entries have it. */
const definite = (a: Matrix): Matrix => plus(times(a, turned(a)), identity(a.length, a.length));

function cholesky(a: Matrix): Matrix {
  const lower = a.map((row) => row.map(() => 0));
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const rest = row[j] - dot(lower[i].slice(0, j), lower[j].slice(0, j));
      lower[i][j] = i === j ? Math.sqrt(rest) : rest / lower[j][j];
    }
  });
  return lower;
}

/** Gram and Schmidt's columns, with signs of their own. */
function qr(a: Matrix): { readonly q: Matrix; readonly r: Matrix } {
  const columns: number[][] = [];
  for (const column of turned(a)) {
    let rest = [...column];
    // Twice is enough for orthogonality up to rounding.
    for (let round = 0; round < 2; round++) {
      for (const q of columns) {
        const along = dot(q, rest);
        rest = rest.map((x, i) => x - along * q[i]);
      }
    }
    const length = Math.sqrt(dot(rest, rest));
    columns.push(rest.map((x) => x / length));
  }
  const q = turned(columns);
  return { q, r: mapped(times(turned(q), a), (x) => x) };
}

/** Jacobi's rotations of a symmetric matrix, with eigenvalues in ascending order. */
function eigh(a: Matrix): { readonly values: readonly number[]; readonly vectors: Matrix } {
  const n = a.length;
  let [rest, vectors] = [a, identity(n)];
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const angle = Math.atan2(2 * rest[p][q], rest[q][q] - rest[p][p]) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const turn = matrix(n, n, (i, j) => {
          if (i === p && j === q) return s;
          if (i === q && j === p) return -s;
          return i !== j ? 0 : i === p || i === q ? c : 1;
        });
        rest = times(turned(turn), times(rest, turn));
        vectors = times(vectors, turn);
      }
    }
  }
  const order = rest.map((_, i) => i).sort((i, j) => rest[i][i] - rest[j][j]);
  return { values: order.map((i) => rest[i][i]), vectors: vectors.map((row) => order.map((i) => row[i])) };
}

/** A tenth of a matrix with 0, 1, 2, ... added to its diagonal, as the entries have it. */
const spread = (a: Matrix): Matrix => matrix(a.length, a.length, (i, j) => 0.1 * a[i][j] + (i === j ? i : 0));

/** Of the symmetric part of a matrix. */
const symmetric = (a: Matrix): Matrix => scaled(plus(a, turned(a)), 0.5);

function expm(a: Matrix): Matrix {
  let [term, total] = [identity(a.length), identity(a.length)];
  for (let k = 1; k < 80; k++) {
    term = scaled(times(term, a), 1 / k);
    total = plus(total, term);
  }
  return total;
}

/** The real parts of the spectra of lines times the sines of the imaginary ones. */
function spectrum(x: Plain): Plain {
  const n = x.shape[1];
  const parts = (wave: (angle: number) => number): Plain =>
    build(x.shape, ([row, k]) => {
      let total = 0;
      for (let j = 0; j < n; j++) total += elementAt(x, [row, j]) * wave(-2 * Math.PI * ((j * k) % n) / n);
      return total;
    });
  const [real, imag] = [parts(Math.cos), parts(Math.sin)];
  return { shape: x.shape, data: real.data.map((value, i) => value * Math.sin(imag.data[i])) };
}

/** By the names of the primitives. */
export const LINALG: Readonly<Record<string, Reference>> = {
  cholesky: each((a) => cholesky(definite(a))),
  triangularSolve: each((a) => {
    const upper = definite(a).map((row, i) => row.map((x, j) => j < i ? 0 : x));
    return times(a, inverse(upper));
  }),
  solve: each((a) => solve(definite(a), a)),
  det: eachNumber((a) => det(scaled(definite(a), 0.1))),
  cofactor: each((a) => {
    const given = scaled(definite(a), 0.1);
    return scaled(turned(inverse(given)), det(given));
  }),
  slogdet: eachNumber((a) => Math.log(Math.abs(det(definite(a))))),
  // The sine is odd, so that the signs of the columns cancel.
  qr: each((a) => {
    const { q, r } = qr(a);
    return times(mapped(q, Math.sin), r);
  }),
  eigh: each((a) => {
    const { values, vectors } = eigh(symmetric(spread(a)));
    return times(mapped(vectors, (x) => x * x), values.map((value) => [value]));
  }),
  svd: each((a) => {
    const given = spread(a);
    const right = eigh(times(turned(given), given));
    const sizes = right.values.map((value) => Math.sqrt(Math.max(0, value))).reverse();
    const v = right.vectors.map((row) => row.toReversed());
    const left = eigh(times(given, turned(given))).vectors.map((row) => row.toReversed());
    return plus(
      mapped(turned(v), (x) => x * x),
      left.map((row) => row.map((x, j) => x * x * sizes[j])),
    );
  }),
  pinv: each((a) => solve(times(turned(a), a), turned(a))),
  lstsq: each((a) => solve(times(turned(a), a), times(turned(a), mapped(a, Math.sin)))),
  expm: each((a) => expm(scaled(a, 0.3))),
  fourier: spectrum,
  fourierOfReal: spectrum,
  fourierToReal: (x) => {
    const m = x.shape[1];
    const n = 2 * (m - 1);
    return build([x.shape[0], n], ([row, j]) => {
      let total = 0;
      for (let k = 0; k < n; k++) {
        const angle = 2 * Math.PI * ((j * k) % n) / n;
        const [value, sign] = k < m ? [elementAt(x, [row, k]), 1] : [elementAt(x, [row, n - k]), -1];
        total += value * (Math.cos(angle) - sign * Math.sin(angle));
      }
      return Math.sin(total);
    });
  },
};

/** The solution of a system of a plain matrix and vector. */
export function solved(a: Plain, b: Plain): Plain {
  const n = b.shape[0];
  const rows = matrix(n, n, (i, j) => elementAt(a, [i, j]));
  return { shape: [n], data: solve(rows, b.data.map((x) => [x])).map(([x]) => x) };
}
