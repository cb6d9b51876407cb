import { assertEquals } from "@std/assert/equals";
import { promotionPage } from "../../docs/promotion.ts";
import { DTYPES, promote } from "../../tensor/dtype.ts";
import * as t from "../../tensor/mod.ts";
import type { DType, Tensor } from "../../tensor/mod.ts";

/** What JAX printed with 64-bit numbers off, by pairs of dtypes and by dtype and number. */
const JAX = JSON.parse(Deno.readTextFileSync(new URL("../golden/promotion.json", import.meta.url))) as
  & {
    readonly dtypes: readonly DType[];
  }
  & Readonly<
    Record<"pairs" | "scalars" | "divide" | "exp" | "sum" | "mean", Readonly<Record<string, DType>>>
  >;

const one = (dtype: DType): Tensor => t.ones([2], { dtype });

Deno.test("every pair of dtypes meets where it does in JAX", () => {
  for (const [pair, dtype] of Object.entries(JAX.pairs)) {
    const [a, b] = pair.split(" ") as DType[];
    assertEquals(promote(a, b), dtype, pair);
    for (const f of [t.multiply, t.add, t.maximum]) assertEquals(f(one(a), one(b)).dtype, dtype, pair);
    assertEquals(t.where(t.tensor(true), one(a), one(b)).dtype, dtype, pair);
    assertEquals(t.concatenate([one(a), one(b)]).dtype, dtype, pair);
    assertEquals(t.divide(one(a), one(b)).dtype, JAX.divide[pair], pair);
  }
});

Deno.test("numbers are weak as in JAX", () => {
  const numbers: Readonly<Record<string, t.TensorLike>> = { true: t.tensor(true), 2: 2, 2.5: 2.5 };
  for (const [pair, dtype] of Object.entries(JAX.scalars)) {
    const [a, number] = pair.split(" ");
    assertEquals(t.multiply(one(a as DType), numbers[number]).dtype, dtype, pair);
    assertEquals(t.multiply(numbers[number], one(a as DType)).dtype, dtype, pair);
  }
});

Deno.test("functions and reductions make of each dtype what they do in JAX", () => {
  for (const dtype of JAX.dtypes) {
    assertEquals(t.exp(one(dtype)).dtype, JAX.exp[dtype]);
    assertEquals(t.sum(one(dtype)).dtype, JAX.sum[dtype]);
    assertEquals(t.mean(one(dtype)).dtype, JAX.mean[dtype]);
  }
});

Deno.test("the promotion is symmetric and associative", () => {
  const dtypes = DTYPES.filter((dtype) => dtype !== "key");
  for (const a of dtypes) {
    for (const b of dtypes) {
      assertEquals(promote(a, b), promote(b, a));
      for (const c of dtypes) {
        assertEquals(promote(promote(a, b), c), promote(a, promote(b, c)), `${a} ${b} ${c}`);
      }
    }
  }
});

Deno.test("the page of the promotion is not stale: deno run -A docs/promotion.ts", () => {
  assertEquals(Deno.readTextFileSync(new URL("../../docs/promotion.md", import.meta.url)), promotionPage());
});
