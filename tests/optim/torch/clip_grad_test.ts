import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { torch } from "../../../optim/mod.ts";
import { compile, type Tensor, tensor } from "../../../tensor/mod.ts";

const grads = {
  a: tensor([3, -4, 0.5], { dtype: "float64" }),
  b: tensor([[1, -2]], { dtype: "float64" }),
  hole: null,
};

// What torch's clip_grad_norm_ gave with max_norm 1.5: the order, the norm, and the first gradient after it.
const golden: readonly (readonly [number, number, number])[] = [
  [0, 2, 2.2499988750005624],
  [1, 10.5, 0.42857138775510595],
  [2, 5.5, 0.8181816694215147],
  [3, 4.643522023687861, 0.969091781615874],
  [0.5, 46.96869613512065, 0.09580849106915386],
  [Infinity, 4, 1.1249997187500704],
  [-Infinity, 0.5, 3],
  [-1, 0.2448979591836735, 3],
];

Deno.test("clipGradNorm has torch's norm of every order, eager and compiled", () => {
  for (const [normType, norm, first] of golden) {
    const options = { maxNorm: 1.5, normType };
    const eager = torch.clipGradNorm(grads, options);
    const program = compile((g: typeof grads) => torch.clipGradNorm(g, options))(grads);
    for (const { grads: clipped, totalNorm } of [eager, program]) {
      assertAlmostEquals(totalNorm.item(), norm, 1e-12 * Math.abs(norm));
      assertAlmostEquals(clipped.a.data()[0], first, 1e-12);
      assertEquals([clipped.hole, clipped.b.shape], [null, [1, 2]]);
    }
  }
  assertEquals(grads.a.toArray(), [3, -4, 0.5]);
});

Deno.test("a count of elements that are not 0 is a norm too", () => {
  assertEquals(
    torch.clipGradNorm([tensor([3, 0, -4]), tensor([0])], { maxNorm: 9, normType: 0 }).totalNorm.item(),
    1,
  );
  assertEquals(torch.clipGradNorm([tensor([3, 0, -4])], { maxNorm: 9, normType: 0 }).totalNorm.item(), 1);
});

Deno.test("small gradients stay bit for bit, and none have the norm 0", () => {
  const { grads: same, totalNorm } = torch.clipGradNorm([tensor([0.1, 0.2])], { maxNorm: 1 });
  assertEquals(same[0].data(), tensor([0.1, 0.2]).data());
  assertAlmostEquals(totalNorm.item(), Math.sqrt(0.05), 1e-7);
  assertEquals(torch.clipGradNorm({}, { maxNorm: 1 }).totalNorm.item(), 0);
});

Deno.test("gradients that are not finite become NaN or 0, unless that is an error", () => {
  const bad = [tensor([1, Infinity]), tensor([2])];
  assertEquals(torch.clipGradNorm(bad, { maxNorm: 1 }).grads.map((g) => g.toArray()), [[0, NaN], [0]]);
  assertEquals(torch.clipGradNorm([tensor([1, NaN])], { maxNorm: 1 }).grads[0].toArray(), [NaN, NaN]);
  assertThrows(
    () => torch.clipGradNorm(bad, { maxNorm: 1, errorIfNonfinite: true }),
    RangeError,
    "clipGradNorm expects gradients with a finite norm of order 2 but got Infinity",
  );
  assertEquals(torch.clipGradNorm([tensor(3)], { maxNorm: 9, errorIfNonfinite: true }).totalNorm.item(), 3);
});

Deno.test("clipGradValue bounds each element, eager and compiled", () => {
  const clip = (g: typeof grads) => torch.clipGradValue(g, { clipValue: 2 });
  for (const { a, b, hole } of [clip(grads), compile(clip)(grads)]) {
    assertEquals([a.toArray(), b.toArray(), hole], [[2, -2, 0.5], [[1, -2]], null]);
  }
});

Deno.test("bad input of the clips is refused by name", () => {
  const refused: readonly (readonly [string, () => unknown])[] = [
    [
      "clipGradNorm expects maxNorm to be a number but got string",
      () => torch.clipGradNorm(grads, { maxNorm: "1" as never }),
    ],
    [
      "clipGradNorm expects normType to be a number but got NaN",
      () => torch.clipGradNorm(grads, { maxNorm: 1, normType: NaN }),
    ],
    [
      "clipGradNorm expects tensors but got a number at x",
      () => torch.clipGradNorm({ x: 1 }, { maxNorm: 1 }),
    ],
    [
      "clipGradNorm with errorIfNonfinite expects gradients that are known",
      () =>
        compile((x: Tensor) => torch.clipGradNorm(x, { maxNorm: 1, errorIfNonfinite: true }).grads)(
          tensor([1]),
        ),
    ],
    [
      "clipGradValue expects clipValue to be a finite number but got NaN",
      () => torch.clipGradValue(grads, { clipValue: NaN }),
    ],
  ];
  for (const [message, run] of refused) assertThrows(run, Error, message);
});
