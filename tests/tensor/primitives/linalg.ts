/**
 * The entries of linear algebra and of Fourier transforms.
 *
 * @module
 */
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { type Entry, entry, numbers } from "./entry.ts";

const SQUARE = [[2, 3, 3]];
const LARGE_SQUARE = [[300, 8, 8]];
const TALL = [[2, 4, 3]];
const LARGE_TALL = [[300, 9, 5]];

/** Symmetric positive definite matrices out of any. */
function definite(x: Tensor): Tensor {
  const n = x.shape[x.rank - 1];
  return t.add(t.matmul(x, t.swapAxes(x, -1, -2)), t.multiply(t.eye(n, { dtype: x.dtype }), n));
}

/** An entry of matrices whose eigenvalues lie well apart, so that single precision is enough. */
function spread(f: (x: Tensor) => Tensor): Entry {
  const diagonal = (x: Tensor): Tensor => {
    const n = x.shape[x.rank - 1];
    return t.multiply(t.eye(n, { dtype: x.dtype }), t.arange(n, { dtype: x.dtype }));
  };
  return {
    f: (x) => f(t.add(t.multiply(x, 0.1), diagonal(x))),
    order: 2,
    small: () => [numbers([2, 3, 3], -2, 2)],
    large: () => [numbers([300, 8, 8], -2, 2, "float32")],
  };
}

/** By the names of the primitives. */
export const LINALG: Readonly<Record<string, Entry>> = {
  cholesky: entry((x) => t.cholesky(definite(x)), SQUARE, LARGE_SQUARE),
  triangularSolve: entry(
    (x) => t.triangularSolve(definite(x), x, { leftSide: false, lower: false }),
    SQUARE,
    LARGE_SQUARE,
  ),
  solve: entry((x) => t.solve(definite(x), x), SQUARE, LARGE_SQUARE),
  det: entry((x) => t.det(t.multiply(definite(x), 0.1)), SQUARE, LARGE_SQUARE),
  cofactor: entry(
    (x) => t.grad((y: Tensor) => t.sum(t.det(y)))(t.multiply(definite(x), 0.1)),
    SQUARE,
    LARGE_SQUARE,
  ),
  slogdet: entry((x) => t.slogdet(definite(x)).logAbs, SQUARE, LARGE_SQUARE),
  qr: entry(
    (x) => {
      const { q, r } = t.qr(x);
      return t.matmul(t.sin(q), r);
    },
    TALL,
    LARGE_TALL,
  ),
  eigh: spread((x) => {
    const { values, vectors } = t.eigh(x);
    return t.matmul(t.square(vectors), t.expandDims(values, -1));
  }),
  svd: spread((x) => {
    const { u, s, vt } = t.svd(x);
    return t.add(t.square(vt), t.multiply(t.square(u), t.expandDims(s, -2)));
  }),
  pinv: entry((x) => t.pinv(x), TALL, LARGE_TALL),
  lstsq: entry((x) => t.lstsq(x, t.sin(x)).x, [[4, 3]], [[150, 70]]),
  expm: entry((x) => t.expm(t.multiply(x, 0.3)), SQUARE, LARGE_SQUARE),
  fourier: entry(
    (x) => {
      const { real, imag } = t.fft({ real: x, imag: t.multiply(x, 0) });
      return t.multiply(real, t.sin(imag));
    },
    [[2, 5]],
    [[300, 24]],
  ),
  fourierOfReal: entry(
    (x) => {
      const { real, imag } = t.fft(x);
      return t.multiply(real, t.sin(imag));
    },
    [[2, 5]],
    [[300, 24]],
  ),
  fourierToReal: entry(
    (x) => t.sin(t.irfft({ real: x, imag: x }, { norm: "forward" })),
    [[2, 5]],
    [[300, 24]],
  ),
};
