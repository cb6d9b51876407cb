import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import {
  compile,
  configure,
  mean,
  random,
  shutdown,
  stack,
  standardDeviation,
  type Tensor,
  tensor,
  vmap,
} from "../../tensor/mod.ts";

const COUNT = [20000];
const key = random.key(11);

/** Samples, their mean and their standard deviation. */
const MOMENTS: Readonly<
  Record<string, readonly [draw: (key: Tensor) => Tensor, mean: number, deviation: number]>
> = {
  exponential: [(key) => random.exponential(key, COUNT), 1, 1],
  gumbel: [(key) => random.gumbel(key, COUNT), 0.5772156649, Math.PI / Math.sqrt(6)],
  "gumbel, high": [
    (key) => random.gumbel(key, COUNT, { mode: "high" }),
    0.5772156649,
    Math.PI / Math.sqrt(6),
  ],
  laplace: [(key) => random.laplace(key, COUNT), 0, Math.SQRT2],
  logistic: [(key) => random.logistic(key, COUNT), 0, Math.PI / Math.sqrt(3)],
  truncatedNormal: [(key) => random.truncatedNormal(key, COUNT), 0, 0.8796256610342398],
  gamma: [(key) => random.gamma(key, { concentration: 3, shape: COUNT }), 3, Math.sqrt(3)],
  "gamma below 1": [(key) => random.gamma(key, { concentration: 0.5, shape: COUNT }), 0.5, Math.sqrt(0.5)],
  beta: [(key) => random.beta(key, { a: 2, b: 3, shape: COUNT }), 0.4, 0.2],
  chiSquare: [(key) => random.chiSquare(key, { degreesOfFreedom: 4, shape: COUNT }), 4, Math.sqrt(8)],
  studentT: [(key) => random.studentT(key, { degreesOfFreedom: 10, shape: COUNT }), 0, Math.sqrt(1.25)],
  fisherF: [(key) => random.fisherF(key, { numerator: 10, denominator: 20, shape: COUNT }), 20 / 18, 0.6573],
  logNormal: [(key) => random.logNormal(key, COUNT, { sigma: 0.5 }), Math.exp(0.125), 0.6039],
  pareto: [(key) => random.pareto(key, COUNT, { tail: 6 }), 1.2, 0.2449],
  weibullMin: [(key) => random.weibullMin(key, COUNT, { concentration: 2, scale: 3 }), 2.6587, 1.3898],
  rayleigh: [(key) => random.rayleigh(key, COUNT, { scale: 2 }), 2.5066, 1.3103],
  maxwell: [(key) => random.maxwell(key, COUNT), 1.5958, 0.6734],
  wald: [(key) => random.wald(key, COUNT, { mean: 2 }), 2, Math.sqrt(8)],
  triangular: [(key) => random.triangular(key, COUNT, { left: 0, mode: 1, right: 3 }), 4 / 3, 0.6236],
  geometric: [(key) => random.geometric(key, { probability: 0.25, shape: COUNT }), 4, Math.sqrt(12)],
  poisson: [(key) => random.poisson(key, { rate: 3, shape: COUNT }), 3, Math.sqrt(3)],
  "poisson of a large rate": [(key) => random.poisson(key, { rate: 50, shape: COUNT }), 50, Math.sqrt(50)],
  rademacher: [(key) => random.rademacher(key, COUNT), 0, 1],
};

for (const [name, [draw, expected, deviation]] of Object.entries(MOMENTS)) {
  Deno.test(`${name} has its mean and deviation, compiles, maps over keys, and does not depend on threads`, () => {
    const drawn = draw(key);
    assertEquals(drawn.shape, COUNT);
    const error = 6 * deviation / Math.sqrt(COUNT[0]);
    const [center, spread] = [mean(drawn).item(), standardDeviation(drawn).item()];
    if (!(Math.abs(center - expected) <= error)) {
      throw new RangeError(`Expected mean ${expected} but got ${center}`);
    }
    if (!(Math.abs(spread / deviation - 1) <= 0.12)) {
      throw new RangeError(`Expected deviation ${deviation} but got ${spread}`);
    }
    const keys = random.split(key);
    const [first, second] = keys;
    assertEquals(vmap(draw)(keys).data(), stack([draw(first), draw(second)]).data());
    configure({ threads: 3 });
    try {
      assertEquals(draw(key).data(), drawn.data());
    } finally {
      configure({ threads: 2 });
      shutdown();
    }
    // A loop of its own may round a logarithm otherwise than one among others.
    const compiled = compile(draw)(key).data();
    drawn.data().forEach((value, i) => {
      if (Math.abs(compiled[i] - value) <= 2e-6 * Math.max(1, Math.abs(value))) return;
      throw new RangeError(`Expected ${value} at ${i} but got ${compiled[i]} compiled`);
    });
  });
}

