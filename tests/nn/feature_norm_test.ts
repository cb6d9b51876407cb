/**
 * Tests of what norms are taken over: axes, masks, and variances in one pass.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import {
  batchNorm,
  groupNorm,
  instanceNorm,
  type Layer,
  layerNorm,
  rmsNorm,
  sequential,
} from "../../nn/mod.ts";
import { moveAxis, ones, random, slice, type Tensor, tensor, where, zeros } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const draw = (seed: number, shape: readonly number[]): Tensor =>
  random.normal(random.key(seed), shape, { dtype: "float64" });

function assertClose(a: Tensor, b: Tensor, tolerance = 1e-9): void {
  assertEquals(a.shape, b.shape);
  const wanted = b.data();
  a.data().forEach((x, i) => {
    if (!(Math.abs(x - wanted[i]) <= tolerance)) {
      throw new Error(`element ${i}: expected ${wanted[i]} but got ${x}`);
    }
  });
}

function run(layer: Layer, x: Tensor, how: Parameters<Layer["apply"]>[2] = {}): Tensor {
  return layer.apply(layer.init(random.key(0), x.shape.slice(1)), x, how).output;
}

const extents = fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 3, maxLength: 4 });

Deno.test("norms with channels last are those with channels first, turned", () => {
  const makers: readonly ((axis: number) => Layer)[] = [
    (axis) => groupNorm({ groups: 2, axis }) as unknown as Layer,
    (axis) => groupNorm({ groupSize: 1, axis }) as unknown as Layer,
    (axis) => instanceNorm({ axis }) as unknown as Layer,
    (axis) => batchNorm({ axis }) as unknown as Layer,
  ];
  fc.assert(
    fc.property(extents, fc.constantFrom(...makers), fc.nat(100), ([n, , ...rest], make, seed) => {
      const x = draw(seed, [n, 4, ...rest]);
      const last = run(make(-1), moveAxis(x, 1, -1), { training: true });
      assertClose(moveAxis(last, -1, 1), run(make(1), x, { training: true }));
    }),
    { numRuns: 20 },
  );
});

Deno.test("norms over named axes are those over the last axes, moved there", () => {
  fc.assert(
    fc.property(extents, fc.nat(100), (shape, seed) => {
      const x = draw(seed, shape);
      for (const make of [layerNorm, rmsNorm]) {
        const named = run(make({ reductionAxes: 1 }) as unknown as Layer, x);
        const moved = run(make() as unknown as Layer, moveAxis(x, 1, -1));
        assertClose(named, moveAxis(moved, -1, 1), 1e-9);
        const two = run(make({ reductionAxes: [-1, -2], featureAxes: -1 }) as unknown as Layer, x);
        assertClose(two, run(make({ axes: 2 }) as unknown as Layer, x), 1e-9);
      }
    }),
    { numRuns: 15 },
  );
});

const MASKED: Readonly<Record<string, Layer>> = {
  layerNorm: layerNorm({ reductionAxes: [1, 2] }) as unknown as Layer,
  rmsNorm: rmsNorm({ reductionAxes: [1, 2] }) as unknown as Layer,
  groupNorm: groupNorm({ groups: 2, axis: -1 }) as unknown as Layer,
  instanceNorm: instanceNorm({ axis: -1 }) as unknown as Layer,
  batchNorm: batchNorm({ axis: -1, unbiased: false }) as unknown as Layer,
  batchNormUnbiased: batchNorm({ axis: -1 }) as unknown as Layer,
};

for (const [name, layer] of Object.entries(MASKED)) {
  Deno.test(`${name} does not see what normMask hides`, () => {
    const x = draw(1, [2, 5, 4]);
    const normMask = tensor([true, true, true, false, false]).reshape([5, 1]);
    const other = where(normMask, x, 1e3);
    const variables = layer.init(random.key(0), [5, 4]);
    const shown = (y: Tensor): Tensor => slice(y, [null, [0, 3]]);
    const how = { training: true, normMask };
    const [a, b] = [layer.apply(variables, x, how), layer.apply(variables, other, how)];
    assertClose(shown(a.output), shown(b.output));
    assertClose(a.state.variance as Tensor ?? zeros([1]), b.state.variance as Tensor ?? zeros([1]), 1e-6);
    if (name === "layerNorm" || name === "rmsNorm") return;
    const alone = layer.apply(layer.init(random.key(0), [3, 4]), shown(x), { training: true });
    assertClose(shown(a.output), alone.output);
    assertClose(a.state.variance as Tensor ?? zeros([1]), alone.state.variance as Tensor ?? zeros([1]), 1e-6);
  });

  Deno.test(`${name} has the gradients of finite differences, with a mask too`, () => {
    const variables = layer.init(random.key(0), [3, 4]);
    const normMask = tensor([[true, true, false], [true, false, true]]).reshape([2, 3, 1]);
    for (const how of [{}, { normMask }]) {
      checkGradients(
        (y: Tensor) => layer.apply(variables, y, { training: true, ...how }).output,
        [draw(2, [2, 3, 4])],
        { order: 1, elements: 6 },
      );
    }
  });
}

Deno.test("variances in one pass are those in two, but for digits that a large mean costs", () => {
  const x = draw(3, [3, 4, 2]);
  const pairs = [
    [layerNorm({ fastVariance: true }), layerNorm()],
    [groupNorm({ groups: 2, fastVariance: true }), groupNorm({ groups: 2 })],
    [instanceNorm({ fastVariance: true, axis: 2 }), instanceNorm({ axis: 2 })],
    [batchNorm({ fastVariance: true }), batchNorm()],
  ] as unknown as readonly (readonly [Layer, Layer])[];
  for (const [fast, slow] of pairs) {
    assertClose(run(fast, x, { training: true }), run(slow, x, { training: true }));
  }
});

Deno.test("norms have params for what is learned alone", () => {
  const params = (layer: unknown): readonly string[] =>
    Object.keys((layer as Layer).init(random.key(0), [4, 2]).params);
  assertEquals(params(layerNorm({ offset: false })), ["scale"]);
  assertEquals(params(layerNorm({ scale: false, offset: false })), []);
  assertEquals(params(rmsNorm({ scale: false })), []);
  assertEquals(params(groupNorm({ groups: 2, scale: false })), ["offset"]);
  assertEquals(params(instanceNorm({ affine: false })), []);
  assertEquals(params(batchNorm({ scale: false, offset: false })), []);
});

Deno.test("norms throw for axes and groups that do not fit, and name their path", () => {
  const at = (layer: unknown): Layer => sequential({ norm: layer as Layer }) as unknown as Layer;
  assertThrows(() => groupNorm({}), TypeError, "groupNorm expects either groups or groupSize but got none");
  assertThrows(() => groupNorm({ groups: 2, groupSize: 2 }), TypeError, "but got both");
  assertThrows(() => groupNorm({ groupSize: 0 }), RangeError, "groupNorm expects groupSize");
  assertThrows(
    () => at(groupNorm({ groupSize: 3 })).init(random.key(0), [4, 2]),
    RangeError,
    "groupNorm at norm expects inputs with channels on axis 1 that groups of 3 divide but got [1, 4, 2]",
  );
  assertThrows(
    () => run(at(layerNorm({ reductionAxes: [1, -2] })), ones([2, 3, 4])),
    RangeError,
    "layerNorm at norm expects each axis once but got [1,-2]",
  );
  assertThrows(() => run(at(rmsNorm({ featureAxes: 5 })), ones([2, 3])), RangeError, "rmsNorm at norm");
  assertThrows(() => run(at(instanceNorm({ axis: 0 })), ones([2, 3, 2])), RangeError, "after the batch axis");
  assertThrows(
    () => run(at(layerNorm()), ones([2, 3]), { normMask: tensor([true, false]) }),
    RangeError,
  );
});
