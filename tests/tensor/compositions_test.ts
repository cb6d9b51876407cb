import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** A function of vectors of three. */
type Vectors = (x: Tensor) => Tensor;

/** A transform of such functions, and the same by plain operations and reverse mode alone. */
interface Pair {
  readonly transform: (f: Vectors) => Vectors;
  readonly reference: (f: Vectors) => Vectors;
}

const vector = (values: number[]): Tensor => t.tensor(values, { dtype: "float64" });
const DIRECTION = vector([0.5, -1, 0.25]);
const X = vector([0.3, -0.7, 0.6]);

const gradient = (f: Vectors): Vectors => t.grad((x: Tensor) => t.sum(t.sin(f(x))));
const alongReverse = (f: Vectors): Vectors => (x) =>
  t.grad((u: Tensor) => t.sum(t.multiply(t.grad((y: Tensor) => t.sum(t.multiply(f(y), u)))(x), DIRECTION)))(
    t.zerosLike(x),
  );
const doubly = (f: Vectors): Vectors => (x) => f(t.multiply(f(x), 0.5));

const TRANSFORMS: Readonly<Record<string, Pair>> = {
  grad: { transform: gradient, reference: gradient },
  vjp: {
    transform: (f) => (x) => t.vjp(f, x).pullback(DIRECTION)[0] as Tensor,
    reference: (f) => t.grad((x: Tensor) => t.sum(t.multiply(f(x), DIRECTION))),
  },
  jvp: { transform: (f) => (x) => t.jvp(f, [x], [DIRECTION]).tangent, reference: alongReverse },
  linearize: { transform: (f) => (x) => t.linearize(f, x).pushforward(DIRECTION), reference: alongReverse },
  hvp: {
    transform: (f) => (x) => t.hvp((y: Tensor) => t.sum(f(y)), x, DIRECTION),
    reference: (f) =>
      t.grad((x: Tensor) => t.sum(t.multiply(t.grad((y: Tensor) => t.sum(f(y)))(x), DIRECTION))),
  },
  vmap: {
    transform: (f) => (x) => t.sum(t.vmap(f)(t.stack([x, t.multiply(x, 2)])), { axes: 0 }),
    reference: (f) => (x) => t.add(f(x), f(t.multiply(x, 2))),
  },
  compile: { transform: (f) => t.compile(f), reference: (f) => f },
  checkpoint: { transform: (f) => t.checkpoint(f), reference: (f) => f },
  scan: {
    transform: (f) => (x) =>
      t.scan((c: Tensor, s: Tensor) => [f(t.multiply(c, s)), null], x, vector([1, 0.5]))[0],
    reference: doubly,
  },
  whileLoop: {
    transform: (f) => (x) =>
      t.whileLoop(
        ({ i }) => t.less(i, 2),
        ({ i, y }) => ({
          i: t.add(i, 1),
          y: f(t.multiply(y, t.where(t.less(i, 1), 1, vector([0.5, 0.5, 0.5])))),
        }),
        { i: t.tensor(0), y: x },
        { maxSteps: 5 },
      ).y,
    reference: doubly,
  },
  cond: {
    transform: (f) => (x) => t.cond(t.greater(t.sum(x), 0.1), f, (y: Tensor) => t.negative(f(y)), x),
    reference: (f) => (x) => {
      const sign = t.where(t.greater(t.sum(x), 0.1), 1, vector([-1, -1, -1]));
      return t.multiply(sign, f(x));
    },
  },
  customJvp: {
    transform: (f) =>
      t.customJvp(f, ([x], [dx]) => {
        const { value, tangent } = t.jvp(f, [x], [dx]);
        return [value, tangent];
      }),
    reference: (f) => f,
  },
};

const base: Vectors = (x) =>
  t.add(t.multiply(t.sin(x), vector([0.5, 0.4, 0.6])), t.multiply(t.mean(t.square(x)), 0.3));

function compare(names: readonly string[]): string {
  return t.scope(() => {
    const pairs = names.map((name) => TRANSFORMS[name]);
    const [ours, plain] = (["transform", "reference"] as const).map((kind) =>
      pairs.reduceRight((f, pair) => pair[kind](f), base)
    );
    try {
      const [a, b] = [ours(X).data(), plain(X).data()];
      const near = a.length === b.length &&
        a.every((value, i) => Math.abs(value - b[i]) <= 1e-10 * (1 + Math.abs(b[i])));
      return near ? "" : `${names.join(" of ")}: expected ${b} but got ${a}`;
    } catch (error) {
      return `${names.join(" of ")}: ${error}`;
    }
  });
}

const NAMES = Object.keys(TRANSFORMS);

Deno.test("transforms compose in pairs in any order", () => {
  const found = NAMES.flatMap((a) => NAMES.map((b) => compare([a, b]))).filter((text) => text !== "");
  if (found.length > 0) throw new Error(`${found.length} of ${NAMES.length ** 2}:\n${found.join("\n")}`);
});

for (const a of NAMES) {
  Deno.test(`${a} composes with any pair of transforms`, () => {
    const found = NAMES.flatMap((b) => NAMES.map((c) => compare([a, b, c]))).filter((text) => text !== "");
    if (found.length > 0) throw new Error(`${found.length} of ${NAMES.length ** 2}:\n${found.join("\n")}`);
  });
}