Deno.test("dirichlet() gives probabilities, and multivariateNormal() the covariance", () => {
  const parts = random.dirichlet(key, { concentration: tensor([1, 2, 5]), shape: [4000] });
  assertEquals(parts.shape, [4000, 3]);
  const [, , third] = mean(parts, { axes: 0 }).data() as Float32Array;
  assertEquals(Math.abs(third - 0.625) < 0.02, true);
  for (const method of ["cholesky", "eigh", "svd"] as const) {
    const x = random.multivariateNormal(key, {
      mean: tensor([1, -1]),
      covariance: tensor([[2, 1], [1, 1]]),
      shape: [20000],
      method,
    });
    const centered = x.subtract(tensor([1, -1]));
    const products = mean(centered.multiply(centered.slice([null, [0, 1]])), { axes: 0 })
      .data() as Float32Array;
    assertEquals(Math.abs(products[0] - 2) < 0.1 && Math.abs(products[1] - 1) < 0.1, true);
  }
});

Deno.test("categorical() and choice() draw in proportion to their probabilities", () => {
  const p = [0.1, 0.6, 0.3];
  const shares = (drawn: Tensor): number[] =>
    p.map((_, i) => drawn.data().filter((value) => value === i).length / drawn.size);
  for (
    const drawn of [
      random.categorical(key, tensor(p.map(Math.log)), { shape: COUNT }),
      random.choice(key, 3, { shape: COUNT, probabilities: tensor(p) }),
    ]
  ) {
    assertEquals(drawn.dtype, "int32");
    shares(drawn).forEach((share, i) => assertEquals(Math.abs(share - p[i]) < 0.02, true));
  }
  const order = random.choice(key, 3, { shape: [3], replace: false, probabilities: tensor(p) });
  assertEquals([...order.data()].sort(), [0, 1, 2]);
  assertEquals(random.categorical(key, tensor([[0, 1], [2, 3]]), { axis: 0 }).shape, [2]);
});

Deno.test("distributions throw for what they cannot draw", () => {
  const rows: readonly (readonly [() => unknown, string])[] = [
    [() => random.gamma(key, { concentration: 0 }), "gamma expects a concentration above 0 but got 0"],
    [() => random.beta(key, { a: -1, b: 1 }), "beta expects a above 0 but got -1"],
    [() => random.poisson(key, { rate: -1 }), "poisson expects a rate of at least 0 but got -1"],
    [() => random.pareto(key, [1], { tail: 0 }), "pareto expects tail above 0 but got 0"],
    [
      () => random.weibullMin(key, [1], { concentration: NaN }),
      "weibullMin expects concentration above 0 but got NaN",
    ],
    [() => random.geometric(key, { probability: 0 }), "geometric expects probability above 0 but got 0"],
    [
      () => random.studentT(key, { degreesOfFreedom: 0 }),
      "studentT expects degreesOfFreedom above 0 but got 0",
    ],
    [
      () => random.dirichlet(key, { concentration: tensor(1) }),
      "dirichlet expects concentrations along an axis",
    ],
    [() => random.gumbel(key, [1], { mode: "highest" as "high" }), 'gumbel expects mode "low" or "high"'],
    [
      () => random.categorical(key, tensor([1, 2]), { shape: [3], replace: false }),
      "categorical expects at most 2",
    ],
    [() => random.choice(key, 0), "choice expects something to choose from but got 0"],
    [() => random.choice(key, 2, { shape: [3], replace: false }), "choice expects at most 2 choices"],
    [() => random.choice(key, 2, { probabilities: tensor([1]) }), "choice expects 2 probabilities"],
    [
      () => random.multivariateNormal(key, { mean: tensor([1, 2]), covariance: tensor([[1]]) }),
      "multivariateNormal expects means of n components",
    ],
    [() => random.key(1, { seedBits: 16 as 32 }), "key expects seedBits of 32 or 64 but got 16"],
  ];
  for (const [call, message] of rows) assertThrows(call, RangeError, message);
});
