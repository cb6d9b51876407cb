/**
 * The fixed functions whose transforms the golden files hold.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** A function of trees. */
// deno-lint-ignore no-explicit-any -- every function of the table has other arguments
export type GoldenFunction = (...args: any[]) => unknown;

const { add, divide, exp, matmul, multiply, sin, square, subtract, sum, tanh } = t;

interface Mlp {
  readonly hidden: { readonly kernel: Tensor; readonly bias: Tensor };
  readonly out: { readonly kernel: Tensor; readonly bias: Tensor };
}

function mlp(p: Mlp, x: Tensor): Tensor {
  const hidden = tanh(add(matmul(x, p.hidden.kernel), p.hidden.bias));
  return add(matmul(hidden, p.out.kernel), p.out.bias);
}

function rnn(w: Tensor, u: Tensor, h0: Tensor, xs: Tensor): [Tensor, Tensor] {
  return t.scan(
    (h: Tensor, x: Tensor) => {
      const next = tanh(add(matmul(h, w), matmul(x, u)));
      return [next, sum(square(next))];
    },
    h0,
    xs,
  );
}

function block(w: Tensor, x: Tensor): Tensor {
  return add(sin(matmul(x, w)), x);
}

/** The numbers 1 to n like a vector. */
function ranks(like: Tensor): Tensor {
  return t.arange(like.shape[0] + 1, { start: 1, dtype: like.dtype });
}

const clipGradient = t.customVjp((x: Tensor) => x, { pullback: (_, g) => [t.clip(g, { min: -1, max: 1 })] });

/** The reference runs the function itself forward, with its own rule, so that forward mode has none there either. */
function withRule(f: (x: Tensor) => Tensor, pull: (x: Tensor, g: Tensor) => Tensor): (x: Tensor) => Tensor {
  const itself = t.customVjp(f, { pullback: ({ args: [x] }, g) => [pull(x, g)] });
  return t.customVjp(f, {
    forward: (x: Tensor) => [itself(x), x],
    pullback: (x: Tensor, g) => [pull(x, g)],
  });
}

const log1pexp = withRule(
  (x) => t.log1p(exp(x)),
  (x, g) => multiply(g, subtract(1, divide(1, add(1, exp(x))))),
);

const wrongRule = withRule(
  (x) => sum(square(x)),
  (x, g) => multiply(multiply(g, 10), t.onesLike(x)),
);

const scalarFunctions = {
  tanh,
  sigmoid: t.sigmoid,
  softplus: t.softplus,
  gelu: (x: Tensor) => t.gelu(x),
  gelu_tanh: (x: Tensor) => t.gelu(x, { approximate: "tanh" }),
  silu: t.silu,
  erf: t.erf,
  log: t.log,
  sqrt: t.sqrt,
  rsqrt: t.rsqrt,
  cbrt: t.cbrt,
  lgamma: t.lgamma,
  abs: t.abs,
  relu: t.relu,
  elu: (x: Tensor) => t.elu(x),
  tan: t.tan,
  asinh: t.asinh,
  atan: t.atan,
  log1p: t.log1p,
  expm1: t.expm1,
  reciprocal: t.reciprocal,
  mish: t.mish,
  erfinv: t.erfinv,
} satisfies Readonly<Record<string, (x: Tensor) => Tensor>>;

