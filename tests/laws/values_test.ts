import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { FAR } from "../bad_input/tools.ts";
import { add, customVjp, ones, random, type Tensor, tensor } from "../../tensor/mod.ts";
import {
  assertClose,
  broadcastablePairs,
  checkGradients,
  dtypes,
  EDGE_VALUES,
  edgeTensors,
  keys,
} from "./mod.ts";

Deno.test("broadcastablePairs() broadcast, and both axes of 1 and missing axes come up", () => {
  let [ones1, missing] = [0, 0];
  fc.assert(fc.property(broadcastablePairs({ minRank: 1, minExtent: 2 }), ([a, b]) => {
    add(ones(a), ones(b));
    if (a.includes(1) || b.includes(1)) ones1++;
    if (a.length !== b.length) missing++;
  }));
  assertEquals(ones1 > 10 && missing > 10, true);
});

Deno.test("edgeTensors() hold edge values of every dtype", () => {
  fc.assert(fc.property(dtypes(), (dtype) => {
    const [x] = fc.sample(edgeTensors({ shape: [20], dtype }), { numRuns: 1, seed: 3 });
    assertEquals([x.dtype, x.shape], [dtype, [20]]);
  }));
  const seen = new Set(fc.sample(edgeTensors({ shape: [50] }), 20).flatMap((x) => [...x.data()].map(String)));
  const missing = EDGE_VALUES.filter((value) => !seen.has(String(Math.fround(value))));
  assertEquals(missing.length < 3, true, `${missing} never came up`);
  assertEquals(fc.sample(keys(), 5).every((key) => key.dtype === "key"), true);
});

Deno.test("assertClose() says which leaf, which element and how far apart", () => {
  for (const [call, ...parts] of FAR) for (const part of parts) assertThrows(call, Error, part);
});

Deno.test("assertClose() counts units in the last place and tells where numbers differ", () => {
  const x = tensor([[1, 2], [3, 4]]);
  assertClose({ a: x }, { a: x });
  assertClose(tensor([1 + 2 ** -22]), tensor([1]), { unitsInLastPlace: 2 });
  assertClose(tensor([NaN, Infinity, -0]), tensor([NaN, Infinity, 0]));
  const caught = (): string => {
    try {
      assertClose({ a: add(x, tensor([[0, 0], [0, 2 ** -20]])) }, { a: x }, { unitsInLastPlace: 1 });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  assertEquals(
    caught(),
    "Expected numbers that are close but 1 differ\n  a: [1, 1]: expected 4 but got 4.000000953674316, " +
      "2 units in the last place apart",
  );
  assertThrows(
    () => assertClose(tensor([1]), tensor([[1]])),
    Error,
    "expected float32[1, 1] but got float32[1]",
  );
  assertThrows(() => assertClose([x], [x, x]), Error, "but got");
  assertThrows(() => assertClose(tensor([NaN]), tensor([1])), Error, "not both numbers");
  const far = tensor(new Float32Array(20).fill(1));
  assertThrows(() => assertClose(far, add(far, 1)), Error, "and 12 more of 20");
});

Deno.test("checkGradients() tells a wrong pullback in reverse mode, and forward mode by itself", () => {
  const wrong = customVjp((x: Tensor) => x.multiply(x), { pullback: (_, g: Tensor) => [g] });
  assertThrows(
    () => checkGradients(wrong, [tensor([3])], { order: 1, mode: "reverse" }),
    RangeError,
    "derivative of order 1 by element 0 of argument 0 to be",
  );
  assertThrows(
    () => checkGradients((x: Tensor) => x, [tensor([1])], { mode: "sideways" as "both" }),
    RangeError,
    'mode "reverse", "forward" or "both"',
  );
  checkGradients((x: Tensor) => x.exp(), [random.normal(random.key(0), [3])], { mode: "forward" });
});
