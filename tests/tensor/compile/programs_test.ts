import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { fuzz } from "./fuzz.ts";
import { assertSame, PROGRAM, run } from "./programs.ts";

/** Runs a check where fused loops round as single ones do: a fused multiply-add has one rounding less. */
function withoutFusedRounding(check: () => void): void {
  for (const simd of ["strict", "off"] as const) {
    t.configure({ simd });
    try {
      check();
    } finally {
      t.configure({ simd: "relaxed" });
    }
  }
}

Deno.test("500 random programs give the same bits eager, compiled, differentiated and on any threads", () => {
  fuzz({ programs: 500, seed: 7, threads: [1, 2, 3], simd: ["strict"] });
  fuzz({ programs: 100, seed: 8, threads: [1, 2], simd: ["relaxed", "off"] });
});

Deno.test("500 smooth random programs are near the plain loops with fused rounding", () => {
  fuzz({ programs: 500, seed: 9, threads: [1], simd: ["relaxed"] });
});

Deno.test("every run sees other random programs, unless LAW_SEED says which", () => {
  const seed = fc.readConfigureGlobal().seed ?? Date.now() % 2 ** 31;
  fuzz({ programs: 100, seed, threads: [1], simd: ["strict"] });
});

Deno.test("programs fed with their own results equal eager ones bit for bit", () => {
  withoutFusedRounding(() =>
    fc.assert(
      fc.property(PROGRAM, (program) => {
        t.scope(() => {
          const [shape] = program.operands.map((operand) => operand.shape);
          const step = (x: Tensor, y: Tensor): [Tensor, Tensor] => {
            const [result] = run(program, [x, y]);
            return [t.add(t.multiply(x, 0.5), t.tanh(t.mean(result))), t.maximum(x, y)];
          };
          const compiled = t.compile(step, { donate: [0, 1] });
          const start = (): [Tensor, Tensor] => [t.add(t.ones(shape), 1), t.zeros(shape)];
          let [eager, fast] = [start(), start()];
          for (let i = 0; i < 4; i++) [eager, fast] = [step(...eager), compiled(...fast)];
          assertSame(fast[0], eager[0]);
          assertSame(fast[1], eager[1]);
        });
      }),
      { numRuns: 200 },
    )
  );
});

Deno.test("products of what repeats add their terms in the order of those of copies", () => {
  const loss = (x: Tensor): Tensor => {
    const repeated = t.broadcastTo(t.slice(t.ravel(x), [[0, 1]]), [2, 3, 9]);
    return t.sum(t.tanh(t.sum(t.matmul(x, repeated), { axes: 2 })));
  };
  const gradient = t.grad(loss);
  const compiled = t.compile((x: Tensor) => gradient(x));
  withoutFusedRounding(() =>
    t.scope(() => {
      for (let seed = 0; seed < 50; seed++) {
        const x = t.random.normal(t.random.key(seed), [6, 3]);
        assertSame(compiled(x), gradient(x));
      }
    })
  );
});

Deno.test("a gradient that is zero by chance has the same bits at once and compiled, through control flow and factors", () => {
  const half = (x: Tensor): Tensor => t.multiply(x, -0.5);
  const through: readonly ((x: Tensor) => Tensor)[] = [
    (x) => t.cond(t.less(t.sum(x), -100), (y: Tensor) => t.tanh(y), half, x),
    (x) => t.scan((c: Tensor) => [half(c), null], x, null, { length: 2 })[0],
    (x) => t.scan((c: null, part: Tensor) => [c, half(part)], null, x)[1],
    (x) => t.whileLoop((y) => t.less(t.sum(y), -1), half, x, { maxSteps: 3 }),
    t.checkpoint(half),
    (x) => half(t.eigh(t.matmul(x, t.transpose(x))).vectors),
    (x) => half(t.svd(x).u),
    (x) => half(t.lstsq(x, t.ones([2])).x),
  ];
  withoutFusedRounding(() =>
    t.scope(() => {
      for (const f of through) {
        const gradient = t.grad((x: Tensor, scale: Tensor) => t.multiply(scale, t.sum(f(x))));
        const compiled = t.compile((x: Tensor, scale: Tensor) => gradient(x, scale));
        for (const scale of [t.tensor(0), t.tensor(-0)]) {
          const x = t.tensor([[-1, 2], [-3, -4]]);
          assertSame(compiled(x, scale), gradient(x, scale));
        }
      }
    })
  );
});