/** The functions by their names in the files, whose README has the formulas. */
export const FUNCTIONS: Readonly<Record<string, GoldenFunction>> = {
  ...scalarFunctions,
  wave: (x) => multiply(sin(x), exp(divide(t.negative(square(x)), 2))),
  quintic: (x) => {
    const fifth = multiply(multiply(multiply(multiply(x, x), x), x), x);
    return add(subtract(fifth, multiply(square(x), 3)), divide(x, 2));
  },
  rational: (x) => divide(x, add(1, square(x))),
  power: t.power,
  two: (x, y) => add(sum(multiply(multiply(x, y), y)), sum(sin(x))),
  unused: (x) => sum(square(x)),
  broadcasts: (x, b, s) => sum(multiply(add(x, b), s)),
  with_aux: (x) => [sum(multiply(square(x), x)), multiply(x, 2)],
  rosenbrock: (x: Tensor) => {
    const [now, next] = [x.slice([[0, -1]]), x.slice([[1, null]])];
    return sum(add(multiply(square(subtract(next, square(now))), 100), square(subtract(1, now))));
  },
  triple: (x: Tensor) =>
    t.stack([multiply(x.at(0), x.at(1)), sin(x.at(2)), add(square(x.at(0)), exp(x.at(1)))]),
  widen: (x: Tensor) => multiply(t.expandDims(x, 1), sin(x)),
  softmax: (x) => t.softmax(x),
  logsumexp: (x) => t.logSumExp(x),
  norm: (x) => t.sqrt(sum(square(x))),
  pair: (x, y) => [multiply(x, y), add(x, sum(y))],
  reuse: (x) => {
    const y = square(x);
    return add(square(y), y);
  },
  logistic: (w, b, x, y) => t.mean(t.softplus(multiply(t.negative(y), add(matmul(x, w), b)))),
  cross_entropy: (w, x, label) =>
    t.negative(t.mean(t.takeAlongAxis(t.logSoftmax(matmul(x, w)), t.expandDims(label, 1), 1))),
  mlp,
  mlp_loss: (p, x, y) => t.mean(square(subtract(mlp(p, x), y))),
  trace_inverse: (x: Tensor) => sum(multiply(t.inv(x), t.eye(x.shape[0], { dtype: x.dtype }))),
  logdet: (x) => t.log(t.det(x)),
  solve: t.solve,
  attention_sum: (q: Tensor, k, v) => {
    const scores = divide(matmul(q, t.transpose(k)), Math.sqrt(q.shape[q.rank - 1]));
    return sum(sin(matmul(t.softmax(scores), v)));
  },
  indexed: (x, w, i) => sum(multiply(square(t.take(x, i)), w)),
  sorted: (x) => sum(multiply(t.sort(x), ranks(x))),
  max_of: (x) => multiply(t.max(x), sum(x)),
  clip_gradient: (x, w) => sum(multiply(multiply(clipGradient(x), 3), w)),
  log1pexp: (x) => sum(log1pexp(x)),
  log1pexp_naive: (x) => sum(t.log1p(exp(x))),
  wrong_rule: wrongRule,
  straight_through: (x) => sum(square(add(x, t.stopGradient(subtract(t.round(x), x))))),
  stopped_factor: (x) => sum(multiply(t.stopGradient(x), x)),
  stopped_all: (x) => sum(t.stopGradient(square(x))),
  blocks: (w1, w2, x) => sum(block(w2, block(w1, x))),
  blocks_checkpoint: (w1, w2, x) => sum(t.checkpoint(block)(w2, t.checkpoint(block)(w1, x))),
  rnn,
  rnn_loss: (w, u, h0, xs) => {
    const [h, ys] = rnn(w, u, h0, xs);
    return add(sum(ys), sum(h));
  },
  rnn_reverse: (xs: Tensor) => {
    const [, outputs] = t.scan(
      (c: Tensor, x: Tensor) => {
        const next = add(multiply(c, 0.5), square(x));
        return [next, next];
      },
      t.zerosLike(xs.at(0)),
      xs,
      { reverse: true },
    );
    return sum(multiply(outputs, ranks(xs)));
  },
  fori: (x, a) => t.forLoop(0, 4, (_, s: Tensor) => add(multiply(sin(s), a), s), x),
  fori_index: (x) => t.forLoop(0, 4, (i, s: Tensor) => add(multiply(s, x), i), t.onesLike(x)),
  while_power: (x) =>
    t.whileLoop(
      (s: Tensor) => t.less(sum(square(s)), 50),
      (s: Tensor) => add(multiply(s, 1.5), sin(s)),
      x,
    ),
  cond: (x) =>
    t.cond(t.greater(sum(x), 0), (v: Tensor) => sum(sin(v)), (v: Tensor) => sum(t.power(v, 3)), x as Tensor),
  switch: (i, x) =>
    t.switchCase(
      i,
      [(v: Tensor) => sum(v), (v: Tensor) => sum(square(v)), (v: Tensor) => sum(exp(v))],
      x as Tensor,
    ),
  dot: (x, y) => sum(multiply(x, y)),
  matvec: matmul,
  cumulative: (x) => multiply(t.cumsum(x), x),
  select_row: (x, i) => t.take(x, i),
  scatter_row: (i: Tensor, v: Tensor) => t.scatterAdd(v, i, { extent: 4 }),
  piecewise: (x) => t.where(t.greater(x, 0), square(x), t.negative(x)),
  reduce_axis: (x) => multiply(sum(x, { axes: 0 }), t.max(x)),
  convolve_one: (x: Tensor, w: Tensor) => t.conv1d(t.expandDims(x, 0), w).at(0),
  transpose_reshape: (x) => t.reshape(t.transpose(x), [-1]),
};
