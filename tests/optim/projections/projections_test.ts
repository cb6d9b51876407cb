/**
 * Tests of projections, and of `projected`.
 *
 * @module
 */

import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  chain,
  optimTree,
  projected,
  projectionBox,
  projectionHalfspace,
  projectionHypercube,
  projectionHyperplane,
  projectionL1Ball,
  projectionL1Sphere,
  projectionL2Ball,
  projectionL2Sphere,
  projectionLInfinityBall,
  projectionNonNegative,
  projectionSimplex,
  projectionVector,
  sgd,
} from "../../../optim/mod.ts";
import { compile, type Tensor, tensor } from "../../../tensor/mod.ts";

interface Point {
  readonly a: Tensor;
  readonly b: readonly [Tensor, null];
}

const number = fc.double({ min: -3, max: 3, noNaN: true }).map((value) => Math.round(value * 64) / 64);
const points = fc.tuple(number, number, number).map(([x, y, z]): Point => ({
  a: tensor([x, y], { dtype: "float64" }),
  b: [tensor(z, { dtype: "float64" }), null],
}));
const normal: Point = {
  a: tensor([1, -2], { dtype: "float64" }),
  b: [tensor(0.5, { dtype: "float64" }), null],
};

const norm = (x: unknown, order: 1 | 2 | "infinity"): number => optimTree.norm(x, { order }).item();

/** Projections onto convex sets, and whether a point is in the set, up to roundings. */
const CONVEX: Readonly<Record<string, readonly [(x: Point) => Point, (x: Point) => boolean]>> = {
  nonNegative: [projectionNonNegative, (x) => optimTree.min(x).item() >= 0],
  box: [
    (x) => projectionBox(x, { lower: -1, upper: optimTree.onesLike(x) }),
    (x) => norm(x, "infinity") <= 1,
  ],
  hypercube: [
    (x) => projectionHypercube(x, 2),
    (x) => optimTree.min(x).item() >= 0 && optimTree.max(x).item() <= 2,
  ],
  simplex: [
    (x) => projectionSimplex(x, 1.5),
    (x) => optimTree.min(x).item() >= 0 && Math.abs(optimTree.sum(x).item() - 1.5) < 1e-12,
  ],
  l1Ball: [(x) => projectionL1Ball(x, 2), (x) => norm(x, 1) <= 2 + 1e-12],
  l2Ball: [(x) => projectionL2Ball(x, 2), (x) => norm(x, 2) <= 2 + 1e-12],
  lInfinityBall: [projectionLInfinityBall, (x) => norm(x, "infinity") <= 1],
  vector: [(x) => projectionVector(x, normal), () => true],
  hyperplane: [
    (x) => projectionHyperplane(x, normal, { offset: 0.5 }),
    (x) => Math.abs(optimTree.vdot(x, normal).item() - 0.5) < 1e-12,
  ],
  halfspace: [
    (x) => projectionHalfspace(x, normal, { offset: 0.5 }),
    (x) => optimTree.vdot(x, normal).item() <= 0.5 + 1e-12,
  ],
};

for (const [name, [project, includes]] of Object.entries(CONVEX)) {
  Deno.test(`the projection ${name} gives the nearest point of the set`, () => {
    fc.assert(
      fc.property(points, points, (x, other) => {
        const nearest = project(x);
        assertEquals(includes(nearest), true);
        assertEquals(nearest.b[1], null);
        // Projecting again changes nothing, and no other point of the set is nearer.
        assertEquals(norm(optimTree.subtract(project(nearest), nearest), 2) < 1e-12, true);
        const inSet = project(other);
        const [way, off] = [optimTree.subtract(inSet, nearest), optimTree.subtract(x, nearest)];
        assertEquals(optimTree.vdot(way, off).item() <= 1e-9, true);
      }),
      { numRuns: 50 },
    );
  });

  Deno.test(`the projection ${name} is the same compiled`, () => {
    const x: Point = optimTree.cast({ a: tensor([1.5, -2]), b: [tensor(0.25), null] }, "float64");
    assertAlmostEquals(norm(optimTree.subtract(compile(project)(x), project(x)), "infinity"), 0, 1e-14);
  });
}

Deno.test("spheres are reached from inside and from outside", () => {
  fc.assert(fc.property(points, (x) => {
    if (norm(x, 1) === 0) return;
    assertAlmostEquals(norm(projectionL2Sphere(x, 2), 2), 2, 1e-12);
    const nonZero = optimTree.add(x, optimTree.fullLike(x, 0.01));
    if (norm(nonZero, 1) > 2) assertAlmostEquals(norm(projectionL1Sphere(nonZero, 2), 1), 2, 1e-12);
  }));
});

Deno.test("projected() keeps params in the set, step by step, also compiled", () => {
  const optimizer = chain(
    sgd({ learningRate: 1 }),
    projected((params) => projectionSimplex(params)),
  );
  const start = { x: tensor([0.5, 0.5]), y: tensor(0), frozen: null };
  const grads = { x: tensor([0.3, -0.1]), y: tensor(-0.4), frozen: null };
  const step = compile((state: ReturnType<typeof optimizer.init>, params: typeof start) =>
    optimizer.step(state, grads, params)
  );
  let eager = optimizer.step(optimizer.init(start), grads, start);
  let compiled = step(optimizer.init(start), start);
  for (let i = 0; i < 3; i++) {
    assertAlmostEquals(optimTree.sum(eager.params).item(), 1, 1e-6);
    assertEquals(optimTree.allClose(compiled.params, eager.params, { absolute: 1e-6 }).item(), 1);
    eager = optimizer.step(eager.state, grads, eager.params);
    compiled = step(compiled.state, compiled.params);
  }
  assertEquals(eager.params.y.item() > 0.8, true);
  assertEquals(eager.params.frozen, null);
});

Deno.test("projections throw for what they cannot take", () => {
  const x = { x: tensor([1]) };
  for (
    const project of [
      projectionHypercube,
      projectionSimplex,
      projectionL1Sphere,
      projectionL1Ball,
      projectionL2Sphere,
      projectionL2Ball,
      projectionLInfinityBall,
    ]
  ) {
    assertThrows(
      () => project(x, 0),
      RangeError,
      `${project.name} expects scale to be positive but got 0`,
    );
    assertThrows(() => project(x, "1" as unknown as number), TypeError, "scale to be a number");
  }
  assertThrows(() => projectionBox(x, { lower: null, upper: 1 }), TypeError, "projectionBox expects lower");
  assertThrows(() => projectionBox(x, { lower: { y: tensor(1) }, upper: 1 }), TypeError, "one structure");
  assertThrows(() => projectionVector({ ...x }, { y: tensor(1) } as never), TypeError, "one structure");
  assertThrows(
    () => projected(1 as unknown as () => null),
    TypeError,
    "projected expects a function but got number",
  );
});
